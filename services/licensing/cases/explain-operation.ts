// The operation `explain`: any other operation, with its rules stated. What is given is that of a decision, or the name of
// another operation with what that one is given.
import { explain } from '../rules/explain.ts';
import { recordOf } from './given.ts';
import type { Given, Operation, OperationTable } from './operation.ts';

export function explainOperation(operations: OperationTable): Operation {
  return async (given, context) => {
    const named = Object.keys(given).find((key) => Object.hasOwn(operations, key));
    const cited = [...names(given['rule']), ...names(given['rules'])];
    if (cited.length > 0) return stated({ rules: cited });
    const op = named ?? (Object.hasOwn(given, 'feature') ? 'checkAccess' : Object.keys(given).join(' or '));
    const own = op === 'checkAccess' ? given : transitionLine(recordOf(given[op]));
    const operation = Object.hasOwn(operations, op) ? operations[op] : undefined;
    if (operation === undefined) throw new Error(`there is no operation ${op}`);
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
