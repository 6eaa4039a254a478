// Whom a window knows because of a call. Pure.
import type { CallSide } from '../calls/contract.ts';

/** Whom a window should know to show this call. */
export function peopleOf({ other, via }: CallSide): string[] {
  return [other.userId, via?.by.userId].flatMap((userId) => userId ?? []);
}
