// Keys and values with expiry inside one process. Used by in-process.ts. Owns its timers until `close`.
import type { Clock } from '../net/clock.ts';
import type { WireBucket } from './wire.ts';

interface Entry {
  readonly payload: string;
  readonly expiry: Disposable | undefined;
}

type Watcher = (key: string, payload: string | undefined) => void;

export class MemoryBucket implements WireBucket {
  readonly #clock: Clock;
  readonly #ttlMs: number | undefined;
  readonly #entries = new Map<string, Entry>();
  readonly #watchers = new Set<Watcher>();

  constructor(clock: Clock, ttlMs: number | undefined) {
    this.#clock = clock;
    this.#ttlMs = ttlMs;
  }

  async get(key: string): Promise<string | undefined> {
    return this.#entries.get(key)?.payload;
  }

  async put(key: string, payload: string): Promise<void> {
    this.#entries.get(key)?.expiry?.[Symbol.dispose]();
    const expiry =
      this.#ttlMs === undefined ? undefined : this.#clock.after(this.#ttlMs, () => this.#remove(key));
    this.#entries.set(key, { payload, expiry });
    this.#tell(key, payload);
  }

  async create(key: string, payload: string): Promise<boolean> {
    if (this.#entries.has(key)) return false;
    await this.put(key, payload);
    return true;
  }

  async delete(key: string): Promise<void> {
    this.#remove(key);
  }

  async keys(): Promise<string[]> {
    return [...this.#entries.keys()];
  }

  async watch(onChange: Watcher): Promise<AsyncDisposable> {
    const watcher: Watcher = (key, payload) => onChange(key, payload);
    this.#watchers.add(watcher);
    for (const [key, entry] of this.#entries) this.#tellOne(watcher, key, entry.payload);
    return {
      [Symbol.asyncDispose]: async () => void this.#watchers.delete(watcher),
    };
  }

  close(): void {
    for (const entry of this.#entries.values()) entry.expiry?.[Symbol.dispose]();
    this.#watchers.clear();
  }

  #remove(key: string): void {
    const entry = this.#entries.get(key);
    if (entry === undefined) return;
    entry.expiry?.[Symbol.dispose]();
    this.#entries.delete(key);
    this.#tell(key, undefined);
  }

  #tell(key: string, payload: string | undefined): void {
    for (const watcher of this.#watchers) this.#tellOne(watcher, key, payload);
  }

  #tellOne(watcher: Watcher, key: string, payload: string | undefined): void {
    queueMicrotask(() => {
      if (this.#watchers.has(watcher)) watcher(key, payload);
    });
  }
}
