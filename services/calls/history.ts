// A line of the call history, from the side of a call that has ended. Pure.
import type { CallSide, HistoryEntry } from './contract.ts';
import { isMissed } from './ending.ts';

export function entryOf(side: CallSide, seen: boolean): HistoryEntry {
  const { sideId, recordId, direction, other, startedAt, answeredAt, endedAt, end, video } = side;
  return {
    sideId,
    recordId,
    direction,
    other,
    startedAt,
    durationMs: answeredAt === undefined ? 0 : Math.max(0, (endedAt ?? answeredAt) - answeredAt),
    missed: isMissed(side),
    seen,
    end: end?.reason ?? 'failed',
    video,
  };
}
