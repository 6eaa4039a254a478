// Runs the cases of a file against the operations: acceptance of the rules by anybody who writes cases in this form.
// Used by `parley licence cases FILE` and by the tests.
import { done, type Outcome } from '@parley/platform/contract';
import { type Static, Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { licensingErrors } from '../rules/fault.ts';
import { Profile } from '../rules/model.ts';
import { differences } from './compare.ts';
import type { OperationTable } from './operation.ts';

/** The whole table: what the command line hands back to `runCases`, and answers single questions with. */
export { operations } from './operations.ts';

const Values = Type.Record(Type.String(), Type.Unknown());
const Case = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 100 }),
  op: Type.String({ minLength: 1, maxLength: 100 }),
  given: Values,
  expect: Values,
  profile: Type.Optional(Profile),
  altProfile: Type.Optional(Type.Object({ profile: Profile, expect: Values })),
  why: Type.Optional(Type.String()),
});
export type Case = Static<typeof Case>;
const CaseFile = Type.Object({ cases: Type.Array(Case, { maxItems: 100_000 }) });
export type CaseFile = Static<typeof CaseFile>;
const validator = Compile(CaseFile);

export interface CaseFailure {
  readonly id: string;
  readonly profile: Profile;
  readonly text: string;
}

export interface CaseRun {
  /** Runs that passed: a case with a second profile is run twice. */
  readonly passed: number;
  readonly failures: readonly CaseFailure[];
}

/** Names the case and the field when the file is not in the form. */
export function readCases(text: string): Outcome<CaseFile> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return licensingErrors.fault('LICENCE_BAD_CASES', `The case file is not JSON: ${String(error)}`);
  }
  if (validator.Check(value)) return done(value);
  const first = validator.Errors(value)[0];
  return licensingErrors.fault(
    'LICENCE_BAD_CASES',
    `The case file is not in the form: ${first?.instancePath ?? ''} ${first?.message ?? ''}.`,
  );
}

export async function runCases(
  file: CaseFile,
  { operations, only }: { readonly operations: OperationTable; readonly only?: (each: Case) => boolean },
): Promise<CaseRun> {
  let passed = 0;
  const failures: CaseFailure[] = [];
  for (const each of file.cases) {
    if (only?.(each) === false) continue;
    const runs = [{ profile: each.profile ?? 'printed', expect: each.expect } as const];
    if (each.altProfile !== undefined) runs.push(each.altProfile as (typeof runs)[number]);
    for (const { profile, expect } of runs) {
      const text = await runCase(each, profile, expect, operations);
      if (text === undefined) passed += 1;
      else failures.push({ id: each.id, profile, text });
    }
  }
  return { passed, failures };
}

/** @returns what is wrong, or undefined. */
async function runCase(
  { op, given }: Case,
  profile: Profile,
  expect: Case['expect'],
  operations: OperationTable,
): Promise<string | undefined> {
  const operation = Object.hasOwn(operations, op) ? operations[op] : undefined;
  if (operation === undefined) return `there is no operation ${op}`;
  const start = performance.now();
  try {
    const actual: unknown = await operation(given, { profile });
    const seconds = (performance.now() - start) / 1000;
    const found = differences(expect, { seconds, ...(actual as object | null) });
    return found.length === 0 ? undefined : found.join('; ');
  } catch (error) {
    return `failed: ${error instanceof Error ? error.message : String(error)}`;
  }
}
