// Times at which people like to have messages sent, in the reader's own zone. Pure.

export const PRESETS = ['inAnHour', 'tomorrowMorning', 'tomorrowAfternoon', 'nextMonday'] as const;
export type Preset = (typeof PRESETS)[number];

const HOUR_MS = 3_600_000;

/** The presets that name different times now. */
export function presetTimes(nowMs: number): { readonly preset: Preset; readonly atMs: number }[] {
  const now = new Date(nowMs);
  const onDay = (days: number, hour: number) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour).getTime();
  const daysToMonday = (8 - now.getDay()) % 7 || 7;
  const times = [
    { preset: 'inAnHour', atMs: nowMs + HOUR_MS },
    { preset: 'tomorrowMorning', atMs: onDay(1, 9) },
    { preset: 'tomorrowAfternoon', atMs: onDay(1, 13) },
    { preset: 'nextMonday', atMs: onDay(daysToMonday, 9) },
  ] as const;
  return times.filter(({ atMs }, index) => times.findIndex((one) => one.atMs === atMs) === index);
}

/** For `<input type="datetime-local">`, which knows no zone but the reader's. */
export function localInput(atMs: number): string {
  const at = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Unix milliseconds; null for what is no time. */
export function fromLocalInput(value: string): number | null {
  const parts = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)/.exec(value)?.slice(1).map(Number);
  if (parts === undefined) return null;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = parts;
  return new Date(year, month - 1, day, hour, minute).getTime();
}
