// What a person's calendar says at one moment, out of the times that were read from the feed. Pure.
import type { CalendarNow, FreeBusy } from '../contract.ts';

/** One time of the calendar. `subject` and `place` are empty for a private one. */
export interface CalendarBlock extends FreeBusy {
  readonly subject: string;
  readonly place: string;
}

const BACK_MS = 12 * 3_600_000;
const AHEAD_MS = 48 * 3_600_000;
const SHOWN = 40;

/** @param blocks in the order of their starts. */
export function calendarNow(blocks: readonly CalendarBlock[], at: number): CalendarNow {
  const current = blocks.filter(({ start, end }) => start <= at && at < end);
  // Of two meetings at the same time, one goes to that which began last.
  const meeting = current.findLast(({ kind }) => kind === 'busy');
  const outOfOffice = current.findLast(({ kind }) => kind === 'outOfOffice');
  return {
    ...(meeting === undefined
      ? {}
      : {
          meeting: {
            start: meeting.start,
            end: meeting.end,
            subject: meeting.subject,
            place: meeting.place,
          },
        }),
    ...(outOfOffice === undefined ? {} : { outOfOffice: { start: outOfOffice.start, end: outOfOffice.end } }),
    freeBusy: merged(blocks.filter(({ start, end }) => end > at - BACK_MS && start < at + AHEAD_MS)),
  };
}

/** When it says something else; infinity for never. */
export function calendarChangesAt(blocks: readonly CalendarBlock[], at: number): number {
  let next = Number.POSITIVE_INFINITY;
  for (const { start, end, kind } of blocks) {
    if (kind !== 'busy' && kind !== 'outOfOffice') continue;
    if (start > at) next = Math.min(next, start);
    if (end > at) next = Math.min(next, end);
  }
  return next;
}

/** Times of one kind that touch are one: how many meetings there are is nobody's business. */
function merged(blocks: readonly FreeBusy[]): FreeBusy[] {
  const found: FreeBusy[] = [];
  for (const { start, end, kind } of blocks) {
    const last = found.findLast((other) => other.kind === kind);
    if (last !== undefined && start <= last.end) last.end = Math.max(last.end, end);
    else found.push({ start, end, kind });
  }
  return found.slice(0, SHOWN);
}
