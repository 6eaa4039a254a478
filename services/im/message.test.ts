import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openInProcessBus } from '@parley/platform/bus';
import { fakeClock } from '@parley/platform/net/testing';
import { openTestStore, silentLog } from '@parley/platform/store/testing';
import type { Binding } from '../registrar/contract.ts';
import { createDelivery, type WireOutcome } from './delivery.ts';
import { createMessages } from './message.ts';
import { conversationsMigration } from './migrations/0001-conversations.ts';
import { type ImTables, listConversations, pendingFor, readPage } from './store.ts';

async function postOffice() {
  const clock = fakeClock();
  const bus = openInProcessBus({ log: silentLog, clock });
  const store = await openTestStore({ bus, clock });
  const own = await store.service<ImTables>('im', [conversationsMigration]);
  const messages = createMessages(own, clock);
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
type PostOffice = Awaited<ReturnType<typeof postOffice>>;

async function say(
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

test('messages of one conversation are numbered without gaps, however many send at once', async () => {
  await using office = await postOffice();
  const conversation = await office.messages.open('alice', ['bob']);
  assert.equal(await office.messages.open('bob', ['alice']), conversation);
  const texts = Array.from({ length: 40 }, (_, i) => `m${i}`);
  await Promise.all(texts.map((text, i) => say(office, i % 2 ? 'alice' : 'bob', conversation, text)));
  const page = await readPage(office.own.db, conversation, { afterSeq: 0, limit: 100 });
  assert.deepEqual(
    page.map(({ seq }) => seq),
    texts.map((_, i) => i + 1),
  );
  assert.deepEqual(new Set(page.map(({ text }) => text)), new Set(texts));
});

test('a send that is repeated with its client id is the same message', async () => {
  await using office = await postOffice();
  const conversation = await office.messages.open('alice', ['bob']);
  const [one, two] = await Promise.all([
    say(office, 'alice', conversation, 'hello', 'c1'),
    say(office, 'alice', conversation, 'hello', 'c1'),
  ]);
  assert.deepEqual(one, two);
  assert.equal((await readPage(office.own.db, conversation, { limit: 10 })).length, 1);
});

test('who is not in a conversation can neither write nor mark it', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  const sent = await office.messages.send({ senderId: 'eve', conversationId, text: 'hi', clientId: 'x' });
  const marked = await office.messages.markRead('eve', conversationId, 1);
  assert.deepEqual(
    [sent, marked].map((outcome) => (outcome.ok ? 'ok' : outcome.fault.code)),
    ['IM_NO_SUCH_CONVERSATION', 'IM_NO_SUCH_CONVERSATION'],
  );
});

test('unread counts what came since the mark; the mark never goes back nor past the end; writing reads', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  for (const text of ['1', '2', '3']) await say(office, 'alice', conversationId, text);
  const unread = async (userId: string) =>
    (await listConversations(office.own.db, userId, { conversationId }))[0]?.unread;
  assert.deepEqual([await unread('alice'), await unread('bob')], [0, 3]);
  await office.messages.markRead('bob', conversationId, 2);
  assert.equal(await unread('bob'), 1);
  await office.messages.markRead('bob', conversationId, 1);
  assert.equal(await unread('bob'), 1);
  const past = await office.messages.markRead('bob', conversationId, 99);
  assert.deepEqual(past, { ok: true, value: { readSeq: 3, unread: 0 } });
  await say(office, 'alice', conversationId, '4');
  await say(office, 'bob', conversationId, '5');
  assert.equal(await unread('bob'), 0);
});

const PHONE = { bindingId: 'phone' } as Binding;

function deliveryTo(
  office: PostOffice,
  bindings: () => readonly Binding[],
  send: (text: string) => Promise<WireOutcome>,
) {
  return createDelivery({
    own: office.own,
    clock: office.clock,
    nodeId: 'n1',
    bindingsOf: bindings,
    send: (_, message) => send(message.text),
  });
}

test('who was away gets everything once and in order on return, and only what is still unread', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  for (const text of ['1', '2', '3', '4']) {
    await say(office, 'alice', conversationId, text);
    office.clock.advance(1000);
  }
  let bindings: readonly Binding[] = [];
  const received: string[] = [];
  const delivery = deliveryTo(
    office,
    () => bindings,
    async (text) => {
      received.push(text);
      return 'delivered';
    },
  );
  assert.equal(await delivery.deliver('bob'), 'nobody');
  await office.messages.markRead('bob', conversationId, 1);
  bindings = [PHONE];
  const outcomes = await Promise.all([delivery.deliver('bob'), delivery.deliver('bob')]);
  assert.deepEqual(outcomes, ['done', 'done']);
  assert.deepEqual(received, ['2', '3', '4']);
  assert.equal(await delivery.deliver('bob'), 'done');
  assert.equal(received.length, 3);
});

test('a phone that does not answer leaves the message pending; one that cannot show messages is not asked again', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, 'hello');
  let answer: WireOutcome = 'failed';
  const delivery = deliveryTo(
    office,
    () => [PHONE],
    async () => answer,
  );
  assert.equal(await delivery.deliver('bob'), 'failed');
  assert.equal((await pendingFor(office.own.db, 'bob', 10)).length, 1);
  answer = 'refused';
  assert.equal(await delivery.deliver('bob'), 'done');
  assert.equal((await pendingFor(office.own.db, 'bob', 10)).length, 0);
});

test('two nodes never deliver to one person at the same time', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, 'hello');
  const sending = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<WireOutcome>();
  const one = deliveryTo(
    office,
    () => [PHONE],
    () => {
      sending.resolve();
      return answer.promise;
    },
  );
  const other = createDelivery({
    own: office.own,
    clock: office.clock,
    nodeId: 'n2',
    bindingsOf: () => [PHONE],
    send: async () => assert.fail('the other node is at it'),
  });
  const delivered = one.deliver('bob');
  await sending.promise;
  assert.equal(await other.deliver('bob'), 'elsewhere');
  answer.resolve('delivered');
  assert.equal(await delivered, 'done');
});
