// Recurrence rules (RFC 5545 §3.3.10) by day, week, month and year, laid out over a window of local time. Pure.
import { DAY_MS, type LocalMs, parseDateValue } from './date-value.ts';

type Frequency = 'DAILY' | 'WEEKLY' | 'MONTHLY' | 'YEARLY';

/** 0 is Sunday; `nth` counts from the start of the month or year, or from its end where it is negative; 0 for every one. */
interface ByDay {
  readonly day: number;
  readonly nth: number;
}

export interface RecurrenceRule {
  readonly frequency: Frequency;
  readonly interval: number;
  readonly count: number;
  /** Local where `isUntilUtc` is false. */
  readonly until: number;
  readonly isUntilUtc: boolean;
  readonly byDay: readonly ByDay[];
  readonly byMonthDay: readonly number[];
  readonly byMonth: readonly number[];
  readonly bySetPos: readonly number[];
  readonly weekStart: number;
}

const DAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const FREQUENCIES: readonly string[] = ['DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY'];
const NEVER = Number.POSITIVE_INFINITY;

/** @returns undefined for rules that we do not know; such an event happens once. */
export function parseRule(value: string): RecurrenceRule | undefined {
  const parts = new Map<string, string>();
  for (const part of value.trim().toUpperCase().split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0) parts.set(part.slice(0, equals), part.slice(equals + 1));
  }
  const frequency = parts.get('FREQ') ?? '';
  if (!FREQUENCIES.includes(frequency)) return undefined;
  for (const unknown of ['BYHOUR', 'BYMINUTE', 'BYSECOND', 'BYYEARDAY', 'BYWEEKNO'])
    if (parts.has(unknown)) return undefined;
  const until = parseDateValue(parts.get('UNTIL') ?? '', new Map());
  const byDay = (parts.get('BYDAY') ?? '').split(',').flatMap(parseByDay);
  return {
    frequency: frequency as Frequency,
    interval: Math.max(1, number(parts.get('INTERVAL'), 1)),
    count: parts.has('COUNT') ? number(parts.get('COUNT'), 1) : NEVER,
    // A date takes in the whole of its day.
    until: until === undefined ? NEVER : until.local + (until.isDate ? DAY_MS - 1 : 0),
    isUntilUtc: until?.isUtc === true,
    byDay,
    byMonthDay: numbers(parts.get('BYMONTHDAY'), 31),
    byMonth: numbers(parts.get('BYMONTH'), 12).filter((month) => month > 0),
    bySetPos: numbers(parts.get('BYSETPOS'), 366),
    weekStart: Math.max(0, DAYS.indexOf(parts.get('WKST') ?? 'MO')),
  };
}

function parseByDay(text: string): ByDay[] {
  const found = /^([+-]?\d{1,2})?(SU|MO|TU|WE|TH|FR|SA)$/.exec(text);
  return found === null ? [] : [{ day: DAYS.indexOf(found[2] ?? ''), nth: Number(found[1] ?? 0) }];
}

function number(text: string | undefined, otherwise: number): number {
  const value = Number(text ?? otherwise);
  return Number.isSafeInteger(value) && value >= 0 ? value : otherwise;
}

function numbers(text: string | undefined, greatest: number): number[] {
  if (text === undefined) return [];
  const values = text.split(',').slice(0, 400).map(Number);
  return values.filter((value) => Number.isInteger(value) && value !== 0 && Math.abs(value) <= greatest);
}

/** Periods that may still be looked at, over all rules of a calendar: a feed that lies costs no more than this. */
export interface Budget {
  periods: number;
}

/** The starts of a rule from `from` on, before `to`, in order. `toUtc` is needed where the rule ends at a time in UTC. */
export function* occurrences(
  rule: RecurrenceRule,
  start: LocalMs,
  window: { readonly from: LocalMs; readonly to: LocalMs; readonly toUtc: (local: LocalMs) => number },
  budget: Budget,
): Generator<LocalMs> {
  const { from, to, toUtc } = window;
  let left = rule.count;
  // Where nothing is counted, what lies before the window is stepped over at once.
  let index = rule.count === NEVER ? Math.max(0, periodsBetween(rule, start, from) - 1) : 0;
  for (; budget.periods > 0; index++) {
    budget.periods -= 1;
    const period = periodStart(rule, start, index);
    // Not a number: an interval beyond the end of time.
    if (!(period < to)) return;
    for (const local of candidates(rule, start, period)) {
      if (local < start) continue;
      const isOver = rule.isUntilUtc ? toUtc(local) > rule.until : local > rule.until;
      if (left <= 0 || isOver || local >= to) return;
      left -= 1;
      if (local >= from) yield local;
    }
  }
}

