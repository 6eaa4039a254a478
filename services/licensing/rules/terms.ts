// What every rule asks of its input first: counts that are counts, days that are days, terms that end after they start. The
// first thing that is wrong is named, and nothing is worked out from the rest.
import { done, type Outcome } from '@parley/platform/contract';
import { dayNumber } from './day.ts';
import { licensingErrors } from './fault.ts';

export const COUNT_LIMIT = 100_000_000;

export function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= COUNT_LIMIT;
}

function shown(value: unknown): string {
  return typeof value === 'object' && value !== null ? 'a list or an object' : String(value);
}

/** @returns LICENCE_BAD_COUNT naming the first value that is no count; what is undefined was not stated. */
export function countsOf(counts: Readonly<Record<string, unknown>>): Outcome<undefined> {
  for (const [name, value] of Object.entries(counts)) {
    if (value !== undefined && !isCount(value))
      return licensingErrors.fault('LICENCE_BAD_COUNT', `${name} cannot be ${shown(value)}.`);
  }
  return done(undefined);
}

/** So that a price times the largest count is still exact. */
export const PRICE_LIMIT = Math.floor(Number.MAX_SAFE_INTEGER / COUNT_LIMIT);

/** In integer minor units. */
export function priceOf(name: string, price: number): Outcome<undefined> {
  if (Number.isInteger(price) && price >= 0 && price <= PRICE_LIMIT) return done(undefined);
  return licensingErrors.fault('LICENCE_BAD_PRICE', `${name} cannot cost ${price}.`);
}

/** @returns LICENCE_BAD_DATE naming the first text that is no day of the calendar. */
export function daysOf(days: Readonly<Record<string, string | undefined | null>>): Outcome<undefined> {
  for (const [name, day] of Object.entries(days)) {
    if (day === undefined || day === null) continue;
    if (typeof day !== 'string' || dayNumber(day) === undefined)
      return licensingErrors.fault('LICENCE_BAD_DATE', `${name}: ${shown(day)} is no day of the calendar.`);
  }
  return done(undefined);
}

/** First and last day, both included; a term without an end has null. */
export interface Term {
  readonly from: string;
  readonly to: string | null;
}

/** The terms in order of time; a renewal may begin before the term that it follows has ended. @returns LICENCE_BAD_DATE. */
export function termsOf(name: string, terms: readonly Term[]): Outcome<readonly Term[]> {
  for (const { from, to } of terms) {
    const days = daysOf({ [name]: from, [`${name} `]: to });
    if (!days.ok) return days;
    if (to !== null && to < from)
      return licensingErrors.fault(
        'LICENCE_BAD_DATE',
        `${name}: the term ends (${to}) before it starts (${from}).`,
      );
  }
  return done(terms.toSorted((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : 0)));
}

export function isActive({ from, to }: Term, day: string): boolean {
  return from <= day && (to === null || day <= to);
}

/** Whether every day from `first` to `last` lies in one of the terms, which are in order. */
export function coversWithoutGap(terms: readonly Term[], first: string, last: string): boolean {
  let next = dayNumber(first) as number;
  const end = dayNumber(last) as number;
  for (const { from, to } of terms) {
    if ((dayNumber(from) as number) > next) return false;
    if (to === null) return true;
    next = Math.max(next, (dayNumber(to) as number) + 1);
    if (next > end) return true;
  }
  return next > end;
}
