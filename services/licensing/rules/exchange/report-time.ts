// Dates as reports of other systems write them: `1/31/2026 8:00:00 AM`, `31.01.2026 08:00`. Which number is the month is
// read from the whole file, and where no date tells, from nothing: such rows are refused rather than guessed.
import { isDay } from '../day.ts';
import { timeMs } from './table.ts';

export type DateOrder = 'month-first' | 'day-first';

const ANY_DATE = /(?<![\d.])(\d{1,2})([/.])(\d{1,2})\2(\d{4})(?![\d.])/g;
const LOCAL =
  /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?:,? (\d{1,2}):(\d{2})(?::(\d{2}))?(?: ?([AP])\.?M\.?)?)?$/i;

/** Points are written where the day comes first; with strokes some date of the file must have a number above 12. */
export function dateOrderOf(text: string): DateOrder | undefined {
  for (const [, first, sign, second] of text.matchAll(ANY_DATE)) {
    if (sign === '.' || Number(first) > 12) return 'day-first';
    if (Number(second) > 12) return 'month-first';
  }
  return undefined;
}

/** Read as UTC. @returns undefined where the field is no time, or might be two. */
export function reportTimeMs(field: string, order: DateOrder | undefined): number | undefined {
  const parts = LOCAL.exec(field);
  if (parts === null) return timeMs(field);
  const [, first = '', second = '', year = '', hour = '0', minute = '00', seconds = '00', half] = parts;
  // 3/3/2026 is the same day either way.
  if (order === undefined && first !== second) return undefined;
  const [month, date] = order === 'day-first' ? [second, first] : [first, second];
  const day = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  const hours =
    half === undefined ? Number(hour) : (Number(hour) % 12) + (half.toUpperCase() === 'P' ? 12 : 0);
  if (!isDay(day) || (half !== undefined && (Number(hour) < 1 || Number(hour) > 12))) return undefined;
  return timeMs(`${day} ${String(hours).padStart(2, '0')}:${minute}:${seconds}`);
}
