// Days of the calendar in UTC, written `2026-01-31`: every term, clock and deadline of licensing is counted in them.
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
export const DAY_MS = 86_400_000;

/** @returns days since 1970-01-01, or undefined where the text is no day of the calendar (`2026-02-30`). */
export function dayNumber(day: string): number | undefined {
  const parts = DAY.exec(day);
  if (parts === null) return undefined;
  const [year, month, date] = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  // Date.UTC takes years below 100 for those of the 20th century, and 30 February for a day of March.
  if (year < 100 || month < 1 || month > 12 || date < 1 || date > 31) return undefined;
  const ms = Date.UTC(year, month - 1, date);
  return date < 29 || new Date(ms).getUTCDate() === date ? ms / DAY_MS : undefined;
}

export function isDay(day: string): boolean {
  return dayNumber(day) !== undefined;
}

/** Evidence comes by the million, from few different days. */
const written = new Map<number, string>();

export function dayOf(number: number): string {
  let day = written.get(number);
  if (day === undefined) {
    day = new Date(number * DAY_MS).toISOString().slice(0, 10);
    if (written.size < 10_000) written.set(number, day);
  }
  return day;
}

/** Of days that were checked before: what is no day here is our own fault. */
export function addDays(day: string, days: number): string {
  return dayOf(mustBeDay(day) + days);
}

/** How many days `to` is after `from`; negative when it is before. */
export function daysBetween(from: string, to: string): number {
  return mustBeDay(to) - mustBeDay(from);
}

function mustBeDay(day: string): number {
  const number = dayNumber(day);
  if (number === undefined) throw new Error(`${day} is not a day of the calendar.`);
  return number;
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** An RFC 3339 §5.6 instant with its zone. @returns Unix ms, or undefined where it is none. */
export function instantMs(text: string): number | undefined {
  if (!INSTANT.test(text) || !isDay(text.slice(0, 10))) return undefined;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
