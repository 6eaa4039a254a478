// Who sent this request (RFC 3261 §22): challenges, checks the answer against the devices of the user, slows down guessing.
// Called by walk.ts for every request that needs a caller; answers at once where key and credentials are at hand.
import { hash as hashOnce, randomBytes } from 'node:crypto';
import type { ServiceContext } from '@parley/platform/host';
import { type ServerRequest, sourceGroup } from '@parley/platform/net';
import {
  type DigestAlgorithm,
  type DigestCredentials,
  type Hash,
  type KeyedHash,
  parseNameAddr,
  type SipRequest,
  serializeChallenge,
} from '@parley/protocol/sip';
import { authenticationErrors, DIGEST_REALM, deviceUsed, nonceKey } from '../authentication/contract.ts';
import { ChallengeOffer } from './challenge-offer.ts';
import { CredentialCache, type KnownCredentials } from './credential-cache.ts';
import {
  type CheckedForm,
  checkForm,
  credentialsFor,
  nonceFor,
  provenDevice,
  RequestDigests,
} from './digest-check.ts';
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
const USED_EVERY_S = 5 * 60;
const USERNAME_CHARS = 254;
/** What is remembered of who a client says to be. */
const CLIENT_CHARS = 300;

const UNAVAILABLE = refused({ kind: 'unavailable' });
const THROTTLED = refused({ kind: 'throttled' });
const CHALLENGE = refused({ kind: 'challenge', stale: false, failed: false });
const STALE = refused({ kind: 'challenge', stale: true, failed: false });
const WRONG = refused({ kind: 'challenge', stale: false, failed: true });
const DISABLED = forbidden('AUTHENTICATION_DISABLED');
const EXPIRED = forbidden('AUTHENTICATION_DEVICE_EXPIRED');

/** One call without a hash object takes a half to a third of the time. */
const hash: Hash = (algorithm, text) => hashOnce(algorithm === 'MD5' ? 'md5' : 'sha256', text);

/** What a check has found out before it knows the devices of the user. */
interface Claim {
  readonly request: SipRequest;
  readonly credentials: DigestCredentials;
  readonly form: CheckedForm;
  readonly source: string;
  readonly now: number;
}

export class Authenticator implements AsyncDisposable {
  readonly #context: ServiceContext;
  readonly #own: OwnHosts;
  readonly #credentials: CredentialCache;
  readonly #counts: NonceCounts;
  readonly #offer = new ChallengeOffer();
  readonly #throttle = new Throttle();
  readonly #digests = new RequestDigests(hash);
  #keyedHash: KeyedHash | undefined;
  /** The last request that came without credentials, which `challenges` asks about next. */
  #bare: SipRequest | undefined;

  private constructor(context: ServiceContext, own: OwnHosts, credentials: CredentialCache) {
    this.#context = context;
    this.#own = own;
    this.#credentials = credentials;
    this.#counts = new NonceCounts(randomBytes(4).toString('hex'), context.clock.wallNow());
  }

  static async start(context: ServiceContext, own: OwnHosts): Promise<Authenticator> {
    return new Authenticator(context, own, await CredentialCache.start(context));
  }

  check(server: ServerRequest): Verdict | Promise<Verdict> {
    const keyedHash = this.#keyedHash;
    return keyedHash === undefined ? this.#checkLater(server) : this.#check(server, keyedHash);
  }

  /** One challenge for each algorithm that suits this client. Call after `check`. */
  challenges({ request, flow }: ServerRequest, stale: boolean): readonly string[] {
    const keyedHash = this.#keyedHash;
    if (keyedHash === undefined) return [];
    const now = this.#context.clock.wallNow();
    const given = request === this.#bare ? undefined : credentialsFor(request, DIGEST_REALM);
    this.#bare = undefined;
    const algorithms =
      given === undefined
        ? this.#offer.for(clientOf(request, flow.remoteAddress), request.headers.get('User-Agent'), now)
        : [given.algorithm];
    const id = this.#counts.next();
    // The client answers one of them, so that all may have the same nonce.
    const nonce = nonceFor(keyedHash, {
      now,
      id,
      source: sourceGroup(flow.remoteAddress),
      realm: DIGEST_REALM,
    });
    return algorithms.map((algorithm) => challengeWith(nonce, algorithm, stale));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#credentials[Symbol.asyncDispose]();
  }

