// Dates, times and durations of iCalendar (RFC 5545 §3.3.4–§3.3.6, §3.3.14). Local times are milliseconds as if they were
// UTC, so that reckoning with days and weeks is plain; zone.ts says when they are. Pure.
import type { ContentLine } from './content-line.ts';

/** Milliseconds since 1970 of a wall clock, whichever zone it hangs in. */
export type LocalMs = number;

export interface DateValue {
  readonly local: LocalMs;
  /** A whole day. */
  readonly isDate: boolean;
  readonly isUtc: boolean;
  /** Empty for a floating time. */
  readonly tzid: string;
}

export const DAY_MS = 86_400_000;
const FORM = /^(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})(Z?))?$/;

export function parseDateValue(value: string, params: ContentLine['params']): DateValue | undefined {
  const found = FORM.exec(value.trim());
  if (found === null) return undefined;
  const [, year, month, day, hour, minute, second, utc] = found;
  const date = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // 31 February is no day.
  if (new Date(date).getUTCDate() !== Number(day) || Number(year) < 1000) return undefined;
  if (hour === undefined) return { local: date, isDate: true, isUtc: false, tzid: '' };
  const [hours, minutes, seconds] = [Number(hour), Number(minute), Number(second)];
  if (hours > 23 || minutes > 59 || seconds > 60) return undefined;
  // A leap second is the last one of its minute.
  const local = date + hours * 3_600_000 + minutes * 60_000 + Math.min(seconds, 59) * 1000;
  const isUtc = utc === 'Z';
  return { local, isDate: false, isUtc, tzid: isUtc ? '' : (params.get('TZID') ?? '') };
}

/** Values of EXDATE and RDATE, which are lists; of a period, its start. */
export function parseDateValues({ value, params }: ContentLine): DateValue[] {
  return value.split(',').flatMap((each) => parseDateValue(each.split('/')[0] ?? '', params) ?? []);
}

const DURATION =
  /^([+-]?)P(?:(\d{1,4})W|(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?)$/;

export function parseDuration(value: string): number | undefined {
  const found = DURATION.exec(value.trim());
  if (found === null) return undefined;
  const [sign, weeks, days, hours, minutes, seconds] = found.slice(1);
  const ms =
    (Number(weeks ?? 0) * 7 + Number(days ?? 0)) * DAY_MS +
    Number(hours ?? 0) * 3_600_000 +
    Number(minutes ?? 0) * 60_000 +
    Number(seconds ?? 0) * 1000;
  return sign === '-' ? -ms : ms;
}

/** `+0130` and `-083045` (RFC 5545 §3.3.14). */
export function parseOffset(value: string): number | undefined {
  const found = /^([+-])(\d{2})(\d{2})(\d{2})?$/.exec(value.trim());
  if (found === null) return undefined;
  const [, sign, hours, minutes, seconds = '0'] = found;
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return sign === '-' ? -ms : ms;
}
