// The fold of one's calls: a side replaces what was known of it, and one that has ended is no call any more. Pure.
import type { CallSide, HistoryEntry } from '@parley/services/calls/contract';
import type { LiveState } from '../live/live-state.ts';

export type Sides = Readonly<Record<string, CallSide>>;

export function sidesById(sides: readonly CallSide[]): Sides {
  return Object.fromEntries(sides.filter(isRunning).map((side) => [side.sideId, side]));
}

export function applyCall(state: LiveState, side: CallSide): LiveState {
  const known = state.calls[side.sideId];
  if (known !== undefined && known.version > side.version) return state;
  if (isRunning(side)) return { ...state, calls: { ...state.calls, [side.sideId]: side } };
  if (known === undefined) return state;
  const { [side.sideId]: _, ...calls } = state.calls;
  return { ...state, calls };
}

export function isRunning({ state }: CallSide): boolean {
  return state !== 'ended';
}

/** It rings here, and nobody has taken it yet on any device. */
export function isIncoming({ direction, state, device }: CallSide): boolean {
  return direction === 'in' && device === null && (state === 'ringing' || state === 'trying');
}

/** The oldest first. */
export function incomingOf(sides: Sides): CallSide[] {
  return inOrder(Object.values(sides).filter(isIncoming));
}

/** Calls that somebody of us has taken or begun, the oldest first. */
export function ongoingOf(sides: Sides): CallSide[] {
  return inOrder(Object.values(sides).filter((side) => !isIncoming(side)));
}

/** The call that belongs to a conversation of these two. */
export function callIn(
  sides: Sides,
  conversationId: string,
  otherId: string | undefined,
): CallSide | undefined {
  const calls = ongoingOf(sides);
  return (
    calls.find((side) => side.conversationId === conversationId) ??
    calls.find((side) => otherId !== undefined && side.other.userId === otherId)
  );
}

/** How many lines of the history the server counts as missed. */
export function applyMissed(state: LiveState, missedCalls: number): LiveState {
  return missedCalls === state.missedCalls ? state : { ...state, missedCalls };
}

/** The newest first; a line that is there already is replaced. */
export function putEntry(entries: readonly HistoryEntry[], entry: HistoryEntry): HistoryEntry[] {
  const others = entries.filter(({ sideId }) => sideId !== entry.sideId);
  return [...others, entry].sort((one, other) => other.startedAt - one.startedAt);
}

function inOrder(sides: readonly CallSide[]): CallSide[] {
  return sides.toSorted((one, other) => one.startedAt - other.startedAt);
}
