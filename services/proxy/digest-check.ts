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

/** The salt of a nonce (RFC 7616 §5.4), which tells where its challenge went to. `random` is hexadecimal. */
export function saltFor(keyedHash: KeyedHash, source: string, random: string): string {
  return `${random}-${placeOf(keyedHash, source)}`;
}

function placeOf(keyedHash: KeyedHash, source: string): string {
  return keyedHash(`place ${source}`).slice(0, 16);
}

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

/**
 * Before any secret is fetched: is the nonce ours and fresh, was it given to this source, and are the credentials for
 * this request? A challenge reaches only the true address of who asked, so an answer to it that comes from elsewhere may
 * bear a false one: it must neither aim our requests at that address nor count against it.
 */
export function checkForm(
  credentials: DigestCredentials,
  requestUri: string,
  {
    keyedHash,
    now,
    source,
    isOwn,
  }: { keyedHash: KeyedHash; now: number; source: string; isOwn: (host: string) => boolean },
): 'good' | 'stale' | 'foreign' | 'elsewhere' | 'other-uri' {
  const verdict = checkNonce(keyedHash, credentials.nonce, now, NONCE_LIFETIME_MS, credentials.realm);
  if (verdict === 'foreign') return verdict;
  const [, salt = ''] = credentials.nonce.split('.');
  if (salt.split('-')[1] !== placeOf(keyedHash, source)) return 'elsewhere';
  if (verdict === 'stale') return verdict;
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
