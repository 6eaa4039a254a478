// Import of many people at once: every row is checked against the others and against who is there already.
import type { Fault } from '@parley/platform/contract';
import { type ImportReport, type ImportRow, identityErrors, type User } from './contract.ts';
import { newUser } from './person.ts';

export type Problem = ImportReport['problems'][number];

export interface ImportPlan {
  /** The rows that could be imported, in order. */
  readonly accepted: readonly { readonly row: ImportRow; readonly user: User }[];
  readonly problems: readonly Problem[];
}

const COLUMN_OF: Readonly<Record<string, string>> = {
  IDENTITY_BAD_ADDRESS: 'address',
  IDENTITY_BAD_NAME: 'name',
  IDENTITY_BAD_PHONE: 'phone',
};

function problemOf(row: ImportRow, fault: Fault): Problem {
  return { line: row.line, column: COLUMN_OF[fault.code] ?? '', reason: fault.sentence };
}

/** Checks rows by themselves and against each other. `nextId` names the new users. */
export function planImport(rows: readonly ImportRow[], domain: string, nextId: () => string): ImportPlan {
  const accepted: { row: ImportRow; user: User }[] = [];
  const problems: Problem[] = [];
  const lineOfAddress = new Map<string, number>();
  const lineOfPhone = new Map<string, number>();
  for (const row of rows) {
    const made = newUser(nextId(), row, domain);
    if (!made.ok) {
      problems.push(problemOf(row, made.fault));
      continue;
    }
    const user = made.value;
    const found = [
      repeated(row, 'address', user.address, lineOfAddress),
      ...(user.phone === '' ? [] : [repeated(row, 'phone', user.phone, lineOfPhone)]),
    ].filter((problem) => problem !== undefined);
    problems.push(...found);
    if (found.length === 0) accepted.push({ row, user });
  }
  return { accepted, problems };
}

function repeated(
  row: ImportRow,
  column: string,
  value: string,
  lines: Map<string, number>,
): Problem | undefined {
  const first = lines.get(value);
  if (first === undefined) {
    lines.set(value, row.line);
    return undefined;
  }
  return { line: row.line, column, reason: `${value} stands in line ${first} already.` };
}

/** Problems with people who are there already. */
export function takenProblems(
  plan: ImportPlan,
  taken: readonly { address: string; phone: string }[],
): Problem[] {
  const addresses = new Set(taken.map((user) => user.address));
  const phones = new Set(taken.map((user) => user.phone).filter((phone) => phone !== ''));
  return plan.accepted.flatMap(({ row, user }) => [
    ...(addresses.has(user.address)
      ? [{ line: row.line, column: 'address', reason: identityErrors.table.IDENTITY_ADDRESS_TAKEN.sentence }]
      : []),
    ...(phones.has(user.phone)
      ? [{ line: row.line, column: 'phone', reason: identityErrors.table.IDENTITY_PHONE_TAKEN.sentence }]
      : []),
  ]);
}
