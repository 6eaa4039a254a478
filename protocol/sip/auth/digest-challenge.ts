// WWW-Authenticate and Proxy-Authenticate: a server asks for proof (RFC 7616 §3.3, RFC 3261 §22.4, RFC 8760 §2.4).
import { quote } from '../grammar.ts';
import { parseAuthFields } from './auth-params.ts';
import { type DigestAlgorithm, parseAlgorithm } from './digest-algorithm.ts';

export interface DigestChallenge {
  readonly realm: string;
  readonly nonce: string;
  readonly algorithm: DigestAlgorithm;
  /** Whether `auth` is among the qualities of protection; without it the form of RFC 2069 §2.1.2 is used. */
  readonly qopAuth: boolean;
  readonly opaque?: string | undefined;
  /** The last answer was right but its nonce too old: try again without asking the user (RFC 7616 §3.3). */
  readonly stale?: boolean | undefined;
}

export function serializeChallenge(challenge: DigestChallenge): string {
  const parts = [`Digest realm=${quote(challenge.realm)}`, `nonce=${quote(challenge.nonce)}`];
  if (challenge.opaque !== undefined) parts.push(`opaque=${quote(challenge.opaque)}`);
  if (challenge.stale === true) parts.push('stale=true');
  parts.push(`algorithm=${challenge.algorithm}`);
  // RFC 7616 §3.3: a challenge quotes qop, credentials do not.
  if (challenge.qopAuth) parts.push('qop="auth"');
  return parts.join(', ');
}

/** undefined for another scheme, an algorithm or qop that we lack, and malformed text: try the next challenge. */
export function parseChallenge(text: string): DigestChallenge | undefined {
  const fields = parseAuthFields(text);
  if (fields?.scheme !== 'digest') return undefined;
  const { params } = fields;
  const realm = params.get('realm');
  const nonce = params.get('nonce');
  const algorithm = parseAlgorithm(params.get('algorithm'));
  if (realm === undefined || nonce === undefined || algorithm === undefined) return undefined;
  const qop = params.get('qop');
  const qopAuth = qop?.split(',').some((option) => option.trim().toLowerCase() === 'auth') ?? false;
  if (qop !== undefined && !qopAuth) return undefined;
  const opaque = params.get('opaque');
  const isStale = params.get('stale')?.toLowerCase() === 'true';
  return {
    realm,
    nonce,
    algorithm,
    qopAuth,
    ...(opaque === undefined ? {} : { opaque }),
    ...(isStale ? { stale: true } : {}),
  };
}
