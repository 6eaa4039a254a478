// Whether the credentials of a request prove a device of a user (RFC 3261 §22, RFC 7616 §3.4.6, RFC 8760 §2.3). Pure: the
// hash functions, the secrets and the time come in. Used by authenticate.ts.
import {
  checkNonce,
  type DigestCredentials,
  type Hash,
  type KeyedHash,
  parseCredentials,
  parseSipUri,
  type SipRequest,
  unescapeUri,
  verifyResponse,
} from '@parley/protocol/sip';

/** How long a challenge can be answered; then the client gets a new one without asking its user (`stale`). */
export const NONCE_LIFETIME_MS = 5 * 60_000;

export interface DeviceSecret {
  readonly deviceId: string;
  readonly md5: string;
  readonly sha256: string;
  /** Unix milliseconds, or null for never. */
  readonly expiresAt: number | null;
}

/** The first credentials of the request that are for our realm, from whichever of the two fields. */
export function credentialsFor(request: SipRequest, realm: string): DigestCredentials | undefined {
  for (const name of ['Authorization', 'Proxy-Authorization']) {
    for (const value of request.headers.getAll(name)) {
      const credentials = parseCredentials(value);
      if (credentials?.realm === realm) return credentials;
    }
  }
  return undefined;
}

/** Before any secret is fetched: is the nonce ours and fresh, and are the credentials for this request? */
export function checkForm(
  credentials: DigestCredentials,
  requestUri: string,
  { keyedHash, now, isOwn }: { keyedHash: KeyedHash; now: number; isOwn: (host: string) => boolean },
): 'good' | 'stale' | 'foreign' | 'other-uri' {
  const verdict = checkNonce(keyedHash, credentials.nonce, now, NONCE_LIFETIME_MS, credentials.realm);
  if (verdict !== 'fresh') return verdict;
  return isSameResource(credentials.uri, requestUri, isOwn) ? 'good' : 'other-uri';
}

/** The device whose password made this response. */
export function provenDevice(
  hash: Hash,
  credentials: DigestCredentials,
  method: string,
  devices: readonly DeviceSecret[],
): DeviceSecret | undefined {
  return devices.find((device) => {
    const secret = credentials.algorithm === 'SHA-256' ? device.sha256 : device.md5;
    return verifyResponse(hash, secret, method, credentials);
  });
}

/**
 * RFC 7616 §3.4.6: the uri of the credentials names the resource of the request. Clients differ in port and parameters,
 * and in which of our names they use.
 */
function isSameResource(one: string, other: string, isOwn: (host: string) => boolean): boolean {
  if (one === other) return true;
  const [first, second] = [parseSipUri(one), parseSipUri(other)];
  if (first === undefined || second === undefined) return false;
  const user = (text: string | undefined) => (text === undefined ? undefined : unescapeUri(text));
  if (user(first.user) !== user(second.user)) return false;
  return first.host.toLowerCase() === second.host.toLowerCase() || (isOwn(first.host) && isOwn(second.host));
}
