// Who watches whom by SIP on this node, found by subscription, by presentity, by watcher and by connection, within bounds.
import type { Flow } from '@parley/platform/net';
import type { Subscription } from '@parley/protocol/sip';
import type { WatchDocument } from './documents.ts';
import type { WatchedList } from './list.ts';

export interface Watch {
  subscription: Subscription;
  /** Whom it is about: one person, or the people of a list. */
  readonly about: { readonly presentityId: string } | { readonly list: WatchedList };
  readonly watcherId: string;
  /** The phone that asked: what is revoked hears nothing more. */
  readonly deviceId: string;
  /** What that phone is to licensing. */
  readonly licensedAs: string;
  /** The connection that the last SUBSCRIBE came on; NOTIFY goes back there. Changed by `Watches.move`. */
  flow: Flow;
  /** What the last NOTIFY about one person told. */
  told: WatchDocument | undefined;
  /** A NOTIFY is under way; what changes meanwhile goes into the next one. */
  sending: boolean;
  changed: boolean;
  /** When a NOTIFY would be in step with the rate that is allowed: see pace.ts. */
  inStepAt: number;
  expiry: Disposable | undefined;
}

/** Subscriptions of one watcher, and people in all of them: a list counts as many as it has. */
export const WATCHES_A_WATCHER = 1_100;
export const WATCHED_BY_A_WATCHER = 5_000;
export const WATCHES = 200_000;
export const WATCHED = 400_000;

interface Watcher {
  readonly watches: Set<Watch>;
  people: number;
}

export class Watches {
  readonly #byKey = new Map<string, Watch>();
  readonly #byPresentity = new Map<string, Set<Watch>>();
  readonly #byFlow = new Map<string, Set<Watch>>();
  readonly #byWatcher = new Map<string, Watcher>();
  #people = 0;

  get size(): number {
    return this.#byKey.size;
  }

  find(key: string | undefined): Watch | undefined {
    return key === undefined ? undefined : this.#byKey.get(key);
  }

  of(presentityId: string): ReadonlySet<Watch> {
    return this.#byPresentity.get(presentityId) ?? NONE;
  }

  ofWatcher(watcherId: string): readonly Watch[] {
    return [...(this.#byWatcher.get(watcherId)?.watches ?? [])];
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

  /** Everybody who is watched. */
  people(): Iterable<string> {
    return this.#byPresentity.keys();
  }

  hasRoomFor(watcherId: string, people: number): boolean {
    const held = this.#byWatcher.get(watcherId);
    return (
      this.size < WATCHES &&
      this.#people + people <= WATCHED &&
      (held?.watches.size ?? 0) < WATCHES_A_WATCHER &&
      (held?.people ?? 0) + people <= WATCHED_BY_A_WATCHER
    );
  }

  add(watch: Watch): void {
    this.#byKey.set(watch.subscription.key, watch);
    addTo(this.#byFlow, watch.flow.id, watch);
    const watcher = this.#byWatcher.get(watch.watcherId) ?? { watches: new Set(), people: 0 };
    this.#byWatcher.set(watch.watcherId, watcher.watches.add(watch) && watcher);
    for (const presentityId of peopleOf(watch)) this.#follow(watch, watcher, presentityId);
  }

  /** Somebody came into the list of this watch. */
  follow(watch: Watch, presentityId: string): void {
    const watcher = this.#byWatcher.get(watch.watcherId);
    if (watcher !== undefined) this.#follow(watch, watcher, presentityId);
  }

  /** @returns whether nobody watches that person any more. */
  unfollow(watch: Watch, presentityId: string): boolean {
    const watcher = this.#byWatcher.get(watch.watcherId);
    if (watcher !== undefined) watcher.people -= 1;
    this.#people -= 1;
    removeFrom(this.#byPresentity, presentityId, watch);
    return !this.#byPresentity.has(presentityId);
  }

  /** @returns those whom nobody watches any more. */
  remove(watch: Watch): string[] {
    watch.expiry?.[Symbol.dispose]();
    if (!this.#byKey.delete(watch.subscription.key)) return [];
    removeFrom(this.#byFlow, watch.flow.id, watch);
    const alone = [...peopleOf(watch)].filter((presentityId) => this.unfollow(watch, presentityId));
    const watcher = this.#byWatcher.get(watch.watcherId);
    watcher?.watches.delete(watch);
    if (watcher?.watches.size === 0) this.#byWatcher.delete(watch.watcherId);
    return alone;
  }

  #follow(watch: Watch, watcher: Watcher, presentityId: string): void {
    addTo(this.#byPresentity, presentityId, watch);
    watcher.people += 1;
    this.#people += 1;
  }
}

const NONE: ReadonlySet<Watch> = new Set();

function peopleOf({ about }: Watch): Iterable<string> {
  return 'list' in about ? about.list.userIds : [about.presentityId];
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
