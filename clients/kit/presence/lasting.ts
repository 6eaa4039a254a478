// How long a choice is to last: from the menu's words to seconds. Pure.
import { startOfDay } from '../i18n/format.ts';

export const LASTINGS = ['halfHour', 'hour', 'twoHours', 'today', 'day'] as const;
export type Lasting = (typeof LASTINGS)[number];

const SECONDS: Readonly<Record<Exclude<Lasting, 'today'>, number>> = {
  halfHour: 1800,
  hour: 3600,
  twoHours: 7200,
  day: 86_400,
};
/** The shortest that a page asks for, and the longest that the server takes. */
const LEAST_S = 60;
const MOST_S = 31 * 86_400;

export function secondsOf(lasting: Lasting, nowMs: number): number {
  if (lasting !== 'today') return SECONDS[lasting];
  // Noon of tomorrow is in tomorrow, however long today is.
  return secondsUntil(startOfDay(startOfDay(nowMs) + 36 * 3_600_000), nowMs);
}

export function secondsUntil(atMs: number, nowMs: number): number {
  return Math.min(MOST_S, Math.max(LEAST_S, Math.round((atMs - nowMs) / 1000)));
}
