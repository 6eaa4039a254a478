// Whether somebody is at a window, and since when they are not. Pure.
import type { PresenceState } from '../presence/contract.ts';

const IDLE: ReadonlySet<string> = new Set(['inactive', 'busyInactive', 'away', 'beRightBack', 'offline']);

export function isAtWindow(state: PresenceState | undefined): boolean {
  return state?.devices.includes('browser') === true && !IDLE.has(state.state);
}

/** Unix milliseconds since when nobody was at a window; undefined while somebody is, 0 where nothing is known. */
export function awaySince(state: PresenceState | undefined): number | undefined {
  if (isAtWindow(state)) return undefined;
  if (state?.lastActive !== undefined) return state.lastActive;
  return state?.devices.includes('browser') === true ? state.since : 0;
}
