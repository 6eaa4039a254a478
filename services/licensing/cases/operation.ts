// What a case file asks for: one adapter per operation turns `given` into a call of the rules and its answer into what
// the file expects. The types of the tables that operations.ts puts together.
import type { Profile } from '../rules/model.ts';

export type Given = Readonly<Record<string, unknown>>;

export interface CaseContext {
  readonly profile: Profile;
}

/** A thrown error fails the case with its message. */
export type Operation = (given: Given, context: CaseContext) => unknown;
export type OperationTable = Readonly<Record<string, Operation>>;

/** What the operation `bench` can time, by its `what`. */
export type BenchmarkTable = OperationTable;

/** By its name, or by a beginning of it that no other name has: `audit` is `auditVerify`. */
export function meant(table: OperationTable, name: string): Operation | undefined {
  if (Object.hasOwn(table, name)) return table[name];
  const begun = Object.keys(table).filter((each) => name.length >= 5 && each.startsWith(name));
  return begun.length === 1 ? table[begun[0] as string] : undefined;
}
