// Messages that wait for their time. Each front end looks for those that are due and takes them by a claim that runs out;
// a message is stored under its author's client id, so whoever sends it a second time stores nothing new: exactly once.
import { randomUUID } from 'node:crypto';
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import { startRounds } from '@parley/platform/host';
import type { Log } from '@parley/platform/observe';
import type { ServiceStore, ServiceTransaction } from '@parley/platform/store';
import { cleanContent } from './content.ts';
import {
  imErrors,
  type Message,
  type reschedule,
  type Scheduled,
  scheduleChanged,
  type scheduleMessage,
} from './contract.ts';
import type { Conversations } from './conversations.ts';
import { mayWrite, type WritingGate } from './licence.ts';
import type { Messages } from './message.ts';
import { fitting } from './page.ts';
import type { ImTables } from './store.ts';
import { claimImages } from './store-images.ts';
import * as rows from './store-scheduled.ts';

interface Which {
  readonly userId: string;
  readonly scheduleId: string;
}

export interface Schedule extends AsyncDisposable {
  add(asked: RequestOf<typeof scheduleMessage>): Promise<Outcome<Scheduled>>;
  list(userId: string): Promise<Outcome<{ scheduled: Scheduled[] }>>;
  change(asked: RequestOf<typeof reschedule>): Promise<Outcome<Scheduled>>;
  remove(which: Which): Promise<Outcome<Record<never, never>>>;
  sendNow(which: Which): Promise<Outcome<Message>>;
  /** One was scheduled or changed, here or at another front end. */
  dueAt(sendAt: number): void;
}

const SCHEDULED_A_PERSON = 100;
const LATEST_MS = 366 * 24 * 3_600_000;
/** A clock of a browser that is a little behind is no fault. */
const EARLIEST_MS = -60_000;
/** For how long a process has one to itself: after a kill another one sends it then. */
const CLAIM_MS = 30_000;
const LOOK_EVERY_MS = 15_000;
const AT_ONCE = 100;

