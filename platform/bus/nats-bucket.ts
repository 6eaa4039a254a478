// Keys and values with expiry on a JetStream bucket. Used by nats.ts.
import { JetStreamApiError, type JetStreamManager } from '@nats-io/jetstream';
import { type KV, Kvm, type KvWatchEntry } from '@nats-io/kv';
import { nanos } from '@nats-io/transport-node';
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import { keyToken, textOfKey } from './nats-names.ts';
import type { WireBucket } from './wire.ts';

export interface BucketOptions {
  readonly ttlMs: number | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly replicas: number;
}

/** The server has another value under this key. */
const wrongLastSequence = new Set([10071, 10164]);
/** A server forgets an expired key a moment after its time. */
const expirySlackMs = 50;

export async function natsBucket(
  manager: JetStreamManager,
  name: string,
  options: BucketOptions,
): Promise<WireBucket> {
  const bucket = `parley_${keyToken(name).replaceAll('=', '_')}`;
  const kvm = new Kvm(manager.jetstream());
  const keys = await kvm.create(bucket, {
    // A read asks the leader, so that whoever has written reads what was written.
    allow_direct: false,
    replicas: options.replicas,
    ...(options.ttlMs === undefined ? {} : { ttl: options.ttlMs }),
  });
  const status = await keys.status();
  const maxAge = nanos(options.ttlMs ?? 0);
  if (status.streamInfo.config.max_age !== maxAge) {
    await manager.streams.update(status.streamInfo.config.name, { max_age: maxAge });
  }
  return new NatsBucket(keys, options);
}

class NatsBucket implements WireBucket {
  readonly #keys: KV;
  readonly #options: BucketOptions;

  constructor(keys: KV, options: BucketOptions) {
    this.#keys = keys;
    this.#options = options;
  }

  async get(key: string): Promise<string | undefined> {
    const entry = await this.#keys.get(keyToken(key));
    return entry?.operation === 'PUT' ? entry.string() : undefined;
  }

  async put(key: string, payload: string): Promise<void> {
    await this.#keys.put(keyToken(key), payload);
  }

  async create(key: string, payload: string): Promise<boolean> {
    try {
      await this.#keys.create(keyToken(key), payload);
      return true;
    } catch (error) {
      if (error instanceof JetStreamApiError && wrongLastSequence.has(error.code)) return false;
      throw error;
    }
  }

  async delete(key: string): Promise<void> {
    await this.#keys.purge(keyToken(key));
  }

  async keys(): Promise<string[]> {
    const keys: string[] = [];
    for await (const key of await this.#keys.keys()) keys.push(textOfKey(key));
    return keys;
  }

  async watch(onChange: (key: string, payload: string | undefined) => void): Promise<AsyncDisposable> {
    const entries = await this.#keys.watch();
    const expiry = new Expiry(this.#options, (key) => this.get(key), onChange);
    const following = (async () => {
      for await (const entry of entries) this.#told(entry, expiry, onChange);
    })();
    return {
      async [Symbol.asyncDispose]() {
        expiry.close();
        entries.stop();
        await following;
      },
    };
  }

  #told(
    entry: KvWatchEntry,
    expiry: Expiry,
    onChange: (key: string, payload: string | undefined) => void,
  ): void {
    const key = textOfKey(entry.key);
    const payload = entry.operation === 'PUT' ? entry.string() : undefined;
    expiry.seen(key, payload !== undefined);
    onChange(key, payload);
  }
}

/** The server says nothing when a key expires: whoever watches keeps time and looks. */
class Expiry {
  readonly #options: BucketOptions;
  readonly #get: (key: string) => Promise<string | undefined>;
  readonly #expired: (key: string, payload: undefined) => void;
  readonly #timers = new Map<string, Disposable>();
  #closed = false;

  constructor(
    options: BucketOptions,
    get: (key: string) => Promise<string | undefined>,
    expired: (key: string, payload: undefined) => void,
  ) {
    this.#options = options;
    this.#get = get;
    this.#expired = expired;
  }

  seen(key: string, isThere: boolean): void {
    this.#timers.get(key)?.[Symbol.dispose]();
    this.#timers.delete(key);
    if (isThere && this.#options.ttlMs !== undefined)
      this.#lookAfter(key, this.#options.ttlMs + expirySlackMs);
  }

  close(): void {
    this.#closed = true;
    for (const timer of this.#timers.values()) timer[Symbol.dispose]();
    this.#timers.clear();
  }

  #lookAfter(key: string, ms: number): void {
    const timer = this.#options.clock.after(ms, async () => {
      const isThere = await this.#get(key).then(
        (payload) => payload !== undefined,
        () => true,
      );
      // Meanwhile it was written again, deleted, or nobody listens any more.
      if (this.#closed || this.#timers.get(key) !== timer) return;
      if (isThere) {
        this.#lookAfter(key, Math.max(expirySlackMs, (this.#options.ttlMs ?? 0) / 4));
        return;
      }
      this.#timers.delete(key);
      this.#expired(key, undefined);
    });
    this.#timers.set(key, timer);
  }
}
