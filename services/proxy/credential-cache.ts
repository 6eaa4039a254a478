// Digest secrets of users who signed in lately, so that a REGISTER every minute does not ask authentication each time.
// What a device or user changes to is asked anew at once; kept for minutes only, in case an event was lost. Bounded in
// memory. Used by authenticate.ts.
import type { Subscription } from '@parley/platform/bus';
import type { ServiceContext } from '@parley/platform/host';
import { devicesChanged, digestCredentials } from '../authentication/contract.ts';
import { userChanged } from '../identity/contract.ts';
import type { DeviceSecret } from './digest-check.ts';
import type { Caller } from './station.ts';

/** A device, which is itself the verdict on the requests that it proves: every phone has one of these in memory. */
export interface KnownDevice extends DeviceSecret {
  readonly ok: true;
  readonly caller: Caller;
  /** When its use was told last, Unix time. */
  toldAtS: number;
}

export interface KnownUser {
  readonly kind: 'known';
  readonly userId: string;
  readonly disabled: boolean;
  readonly devices: readonly KnownDevice[];
  /** Where the user signed in from last. */
  source: string | undefined;
}

export type KnownCredentials = KnownUser | { readonly kind: 'unknown' | 'unavailable' };

type Kept = KnownCredentials & {
  readonly untilS: number;
  /** Asked after so many changes. */
  readonly generation: number;
};

const KEPT_S = 5 * 60;
const USERS = 100_000;
/** Names that nobody has; guessed ones must not drive out the users. */
const NOBODIES = 10_000;
const CHANGES = 20_000;

export class CredentialCache implements AsyncDisposable {
  readonly #context: ServiceContext;
  readonly #users = new Map<string, Kept>();
  readonly #nobodies = new Map<string, Kept>();
  /** By userId: the generation of the last change, so that what was asked before counts no more. */
  readonly #changed = new Map<string, number>();
  #generation = 0;
  /** What was asked before this generation counts no more, whoever it is of. */
  #leastGeneration = 0;
  #subscriptions: readonly (Subscription | Disposable)[] = [];

  private constructor(context: ServiceContext) {
    this.#context = context;
  }

  static async start(context: ServiceContext): Promise<CredentialCache> {
    const cache = new CredentialCache(context);
    const { bus } = context;
    cache.#subscriptions = [
      bus.onReconnect(() => cache.#forgetAll()),
      await bus.subscribe(devicesChanged, ({ userId }) => cache.#forgetUser(userId)),
      await bus.subscribe(userChanged, ({ userId }) => cache.#forgetUser(userId)),
    ];
    return cache;
  }

  /** At once where they are at hand. */
  of(username: string): KnownCredentials | Promise<KnownCredentials> {
    const nowS = Math.floor(this.#context.clock.now() / 1000);
    const kept = this.#users.get(username) ?? this.#nobodies.get(username);
    if (kept !== undefined && kept.untilS > nowS && this.#isCurrent(kept)) return kept;
    return this.#fetch(username, nowS + KEPT_S);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const subscription of this.#subscriptions) {
      if (Symbol.asyncDispose in subscription) await subscription[Symbol.asyncDispose]();
      else subscription[Symbol.dispose]();
    }
  }

  #isCurrent(kept: Kept): boolean {
    const { generation } = kept;
    if (generation === this.#generation) return true;
    if (kept.kind !== 'known' || generation < this.#leastGeneration) return false;
    return (this.#changed.get(kept.userId) ?? 0) <= generation;
  }

  async #fetch(username: string, untilS: number): Promise<KnownCredentials> {
    const generation = this.#generation;
    const credentials = await this.#ask(username);
    const kept: Kept = { ...credentials, untilS, generation };
    // The name is a part of a message, which would stay in memory as a whole.
    const name = Buffer.from(username).toString();
    this.#users.delete(name);
    this.#nobodies.delete(name);
    if (kept.kind === 'unavailable' || !this.#isCurrent(kept)) return credentials;
    if (kept.kind === 'known') keep(this.#users, name, kept, USERS);
    else keep(this.#nobodies, name, kept, NOBODIES);
    return kept;
  }

  async #ask(username: string): Promise<KnownCredentials> {
    const reply = await this.#context.bus.call(digestCredentials, { username });
    if (reply.ok) {
      const { userId, disabled, devices } = reply.value;
      const name = username.toLowerCase();
      const address = Buffer.from(name.includes('@') ? name : `${name}@${this.#context.config.domain}`);
      const known = devices.map(({ deviceId, md5, sha256, expiresAt }): KnownDevice => {
        const caller = { userId, address: address.toString(), deviceId };
        return { ok: true, caller, md5, sha256, expiresAt, toldAtS: 0 };
      });
      return { kind: 'known', userId, disabled, devices: known, source: undefined };
    }
    if (reply.fault.code === 'AUTHENTICATION_FAILED') return { kind: 'unknown' };
    this.#context.log.warn({ code: reply.fault.code }, 'device passwords cannot be asked for');
    return { kind: 'unavailable' };
  }

  /** Users who were not known a moment ago may be this one. */
  #forgetUser(userId: string): void {
    this.#generation += 1;
    this.#nobodies.clear();
    this.#changed.set(userId, this.#generation);
    if (this.#changed.size > CHANGES) this.#forgetAll();
  }

  #forgetAll(): void {
    this.#generation += 1;
    this.#leastGeneration = this.#generation;
    this.#users.clear();
    this.#nobodies.clear();
    this.#changed.clear();
  }
}

/** As the newest; the oldest goes when there are too many. */
function keep(held: Map<string, Kept>, name: string, kept: Kept, most: number): void {
  held.set(name, kept);
  if (held.size <= most) return;
  const [oldest] = held.keys();
  if (oldest !== undefined) held.delete(oldest);
}
