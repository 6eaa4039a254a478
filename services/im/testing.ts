// A post office for tests: the messages of im on a real PostgreSQL, with a clock that stands still.
import assert from 'node:assert/strict';
import { openInProcessBus } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import { fakeClock } from '@parley/platform/net/testing';
import { openTestStore, silentLog } from '@parley/platform/store/testing';
import { sql } from 'kysely';
import { DEFAULTS } from '../policy/contract.ts';
import type { Message } from './contract.ts';
import { createConversations } from './conversations.ts';
import type { WritingGate } from './licence.ts';
import { createMessages, type Stored } from './message.ts';
import { migrations } from './migrations/index.ts';
import type { ImTables } from './store.ts';

const everybodyMay: WritingGate = { check: () => ({ allowed: true, coveredBy: null }) };
export const everybodyIsThere = { mayReach: () => done(null), mayMeet: () => done(null) };

export async function postOffice(gate = everybodyMay) {
  const clock = fakeClock();
  const bus = openInProcessBus({ log: silentLog, clock });
  const store = await openTestStore({ bus, clock });
  const own = await store.service<ImTables>('im', migrations);
  const conversations = createConversations(own, clock);
  /** What was told, in order. */
  const told: Stored[] = [];
  const anotherNode = () =>
    createMessages({
      own,
      clock,
      gate,
      reach: everybodyIsThere,
      conversations: createConversations(own, clock),
      linkPolicyOf: () => DEFAULTS,
      stored: async (stored) => void told.push(stored),
      read: async () => {},
    });
  const messages = anotherNode();
  return {
    clock,
    own,
    conversations,
    told,
    anotherNode,
    messages: {
      ...messages,
      open: async (userId: string, others: readonly string[]) =>
        (await conversations.open(userId, others)).conversationId,
    },
    async [Symbol.asyncDispose]() {
      await own[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}
export type PostOffice = Awaited<ReturnType<typeof postOffice>>;

export async function say(
  office: PostOffice,
  senderId: string,
  conversationId: string,
  text: string,
  clientId = text,
) {
  const sent = await office.messages.send({ senderId, conversationId, text, clientId });
  assert.ok(sent.ok, sent.ok ? '' : sent.fault.code);
  return sent.value;
}

/** As another front end stores a message: numbered under the conversation's lock until `mayEnd`. */
export function storedElsewhere(
  { own }: PostOffice,
  message: Omit<Message, 'seq'>,
  isLocked: () => void,
  mayEnd: Promise<void>,
): Promise<void> {
  return own.transaction(async ({ db }) => {
    const { rows } = await sql<{ seq: number }>`update conversations set last_seq = last_seq + 1
      where conversation_id = ${message.conversationId} returning last_seq as seq`.execute(db);
    await db
      .insertInto('messages')
      .values({
        conversation_id: message.conversationId,
        seq: rows[0]!.seq,
        message_id: message.messageId,
        sender_id: message.senderId,
        text: message.text,
        sent_at: message.sentAt,
        client_id: message.clientId,
      })
      .execute();
    isLocked();
    await mayEnd;
  });
}

/** Resolves when a transaction of this database waits for the lock of another. */
export async function somebodyWaitsForLock({ own }: PostOffice): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(own.db);
    if (rows.length > 0) return;
  }
}
