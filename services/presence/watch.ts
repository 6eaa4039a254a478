// Who watches whom by SIP on this node, found by subscription, by presentity and by connection, within bounds.
import type { Flow } from '@parley/platform/net';
import type { Subscription } from '@parley/protocol/sip';

export interface Watch {
  subscription: Subscription;
  readonly presentityId: string;
  readonly watcherId: string;
  /** The phone that asked: what is revoked hears nothing more. */
  readonly deviceId: string;
  /** What that phone is to licensing. */
  readonly licensedAs: string;
  /** The connection that the last SUBSCRIBE came on; NOTIFY goes back there. Changed by `Watches.move`. */
  flow: Flow;
  /** Version of the state that the last NOTIFY told. */
  toldVersion: number | undefined;
  /** A NOTIFY is under way; what changes meanwhile goes into the next one. */
  sending: boolean;
  changed: boolean;
  expiry: Disposable | undefined;
}

export const WATCHES_A_WATCHER = 1_100;
export const WATCHES = 200_000;

export class Watches {
  readonly #byKey = new Map<string, Watch>();
  readonly #byPresentity = new Map<string, Set<Watch>>();
  readonly #byFlow = new Map<string, Set<Watch>>();
  readonly #byWatcher = new Map<string, Set<Watch>>();

  get size(): number {
    return this.#byKey.size;
  }

  find(key: string | undefined): Watch | undefined {
    return key === undefined ? undefined : this.#byKey.get(key);
  }

  of(presentityId: string): Iterable<Watch> {
    return this.#byPresentity.get(presentityId) ?? [];
  }

  ofWatcher(watcherId: string): readonly Watch[] {
    return [...(this.#byWatcher.get(watcherId) ?? [])];
  }

  onFlow({ id }: Flow): readonly Watch[] {
    return [...(this.#byFlow.get(id) ?? [])];
  }

  move(watch: Watch, flow: Flow): void {
    if (watch.flow.id === flow.id) return;
    removeFrom(this.#byFlow, watch.flow.id, watch);
    watch.flow = flow;
    addTo(this.#byFlow, flow.id, watch);
  }

  all(): Iterable<Watch> {
    return this.#byKey.values();
  }

  hasRoomFor(watcherId: string): boolean {
    return this.size < WATCHES && (this.#byWatcher.get(watcherId)?.size ?? 0) < WATCHES_A_WATCHER;
  }

  add(watch: Watch): void {
    this.#byKey.set(watch.subscription.key, watch);
    addTo(this.#byPresentity, watch.presentityId, watch);
    addTo(this.#byFlow, watch.flow.id, watch);
    addTo(this.#byWatcher, watch.watcherId, watch);
  }

  remove(watch: Watch): void {
    watch.expiry?.[Symbol.dispose]();
    if (!this.#byKey.delete(watch.subscription.key)) return;
    removeFrom(this.#byPresentity, watch.presentityId, watch);
    removeFrom(this.#byFlow, watch.flow.id, watch);
    removeFrom(this.#byWatcher, watch.watcherId, watch);
  }
}

function addTo(index: Map<string, Set<Watch>>, key: string, watch: Watch): void {
  const held = index.get(key);
  if (held === undefined) index.set(key, new Set([watch]));
  else held.add(watch);
}

function removeFrom(index: Map<string, Set<Watch>>, key: string, watch: Watch): void {
  const held = index.get(key);
  held?.delete(watch);
  if (held?.size === 0) index.delete(key);
}
