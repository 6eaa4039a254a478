// Alerts that wait: pushes until the windows have had their chance, snoozed ones until their time. They stand in rows that
// front ends take on a lease, so that one process sends each and a killed one loses none.
import type { Outcome } from '@parley/platform/contract';
import { type Rounds, type ServiceContext, startRounds } from '@parley/platform/host';
import type { ServiceStore } from '@parley/platform/store';
import type { Conversation } from '../im/contract.ts';
import type { AlertSettings } from './contract.ts';
import { contentOf, type PushContent, type PushSender } from './push.ts';
import * as rows from './store.ts';

/** Longer than a push and its answer may take. */
const LEASE_MS = 60_000;
const TAKEN_A_ROUND = 50;
/** What a process that died has left is found this soon. */
const LOOK_EVERY_MS = 15_000;
const PAUSES_S = [15, 60, 300, 1_800];
/** Notifications that nobody closed are not worth a withdrawal after this. */
const SHOWN_MS = 7 * 86_400_000;

export interface DuePorts {
  readonly own: ServiceStore<rows.AlertTables>;
  readonly sender: PushSender;
  /** The conversation as this person sees it now. */
  readonly conversation: (
    userId: string,
    conversationId: string,
  ) => Promise<Outcome<Conversation | undefined>>;
  readonly nameOf: (userId: string) => string;
  readonly settingsOf: (userId: string) => AlertSettings;
  readonly mayAlert: (userId: string, senderId: string) => boolean;
  readonly raise: (userId: string, conversationId: string, seq: number) => Promise<void>;
  /** What is pushed to a person who waited for somebody; undefined where it makes no sense any more. */
  readonly freeContent: (userId: string, contactId: string) => PushContent | undefined;
  /** A subscription is over. */
  readonly gone: (subscription: rows.Subscription) => Promise<void>;
  /** After which time windows have had their chance. */
  readonly delayMs: number;
}

export interface DueAlerts extends AsyncDisposable {
  put(due: readonly Omit<rows.Due, 'tries'>[]): Promise<void>;
  /** Closes what stands on screens. */
  withdraw(userId: string, conversationId: string, readSeq: number): Promise<void>;
}

export function startDueAlerts(context: Pick<ServiceContext, 'clock' | 'log'>, ports: DuePorts): DueAlerts {
  const { clock, log } = context;
  const { own, sender } = ports;
  const stopping = new AbortController();
  let wakesAt = Number.POSITIVE_INFINITY;
  let forgottenAt = 0;

  function wakeAt(at: number): void {
    if (at >= wakesAt) return;
    wakesAt = at;
    rounds.soon(Math.max(0, at - clock.wallNow()));
  }

  /** The last message that this person has not read, if an alert for it makes sense now. */
  async function unreadIn({ user_id, conversation_id }: rows.Due): Promise<Conversation | undefined> {
    const found = await ports.conversation(user_id, conversation_id);
    if (!found.ok) throw new Error(found.fault.code);
    const last = found.value?.lastMessage;
    if (found.value === undefined || last === undefined || last === null) return undefined;
    const isAnswered = last.senderId === user_id || found.value.unread === 0;
    return isAnswered || !ports.mayAlert(user_id, last.senderId) ? undefined : found.value;
  }

  async function push(due: rows.Due): Promise<void> {
    const conversation = await unreadIn(due);
    const last = conversation?.lastMessage;
    if (conversation === undefined || last === undefined || last === null) return;
    const content = contentOf(
      { ...last, seq: conversation.lastSeq },
      ports.nameOf(last.senderId),
      conversation.unread,
      ports.settingsOf(due.user_id),
    );
    if (!(await sendAll(due, content))) return;
    const seq = conversation.lastSeq;
    await rows.putShown(own, { ...due, seq }, clock.wallNow());
    // Who read it before this was noted found nothing to close.
    const after = await ports.conversation(due.user_id, due.conversation_id);
    if (after.ok && (after.value?.readSeq ?? 0) >= seq) await withdraw(due.user_id, due.conversation_id, seq);
  }

  /** @returns whether a browser shows it. */
  async function sendAll(due: rows.Due, content: PushContent): Promise<boolean> {
    const all = await rows.subscriptionsOf(own.db, due.user_id);
    const wanted = all.filter((one) => ['', one.subscription_id].includes(due.subscription_id));
    let isShown = false;
    await Promise.all(
      wanted.map(async (subscription) => {
        const outcome = await sender.send(subscription, content, stopping.signal);
        if (outcome === 'taken') isShown = true;
        else if (outcome === 'gone') await ports.gone(subscription);
        else if (typeof outcome === 'object') await again(due, subscription, outcome.afterS);
      }),
    );
    return isShown;
  }

  async function withdraw(userId: string, conversationId: string, readSeq: number): Promise<void> {
    if (!(await rows.takeShown(own, userId, conversationId, readSeq))) return;
    const content = { type: 'read', conversationId, seq: readSeq } as const;
    for (const subscription of await rows.subscriptionsOf(own.db, userId)) {
      // One that shows nothing may cost a browser its subscription.
      if (!subscription.can_close) continue;
      const outcome = await sender.send(subscription, content, stopping.signal);
      if (outcome === 'gone') await ports.gone(subscription);
    }
  }

  async function again(due: rows.Due, subscription: rows.Subscription, afterS?: number): Promise<void> {
    const pauseS = PAUSES_S[due.tries];
    if (pauseS === undefined) {
      log.warn({ service: new URL(subscription.endpoint).origin }, 'a notification was given up');
      return;
    }
    const at = clock.wallNow() + Math.max(pauseS, afterS ?? 0) * 1000;
    await rows.putOff(own, due, subscription.subscription_id, at, due.tries + 1);
    wakeAt(at);
  }

  async function fire(due: rows.Due): Promise<void> {
    if (due.kind === 'push') await push(due);
    else if (due.kind === 'free') {
      const content = ports.freeContent(due.user_id, due.conversation_id);
      if (content !== undefined) await sendAll(due, content);
    } else {
      const conversation = await unreadIn(due);
      if (conversation !== undefined)
        await ports.raise(due.user_id, due.conversation_id, conversation.lastSeq);
    }
    // One that is tried again for its only browser has its new time already.
    if (due.subscription_id === '') await rows.settleDue(own, due, clock.wallNow() + ports.delayMs);
    else await rows.dropTried(own, due);
  }

  const rounds: Rounds = startRounds(
    context,
    { everyMs: LOOK_EVERY_MS, failure: 'alerts that are due wait for the next look' },
    async () => {
      wakesAt = Number.POSITIVE_INFINITY;
      const now = clock.wallNow();
      const taken = await rows.takeDue(own, now, now + LEASE_MS, TAKEN_A_ROUND);
      // One that fails is due again when its lease ends.
      const results = await Promise.allSettled(taken.map(fire));
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) log.warn({ error: failed.reason }, 'an alert waits for its next try');
      if (now - forgottenAt > SHOWN_MS / 7) {
        forgottenAt = now;
        await rows.forgetShown(own, now - SHOWN_MS);
      }
      const next = await rows.nextDueAt(own);
      if (next !== undefined) wakeAt(next);
    },
  );
  rounds.soon();

  return {
    async put(due) {
      if (due.length === 0) return;
      await rows.putDue(own, due);
      wakeAt(Math.min(...due.map((row) => row.due_at)));
    },
    withdraw,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await rounds[Symbol.asyncDispose]();
    },
  };
}
