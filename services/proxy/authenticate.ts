// Who sent this request (RFC 3261 §22): challenges, checks the answer against the devices of the user, slows down guessing.
// Called by walk.ts for every request that needs a caller.
import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { ServiceContext } from '@parley/platform/host';
import { type ServerRequest, sourceGroup } from '@parley/platform/net';
import {
  type DigestAlgorithm,
  type Hash,
  type KeyedHash,
  makeNonce,
  parseNameAddr,
  serializeChallenge,
} from '@parley/protocol/sip';
import { authenticationErrors, DIGEST_REALM, deviceUsed, nonceKey } from '../authentication/contract.ts';
import { ChallengeOffer } from './challenge-offer.ts';
import { CredentialCache } from './credential-cache.ts';
import { checkForm, credentialsFor, provenDevice, saltFor } from './digest-check.ts';
import { NonceCounts } from './nonce-counts.ts';
import { isOwnHost, type OwnHosts } from './own-hosts.ts';
import type { Caller } from './station.ts';
import { Throttle } from './throttle.ts';

/** Why there is no caller; the request is answered already where `refuse` was given one. */
export type Refusal =
  | { readonly kind: 'challenge'; readonly stale: boolean; readonly failed: boolean }
  | { readonly kind: 'forbidden'; readonly sentence: string }
  | { readonly kind: 'throttled' }
  | { readonly kind: 'unavailable' };

export type Verdict =
  | { readonly ok: true; readonly caller: Caller }
  | { readonly ok: false; readonly refusal: Refusal };

/** `authentication.device.used` is told once in this time for each device. */
const USED_EVERY_MS = 5 * 60_000;
const USED_DEVICES = 50_000;
const USERNAME_CHARS = 254;
/** What is remembered of who a client says to be. */
const CLIENT_CHARS = 300;

const HASHES: Readonly<Record<DigestAlgorithm, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };
const hash: Hash = (algorithm, text) => createHash(HASHES[algorithm]).update(text).digest('hex');

export class Authenticator implements AsyncDisposable {
  readonly #context: ServiceContext;
  readonly #own: OwnHosts;
  readonly #credentials: CredentialCache;
  readonly #counts = new NonceCounts();
  readonly #offer = new ChallengeOffer();
  readonly #throttle = new Throttle();
  readonly #usedAt = new Map<string, number>();
  #key: Buffer | undefined;

  private constructor(context: ServiceContext, own: OwnHosts, credentials: CredentialCache) {
    this.#context = context;
    this.#own = own;
    this.#credentials = credentials;
  }

  static async start(context: ServiceContext, own: OwnHosts): Promise<Authenticator> {
    return new Authenticator(context, own, await CredentialCache.start(context));
  }

