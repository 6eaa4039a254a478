// Dates and durations in the reader's language and time zone. Pure; screens use use-formats.ts.
export interface Formats {
  readonly locale: string;
  time(atMs: number): string;
  /** "Today", "Yesterday", "Tomorrow", a week day, or a date. */
  day(atMs: number, nowMs: number): string;
  /** A day inside a sentence: "tomorrow", a date. */
  dayIn(atMs: number, nowMs: number): string;
  /** As short as a list allows: the time today, else the day. */
  short(atMs: number, nowMs: number): string;
  /** "March 2026". */
  month(atMs: number): string;
  full(atMs: number): string;
  /** "5 minutes ago". */
  ago(atMs: number, nowMs: number): string;
  number(value: number): string;
}

const DAY_MS = 86_400_000;
/** Local midnight before `atMs`. */
export function startOfDay(atMs: number): number {
  const date = new Date(atMs);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

export function makeFormats(locale: string): Formats {
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit' });
  const weekday = new Intl.DateTimeFormat(locale, { weekday: 'long' });
  const shortWeekday = new Intl.DateTimeFormat(locale, { weekday: 'short' });
  const date = new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' });
  const dateWithYear = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric' });
  const shortDate = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' });
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric' });
  const full = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const number = new Intl.NumberFormat(locale);
  const daysBetween = (atMs: number, nowMs: number) =>
    Math.round((startOfDay(nowMs) - startOfDay(atMs)) / DAY_MS);
  const capital = (text: string) => text.charAt(0).toLocaleUpperCase(locale) + text.slice(1);

  return {
    locale,
    time: (atMs) => time.format(atMs),
    day(atMs, nowMs) {
      const days = daysBetween(atMs, nowMs);
      if (Math.abs(days) <= 1) return capital(relative.format(-days, 'day'));
      if (Math.abs(days) < 7) return weekday.format(atMs);
      return new Date(atMs).getFullYear() === new Date(nowMs).getFullYear()
        ? date.format(atMs)
        : dateWithYear.format(atMs);
    },
    dayIn(atMs, nowMs) {
      const days = daysBetween(atMs, nowMs);
      return Math.abs(days) <= 1 ? relative.format(-days, 'day') : shortDate.format(atMs);
    },
    short(atMs, nowMs) {
      const days = daysBetween(atMs, nowMs);
      if (days <= 0) return time.format(atMs);
      return days < 7 ? shortWeekday.format(atMs) : shortDate.format(atMs);
    },
    month: (atMs) => month.format(atMs),
    full: (atMs) => full.format(atMs),
    ago(atMs, nowMs) {
      const minutes = Math.round((nowMs - atMs) / 60_000);
      if (minutes < 60) return relative.format(-Math.max(0, minutes), 'minute');
      const hours = Math.round(minutes / 60);
      return hours < 24 ? relative.format(-hours, 'hour') : relative.format(-Math.round(hours / 24), 'day');
    },
    number: (value) => number.format(value),
  };
}