export function createSchedule(ports: {
  readonly own: ServiceStore<ImTables>;
  readonly clock: Clock;
  readonly log: Log;
  readonly gate: WritingGate;
  readonly conversations: Conversations;
  readonly send: Messages['send'];
}): Schedule {
  const { own, clock, log, gate, conversations } = ports;
  const { fault } = imErrors;
  /** The next look. */
  let lookAt = Number.POSITIVE_INFINITY;
  const rounds = startRounds(
    ports,
    { everyMs: LOOK_EVERY_MS, failure: 'scheduled messages wait for the next look' },
    async () => {
      lookAt = Number.POSITIVE_INFINITY;
      const now = clock.wallNow();
      const due = await rows.claimDue(own, { now, until: now + CLAIM_MS, limit: AT_ONCE });
      for (const waiting of due)
        await deliver(waiting).catch((error) => log.warn({ error }, 'a scheduled message is tried again'));
      const next = due.length === AT_ONCE ? now : await rows.nextDue(own);
      if (next !== undefined) lookBy(next);
    },
  );

  function lookBy(at: number): void {
    const now = clock.wallNow();
    if (at >= Math.min(lookAt, now + LOOK_EVERY_MS)) return;
    lookAt = at;
    rounds.soon(Math.max(0, at - now));
  }

  async function tell(
    { announce }: ServiceTransaction<ImTables>,
    { scheduled, senderId: userId }: rows.Waiting,
    isGone = false,
  ): Promise<void> {
    const { scheduleId, conversationId } = scheduled;
    await announce(scheduleChanged, {
      userId,
      conversationId,
      scheduleId,
      scheduled: isGone ? null : scheduled,
    });
  }

  /** One that this process has claimed. What fails by our own fault is tried again when the claim has run out. */
  async function deliver(waiting: rows.Waiting): Promise<Outcome<Message>> {
    const { scheduled, senderId, deviceId } = waiting;
    const { scheduleId, sendAt: _, fault: __, ...draft } = scheduled;
    const sent = await ports.send({ ...draft, senderId, deviceId });
    await own.transaction(async (transaction) => {
      if (sent.ok) {
        await rows.removeScheduled(transaction.db, scheduleId);
        return tell(transaction, waiting, true);
      }
      log.debug({ code: sent.fault.code }, 'a scheduled message was refused');
      await rows.refuseScheduled(transaction.db, scheduleId, sent.fault);
      await tell(transaction, { ...waiting, scheduled: { ...scheduled, fault: sent.fault } });
    });
    return sent;
  }

  function isTime(sendAt: number): boolean {
    const aheadMs = sendAt - clock.wallNow();
    return aheadMs > EARLIEST_MS && aheadMs < LATEST_MS;
  }

  async function withOne<T>(
    { userId, scheduleId }: Which,
    work: (transaction: ServiceTransaction<ImTables>, waiting: rows.Waiting) => Promise<Outcome<T>>,
  ): Promise<Outcome<T>> {
    return await own.transaction(async (transaction): Promise<Outcome<T>> => {
      const found = await rows.oneForChange(transaction.db, userId, scheduleId, clock.wallNow());
      if (found === undefined) return fault('IM_NO_SUCH_SCHEDULE');
      return found.isClaimed ? fault('IM_SCHEDULE_UNDER_WAY') : work(transaction, found.waiting);
    });
  }

  return {
    async add({ senderId, conversationId, clientId, sendAt, deviceId = null, ...given }) {
      const content = cleanContent(given);
      if (!content.ok) return content;
      if (!isTime(sendAt)) return fault('IM_BAD_SCHEDULE');
      const participantIds = (await conversations.of(senderId, conversationId))?.participantIds ?? [];
      if (!participantIds.includes(senderId)) return fault('IM_NO_SUCH_CONVERSATION');
      const licensed = mayWrite(gate, { userId: senderId, deviceId }, participantIds.length);
      if (!licensed.ok) return licensed;
      const { images } = content.value;
      if (images !== undefined) {
        const claimed = await claimImages(own, { senderId, conversationId, clientId }, images);
        if (claimed === undefined) return fault('IM_NO_SUCH_IMAGE');
      }
      const scheduled = { scheduleId: randomUUID(), conversationId, clientId, ...content.value, sendAt };
      return await own.transaction(async (transaction): Promise<Outcome<Scheduled>> => {
        if ((await rows.countScheduled(transaction.db, senderId)) >= SCHEDULED_A_PERSON)
          return fault('IM_TOO_MANY_SCHEDULED');
        const added = await rows.addScheduled(transaction.db, { scheduled, senderId, deviceId });
        if (added.isNew) await tell(transaction, added.waiting);
        return done(added.waiting.scheduled);
      });
    },

    async list(userId) {
      return done({ scheduled: fitting(await rows.listScheduled(own, userId)) });
    },

    async change({ sendAt, text, ...which }) {
      if (!isTime(sendAt)) return fault('IM_BAD_SCHEDULE');
      return withOne(which, async (transaction, waiting) => {
        const { fault: _, ...before } = waiting.scheduled;
        const content = cleanContent({ ...before, ...(text === undefined ? {} : { text }) });
        if (!content.ok) return content;
        const scheduled = { ...before, text: content.value.text, sendAt };
        await rows.writeScheduled(transaction.db, scheduled);
        await tell(transaction, { ...waiting, scheduled });
        return done(scheduled);
      });
    },

    remove: (which) =>
      withOne(which, async (transaction, waiting) => {
        await rows.removeScheduled(transaction.db, which.scheduleId);
        await tell(transaction, waiting, true);
        return done({});
      }),

    async sendNow(which) {
      const claimed = await withOne(which, async ({ db }, waiting) => {
        const now = clock.wallNow();
        await rows.writeScheduled(db, { ...waiting.scheduled, sendAt: now }, now + CLAIM_MS);
        return done(waiting);
      });
      return claimed.ok ? deliver(claimed.value) : claimed;
    },

    dueAt: lookBy,
    [Symbol.asyncDispose]: () => rounds[Symbol.asyncDispose](),
  };
}