  async check({ request, flow }: ServerRequest): Promise<Verdict> {
    const { clock, config } = this.#context;
    const keyedHash = await this.#keyedHash();
    if (keyedHash === undefined) return refused({ kind: 'unavailable' });
    const credentials = credentialsFor(request, DIGEST_REALM);
    if (credentials === undefined) return refused({ kind: 'challenge', stale: false, failed: false });
    const now = clock.wallNow();
    const source = sourceGroup(flow.remoteAddress);
    const { username } = credentials;
    const isOwn = (host: string) => isOwnHost(this.#own, host, flow.localAddress);
    const form = checkForm(credentials, request.uri, { keyedHash, now, source, isOwn });
    // A nonce that is not ours proves nothing, and is no guess either: it may be from before the key was made.
    if (form === 'foreign') return refused({ kind: 'challenge', stale: false, failed: false });
    // A phone that has moved has the right password, most likely: it is asked again without troubling its user.
    if (form === 'elsewhere') return refused({ kind: 'challenge', stale: true, failed: false });
    const guessed = username.slice(0, USERNAME_CHARS);
    if (this.#throttle.refuses(source, guessed, now)) return refused({ kind: 'throttled' });
    const wrong = () => {
      this.#throttle.failed(source, guessed, now);
      return refused({ kind: 'challenge', stale: false, failed: true });
    };
    this.#offer.answered(clientOf({ request, flow }));
    if (form === 'other-uri' || !isName(username)) return wrong();

    const known = await this.#credentials.of(username);
    if (known.kind !== 'known') {
      return known.kind === 'unknown' ? wrong() : refused({ kind: 'unavailable' });
    }
    const device = provenDevice(hash, credentials, request.method, known.devices);
    if (device === undefined) return wrong();
    // Told only to who has the password: nobody else shall learn which accounts there are.
    if (known.disabled) return forbidden('AUTHENTICATION_DISABLED');
    if (device.expiresAt !== null && device.expiresAt <= now)
      return forbidden('AUTHENTICATION_DEVICE_EXPIRED');
    // RFC 7616 §3.3: stale says that the password was right, so it is said only after it was checked.
    if (form === 'stale' || !this.#counts.take(credentials.nonce, credentials.auth?.nonceCount)) {
      return refused({ kind: 'challenge', stale: true, failed: false });
    }
    this.#tellUsed(device.deviceId, now);
    const name = username.toLowerCase();
    const address = name.includes('@') ? name : `${name}@${config.domain}`;
    return { ok: true, caller: { userId: known.userId, address, deviceId: device.deviceId } };
  }

  /** One challenge for each algorithm that suits this client. Call after `check`. */
  challenges({ request, flow }: ServerRequest, stale: boolean): readonly string[] {
    const key = this.#key;
    if (key === undefined) return [];
    const now = this.#context.clock.wallNow();
    const source = sourceGroup(flow.remoteAddress);
    const given = credentialsFor(request, DIGEST_REALM);
    const algorithms =
      given === undefined
        ? this.#offer.for(clientOf({ request, flow }), request.headers.get('User-Agent'), now)
        : [given.algorithm];
    return algorithms.map((algorithm) => {
      const salt = saltFor(hmacOf(key), source, randomBytes(8).toString('hex'));
      const nonce = makeNonce(hmacOf(key), now, salt, DIGEST_REALM);
      return serializeChallenge({ realm: DIGEST_REALM, nonce, algorithm, qopAuth: true, stale });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#credentials[Symbol.asyncDispose]();
  }

  async #keyedHash(): Promise<KeyedHash | undefined> {
    if (this.#key === undefined) {
      const reply = await this.#context.bus.call(nonceKey, {});
      if (!reply.ok) return undefined;
      this.#key = Buffer.from(reply.value.key, 'hex');
    }
    return hmacOf(this.#key);
  }

  #tellUsed(deviceId: string, at: number): void {
    if (at - (this.#usedAt.get(deviceId) ?? 0) < USED_EVERY_MS) return;
    if (this.#usedAt.size >= USED_DEVICES) this.#usedAt.clear();
    this.#usedAt.set(deviceId, at);
    const { bus, log } = this.#context;
    bus
      .publish(deviceUsed, { deviceId, at })
      .catch((error) => log.debug({ error }, 'the use of a device was not told'));
  }
}

/** A stand-in for the client until it has proven more: where it is, and who it says to be. */
function clientOf({ request, flow }: Pick<ServerRequest, 'request' | 'flow'>): string {
  const from = parseNameAddr(request.headers.get('From') ?? '')?.uri ?? '';
  return `${flow.remoteAddress} ${from}`.slice(0, CLIENT_CHARS);
}

/** A quoted name may hold U+0000 (RFC 3261 §25.1), which nobody has in theirs. */
function isName(username: string): boolean {
  return username.length <= USERNAME_CHARS && !username.includes('\0');
}

function hmacOf(key: Buffer): KeyedHash {
  return (text) => createHmac('sha256', key).update(text).digest('hex');
}

function refused(refusal: Refusal): Verdict {
  return { ok: false, refusal };
}

function forbidden(code: 'AUTHENTICATION_DISABLED' | 'AUTHENTICATION_DEVICE_EXPIRED'): Verdict {
  return refused({ kind: 'forbidden', sentence: authenticationErrors.table[code].sentence });
}
