// The states that watchers see, made out of what people said and where their phones are; both are held in memory, so that
// a phone which registers costs no row. Every front end makes them all, and one of them tells of each change.
import type { HeldView } from '@parley/platform/bus';
import type { ServiceContext } from '@parley/platform/host';
import type { Location } from '../registrar/contract.ts';
import type { Locations } from '../registrar/view.ts';
import { nextPresentity, publicationsOf } from './aggregate.ts';
import { type Presentity, presenceSnapshot, type Said, stateChanged } from './contract.ts';
import { foldPresence, foldSaid, type PresenceView, presenceOf, type SaidView } from './view.ts';

export interface States extends AsyncDisposable {
  /** Takes what was said here and tells at once what follows. */
  said(said: Said): Presentity;
  of(userId: string): Presentity;
  /** One page of what watchers see, in order of userId. */
  page(after: string | undefined): { states: Presentity[]; next?: string };
}

export interface StatesNeeds {
  readonly said: HeldView<SaidView, Said>;
  readonly locations: HeldView<Locations, Location>;
}

const PAGE = 500;
/** A change that another front end has to tell is told here if it does not: it may have died over it. */
const ELSEWHERE_MS = 1_500;
/** Whose last phone left had it at a front end that may be gone: whoever is first tells. */
const NOBODYS_MS = 250;
const LOOK_EVERY_MS = 100;
/** Pages follow one another at once; sorting everybody for each would take longer than they do. */
const ORDERED_MS = 5_000;

export async function startStates(
  { bus, clock, log, nodeId }: ServiceContext,
  { said, locations }: StatesNeeds,
): Promise<States> {
  /** As it was told, with the time since which it holds. */
  const shown: PresenceView = new Map();
  /** When to look whether the change of a person was told. */
  const doubted = new Map<string, number>();
  let looking: Disposable | undefined;
  let order: readonly string[] = [];
  let orderedAt = Number.NEGATIVE_INFINITY;

  function now(userId: string): Presentity {
    const own = said.current.get(userId);
    const location = locations.current.byUser.get(userId);
    const publications = publicationsOf(own, location?.bindings ?? []);
    // Both only grow, on every node alike: who knows more has the higher number.
    const version = (own?.version ?? 0) + (location?.version ?? 0);
    return nextPresentity(presenceOf(shown, userId), own, publications, clock.wallNow(), version);
  }

  /** Tells what watchers would see otherwise than they were told. */
  function tell(userId: string): Presentity {
    doubted.delete(userId);
    const state = now(userId);
    const held = shown.get(userId);
    if (state === held || state.version <= (held?.version ?? 0)) return state;
    shown.set(userId, state);
    bus
      .publish(stateChanged, state)
      .catch((error) => log.debug({ error }, 'watchers look afresh when the bus is back'));
    return state;
  }

  function doubt(userId: string, delayMs: number): void {
    doubted.set(userId, clock.now() + delayMs);
    looking ??= clock.after(LOOK_EVERY_MS, look);
  }

  function look(): void {
    looking = undefined;
    const at = clock.now();
    for (const [userId, due] of doubted) if (due <= at) tell(userId);
    if (doubted.size > 0) looking = clock.after(LOOK_EVERY_MS, look);
  }

  function moved({ userId, bindings, renewed }: Location): void {
    if (renewed === true) return;
    const isHere = bindings.some((binding) => binding.nodeId === nodeId);
    if (isHere) tell(userId);
    else doubt(userId, bindings.length === 0 ? Math.random() * NOBODYS_MS : ELSEWHERE_MS);
  }

  /** Nearly always: it was told here before the announcement came round, or elsewhere. */
  function isTold({ userId, version }: Said): boolean {
    const location = locations.current.byUser.get(userId)?.version ?? 0;
    return (shown.get(userId)?.version ?? 0) >= version + location;
  }

  function compareAll(): void {
    for (const userId of new Set([...said.current.keys(), ...locations.current.byUser.keys()]))
      if (now(userId) !== shown.get(userId)) doubt(userId, Math.random() * ELSEWHERE_MS);
  }

  const telling = await bus.subscribe(stateChanged, (state) => void foldPresence(shown, state));
  // What other front ends told, with its times; where there is none, nobody was told anything.
  for (let after: string | undefined; ; ) {
    const page = await bus.call(presenceSnapshot, after === undefined ? {} : { after });
    if (!page.ok) break;
    for (const state of page.value.states) foldPresence(shown, state);
    after = page.value.next;
    if (after === undefined) break;
  }
  const isFirst = shown.size === 0;
  const listening = [
    locations.onChange((location) => (location === undefined ? compareAll() : moved(location))),
    said.onChange((changed) => {
      if (changed === undefined) compareAll();
      else if (!isTold(changed)) doubt(changed.userId, ELSEWHERE_MS);
    }),
  ];
  if (isFirst) {
    for (const userId of [...said.current.keys(), ...locations.current.byUser.keys()]) {
      const state = now(userId);
      if (state.version > 0) shown.set(userId, state);
    }
  } else compareAll();

  return {
    said(changed) {
      foldSaid(said.current, changed);
      return tell(changed.userId);
    },
    of: (userId) => presenceOf(shown, userId),
    page(after) {
      // The next page may be asked of another front end.
      if (after === undefined || clock.now() - orderedAt > ORDERED_MS) {
        order = [...shown.keys()].sort();
        orderedAt = clock.now();
      }
      const from = after === undefined ? 0 : firstAfter(order, after);
      const userIds = order.slice(from, from + PAGE);
      const states = userIds.map((userId) => presenceOf(shown, userId));
      const next = userIds.at(-1);
      return from + PAGE < order.length && next !== undefined ? { states, next } : { states };
    },
    async [Symbol.asyncDispose]() {
      for (const listener of listening) listener[Symbol.dispose]();
      looking?.[Symbol.dispose]();
      await telling[Symbol.asyncDispose]();
    },
  };
}

function firstAfter(sorted: readonly string[], after: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! <= after) low = middle + 1;
    else high = middle;
  }
  return low;
}
