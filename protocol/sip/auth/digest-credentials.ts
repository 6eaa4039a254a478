// Authorization and Proxy-Authorization: a client's proof (RFC 7616 §3.4, RFC 3261 §22.4).
import { quote } from '../grammar.ts';
import { parseAuthFields } from './auth-params.ts';
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

/** undefined for another scheme, an algorithm or qop that we did not offer, and malformed text. */
export function parseCredentials(text: string): DigestCredentials | undefined {
  const fields = parseAuthFields(text);
  if (fields?.scheme !== 'digest') return undefined;
  const { params } = fields;
  const username = params.get('username');
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const uri = params.get('uri');
  const response = params.get('response')?.toLowerCase();
  const algorithm = parseAlgorithm(params.get('algorithm'));
  const auth = parseAuth(params);
  if (username === undefined || realm === undefined || nonce === undefined || uri === undefined)
    return undefined;
  if (response === undefined || !/^[0-9a-f]{32,128}$/.test(response)) return undefined;
  if (algorithm === undefined || auth === 'malformed') return undefined;
  const opaque = params.get('opaque');
  return {
    username,
    realm,
    nonce,
    uri,
    response,
    algorithm,
    ...(opaque === undefined ? {} : { opaque }),
    ...(auth === undefined ? {} : { auth }),
  };
}

/** RFC 7616 §3.4: with qop there are cnonce and nc of eight hexadecimal digits, without it there is neither. */
function parseAuth(params: ReadonlyMap<string, string>): DigestCredentials['auth'] | 'malformed' {
  const qop = params.get('qop');
  if (qop === undefined) return undefined;
  const cnonce = params.get('cnonce');
  const nc = params.get('nc');
  if (qop.toLowerCase() !== 'auth' || cnonce === undefined || nc === undefined) return 'malformed';
  return /^[0-9a-fA-F]{8}$/.test(nc) ? { cnonce, nonceCount: Number.parseInt(nc, 16) } : 'malformed';
}

/** `nc` as it is written and hashed. */
export function nonceCountText(nonceCount: number): string {
  return nonceCount.toString(16).padStart(8, '0');
}
