// The operation `explain`: any other operation, with its rules stated. What is given is that of a decision, or the name of
// another operation with what that one is given.
import { explain } from '../rules/explain.ts';
import { windowsProduct } from '../rules/windows-catalogue.ts';
import { recordOf, textOf } from './given.ts';
import { type Given, meant, type Operation, type OperationTable } from './operation.ts';

export function explainOperation(operations: OperationTable): Operation {
  return async (given, context) => {
    const cited = [...names(given['rule']), ...names(given['rules'])];
    if (cited.length > 0) return stated({ rules: cited });
    const keys = Object.keys(given);
    const named = keys.find((key) => Object.hasOwn(operations, key));
    if (named === undefined && Object.hasOwn(given, 'feature'))
      return stated((await operations['checkAccess']?.(given, context)) as Answered);
    const product = windowsProduct(textOf(given, 'product') ?? '');
    if (named === undefined && product !== undefined) return stated({ rules: product.rules });
    const op = named ?? keys.find((key) => meant(operations, key) !== undefined) ?? keys.join(' or ');
    const operation = meant(operations, op);
    if (operation === undefined) throw new Error(`there is no operation ${op}`);
    const inner = recordOf(given[op]);
    const own = op === 'checkAccess' ? inner : transitionLine(inner);
    return stated((await operation(own, context)) as Answered);
  };
}

interface Answered {
  readonly rules?: readonly string[];
}

function stated(answered: Answered): object {
  const { lines, discrepancy } = explain(answered.rules ?? []);
  return {
    ...answered,
    lines,
    rules: lines.map(({ rule }) => rule),
    statesRules: lines.length > 0 && lines.every(({ statement }) => statement !== ''),
    discrepancy,
  };
}

function names(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).filter((each) => typeof each === 'string');
}

/** One line of a portfolio in short: `{product, sa}`. */
function transitionLine(given: Given): Given {
  if (typeof given['product'] !== 'string' || typeof given['sa'] !== 'boolean') return given;
  const term = given['sa'] ? { saFrom: '2007-10-01', saTo: '2010-09-30' } : { saFrom: null, saTo: null };
  return { r2Release: '2009-02-01', holdings: [{ product: given['product'], quantity: 1, ...term }] };
}
