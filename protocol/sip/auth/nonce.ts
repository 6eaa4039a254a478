// Nonces that need no memory (RFC 7616 §5.4): the time they were made, a salt, and a keyed hash over both. Any front
// end with the key can check one. The keyed hash and the time are arguments.
import { equalInConstantTime } from './constant-time.ts';

/** A keyed hash (HMAC) of the text, in hexadecimal digits; the key is the caller's. */
export type KeyedHash = (text: string) => string;

export type NonceVerdict =
  | 'fresh'
  /** Ours, but too old: challenge again with `stale=true`. */
  | 'stale'
  /** Not made by us, or made in the future. */
  | 'foreign';

/** Clocks of two front ends may differ by as much. */
const SKEW_MS = 5_000;
const MAC_CHARS = 32;

/** `salt` is random token text without dots, so that two challenges in one millisecond differ. `scope` binds realm or user. */
export function makeNonce(keyedHash: KeyedHash, nowMs: number, salt: string, scope: string): string {
  const text = `${Math.trunc(nowMs).toString(36)}.${salt}`;
  return `${text}.${macOf(keyedHash, text, scope)}`;
}

export function checkNonce(
  keyedHash: KeyedHash,
  nonce: string,
  nowMs: number,
  lifetimeMs: number,
  scope: string,
): NonceVerdict {
  const parts = nonce.length <= 256 ? nonce.split('.') : [];
  const [time, salt, mac] = parts;
  if (parts.length !== 3 || time === undefined || salt === undefined || mac === undefined) return 'foreign';
  if (!equalInConstantTime(macOf(keyedHash, `${time}.${salt}`, scope), mac)) return 'foreign';
  const ageMs = nowMs - Number.parseInt(time, 36);
  if (!(ageMs >= -SKEW_MS)) return 'foreign';
  return ageMs <= lifetimeMs ? 'fresh' : 'stale';
}

function macOf(keyedHash: KeyedHash, text: string, scope: string): string {
  return keyedHash(`${text}.${scope}`).slice(0, MAC_CHARS);
}
