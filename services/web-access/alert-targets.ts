// Which windows of a person hear of a message first. Pure; asked once for a burst of messages by alert-desk.ts.
import type { Window } from '../alerts/contract.ts';

/** Without a touch for longer than this, a window says nothing about where its person is. */
export const ACTIVE_MS = 5 * 60_000;
/** Windows tell of a touch only so often: closer together than this, nobody knows which was last. */
export const CLOSE_MS = 30_000;

export type Choice =
  /** The conversation is before the person's eyes. */
  { readonly kind: 'seen' } | { readonly kind: 'windows'; readonly windowIds: ReadonlySet<string> };

/** The windows to alert now; none where there is none. Those that are left out follow after a delay. */
export function firstWindows(windows: Iterable<Window>, conversationId: string, nowMs: number): Choice {
  const open = speakers([...windows].filter(({ isOpen }) => isOpen));
  const active = open.filter(({ activeAt }) => nowMs - activeAt <= ACTIVE_MS);
  if (active.some(({ looksAt }) => looksAt === conversationId)) return { kind: 'seen' };
  const lastAt = Math.max(...active.map(({ activeAt }) => activeAt));
  const first = active.length === 0 ? open : active.filter(({ activeAt }) => lastAt - activeAt < CLOSE_MS);
  return { kind: 'windows', windowIds: new Set(first.map(({ windowId }) => windowId)) };
}

/** All windows that are left: one of each browser. */
export function otherWindows(windows: Iterable<Window>, told: ReadonlySet<string>): ReadonlySet<string> {
  const open = [...windows].filter(({ isOpen }) => isOpen);
  const heard = new Set(open.filter(({ windowId }) => told.has(windowId)).map(({ browserId }) => browserId));
  const left = speakers(open).filter(({ browserId }) => !heard.has(browserId));
  return new Set(left.map(({ windowId }) => windowId));
}

/** Of each browser the window that was used last; tabs side by side do not ring together. */
function speakers(windows: readonly Window[]): Window[] {
  const byBrowser = new Map<string, Window>();
  for (const window of windows) {
    const held = byBrowser.get(window.browserId);
    if (held === undefined || isBefore(held, window)) byBrowser.set(window.browserId, window);
  }
  return [...byBrowser.values()];
}

/** Every node comes to the same answer: by time, then by name. */
function isBefore(held: Window, other: Window): boolean {
  const isLooking = Number(other.looksAt !== null) - Number(held.looksAt !== null);
  if (held.activeAt !== other.activeAt) return held.activeAt < other.activeAt;
  return isLooking !== 0 ? isLooking > 0 : held.windowId < other.windowId;
}
