// Presence as every process and every browser holds it: snapshots and events, folded; with the rules of levels of access,
// which other services ask here.
import { view } from '@parley/platform/contract';
import {
  type Access,
  accessChanged,
  accessSnapshot,
  type Card,
  cardChanged,
  cardSnapshot,
  type Presentity,
  presenceSnapshot,
  type Said,
  saidChanged,
  saidSnapshot,
  stateChanged,
} from './contract.ts';
import { type AccessRules, levelFor, rulesOf, type Sight } from './rules/levels.ts';
import { unknownState } from './rules/projection.ts';

export { type AccessRules, LEVELS, type Sight } from './rules/levels.ts';
export {
  emptyCard,
  isBlank,
  project,
  projectCard,
  projectPerson,
  type TwoStates,
  unknownState,
} from './rules/projection.ts';
export { type Approach, type Reach, reachOf } from './rules/reach.ts';

export type PresenceView = Map<string, Presentity>;

/** Takes the newer of what is held and what is told; an older version changes nothing. */
export function foldPresence(view: PresenceView, presentity: Presentity): PresenceView {
  const held = view.get(presentity.userId);
  if (held === undefined || held.version < presentity.version) view.set(presentity.userId, presentity);
  return view;
}

/** People whom nothing is known of are offline. */
export function presenceOf(view: PresenceView, userId: string): Presentity {
  const held = view.get(userId);
  if (held !== undefined) return held;
  const unknown = unknownState(userId);
  return { userId, general: unknown, team: unknown, version: 0 };
}

export const presenceView = view({
  event: stateChanged,
  snapshot: presenceSnapshot,
  items: (page) => page.states,
  empty: (): PresenceView => new Map(),
  fold: foldPresence,
});

/** What people have said, as the front ends hold it. */
export type SaidView = Map<string, Said>;

export function foldSaid(view: SaidView, said: Said): SaidView {
  const held = view.get(said.userId);
  if (held === undefined || held.version < said.version) view.set(said.userId, said);
  return view;
}

export const saidView = view({
  event: saidChanged,
  snapshot: saidSnapshot,
  items: (page) => page.said,
  empty: (): SaidView => new Map(),
  fold: foldSaid,
});

/** Who has which level of access with whom: by the person who is looked at. */
export type AccessView = Map<string, AccessRules>;

export function foldAccess(view: AccessView, access: Access): AccessView {
  const held = view.get(access.userId);
  if (held === undefined || held.access.version < access.version) view.set(access.userId, rulesOf(access));
  return view;
}

/** Who has said nothing has no entries. */
export function accessOf(view: AccessView, userId: string): Access {
  return view.get(userId)?.access ?? { userId, entries: [], version: 0 };
}

export const accessView = view({
  event: accessChanged,
  snapshot: accessSnapshot,
  items: (page) => page.accesses,
  empty: (): AccessView => new Map(),
  fold: foldAccess,
});

export interface Colleague {
  readonly userId: string;
  /** Of this server. */
  readonly domain: string;
}

/** What a person of this server sees of another. */
export function sightOf(view: AccessView, presentityId: string, watcher: Colleague): Sight {
  return sightBy(view.get(presentityId), presentityId, watcher);
}

/** The same by the rules of the person who is looked at, for who asks for many watchers at once. */
export function sightBy(
  rules: AccessRules | undefined,
  presentityId: string,
  { userId, domain }: Colleague,
): Sight {
  if (presentityId === userId) return 'self';
  return levelFor(rules, { id: userId, domain, origin: 'enterprise' });
}

/** What somebody of another server sees; `address` in lower case. */
export function sightOfStranger(view: AccessView, presentityId: string, address: string): Sight {
  const domain = address.slice(address.lastIndexOf('@') + 1);
  return levelFor(view.get(presentityId), { id: address, domain, origin: 'federated' });
}

/** What people say of themselves beside the directory, of those who say anything. */
export type CardView = Map<string, Card>;

export function foldCard(view: CardView, card: Card): CardView {
  const held = view.get(card.userId);
  if (held === undefined || held.version < card.version) view.set(card.userId, card);
  return view;
}

export const cardView = view({
  event: cardChanged,
  snapshot: cardSnapshot,
  items: (page) => page.cards,
  empty: (): CardView => new Map(),
  fold: foldCard,
});
