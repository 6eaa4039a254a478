// Expires: for how long something is meant to hold, in seconds (RFC 3261 §20.19).
import { parseNumber } from '../grammar.ts';

/** 2³²−1: more is read as this, since the field has no meaning beyond it. */
export const MAX_EXPIRES_S = 2 ** 32 - 1;

/** delta-seconds; undefined where it is no number. Oversized values are clamped, not refused. */
export function parseExpires(text: string): number | undefined {
  const seconds = parseNumber(text, Number.MAX_SAFE_INTEGER);
  return seconds === undefined ? undefined : Math.min(seconds, MAX_EXPIRES_S);
}

export function serializeExpires(expiresS: number): string {
  return String(Math.min(Math.max(0, Math.trunc(expiresS)), MAX_EXPIRES_S));
}
