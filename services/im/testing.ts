// A post office for tests: the messages of im on a real PostgreSQL, with a clock that stands still.
import assert from 'node:assert/strict';
import { openInProcessBus } from '@parley/platform/bus';
import { fakeClock } from '@parley/platform/net/testing';
import { openTestStore, silentLog } from '@parley/platform/store/testing';
import { sql } from 'kysely';
import type { WritingGate } from './licence.ts';
import { createMessages } from './message.ts';
import { conversationsMigration } from './migrations/0001-conversations.ts';
import type { ImTables } from './store.ts';

const everybodyMay: WritingGate = { check: () => ({ allowed: true, coveredBy: null }) };

export async function postOffice(gate = everybodyMay) {
  const clock = fakeClock();
  const bus = openInProcessBus({ log: silentLog, clock });
  const store = await openTestStore({ bus, clock });
  const own = await store.service<ImTables>('im', [conversationsMigration]);
  const messages = createMessages(own, clock, gate);
  return {
    clock,
    own,
    messages,
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

/** Resolves when a transaction of this database waits for the lock of another. */
export async function somebodyWaitsForLock({ own }: PostOffice): Promise<void> {
  for (;;) {
    const { rows } = await sql`select 1 from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(own.db);
    if (rows.length > 0) return;
  }
}
