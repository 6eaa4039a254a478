// Days, money and signed numbers as licence pages write them. Days are days of UTC; money is in minor units. Pure.

export interface LicenceFormats {
  /** `2026-01-31` as a date of the reader's language. */
  day(day: string): string;
  money(minor: number, currency: string): string;
  /** A moment, in the reader's time zone. */
  moment(atMs: number): string;
  /** With a plus or a minus, but plain nought. */
  signed(value: number): string;
}

export function makeLicenceFormats(locale: string): LicenceFormats {
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeZone: 'UTC' });
  const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' });
  const signed = new Intl.NumberFormat(locale, { signDisplay: 'exceptZero' });
  const currencies = new Map<string, Intl.NumberFormat>();

  function moneyFormat(currency: string): Intl.NumberFormat {
    const known = currencies.get(currency) ?? new Intl.NumberFormat(locale, { style: 'currency', currency });
    currencies.set(currency, known);
    return known;
  }

  return {
    day: (day) => date.format(Date.parse(`${day.slice(0, 10)}T00:00:00Z`)),
    money: (minor, currency) => moneyFormat(currency).format(minor / 10 ** digitsOf(currency)),
    moment: (atMs) => moment.format(atMs),
    signed: (value) => signed.format(value),
  };
}

/** Digits of the minor unit: 2 for the euro, 0 for the yen. */
export function digitsOf(currency: string): number {
  return (
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  );
}

/** What somebody typed, `12.50` or `12,50`, in minor units; null where it is no amount. */
export function minorUnits(typed: string, currency: string): number | null {
  const digits = digitsOf(currency);
  const match = /^(\d{1,12})(?:[.,](\d*))?$/.exec(typed.trim());
  if (match === null) return null;
  const fraction = match[2] ?? '';
  if (fraction.length > digits) return null;
  return Number(match[1]) * 10 ** digits + Number(fraction.padEnd(digits, '0') || 0);
}

/** The amount as somebody would type it. */
export function typedAmount(minor: number, currency: string): string {
  return (minor / 10 ** digitsOf(currency)).toFixed(digitsOf(currency));
}

/** The day of UTC that it is now. */
export function today(nowMs: number): string {
  return new Date(nowMs).toISOString().slice(0, 10);
}

/** How many days `day` is after `from`. */
export function daysUntil(day: string, from: string): number {
  return Math.round((Date.parse(day) - Date.parse(from)) / 86_400_000);
}
