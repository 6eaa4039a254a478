// When a person's state changes though nobody says anything: a choice ends, a machine stays without input, a meeting begins
// or ends. Pure.
import { type CalendarBlock, calendarChangesAt } from './calendar/calendar-now.ts';
import type { Manual, Statement } from './contract.ts';
import { patienceOf, signChangesAt } from './machine.ts';

export interface DueInputs {
  readonly manual: Manual | null;
  readonly statements: readonly Statement[];
  readonly blocks: readonly CalendarBlock[];
  readonly inactiveAfterMin: number;
  readonly awayAfterMin: number;
}

/** @returns null for never. */
export function dueAt({ manual, statements, blocks, ...limits }: DueInputs, at: number): number | null {
  const patience = patienceOf(limits);
  const until = manual?.until !== undefined && manual.until > at ? manual.until : Number.POSITIVE_INFINITY;
  const signs = statements.map((statement) => signChangesAt(statement, at, patience));
  const next = Math.min(until, calendarChangesAt(blocks, at), ...signs);
  return Number.isFinite(next) ? next : null;
}
