// Any pure rule by the name and in the form of the case files, for pages and programs: bounded in what it is given, so that
// nobody's question keeps the server from its calls.
import { done, type Outcome } from '@parley/platform/contract';
import type { Given } from './cases/operation.ts';
import { operations } from './cases/operations.ts';
import { licensingErrors, type OperationReply, type OperationRequest } from './contract.ts';

/** The command line runs them, beside the server. */
const NOT_HERE = new Set(['bench', 'auditVerify']);
const GIVEN_LIMIT_CHARS = 500_000;
const PARTS_LIMIT = 20_000;
/** Make work out of a number: an estate of a hundred thousand people in one line. */
const GENERATORS = new Set(['generator', 'groups']);

export async function evaluate({
  operation,
  given,
  profile = 'printed',
}: OperationRequest<'evaluate'>): Promise<Outcome<OperationReply<'evaluate'>>> {
  const rule = Object.hasOwn(operations, operation) ? operations[operation] : undefined;
  if (rule === undefined)
    return licensingErrors.fault('LICENCE_UNKNOWN_KIND', `There is no operation ${operation.slice(0, 60)}.`);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return licensingErrors.fault('LICENCE_UNKNOWN_KIND', 'What is given is no object with fields.');
  if (NOT_HERE.has(operation) || isTooMuch(given)) return licensingErrors.fault('LICENCE_TOO_MUCH');
  try {
    return done({ result: await rule(given as Given, { profile }) });
  } catch (error) {
    // An adapter throws for a form that it does not know: the sentence says which.
    const reason = error instanceof Error ? error.message : 'The form is not known.';
    return licensingErrors.fault('LICENCE_UNKNOWN_KIND', reason.slice(0, 300));
  }
}

function isTooMuch(given: object): boolean {
  if (JSON.stringify(given).length > GIVEN_LIMIT_CHARS) return true;
  let parts = 0;
  const pending: unknown[] = [given];
  while (pending.length > 0) {
    const value = pending.pop();
    parts += 1;
    if (parts > PARTS_LIMIT) return true;
    if (typeof value !== 'object' || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      if (GENERATORS.has(key)) return true;
      pending.push(inner);
    }
  }
  return false;
}
