// Keys of STUN: short-term passwords of ICE, long-term ones of TURN (RFC 8489 §9), and what the nonce says (§9.2).
import { concatBytes } from '../bytes.ts';
import type { Hashes, Mac } from '../hashes.ts';
import type { PasswordAlgorithm } from './attribute.ts';

/** What messages are signed with, and proved by. Made once for a password. */
export interface StunKey {
  readonly sha1: Mac;
  readonly sha256: Mac;
}

const encoder = new TextEncoder();

export const PASSWORD_ALGORITHM_MD5 = 1;
export const PASSWORD_ALGORITHM_SHA256 = 2;

/** A key of these bytes. The codes are made when they are first asked for. */
export function stunKey(bytes: Uint8Array, hashes: Hashes): StunKey {
  let sha1: Mac | undefined;
  let sha256: Mac | undefined;
  return {
    get sha1() {
      sha1 ??= hashes.hmacSha1(bytes);
      return sha1;
    },
    get sha256() {
      sha256 ??= hashes.hmacSha256(bytes);
      return sha256;
    },
  };
}

/**
 * User names, realms and passwords as they are compared (RFC 8265 §4.2): any blank is a space, one form of composed characters.
 */
export function opaqueString(text: string): string {
  return isAscii(text) ? text : text.replace(/\p{Zs}/gu, ' ').normalize('NFC');
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 126) return false;
  return true;
}

/** RFC 8489 §9.1.1: the password itself. */
export function shortTermKey(password: string, hashes: Hashes): StunKey {
  return stunKey(encoder.encode(opaqueString(password)), hashes);
}

export interface LongTermCredential {
  readonly username: string;
  readonly realm: string;
  readonly password: string;
  /** `PASSWORD_ALGORITHM_MD5`, which is meant where nothing is said, or `PASSWORD_ALGORITHM_SHA256`. */
  readonly algorithm?: number;
}

/** RFC 8489 §9.2.2: the hash of user name, realm and password. @throws RangeError for an algorithm that we lack. */
export function longTermKey(credential: LongTermCredential, hashes: Hashes): StunKey {
  const { username, realm, password, algorithm = PASSWORD_ALGORITHM_MD5 } = credential;
  const text = encoder.encode([username, realm, password].map(opaqueString).join(':'));
  if (algorithm === PASSWORD_ALGORITHM_MD5) return stunKey(hashes.md5(text), hashes);
  if (algorithm === PASSWORD_ALGORITHM_SHA256) return stunKey(hashes.sha256(text), hashes);
  throw new RangeError(`there is no password algorithm ${algorithm}`);
}

/** RFC 8489 §14.4: the user without saying who. 32 bytes. */
export function userHash(username: string, realm: string, hashes: Hashes): Uint8Array {
  return hashes.sha256(encoder.encode(`${opaqueString(username)}:${opaqueString(realm)}`));
}

/** What a server says it can do, in the nonce that nobody on the way can change (RFC 8489 §9.2, §18.1). */
export interface SecurityFeatures {
  readonly passwordAlgorithms: boolean;
  readonly userAnonymity: boolean;
}

const COOKIE = 'obMatJos2';

/** A nonce that begins with the cookie and the features. @param random text of the quoted string of RFC 3261 §25.1. */
export function buildNonce(features: SecurityFeatures, random: string): string {
  const bits = (features.passwordAlgorithms ? 0x80 : 0) | (features.userAnonymity ? 0x40 : 0);
  return `${COOKIE}${base64OfThree(bits)}${random}`;
}

/** What the nonce says; both false where it has no cookie. */
export function securityFeatures(nonce: string): SecurityFeatures {
  const coded = nonce.startsWith(COOKIE) ? nonce.slice(COOKIE.length, COOKIE.length + 4) : '';
  const [first, second] = [BASE64.indexOf(coded.charAt(0)), BASE64.indexOf(coded.charAt(1))];
  if (coded.length < 4 || first === -1 || second === -1) return NONE;
  const bits = (first << 2) | (second >> 4);
  return { passwordAlgorithms: (bits & 0x80) !== 0, userAnonymity: (bits & 0x40) !== 0 };
}

const NONE: SecurityFeatures = { passwordAlgorithms: false, userAnonymity: false };
const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** 24 bits, of which only the first byte is used. */
function base64OfThree(first: number): string {
  return `${BASE64[first >> 2]}${BASE64[(first & 3) << 4]}AA`;
}

/** What we offer in PASSWORD-ALGORITHMS, the best first. */
export const OFFERED_ALGORITHMS: readonly PasswordAlgorithm[] = [
  { algorithm: PASSWORD_ALGORITHM_SHA256, parameters: new Uint8Array(0) },
  { algorithm: PASSWORD_ALGORITHM_MD5, parameters: new Uint8Array(0) },
];

/** RFC 8489 §9.2.4: a client repeats the list; one that was cut on the way is an attack. */
export function sameAlgorithms(a: readonly PasswordAlgorithm[], b: readonly PasswordAlgorithm[]): boolean {
  const written = (list: readonly PasswordAlgorithm[]) =>
    concatBytes(
      ...list.map(({ algorithm, parameters }) =>
        concatBytes(Uint8Array.of(algorithm >> 8, algorithm, parameters.length), parameters),
      ),
    ).join();
  return written(a) === written(b);
}
