// Nonces that the server need not remember: the time at which one was given and a code of it (RFC 8489 §9.2.4, §16.1.2).
import type { Mac } from '../hashes.ts';
import { buildNonce, type SecurityFeatures } from '../stun/credential.ts';

/** We offer SHA-256; a user who is not named we could not find, for nobody lists the names that end by themselves. */
const FEATURES: SecurityFeatures = { passwordAlgorithms: true, userAnonymity: false };
/** RFC 8656 §5: an hour at most. */
export const NONCE_LIFETIME_MS = 3_600_000;

const encoder = new TextEncoder();
const COOKIE_BYTES = buildNonce(FEATURES, '').length;

/** @param mac HMAC-SHA256 under a secret of this server. @param client whom it is for: his address. */
export function makeNonce(mac: Mac, client: string, nowMs: number): string {
  const time = Math.floor(nowMs / 1000).toString(36);
  return buildNonce(FEATURES, `${time}.${codeOf(mac, client, time)}`);
}

/** @returns whether this server has given it to this client, not too long ago. */
export function isFreshNonce(mac: Mac, client: string, nonce: string, nowMs: number): boolean {
  const [time = '', code = ''] = nonce.slice(COOKIE_BYTES).split('.');
  if (nonce.length > 100 || !/^[0-9a-z]{1,9}$/.test(time) || code !== codeOf(mac, client, time)) return false;
  if (!nonce.startsWith(buildNonce(FEATURES, ''))) return false;
  const ageMs = nowMs - Number.parseInt(time, 36) * 1000;
  return ageMs >= -1_000 && ageMs <= NONCE_LIFETIME_MS;
}

function codeOf(mac: Mac, client: string, time: string): string {
  const code = mac(encoder.encode(time), encoder.encode(` ${client}`));
  return Array.from(code.subarray(0, 10), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
