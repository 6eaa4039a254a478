// Views that several services of a process follow: one copy, one subscription, counted by who holds it. Used by view.ts.
import type { HeldView } from './view.ts';

interface Shared<State, Item> {
  readonly view: HeldView<State, Item>;
  holders: number;
}

/** By bus, which is one for each process, and by what is followed. */
const followed = new WeakMap<object, Map<object, Shared<unknown, unknown>>>();

export function share<State, Item>(
  bus: object,
  definition: object,
  open: () => HeldView<State, Item>,
): HeldView<State, Item> {
  const ofBus = followed.get(bus) ?? new Map<object, Shared<unknown, unknown>>();
  followed.set(bus, ofBus);
  const known = ofBus.get(definition) as Shared<State, Item> | undefined;
  const shared = known ?? { view: open(), holders: 0 };
  ofBus.set(definition, shared as Shared<unknown, unknown>);
  shared.holders += 1;
  return new Followed(shared.view, async () => {
    shared.holders -= 1;
    if (shared.holders > 0) return;
    ofBus.delete(definition);
    await shared.view[Symbol.asyncDispose]();
  });
}

class Followed<State, Item> implements HeldView<State, Item> {
  readonly ready: Promise<void>;
  readonly #view: HeldView<State, Item>;
  readonly #listening = new Set<Disposable>();
  readonly #letGo: () => Promise<void>;
  readonly #closed = Promise.withResolvers<never>();
  #isClosed = false;

  constructor(view: HeldView<State, Item>, letGo: () => Promise<void>) {
    this.#view = view;
    this.#letGo = letGo;
    this.#closed.promise.catch(() => {});
    this.ready = Promise.race([view.ready, this.#closed.promise]);
    this.ready.catch(() => {});
  }

  get current(): State {
    return this.#view.current;
  }

  onChange(listener: (item: Item | undefined) => void): Disposable {
    const listening = this.#view.onChange(listener);
    this.#listening.add(listening);
    return {
      [Symbol.dispose]: () => {
        this.#listening.delete(listening);
        listening[Symbol.dispose]();
      },
    };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const listening of this.#listening) listening[Symbol.dispose]();
    this.#closed.reject(new Error('The view was closed before its first snapshot.'));
    await this.#letGo();
  }
}
