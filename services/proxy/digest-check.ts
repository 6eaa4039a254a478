// Whether the credentials of a request prove a device of a user (RFC 3261 §22, RFC 7616 §3.4.6, RFC 8760 §2.3). Pure: the
// hash functions, the secrets and the time come in. Used by authenticate.ts.
import {
  ageVerdict,
  type DigestCredentials,
  type Hash,
  type KeyedHash,
  makeNonce,
  parseCredentials,
  parseSipUri,
  readNonce,
  requestDigest,
  type SipRequest,
  unescapeUri,
  verifyResponse,
} from '@parley/protocol/sip';

/** How long a challenge can be answered; then the client gets a new one without asking its user (`stale`). */
export const NONCE_LIFETIME_MS = 5 * 60_000;

/**
 * A nonce that tells where its challenge went to (RFC 7616 §5.4): the keyed hash protects the source, which is no secret.
 * @param id token text without dots and hyphens that no other nonce has.
 */
export function nonceFor(
  keyedHash: KeyedHash,
  { now, id, source, realm }: { now: number; id: string; source: string; realm: string },
): string {
  return makeNonce(keyedHash, now, `${id}-${placeOf(source)}`, realm);
}

/** A source as token text without dots. */
function placeOf(source: string): string {
  return source.replaceAll('.', '_').replaceAll('/', '!').replaceAll(':', '+');
}

export interface DeviceSecret {
  readonly md5: string;
  readonly sha256: string;
  /** Unix milliseconds, or null for never. */
  readonly expiresAt: number | null;
}

const CREDENTIAL_FIELDS = ['Authorization', 'Proxy-Authorization'] as const;

/** The first credentials of the request that are for our realm, from whichever of the two fields. */
export function credentialsFor(request: SipRequest, realm: string): DigestCredentials | undefined {
  const { headers } = request;
  for (const name of CREDENTIAL_FIELDS) {
    if (!headers.has(name)) continue;
    for (const value of headers.getAll(name)) {
      const credentials = parseCredentials(value);
      if (credentials?.realm === realm) return credentials;
    }
  }
  return undefined;
}

export interface CheckedForm {
  readonly kind: 'good' | 'stale' | 'foreign' | 'elsewhere' | 'other-uri';
  /** What no other nonce of ours has, and when it was made. */
  readonly nonceId: string;
  readonly madeMs: number;
}

const FOREIGN: CheckedForm = { kind: 'foreign', nonceId: '', madeMs: 0 };

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
): CheckedForm {
  const nonce = readNonce(keyedHash, credentials.nonce, credentials.realm);
  if (nonce === undefined) return FOREIGN;
  const verdict = ageVerdict(nonce, now, NONCE_LIFETIME_MS);
  if (verdict === 'foreign') return FOREIGN;
  const idEnd = nonce.salt.indexOf('-');
  const form = (kind: CheckedForm['kind']): CheckedForm => ({
    kind,
    nonceId: nonce.salt.slice(0, idEnd),
    madeMs: nonce.madeMs,
  });
  if (nonce.salt.slice(idEnd + 1) !== placeOf(source)) return form('elsewhere');
  if (verdict === 'stale') return form(verdict);
  return form(isSameResource(credentials.uri, requestUri, isOwn) ? 'good' : 'other-uri');
}

const REQUESTS = 1_000;

/** H(method:uri), remembered for REGISTER: every phone of a domain registers with the same. Bounded. */
export class RequestDigests {
  readonly #hash: Hash;
  /** By algorithm, then by URI. */
  readonly #known = new Map<string, Map<string, string>>();

  constructor(hash: Hash) {
    this.#hash = hash;
  }

  of({ algorithm, uri }: DigestCredentials, method: string): string {
    // Of what is no REGISTER, the URI is another most times.
    if (method !== 'REGISTER') return requestDigest(this.#hash, algorithm, method, uri);
    const known = this.#known.get(algorithm) ?? new Map<string, string>();
    if (known.size === 0) this.#known.set(algorithm, known);
    let digest = known.get(uri);
    if (digest === undefined) {
      digest = requestDigest(this.#hash, algorithm, method, uri);
      if (known.size >= REQUESTS) known.clear();
      // The URI is a part of a message, which would stay in memory as a whole.
      known.set(Buffer.from(uri).toString(), digest);
    }
    return digest;
  }
}

/** The device whose password made this response. */
export function provenDevice<Device extends DeviceSecret>(
  hash: Hash,
  credentials: DigestCredentials,
  method: string,
  devices: readonly Device[],
  digest = requestDigest(hash, credentials.algorithm, method, credentials.uri),
): Device | undefined {
  for (const device of devices) {
    const secret = credentials.algorithm === 'SHA-256' ? device.sha256 : device.md5;
    if (verifyResponse(hash, secret, method, credentials, digest)) return device;
  }
  return undefined;
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
