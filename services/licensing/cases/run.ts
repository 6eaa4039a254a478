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
  profile: Type.Optional(Type.Union([Profile, Type.Null()])),
  altProfile: Type.Optional(Type.Union([Type.Object({ profile: Profile, expect: Values }), Type.Null()])),
  why: Type.Optional(Type.Unknown()),
});
export type Case = Static<typeof Case>;
const Listed = Type.Object({ cases: Type.Array(Type.Unknown(), { maxItems: 100_000 }) });
const [listed, form] = [Compile(Listed), Compile(Case)];

export interface CaseFile {
  readonly cases: readonly Case[];
  /** Cases that are not in the form: each fails by itself, and the others are run. */
  readonly malformed?: readonly CaseFailure[];
}

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

/** A file of which no case is in the form is refused, with the place of the first. */
export function readCases(text: string): Outcome<CaseFile> {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return licensingErrors.fault('LICENCE_BAD_CASES', `The case file is not JSON: ${String(error)}`);
  }
  if (!listed.Check(value)) return badCases(listed.Errors(value)[0]);
  const cases: Case[] = [];
  const malformed: CaseFailure[] = [];
  for (const [index, each] of value.cases.entries()) {
    if (form.Check(each)) cases.push(each);
    else malformed.push(malformedCase(each, index));
  }
  const [first] = malformed;
  if (first !== undefined && cases.length === 0)
    return licensingErrors.fault('LICENCE_BAD_CASES', `The case file is not in the form: ${first.text}.`);
  return done({ cases, malformed });
}

type FormError = { readonly instancePath: string; readonly message: string } | undefined;

function badCases(error: FormError): Outcome<never> {
  const place = [error?.instancePath, error?.message].filter(Boolean).join(' ');
  return licensingErrors.fault('LICENCE_BAD_CASES', `The case file is not in the form: ${place}.`);
}

function malformedCase(value: unknown, index: number): CaseFailure {
  const error: FormError = form.Errors(value)[0];
  const id = typeof value === 'object' && value !== null ? (value as { id?: unknown }).id : undefined;
  return {
    id: typeof id === 'string' ? id : `case ${index + 1}`,
    profile: 'printed',
    text: `/cases/${index}${error?.instancePath ?? ''} ${error?.message ?? ''}`,
  };
}

export async function runCases(
  file: CaseFile,
  { operations, only }: { readonly operations: OperationTable; readonly only?: (each: Case) => boolean },
): Promise<CaseRun> {
  let passed = 0;
  const failures: CaseFailure[] = [...(file.malformed ?? [])];
  for (const each of file.cases) {
    if (only?.(each) === false) continue;
    const runs = [{ profile: each.profile ?? 'printed', expect: each.expect } as const];
    if (each.altProfile) runs.push(each.altProfile as (typeof runs)[number]);
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
