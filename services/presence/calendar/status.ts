// How a calendar feed is doing, for its owner. Pure.
import { type OwnPresence, presenceErrors } from '../contract.ts';

export type CalendarProblem = Extract<keyof typeof presenceErrors.table, `PRESENCE_CALENDAR_${string}`>;

interface ReadSoFar {
  readonly read_at: number;
  readonly blocks: readonly unknown[];
  /** Why the last attempt failed; empty where it did not. */
  readonly problem: string;
}

export function statusOf({ read_at, blocks, problem }: ReadSoFar): OwnPresence['calendar'] & object {
  const isKnown = (code: string): code is CalendarProblem => Object.hasOwn(presenceErrors.table, code);
  return {
    readAt: read_at,
    events: blocks.length,
    ...(isKnown(problem) ? { problem: presenceErrors.fault(problem).fault } : {}),
  };
}
