// Whom people wait for, as front ends hold it: snapshot and `contacts.wait.changed`, folded.
import { view } from '@parley/platform/contract';
import { type Wait, waitChanged, waitsSnapshot } from './contract.ts';

type Waits = Map<string, Map<string, Wait>>;

export interface WaitView {
  readonly byUser: Waits;
  readonly byContact: Waits;
}

/** Takes the newer of what is held and what is told. */
export function foldWait(held: WaitView, wait: Wait): WaitView {
  const { userId, contactId, waiting, version } = wait;
  if ((held.byUser.get(userId)?.get(contactId)?.version ?? -1) > version) return held;
  put(held.byUser, userId, contactId, waiting === null ? undefined : wait);
  put(held.byContact, contactId, userId, waiting === null ? undefined : wait);
  return held;
}

function put(waits: Waits, first: string, second: string, wait: Wait | undefined): void {
  const inner = waits.get(first) ?? new Map<string, Wait>();
  if (wait === undefined) inner.delete(second);
  else inner.set(second, wait);
  if (inner.size === 0) waits.delete(first);
  else waits.set(first, inner);
}

export const waitView = view({
  event: waitChanged,
  snapshot: waitsSnapshot,
  items: (page) => page.waits,
  empty: (): WaitView => ({ byUser: new Map(), byContact: new Map() }),
  fold: foldWait,
});
