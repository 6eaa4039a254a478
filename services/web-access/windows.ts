// The windows of all people, here and at other nodes, as far as alerts need to know them. Each node tells of its own; what
// was not told again for a while is forgotten.
import type { Bus, Subscription } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import type { Log } from '@parley/platform/observe';
import { type Window, windowsAsked, windowsChanged } from '../alerts/contract.ts';

/** Longer than a window counts as active: one of another node that died is no better than an idle one by then. */
const FORGET_MS = 10 * 60_000;
const SWEEP_MS = 60_000;
const TOLD_AT_ONCE = 200;

export interface Windows extends AsyncDisposable {
  ofUser(userId: string): Iterable<Window>;
  of(windowId: string): Window | undefined;
  /** Tells of a window of this node; one that is not open any more is forgotten. */
  put(window: Window): void;
}

interface Held {
  readonly window: Window;
  readonly heardAt: number;
}

export async function followWindows({
  bus,
  clock,
  log,
  nodeId,
}: {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
  readonly nodeId: string;
}): Promise<Windows> {
  const own = new Map<string, Window>();
  const byUser = new Map<string, Map<string, Held>>();

  function take(window: Window): void {
    const held = byUser.get(window.userId);
    if (!window.isOpen) {
      held?.delete(window.windowId);
      if (held?.size === 0) byUser.delete(window.userId);
      return;
    }
    const entry = { window, heardAt: clock.now() };
    if (held === undefined) byUser.set(window.userId, new Map([[window.windowId, entry]]));
    else held.set(window.windowId, entry);
  }

  function tell(windows: readonly Window[]): void {
    if (!bus.healthy) return;
    for (let at = 0; at < windows.length; at += TOLD_AT_ONCE)
      bus
        .publish(windowsChanged, { nodeId, windows: windows.slice(at, at + TOLD_AT_ONCE) })
        .catch((error) => log.debug({ error }, 'other nodes hear of a window when it is used again'));
  }

  function sweep(): void {
    const now = clock.now();
    for (const [userId, held] of byUser) {
      for (const [windowId, { heardAt }] of held)
        if (now - heardAt > FORGET_MS && !own.has(windowId)) held.delete(windowId);
      if (held.size === 0) byUser.delete(userId);
    }
    sweeping = clock.after(SWEEP_MS, sweep);
  }

  let sweeping = clock.after(SWEEP_MS, sweep);
  const subscriptions: Subscription[] = await Promise.all([
    bus.subscribe(windowsChanged, (told) => {
      if (told.nodeId !== nodeId) for (const window of told.windows) take(window);
    }),
    bus.subscribe(windowsAsked, (asked) => {
      if (asked.nodeId !== nodeId) tell([...own.values()]);
    }),
  ]);
  const ask = () =>
    bus
      .publish(windowsAsked, { nodeId })
      .catch((error) => log.debug({ error }, 'windows of other nodes are not known yet'));
  await ask();
  const returning = bus.onReconnect(() => {
    tell([...own.values()]);
    void ask();
  });

  return {
    *ofUser(userId) {
      for (const { window } of byUser.get(userId)?.values() ?? []) yield window;
    },
    of: (windowId) => own.get(windowId),
    put(window) {
      if (window.isOpen) own.set(window.windowId, window);
      else if (!own.delete(window.windowId)) return;
      take(window);
      tell([window]);
    },
    async [Symbol.asyncDispose]() {
      sweeping[Symbol.dispose]();
      returning[Symbol.dispose]();
      for (const subscription of subscriptions) await subscription[Symbol.asyncDispose]();
    },
  };
}
