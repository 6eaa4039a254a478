// GRUUs (RFC 5627 §3): addresses that lead to one device of a user wherever it is. A public one names user and device; a
// temporary one tells nobody but us whose it is. Used by the registrar, which gives them, and the proxy, which follows them.
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { escapeUser, parseSipUri, type SipUri, unescapeUri } from '@parley/protocol/sip';
import type { Binding } from './contract.ts';
import { bindingsAt, instanceUrn, type Locations, reachable } from './view.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** So long are ours at most: more is not worth deciphering. */
const TOKEN_CHARS = 200;
const PREFIX = 'tgruu.';

/** The user part of an address of record with the instance as `gr` (RFC 5627 §3.1.1). */
export function publicGruu(address: string, instance: string): string {
  const at = address.lastIndexOf('@');
  const urn = instance.replaceAll(/["<>]/g, '').replaceAll(/[^\w.!~*'()[\]/:&+$-]/g, encodeURIComponent);
  return `sip:${escapeUser(address.slice(0, at))}@${address.slice(at + 1)};gr=${urn}`;
}

/** Whose a temporary GRUU is: `temporaryId` is that of a binding. */
export interface TemporaryOwner {
  readonly userId: string;
  readonly temporaryId: string;
}

/**
 * Temporary GRUUs are enciphered, so that no store is needed, nobody learns the user, and nobody can tell that two are of
 * the same device (RFC 5627 §3.1.2). Every front end has the key.
 */
export class TemporaryGruus {
  readonly #key: Buffer;

  /** @param secret shared by all front ends; what is made of it serves for nothing else. */
  constructor(secret: string) {
    this.#key = Buffer.from(hkdfSync('sha256', Buffer.from(secret, 'hex'), '', 'temporary GRUU', 32));
  }

  /** Another one each time. */
  make({ userId, temporaryId }: TemporaryOwner, domain: string): string {
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#key, nonce);
    const text = Buffer.concat([cipher.update(`${userId} ${temporaryId}`, 'utf8'), cipher.final()]);
    const token = Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
    return `sip:${PREFIX}${token}@${domain};gr`;
  }

  /** @param user of a URI that has `gr` without a value. @returns undefined where it is none of ours. */
  read(user: string): TemporaryOwner | undefined {
    if (!user.startsWith(PREFIX) || user.length > TOKEN_CHARS) return undefined;
    const token = user.slice(PREFIX.length);
    const bytes = Buffer.from(token, 'base64url');
    if (bytes.length <= NONCE_BYTES + TAG_BYTES) return undefined;
    // One device, one spelling: the last character has bits that stand for nothing, and decoding skips what is no base64.
    if (bytes.toString('base64url') !== token) return undefined;
    const decipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE_BYTES));
    decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    try {
      const text =
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)).toString() + decipher.final('utf8');
      const [userId = '', temporaryId = ''] = text.split(' ');
      return { userId, temporaryId };
    } catch {
      return undefined;
    }
  }
}

export interface OurUris {
  /** That of every address here, where the host of the URI may be another name of ours. */
  readonly domain?: string | undefined;
  /** Without it, temporary GRUUs lead nowhere. */
  readonly temporary?: TemporaryGruus | undefined;
}

/**
 * Where a URI of ours can be reached now, the preferred first, then the newest: the devices of an address of record, or
 * the flows of the one device that a GRUU names (RFC 5627 §6.1).
 */
export function bindingsForUri(
  locations: Locations,
  uri: string | SipUri,
  now: number,
  { domain, temporary }: OurUris = {},
): readonly Binding[] {
  const parsed = typeof uri === 'string' ? parseSipUri(uri) : uri;
  if (parsed?.user === undefined) return [];
  const user = unescapeUri(parsed.user);
  const address = `${user}@${domain ?? domainOf(parsed)}`;
  if (!parsed.params.has('gr')) return bindingsAt(locations, address, now);
  const named = parsed.params.get('gr');
  if (named !== undefined)
    return ofInstance(bindingsAt(locations, address, now), instanceUrn(unescapeUri(named)));
  const owner = temporary?.read(user);
  const bindings = reachable(locations.byUser.get(owner?.userId ?? '')?.bindings ?? [], now);
  const instance = bindings.find(({ temporaryId }) => temporaryId === owner?.temporaryId)?.instance;
  return instance === undefined ? [] : ofInstance(bindings, instanceUrn(instance));
}

/** Whether a Contact is an address that we gave, in its own domain, which no device can be reached at. */
export function isOwnGruu(uri: SipUri, domain: string): boolean {
  return uri.params.has('gr') && domainOf(uri) === domain;
}

function domainOf({ host }: SipUri): string {
  const name = host.toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function ofInstance(bindings: readonly Binding[], urn: string): readonly Binding[] {
  return bindings.filter(({ instance }) => instance !== undefined && instanceUrn(instance) === urn);
}