/** The first midnight of the period with that index; the time of day is added to its days. */
function periodStart(
  { frequency, interval, weekStart }: RecurrenceRule,
  start: LocalMs,
  index: number,
): LocalMs {
  const midnight = start - mod(start, DAY_MS);
  const date = new Date(midnight);
  switch (frequency) {
    case 'DAILY':
      return midnight + index * interval * DAY_MS;
    case 'WEEKLY':
      return midnight - mod(date.getUTCDay() - weekStart, 7) * DAY_MS + index * interval * 7 * DAY_MS;
    case 'MONTHLY':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + index * interval);
    case 'YEARLY':
      return Date.UTC(date.getUTCFullYear() + index * interval, 0);
  }
}

const PERIOD_MS: Readonly<Record<Frequency, number>> = {
  DAILY: DAY_MS,
  WEEKLY: 7 * DAY_MS,
  // The longest ones, so that none is stepped over.
  MONTHLY: 31 * DAY_MS,
  YEARLY: 366 * DAY_MS,
};

function periodsBetween({ frequency, interval }: RecurrenceRule, start: LocalMs, from: LocalMs): number {
  return Math.floor((from - start) / (PERIOD_MS[frequency] * interval));
}

function candidates(rule: RecurrenceRule, start: LocalMs, period: LocalMs): LocalMs[] {
  const time = mod(start, DAY_MS);
  const found = daysOf(rule, start, period).map((day) => day + time);
  if (rule.bySetPos.length === 0) return found;
  return found.filter((_, at) =>
    rule.bySetPos.some((pos) => (pos > 0 ? pos - 1 : found.length + pos) === at),
  );
}

/** Midnights, in order. */
function daysOf(rule: RecurrenceRule, start: LocalMs, period: LocalMs): LocalMs[] {
  const { frequency, byDay, byMonth } = rule;
  const first = new Date(start);
  const inMonths = (day: LocalMs) =>
    byMonth.length === 0 || byMonth.includes(new Date(day).getUTCMonth() + 1);
  switch (frequency) {
    case 'DAILY':
      return [period].filter((day) => inMonths(day) && isByDay(rule, day) && isByMonthDay(rule, day));
    case 'WEEKLY': {
      const days = byDay.length === 0 ? [first.getUTCDay()] : byDay.map(({ day }) => day);
      return span(period, 7).filter((day) => days.includes(new Date(day).getUTCDay()) && inMonths(day));
    }
    case 'MONTHLY':
      return inMonths(period) ? inMonth(rule, first, period) : [];
    case 'YEARLY': {
      const year = new Date(period).getUTCFullYear();
      // RFC 5545 §3.3.10, note 2: BYDAY counts within the year unless BYMONTH or BYMONTHDAY narrows it.
      if (byDay.length > 0 && byMonth.length === 0 && rule.byMonthDay.length === 0)
        return nthDays(byDay, span(period, isLeap(year) ? 366 : 365));
      const every = rule.byMonthDay.length > 0 ? [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] : [];
      const months = byMonth.length > 0 ? byMonth : every.length > 0 ? every : [first.getUTCMonth() + 1];
      const ordered = [...new Set(months)].sort((a, b) => a - b);
      return ordered.flatMap((month) => inMonth(rule, first, Date.UTC(year, month - 1)));
    }
  }
}

/** @param month its first midnight. */
function inMonth(rule: RecurrenceRule, first: Date, month: LocalMs): LocalMs[] {
  const date = new Date(month);
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  const days = span(month, length);
  if (rule.byMonthDay.length > 0) return days.filter((day) => isByMonthDay(rule, day) && isByDay(rule, day));
  if (rule.byDay.length > 0) return nthDays(rule.byDay, days);
  // A 31st is in no month that ends before it.
  return days.slice(first.getUTCDate() - 1, first.getUTCDate());
}

function nthDays(byDay: readonly ByDay[], days: readonly LocalMs[]): LocalMs[] {
  const found = new Set<LocalMs>();
  for (const { day, nth } of byDay) {
    const those = days.filter((each) => new Date(each).getUTCDay() === day);
    const wanted = nth === 0 ? those : those.slice(nth > 0 ? nth - 1 : nth).slice(0, 1);
    if (nth >= 0 || those.length >= -nth) for (const each of wanted) found.add(each);
  }
  return [...found].sort((a, b) => a - b);
}

function isByDay({ byDay }: RecurrenceRule, day: LocalMs): boolean {
  return byDay.length === 0 || byDay.some((each) => each.day === new Date(day).getUTCDay());
}

function isByMonthDay({ byMonthDay }: RecurrenceRule, day: LocalMs): boolean {
  if (byMonthDay.length === 0) return true;
  const date = new Date(day);
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  return byMonthDay.some((each) => (each > 0 ? each : length + 1 + each) === date.getUTCDate());
}

function span(first: LocalMs, days: number): LocalMs[] {
  return Array.from({ length: days }, (_, index) => first + index * DAY_MS);
}

function isLeap(year: number): boolean {
  return new Date(Date.UTC(year, 1, 29)).getUTCDate() === 29;
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
