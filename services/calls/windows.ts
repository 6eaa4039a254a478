// Which windows are open, as far as calls need to know: whether somebody has any, and that one is gone. Each process that
// serves browsers tells of its own.
import type { Bus, Subscription } from '@parley/platform/bus';
import { windowsAsked, windowsChanged } from '../alerts/contract.ts';

export interface OpenWindows extends AsyncDisposable {
  has(userId: string): boolean;
  isOpen(userId: string, windowId: string): boolean;
}

export async function followOpenWindows(
  { bus, nodeId }: { readonly bus: Bus; readonly nodeId: string },
  moved: (windowId: string, isOpen: boolean) => void,
): Promise<OpenWindows> {
  const byUser = new Map<string, Set<string>>();
  const subscription: Subscription = await bus.subscribe(windowsChanged, ({ windows }) => {
    for (const { userId, windowId, isOpen } of windows) {
      const held = byUser.get(userId);
      if (isOpen) {
        if (held === undefined) byUser.set(userId, new Set([windowId]));
        else held.add(windowId);
      } else if (held?.delete(windowId) === true && held.size === 0) byUser.delete(userId);
      moved(windowId, isOpen);
    }
  });
  // A name of its own: the process that serves browsers may be this one.
  const ask = () => bus.publish(windowsAsked, { nodeId: `${nodeId}/calls` }).catch(() => undefined);
  await ask();
  const returning = bus.onReconnect(() => {
    byUser.clear();
    void ask();
  });
  return {
    has: (userId) => byUser.has(userId),
    isOpen: (userId, windowId) => byUser.get(userId)?.has(windowId) === true,
    async [Symbol.asyncDispose]() {
      returning[Symbol.dispose]();
      await subscription[Symbol.asyncDispose]();
    },
  };
}
