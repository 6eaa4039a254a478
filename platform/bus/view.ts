// A view: another service's facts held in this process, as its snapshot and its events folded by one function.
// Made by services that ask often. Subscribes first, then loads, so that no fact falls between the two.
import type { Static, TSchema } from 'typebox';
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import type { Bus, Subscription } from './bus.ts';
import {
  type CommandContract,
  done,
  type EventContract,
  type EventOf,
  type Outcome,
  type RequestOf,
  type ViewDefinition,
} from './contract.ts';
import { share } from './followed-view.ts';

const firstRetryMs = 100;
const lastRetryMs = 5_000;
/** Events kept while pages load; with more, loading starts again. */
const bufferLimit = 10_000;

/** One page of a snapshot. `next` is handed to the following call, and is absent on the last page. */
export interface ViewPage<Item> {
  readonly items: readonly Item[];
  readonly next?: string | undefined;
}

export interface ViewOptions<State, Contract extends EventContract<TSchema>> {
  readonly bus: Bus;
  readonly log: Log;
  readonly clock: Clock;
  readonly events: readonly Contract[];
  readonly snapshot: (after: string | undefined) => Promise<Outcome<ViewPage<EventOf<Contract>>>>;
  readonly empty: () => State;
  /** Takes items of snapshots and events alike; ignores an item that is older than what is held. */
  readonly fold: (state: State, item: EventOf<Contract>) => State;
}

export interface HeldView<State, Item> extends AsyncDisposable {
  /** Empty before `ready`. Keep no reference to it: a fresh snapshot replaces it. */
  readonly current: State;
  /** Resolves after the first snapshot; rejects only if the view is disposed before. */
  readonly ready: Promise<void>;
  /** Called after each event was folded, and with `undefined` after a fresh snapshot was taken. */
  onChange(listener: (item: Item | undefined) => void): Disposable;
}

export function holdView<State, Contract extends EventContract<TSchema>>(
  options: ViewOptions<State, Contract>,
): HeldView<State, EventOf<Contract>> {
  return new View(options);
}

/** Holds the view that another service defines in its view.ts: one copy for all who follow it over this bus. */
export function followView<State, S extends TSchema, Q extends TSchema, R extends TSchema>(
  ports: { readonly bus: Bus; readonly log: Log; readonly clock: Clock },
  definition: ViewDefinition<State, S, Q, R>,
): HeldView<State, Static<S>> {
  const { bus, log, clock } = ports;
  const open = () =>
    holdView<State, EventContract<S>>({
      bus,
      log,
      clock,
      events: [definition.event],
      snapshot: async (after) => {
        const request = (after === undefined ? {} : { after }) as RequestOf<CommandContract<Q, R>>;
        const reply = await bus.call(definition.snapshot, request);
        return pageOf(reply as Outcome<Static<R> & { next?: string }>, definition.items);
      },
      empty: definition.empty,
      fold: definition.fold,
    });
  return share(bus, definition, open);
}

/** Makes a page of the reply to a snapshot command; `items` says which of its fields holds them. */
export function pageOf<Reply extends object, Item>(
  outcome: Outcome<Reply>,
  items: (reply: Reply) => readonly Item[],
): Outcome<ViewPage<Item>> {
  if (!outcome.ok) return outcome;
  const { next }: { readonly next?: string | undefined } = outcome.value;
  return done({ items: items(outcome.value), next });
}

class View<State, Contract extends EventContract<TSchema>> implements HeldView<State, EventOf<Contract>> {
  readonly ready: Promise<void>;
  current: State;
  readonly #options: ViewOptions<State, Contract>;
  readonly #listeners = new Set<(item: EventOf<Contract> | undefined) => void>();
  readonly #subscriptions: Subscription[] = [];
  readonly #reconnect: Disposable;
  readonly #work: Promise<void>;
  /** What came in while a snapshot is being loaded. */
  #buffer: EventOf<Contract>[] | undefined;
  /** Counts reasons to load; the view is fresh when the last one was served. */
  #wanted = 1;
  #wake: (() => void) | undefined;
  #closed = false;

