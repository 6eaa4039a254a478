// Fuzz target of the calendars: whatever the bytes, nothing throws or takes long, and what is laid out is in order, inside
// the window and within its number. Run by `npm run fuzz` and by the properties.
import { expandCalendar, readCalendar } from './calendar.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/icalendar'];

const FROM = Date.UTC(2026, 0, 5);
const TO = Date.UTC(2026, 0, 19);
const LIMIT = 100;

export function fuzz(data: Uint8Array): void {
  const read = readCalendar(new TextDecoder().decode(data));
  if (!read.ok) return;
  const instances = expandCalendar(read.calendar, { from: FROM, to: TO, limit: LIMIT });
  if (instances.length > LIMIT) throw new Error('more than was asked for');
  let last = Number.NEGATIVE_INFINITY;
  for (const { start, end } of instances) {
    if (!(start < end) || end <= FROM || start >= TO)
      throw new Error(`${start} to ${end} is not in the window`);
    if (start < last) throw new Error('not in order');
    last = start;
  }
}
