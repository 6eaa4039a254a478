// Presence as every process and every browser holds it: snapshot and `presence.state.changed`, folded.
import { view } from '@parley/platform/contract';
import {
  type PresenceState,
  presenceSnapshot,
  type Said,
  saidChanged,
  saidSnapshot,
  stateChanged,
} from './contract.ts';

export type PresenceView = Map<string, PresenceState>;

/** Takes the newer of what is held and what is told; an older version changes nothing. */
export function foldPresence(view: PresenceView, state: PresenceState): PresenceView {
  const held = view.get(state.userId);
  if (held === undefined || held.version < state.version) view.set(state.userId, state);
  return view;
}

/** People whom nothing is known of are offline. */
export function presenceOf(view: PresenceView, userId: string): PresenceState {
  return (
    view.get(userId) ?? {
      userId,
      state: 'offline',
      note: '',
      since: 0,
      reason: 'none',
      devices: [],
      version: 0,
    }
  );
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
