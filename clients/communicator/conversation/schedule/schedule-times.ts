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
