// Digest secrets of users who signed in lately, so that a REGISTER every minute does not ask authentication each time.
// Emptied for a user when a device or the user changes; short-lived, because an event may be lost. Used by authenticate.ts.
import type { Subscription } from '@parley/platform/bus';
import type { ServiceContext } from '@parley/platform/host';
import { devicesChanged, digestCredentials } from '../authentication/contract.ts';
import { userChanged } from '../identity/contract.ts';
import type { DeviceSecret } from './digest-check.ts';

export type KnownCredentials =
  | {
      readonly kind: 'known';
      readonly userId: string;
      readonly disabled: boolean;
      readonly devices: readonly DeviceSecret[];
    }
  | { readonly kind: 'unknown' | 'unavailable' };

const KEPT_MS = 60_000;
const USERS = 20_000;

export class CredentialCache implements AsyncDisposable {
  readonly #context: ServiceContext;
  readonly #kept = new Map<string, { readonly credentials: KnownCredentials; readonly until: number }>();
  /** Grows with every change, so that an answer from before it is not kept. */
  #generation = 0;
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

  async of(username: string): Promise<KnownCredentials> {
    const now = this.#context.clock.now();
    const kept = this.#kept.get(username);
    if (kept !== undefined && kept.until > now) return kept.credentials;
    const generation = this.#generation;
    const credentials = await this.#ask(username);
    if (credentials.kind !== 'unavailable' && generation === this.#generation) {
      if (this.#kept.size >= USERS) this.#kept.clear();
      this.#kept.set(username, { credentials, until: now + KEPT_MS });
    }
    return credentials;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const subscription of this.#subscriptions) {
      if (Symbol.asyncDispose in subscription) await subscription[Symbol.asyncDispose]();
      else subscription[Symbol.dispose]();
    }
  }

  async #ask(username: string): Promise<KnownCredentials> {
    const reply = await this.#context.bus.call(digestCredentials, { username });
    if (reply.ok) return { kind: 'known', ...reply.value };
    if (reply.fault.code === 'AUTHENTICATION_FAILED') return { kind: 'unknown' };
    this.#context.log.warn({ code: reply.fault.code }, 'device passwords cannot be asked for');
    return { kind: 'unavailable' };
  }

  /** Users who were not known a moment ago may be this one. */
  #forgetUser(userId: string): void {
    this.#generation += 1;
    for (const [username, { credentials }] of this.#kept) {
      if (credentials.kind !== 'known' || credentials.userId === userId) this.#kept.delete(username);
    }
  }

  #forgetAll(): void {
    this.#generation += 1;
    this.#kept.clear();
  }
}
