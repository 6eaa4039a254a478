// Credentials that end by themselves: the user name says until when, the password is its code under a secret that only the
// servers know. What browsers and other TURN servers call the REST way (draft-uberti-behave-turn-rest-00).
import type { Mac } from '../hashes.ts';

export interface TurnCredential {
  /** `1800000000:alice`: when it ends, in Unix seconds, and for whom it is. */
  readonly username: string;
  readonly password: string;
}

const encoder = new TextEncoder();
const NOTHING = new Uint8Array(0);

/** @param mac HMAC-SHA1 under the secret of the servers. @param user without a colon. */
export function timeLimitedCredential(mac: Mac, user: string, expiresAtUnixS: number): TurnCredential {
  const username = `${Math.floor(expiresAtUnixS)}:${user}`;
  return { username, password: timeLimitedPassword(mac, username) };
}

/** The password that belongs to a user name: in base64. */
export function timeLimitedPassword(mac: Mac, username: string): string {
  return base64(mac(encoder.encode(username), NOTHING));
}

/** Who it is for and until when; undefined for a name of another form. */
export function readTimeLimitedName(
  username: string,
): { readonly user: string; readonly expiresAtUnixS: number } | undefined {
  const [, seconds, user] = /^(\d{1,12}):([^:]{1,255})$/s.exec(username) ?? [];
  if (seconds === undefined || user === undefined) return undefined;
  return { user, expiresAtUnixS: Number(seconds) };
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

function base64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const word = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    for (let letter = 0; letter < 4; letter++)
      text += at + letter > bytes.length ? '=' : LETTERS[(word >> (18 - 6 * letter)) & 63];
  }
  return text;
}