  async #checkLater(server: ServerRequest): Promise<Verdict> {
    const reply = await this.#context.bus.call(nonceKey, {});
    if (!reply.ok) return UNAVAILABLE;
    this.#keyedHash ??= hashWith(reply.value.key);
    return await this.#check(server, this.#keyedHash);
  }

  #check({ request, flow }: ServerRequest, keyedHash: KeyedHash): Verdict | Promise<Verdict> {
    const credentials = credentialsFor(request, DIGEST_REALM);
    if (credentials === undefined) {
      this.#bare = request;
      return CHALLENGE;
    }
    const now = this.#context.clock.wallNow();
    const source = sourceGroup(flow.remoteAddress);
    const isOwn = (host: string) => isOwnHost(this.#own, host, flow.localAddress);
    const form = checkForm(credentials, request.uri, { keyedHash, now, source, isOwn });
    // A nonce that is not ours proves nothing, and is no guess either: it may be from before the key was made.
    if (form.kind === 'foreign') return CHALLENGE;
    // A phone that has moved has the right password, most likely: it is asked again without troubling its user.
    if (form.kind === 'elsewhere') return STALE;
    this.#offer.answered(clientOf(request, flow.remoteAddress));
    const claim = { request, credentials, form, source, now };
    const { username } = credentials;
    if (form.kind === 'other-uri' || !isName(username)) {
      return this.#isThrottled(claim, false) ? THROTTLED : this.#wrong(claim);
    }
    const known = this.#credentials.of(username);
    if (!(known instanceof Promise)) return this.#judge(claim, known);
    // Who is refused anyway costs no question to the database.
    if (this.#isThrottled(claim, false)) return THROTTLED;
    return known.then((answer) => this.#judge(claim, answer));
  }

  #judge(claim: Claim, known: KnownCredentials): Verdict {
    const { request, credentials, form, source, now } = claim;
    const isProven = known.kind === 'known' && known.source === source;
    if (this.#isThrottled(claim, isProven)) return THROTTLED;
    if (known.kind !== 'known') return known.kind === 'unknown' ? this.#wrong(claim) : UNAVAILABLE;
    const { method } = request;
    const digest = this.#digests.of(credentials, method);
    const device = provenDevice(hash, credentials, method, known.devices, digest);
    if (device === undefined) return this.#wrong(claim);
    // Told only to who has the password: nobody else shall learn which accounts there are.
    if (known.disabled) return DISABLED;
    if (device.expiresAt !== null && device.expiresAt <= now) return EXPIRED;
    // RFC 7616 §3.3: stale says that the password was right, so it is said only after it was checked.
    if (form.kind === 'stale') return STALE;
    if (!this.#counts.take(form.nonceId, form.madeMs, credentials.auth?.nonceCount)) return STALE;
    if (!isProven) known.source = source;
    const nowS = Math.floor(now / 1000);
    if (nowS - device.toldAtS >= USED_EVERY_S) {
      device.toldAtS = nowS;
      this.#tellUsed(device.caller.deviceId, now);
    }
    return device;
  }

  #isThrottled({ credentials, source, now }: Claim, isProven: boolean): boolean {
    return this.#throttle.refuses(source, credentials.username.slice(0, USERNAME_CHARS), now, isProven);
  }

  #wrong({ credentials, source, now }: Claim): Verdict {
    this.#throttle.failed(source, credentials.username.slice(0, USERNAME_CHARS), now);
    return WRONG;
  }

  #tellUsed(deviceId: string, at: number): void {
    const { bus, log } = this.#context;
    bus
      .publish(deviceUsed, { deviceId, at })
      .catch((error) => log.debug({ error }, 'the use of a device was not told'));
  }
}

/** A stand-in for the client until it has proven more: where it is, and who it says to be. */
function clientOf(request: SipRequest, remoteAddress: string): string {
  const from = request.headers.get('From') ?? '';
  const open = from.indexOf('<');
  const uri = open === -1 ? (parseNameAddr(from)?.uri ?? '') : from.slice(open + 1, from.indexOf('>', open));
  return `${remoteAddress} ${uri}`.slice(0, CLIENT_CHARS);
}

/** A quoted name may hold U+0000 (RFC 3261 §25.1), which nobody has in theirs. */
function isName(username: string): boolean {
  return username.length <= USERNAME_CHARS && !username.includes('\0');
}

/**
 * A keyed hash in one call: SHA-256 over key and text, of which a nonce shows only the first half. A hash that hides half
 * of its state cannot be continued by who does not have the key (the flaw that HMAC repairs), so this is as good here.
 */
function hashWith(key: string): KeyedHash {
  return (text) => hashOnce('sha256', `${key}.${text}`);
}

const challengeEnds = new Map<string, readonly [before: string, after: string]>();

/** The text of a challenge is the same but for its nonce, which holds nothing that would have to be quoted. */
function challengeWith(nonce: string, algorithm: DigestAlgorithm, stale: boolean): string {
  const kind = stale ? `${algorithm} stale` : algorithm;
  let ends = challengeEnds.get(kind);
  if (ends === undefined) {
    const text = serializeChallenge({ realm: DIGEST_REALM, nonce: '\t', algorithm, qopAuth: true, stale });
    const [before = '', after = ''] = text.split('\t');
    ends = [before, after];
    challengeEnds.set(kind, ends);
  }
  return ends[0] + nonce + ends[1];
}

function refused(refusal: Refusal): Verdict {
  return { ok: false, refusal };
}

function forbidden(code: 'AUTHENTICATION_DISABLED' | 'AUTHENTICATION_DEVICE_EXPIRED'): Verdict {
  return refused({ kind: 'forbidden', sentence: authenticationErrors.table[code].sentence });
}
