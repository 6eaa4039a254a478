import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/platform/store/testing';
import { imErrors } from './contract.ts';
import type { Messages } from './message.ts';
import { createSchedule } from './scheduled.ts';
import { readPage } from './store.ts';
import { type PostOffice, postOffice } from './testing.ts';

const gate = { check: () => ({ allowed: true, coveredBy: null }) } as const;
const MINUTE_MS = 60_000;

function scheduleAt(office: PostOffice, send: Messages['send'] = office.messages.send) {
  const { own, clock, conversations } = office;
  return createSchedule({ own, clock, log: silentLog, gate, conversations, send });
}

/** Turns the clock until the conversation has so many messages. */
async function until(office: PostOffice, conversationId: string, count: number) {
  for (;;) {
    const page = await readPage(office.own.db, conversationId, { limit: 100 });
    if (page.length >= count) return page;
    office.clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function draft(office: PostOffice, text: string, inMs: number) {
  const conversationId = await office.messages.open('alice', ['bob']);
  const sendAt = office.clock.wallNow() + inMs;
  return { senderId: 'alice', conversationId, text, clientId: text, sendAt, subject: 'later' };
}

test('a message is sent at its time by one of several front ends, once', async () => {
  await using office = await postOffice();
  await using one = scheduleAt(office);
  await using two = scheduleAt(office, office.anotherNode().send);
  const asked = await draft(office, 'good morning', 10 * MINUTE_MS);
  const added = await one.add(asked);
  assert.ok(added.ok);
  assert.deepEqual(await two.add(asked), added, 'repeated, it is the same one');
  office.clock.advance(9 * MINUTE_MS);
  const waiting = await one.list('alice');
  assert.deepEqual(waiting.ok && waiting.value.scheduled, [added.value]);
  const [sent] = await until(office, asked.conversationId, 1);
  assert.deepEqual([sent?.text, sent?.subject, sent?.senderId], ['good morning', 'later', 'alice']);
  assert.ok(sent!.sentAt >= asked.sendAt, 'not before its time');
  office.clock.advance(MINUTE_MS);
  const after = await readPage(office.own.db, asked.conversationId, { limit: 10 });
  assert.equal(after.length, 1);
});

test('one whose sender died between storing and forgetting it is not stored twice', async () => {
  await using office = await postOffice();
  const asked = await draft(office, 'once', MINUTE_MS);
  {
    const dying = scheduleAt(office, async (given) => {
      await office.messages.send(given);
      throw new Error('killed');
    });
    assert.ok((await dying.add(asked)).ok);
    await until(office, asked.conversationId, 1);
    await dying[Symbol.asyncDispose]();
  }
  await using next = scheduleAt(office, office.anotherNode().send);
  for (;;) {
    office.clock.advance(5_000);
    await new Promise((resolve) => setImmediate(resolve));
    const left = await next.list('alice');
    if (left.ok && left.value.scheduled.length === 0) break;
  }
  assert.equal((await readPage(office.own.db, asked.conversationId, { limit: 10 })).length, 1);
});

test('a refusal stays with its author, who chooses another time', async () => {
  await using office = await postOffice();
  let mayPass = false;
  await using schedule = scheduleAt(office, async (given) =>
    mayPass ? office.messages.send(given) : imErrors.fault('IM_NO_SUCH_RECIPIENT'),
  );
  const asked = await draft(office, 'hello', 1_000);
  assert.ok((await schedule.add(asked)).ok);
  const refused = async () => {
    const { ok, value } = (await schedule.list('alice')) as {
      ok: true;
      value: { scheduled: { scheduleId: string; fault?: { code: string } }[] };
    };
    assert.ok(ok);
    return value.scheduled[0];
  };
  while ((await refused())?.fault === undefined) {
    office.clock.advance(1_000);
    await new Promise((resolve) => setImmediate(resolve));
  }
  const held = await refused();
  assert.equal(held?.fault?.code, 'IM_NO_SUCH_RECIPIENT');
  mayPass = true;
  const sendAt = office.clock.wallNow() + 2_000;
  const changed = await schedule.change({
    userId: 'alice',
    scheduleId: held!.scheduleId,
    sendAt,
    text: 'hello again',
  });
  assert.ok(changed.ok && changed.value.fault === undefined);
  schedule.dueAt(sendAt);
  const [sent] = await until(office, asked.conversationId, 1);
  assert.equal(sent?.text, 'hello again');
});

test('only its author sees, changes, sends or takes back what waits; times have bounds', async () => {
  await using office = await postOffice();
  await using schedule = scheduleAt(office);
  const asked = await draft(office, 'secret', MINUTE_MS);
  const added = await schedule.add(asked);
  assert.ok(added.ok);
  const { scheduleId } = added.value;
  const { sendAt } = asked;
  const outcomes = await Promise.all([
    schedule.change({ userId: 'bob', scheduleId, sendAt }),
    schedule.remove({ userId: 'bob', scheduleId }),
    schedule.sendNow({ userId: 'bob', scheduleId }),
    schedule.add({ ...asked, senderId: 'eve', clientId: 'e' }),
    schedule.add({ ...asked, clientId: 'f', sendAt: sendAt + 400 * 24 * 60 * MINUTE_MS }),
    schedule.add({ ...asked, clientId: 'g', sendAt: 0 }),
    schedule.add({ ...asked, clientId: 'h', text: '' }),
  ]);
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.fault.code)),
    [
      'IM_NO_SUCH_SCHEDULE',
      'IM_NO_SUCH_SCHEDULE',
      'IM_NO_SUCH_SCHEDULE',
      'IM_NO_SUCH_CONVERSATION',
      'IM_BAD_SCHEDULE',
      'IM_BAD_SCHEDULE',
      'IM_MESSAGE_EMPTY',
    ],
  );
  assert.deepEqual(await schedule.list('bob'), { ok: true, value: { scheduled: [] } });
  const now = await schedule.sendNow({ userId: 'alice', scheduleId });
  assert.equal(now.ok && now.value.text, 'secret');
  const again = await schedule.remove({ userId: 'alice', scheduleId });
  assert.equal(again.ok ? 'ok' : again.fault.code, 'IM_NO_SUCH_SCHEDULE');
});
