// How long to wait before the next attempt to connect: doubling, bounded, and spread so that
// a thousand browsers do not return in the same instant after a restart. Pure.

const FIRST_MS = 1000;
const LONGEST_MS = 30_000;

/** `attempt` counts failures from 0; `random` is from 0 to 1. */
export function retryDelayMs(attempt: number, random: number): number {
  const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(full * (0.5 + random / 2));
}
