// Authorization and Proxy-Authorization: a client's proof (RFC 7616 §3.4, RFC 3261 §22.4).
import { quote, skipSpace } from '../grammar.ts';
import { readAuthParams } from './auth-params.ts';
import { type DigestAlgorithm, parseAlgorithm } from './digest-algorithm.ts';

export interface DigestCredentials {
  readonly username: string;
  readonly realm: string;
  readonly nonce: string;
  readonly uri: string;
  /** Hexadecimal digits in lower case. */
  readonly response: string;
  readonly algorithm: DigestAlgorithm;
  readonly opaque?: string | undefined;
  /** Present with qop=auth, absent in the form of RFC 2069 §2.1.2. */
  readonly auth?: { readonly cnonce: string; readonly nonceCount: number } | undefined;
}

export function serializeCredentials(credentials: DigestCredentials): string {
  const { auth } = credentials;
  const parts = [
    `Digest username=${quote(credentials.username)}`,
    `realm=${quote(credentials.realm)}`,
    `nonce=${quote(credentials.nonce)}`,
    `uri=${quote(credentials.uri)}`,
    `response="${credentials.response}"`,
    `algorithm=${credentials.algorithm}`,
  ];
  if (auth !== undefined) {
    parts.push(`cnonce=${quote(auth.cnonce)}`, 'qop=auth', `nc=${nonceCountText(auth.nonceCount)}`);
  }
  if (credentials.opaque !== undefined) parts.push(`opaque=${quote(credentials.opaque)}`);
  return parts.join(', ');
}

/** Where each parameter that we read stands in the list of what was read. */
const SLOTS = ['username', 'realm', 'nonce', 'uri', 'response', 'algorithm', 'opaque', 'qop', 'cnonce', 'nc'];
const SCHEME = 'digest ';

/** undefined for another scheme, an algorithm or qop that we did not offer, and malformed text. */
export function parseCredentials(text: string): DigestCredentials | undefined {
  // Read with every authenticated request: into a list, without a map.
  const start = skipSpace(text, 0);
  if (
    text
      .slice(start, start + SCHEME.length)
      .replace('\t', ' ')
      .toLowerCase() !== SCHEME
  )
    return undefined;
  const read: (string | undefined)[] = new Array(SLOTS.length).fill(undefined);
  const isRead = readAuthParams(text, start + SCHEME.length, (name, value) => {
    let slot = SLOTS.indexOf(name);
    if (slot === -1) slot = SLOTS.indexOf(name.toLowerCase());
    if (slot === -1) return true;
    if (read[slot] !== undefined) return false;
    read[slot] = value;
    return true;
  });
  const [username, realm, nonce, uri, digest, named, opaque, qop, cnonce, nc] = read;
  if (!isRead || username === undefined || realm === undefined || nonce === undefined) return undefined;
  if (uri === undefined || digest === undefined) return undefined;
  const response = digest.toLowerCase();
  const algorithm = parseAlgorithm(named);
  if (algorithm === undefined || !isHex(response, 32, 128)) return undefined;
  if (qop === undefined)
    return opaque === undefined
      ? { username, realm, nonce, uri, response, algorithm }
      : { username, realm, nonce, uri, response, algorithm, opaque };
  // RFC 7616 §3.4: with qop there are cnonce and nc of eight hexadecimal digits, without it there is neither.
  if (cnonce === undefined || nc === undefined || !isHex(nc.toLowerCase(), 8, 8)) return undefined;
  if (qop !== 'auth' && qop.toLowerCase() !== 'auth') return undefined;
  const auth = { cnonce, nonceCount: Number.parseInt(nc, 16) };
  return opaque === undefined
    ? { username, realm, nonce, uri, response, algorithm, auth }
    : { username, realm, nonce, uri, response, algorithm, opaque, auth };
}

function isHex(text: string, least: number, most: number): boolean {
  if (text.length < least || text.length > most) return false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (!((code >= 0x30 && code <= 0x39) || (code >= 0x61 && code <= 0x66))) return false;
  }
  return true;
}

/** `nc` as it is written and hashed. */
export function nonceCountText(nonceCount: number): string {
  return nonceCount.toString(16).padStart(8, '0');
}
