// Nonces that need no memory (RFC 7616 §5.4): the time they were made, a salt, and a keyed hash over both. Any front
// end with the key can check one. The keyed hash and the time are arguments.
import { equalInConstantTime } from './constant-time.ts';

/** A keyed hash of the text, of at least 32 characters; the key is the caller's. */
export type KeyedHash = (text: string) => string;

export type NonceVerdict =
  | 'fresh'
  /** Ours, but too old: challenge again with `stale=true`. */
  | 'stale'
  /** Not made by us, or made in the future. */
  | 'foreign';

export interface Nonce {
  readonly madeMs: number;
  readonly salt: string;
}

/** Clocks of two front ends may differ by as much. */
const SKEW_MS = 5_000;
const MAC_CHARS = 32;
const MAX_NONCE_CHARS = 256;

/** `salt` is token text without dots that is never used again. `scope` binds realm or user. */
export function makeNonce(keyedHash: KeyedHash, nowMs: number, salt: string, scope: string): string {
  const text = `${Math.trunc(nowMs).toString(36)}.${salt}`;
  return `${text}.${macOf(keyedHash, text, scope)}`;
}

/** What a nonce says, or undefined where it was not made with this key for this scope. */
export function readNonce(keyedHash: KeyedHash, nonce: string, scope: string): Nonce | undefined {
  if (nonce.length > MAX_NONCE_CHARS) return undefined;
  const timeEnd = nonce.indexOf('.');
  const saltEnd = nonce.lastIndexOf('.');
  if (timeEnd === saltEnd || nonce.indexOf('.', timeEnd + 1) !== saltEnd) return undefined;
  const text = nonce.slice(0, saltEnd);
  if (!equalInConstantTime(macOf(keyedHash, text, scope), nonce.slice(saltEnd + 1))) return undefined;
  return { madeMs: Number.parseInt(nonce.slice(0, timeEnd), 36), salt: nonce.slice(timeEnd + 1, saltEnd) };
}

/** How old a nonce of ours is, which decides what it is good for. */
export function ageVerdict({ madeMs }: Nonce, nowMs: number, lifetimeMs: number): NonceVerdict {
  const ageMs = nowMs - madeMs;
  if (!(ageMs >= -SKEW_MS)) return 'foreign';
  return ageMs <= lifetimeMs ? 'fresh' : 'stale';
}

export function checkNonce(
  keyedHash: KeyedHash,
  nonce: string,
  nowMs: number,
  lifetimeMs: number,
  scope: string,
): NonceVerdict {
  const read = readNonce(keyedHash, nonce, scope);
  return read === undefined ? 'foreign' : ageVerdict(read, nowMs, lifetimeMs);
}

function macOf(keyedHash: KeyedHash, text: string, scope: string): string {
  return keyedHash(`${text}.${scope}`).slice(0, MAC_CHARS);
}