  constructor(options: ViewOptions<State, Contract>) {
    this.#options = options;
    this.current = options.empty();
    this.#reconnect = options.bus.onReconnect(() => this.#want());
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    // Whoever does not wait for it must not be ended by it.
    promise.catch(() => {});
    this.#work = this.#run(resolve).then(
      () => reject(new Error('The view was closed before its first snapshot.')),
      reject,
    );
  }

  onChange(listener: (item: EventOf<Contract> | undefined) => void): Disposable {
    const entry = (item: EventOf<Contract> | undefined) => listener(item);
    this.#listeners.add(entry);
    return { [Symbol.dispose]: () => void this.#listeners.delete(entry) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    this.#reconnect[Symbol.dispose]();
    this.#listeners.clear();
    this.#wake?.();
    await this.#work;
    await Promise.all(this.#subscriptions.map((subscription) => subscription[Symbol.asyncDispose]()));
  }

  #want(): void {
    this.#wanted += 1;
    this.#wake?.();
  }

  /** Runs until the view is closed: loads whenever loading is wanted, waits otherwise. */
  async #run(ready: () => void): Promise<void> {
    for (const contract of this.#options.events) {
      this.#subscriptions.push(
        await this.#options.bus.subscribe(contract, (event) => this.#take(event as EventOf<Contract>)),
      );
    }
    let served = 0;
    let failures = 0;
    while (!this.#closed) {
      if (served === this.#wanted) {
        await this.#sleep(undefined);
        continue;
      }
      const serving = this.#wanted;
      const problem = await this.#load();
      if (problem === undefined) {
        if (failures > 0)
          this.#options.log.info({ events: this.#subjects() }, 'The snapshot of a view is here.');
        served = serving;
        failures = 0;
        ready();
        this.#tell(undefined);
        continue;
      }
      if (failures === 0 && !this.#closed) {
        this.#options.log.warn(
          { events: this.#subjects(), problem },
          'The snapshot of a view is not to be had yet.',
        );
      }
      failures += 1;
      await this.#sleep(Math.min(firstRetryMs * 2 ** (failures - 1), lastRetryMs));
    }
  }

  /** @returns what went wrong, or undefined when the fresh state is in place. */
  async #load(): Promise<string | undefined> {
    this.#buffer = [];
    try {
      let state = this.#options.empty();
      let after: string | undefined;
      do {
        const page = await this.#options.snapshot(after);
        if (this.#closed) return 'the view is closed';
        if (!page.ok) return page.fault.code;
        for (const item of page.value.items) state = this.#options.fold(state, item);
        if (page.value.next !== undefined && page.value.next === after)
          return `two pages are called ${after}`;
        after = page.value.next;
      } while (after !== undefined);
      if (this.#buffer.length > bufferLimit) return 'too many events came while it was loading';
      for (const event of this.#buffer) state = this.#options.fold(state, event);
      this.current = state;
      return undefined;
    } catch (error) {
      this.#options.log.error(
        { err: error, events: this.#subjects() },
        'Loading the snapshot of a view failed.',
      );
      return 'an exception';
    } finally {
      this.#buffer = undefined;
    }
  }

  #take(event: EventOf<Contract>): void {
    if (this.#buffer !== undefined && this.#buffer.length <= bufferLimit) this.#buffer.push(event);
    this.current = this.#options.fold(this.current, event);
    this.#tell(event);
  }

  #tell(item: EventOf<Contract> | undefined): void {
    for (const listener of this.#listeners) {
      try {
        listener(item);
      } catch (error) {
        this.#options.log.error({ err: error, events: this.#subjects() }, 'The listener of a view failed.');
      }
    }
  }

  /** Until the time is over, loading is wanted, or the view is closed. */
  async #sleep(ms: number | undefined): Promise<void> {
    if (this.#closed) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const timer = ms === undefined ? undefined : this.#options.clock.after(ms, resolve);
    await promise;
    timer?.[Symbol.dispose]();
    this.#wake = undefined;
  }

  #subjects(): string {
    return this.#options.events.map((contract) => contract.subject).join(' ');
  }
}
