// One alert and not five: for each burst of messages in a conversation, the window that its reader used last is told to
// make itself heard; after a delay, if nobody has read it, all others. Every node decides alike, each for its own windows.
import type { Clock } from '@parley/platform/clock';
import type { Message } from '../im/contract.ts';
import { whomToAlert } from '../im/view.ts';
import { firstWindows, otherWindows } from './alert-targets.ts';
import { type BrowserSession, tell } from './browser-session.ts';
import type { Sessions } from './sessions.ts';
import type { Windows } from './windows.ts';

/** Messages that follow a burst this soon belong to it: they are shown, and make no new sound. */
const BURST_MS = 30_000;
/** What has reached no window waits as long as windows that lost their connection may come back. */
const HELD_MS = 5 * 60_000;
/** Held at once; those of who was written to first give way. */
const BURSTS = 50_000;

interface Burst {
  readonly userId: string;
  readonly conversationId: string;
  readonly senderId: string;
  seq: number;
  readonly told: Set<string>;
  timer: Disposable;
}

export interface AlertDesk extends Disposable {
  /** A message for these people, whose windows have it already. */
  stored(
    message: Pick<Message, 'conversationId' | 'seq' | 'senderId' | 'notice'>,
    userIds: readonly string[],
  ): void;
  /** The same alert again, because its time has come. */
  raise(userId: string, conversationId: string, seq: number): void;
  /** Read, answered or waved away, wherever that was. */
  settled(userId: string, conversationId: string, seq: number): void;
  /** A window of this person has come, perhaps the first. */
  arrived(session: BrowserSession): void;
}

export function openAlertDesk(needs: {
  readonly clock: Clock;
  readonly sessions: Pick<Sessions, 'ofUser'>;
  readonly windows: Pick<Windows, 'ofUser'>;
  readonly mayAlert: (userId: string, senderId: string) => boolean;
  readonly delayMs: number;
}): AlertDesk {
  const { clock, sessions, windows, mayAlert, delayMs } = needs;
  const bursts = new Map<string, Map<string, Burst>>();
  let size = 0;

  function alert(burst: Burst, windowIds: ReadonlySet<string>): void {
    for (const windowId of windowIds) burst.told.add(windowId);
    const { conversationId, seq } = burst;
    const told = tell({ type: 'alert', conversationId, seq });
    for (const session of sessions.ofUser(burst.userId))
      if (windowIds.has(session.sessionId)) session.deliver(told);
  }

  function begin(userId: string, conversationId: string, seq: number, senderId: string): void {
    const held = bursts.get(userId);
    const running = held?.get(conversationId);
    if (running !== undefined) {
      running.seq = Math.max(running.seq, seq);
      return;
    }
    if (!mayAlert(userId, senderId)) return;
    const choice = firstWindows(windows.ofUser(userId), conversationId, clock.wallNow());
    const burst: Burst = {
      userId,
      conversationId,
      senderId,
      seq,
      told: new Set(),
      timer: clock.after(delayMs, () => followUp(burst)),
    };
    if (held === undefined) bursts.set(userId, new Map([[conversationId, burst]]));
    else held.set(conversationId, burst);
    size += 1;
    if (size > BURSTS) forgetOldest();
    if (choice.kind === 'windows') alert(burst, choice.windowIds);
  }

  function followUp(burst: Burst): void {
    const { userId, senderId } = burst;
    if (mayAlert(userId, senderId)) alert(burst, otherWindows(windows.ofUser(userId), burst.told));
    burst.timer = clock.after(burst.told.size > 0 ? BURST_MS : HELD_MS, () => end(burst));
  }

  function end({ userId, conversationId, timer }: Burst): void {
    timer[Symbol.dispose]();
    const held = bursts.get(userId);
    if (held?.delete(conversationId) !== true) return;
    size -= 1;
    if (held.size === 0) bursts.delete(userId);
  }

  function forgetOldest(): void {
    const [oldest] = bursts.values();
    for (const burst of oldest?.values() ?? []) end(burst);
  }

  function settled(userId: string, conversationId: string, seq: number): void {
    const burst = bursts.get(userId)?.get(conversationId);
    if (burst !== undefined && seq >= burst.seq) end(burst);
  }

  return {
    stored(message, userIds) {
      const { conversationId, seq, senderId } = message;
      // Who answers has read what was there.
      if (userIds.includes(senderId)) settled(senderId, conversationId, Number.POSITIVE_INFINITY);
      for (const userId of whomToAlert(message, userIds))
        if (sessions.ofUser(userId).length > 0) begin(userId, conversationId, seq, senderId);
    },
    raise(userId, conversationId, seq) {
      settled(userId, conversationId, Number.POSITIVE_INFINITY);
      if (sessions.ofUser(userId).length > 0) begin(userId, conversationId, seq, '');
    },
    settled,
    arrived(session) {
      for (const burst of bursts.get(session.userId)?.values() ?? []) {
        if (burst.told.size > 0 || !mayAlert(session.userId, burst.senderId)) continue;
        alert(burst, new Set([session.sessionId]));
      }
    },
    [Symbol.dispose]() {
      for (const held of bursts.values()) for (const { timer } of held.values()) timer[Symbol.dispose]();
      bursts.clear();
      size = 0;
    },
  };
}
