// What counts as evidence on a day (licensing rule M7): access seen in the days before it. Used by the optimiser's
// requests, by the pages and by what is deleted.
import { done, type Outcome } from '@parley/platform/contract';
import { dayNumber } from '../day.ts';
import { licensingErrors } from '../fault.ts';

export interface Seen {
  readonly lastDay: string;
  /** Left out where only the last day is known. */
  readonly firstDay?: string;
}

export interface EvidenceWindow {
  readonly on: string;
  readonly days: number;
}

/** An edge counts while its last day is at most `days` days back; what was first seen later was not yet known. */
export function inWindow<E extends Seen>(
  edges: readonly E[],
  { on, days }: EvidenceWindow,
): Outcome<readonly E[]> {
  const today = dayNumber(on);
  if (today === undefined)
    return licensingErrors.fault('LICENCE_BAD_DATE', `${on} is not a day of the calendar.`);
  if (!Number.isInteger(days) || days < 0)
    return licensingErrors.fault('LICENCE_BAD_COUNT', `A window cannot have ${days} days.`);
  const kept: E[] = [];
  for (const edge of edges) {
    const last = dayNumber(edge.lastDay);
    const first = edge.firstDay === undefined ? last : dayNumber(edge.firstDay);
    if (last === undefined || first === undefined || first > last)
      return licensingErrors.fault(
        'LICENCE_BAD_DATE',
        `An access was seen from ${edge.firstDay ?? edge.lastDay} to ${edge.lastDay}: those are no days in this order.`,
      );
    if (today - last <= days && first <= today) kept.push(edge);
  }
  return done(kept);
}
