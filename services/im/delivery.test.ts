import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/platform/store/testing';
import type { Binding } from '../registrar/contract.ts';
import type { Message } from './contract.ts';
import { createDelivery, type DeliveryPorts, type WireOutcome } from './delivery.ts';
import { claimDeliveries, insertMessage, nextFor } from './store.ts';
import { type PostOffice, postOffice, say } from './testing.ts';

const DESK = { bindingId: 'desk' } as Binding;
const MOBILE = { bindingId: 'mobile' } as Binding;

function deliveryTo(
  office: PostOffice,
  send: (text: string, binding: Binding) => Promise<WireOutcome>,
  ports: Partial<DeliveryPorts> = {},
) {
  return createDelivery({
    own: office.own,
    clock: office.clock,
    log: silentLog,
    nodeId: 'n1',
    bindingsOf: () => [DESK],
    send: (binding, message) => send(message.text, binding),
    ...ports,
  });
}

async function claimedUntil({ own }: PostOffice): Promise<number | undefined> {
  return (await own.db.selectFrom('deliveries').select('until').executeTakeFirst())?.until;
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
  await using delivery = deliveryTo(
    office,
    async (text) => {
      received.push(text);
      return 'delivered';
    },
    { bindingsOf: () => bindings },
  );
  assert.equal(await delivery.deliver('bob'), 'nobody');
  await office.messages.markRead('bob', conversationId, 1);
  bindings = [DESK];
  const outcomes = await Promise.all([delivery.deliver('bob'), delivery.deliver('bob')]);
  assert.deepEqual(outcomes, ['done', 'done']);
  assert.deepEqual(received, ['2', '3', '4']);
  assert.equal(await delivery.deliver('bob'), 'done');
  assert.equal(received.length, 3);
});

test('a front end whose clock is behind does not make a phone miss the message before', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  const stored = async (seq: number, sentAt: number) => {
    const text = `m${seq}`;
    const message: Message = {
      messageId: text,
      conversationId,
      seq,
      senderId: 'alice',
      text,
      sentAt,
      clientId: text,
    };
    await office.own.transaction(({ db }) => insertMessage(db, message));
  };
  await stored(1, 2_000);
  await stored(2, 1_000);
  const received: string[] = [];
  await using delivery = deliveryTo(office, async (text) => {
    received.push(text);
    return 'delivered';
  });
  await delivery.deliver('bob');
  assert.deepEqual(received, ['m1', 'm2']);
});

test('a phone that does not answer is asked again by itself, less and less often; an answer ends that', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, 'hello');
  let asked = Promise.withResolvers<void>();
  let tries = 0;
  let answer: WireOutcome = 'failed';
  await using delivery = deliveryTo(office, async () => {
    tries += 1;
    asked.resolve();
    return answer;
  });
  assert.equal(await delivery.deliver('bob'), 'failed');
  for (const [index, waitMs] of [15_000, 30_000, 60_000].entries()) {
    asked = Promise.withResolvers();
    office.clock.advance(waitMs - 1);
    assert.deepEqual([await delivery.overdue(['bob'], 1), tries], [[], 1 + 2 * index]);
    office.clock.advance(1);
    await asked.promise;
    // Asked for during the try: one more, and the pause after it counts both as one.
    assert.equal(await delivery.deliver('bob'), 'failed');
  }
  answer = 'delivered';
  assert.equal(await delivery.deliver('bob'), 'done');
  assert.equal(await nextFor(office.own.db, 'bob'), undefined);
});

test('a phone that cannot show messages is not asked again, and keeps none from the one beside it', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, 'hello');
  let mobile: WireOutcome = 'failed';
  await using delivery = deliveryTo(office, async (_, binding) => (binding === MOBILE ? mobile : 'refused'), {
    bindingsOf: () => [DESK, MOBILE],
  });
  assert.equal(await delivery.deliver('bob'), 'failed');
  assert.equal((await nextFor(office.own.db, 'bob'))?.text, 'hello');
  mobile = 'refused';
  assert.equal(await delivery.deliver('bob'), 'done');
  assert.equal(await nextFor(office.own.db, 'bob'), undefined);
});

test('two nodes never deliver to one person at the same time; the other looks again a moment later', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, 'hello');
  const sending = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<WireOutcome>();
  await using one = deliveryTo(office, () => {
    sending.resolve();
    return answer.promise;
  });
  const received: string[] = [];
  const second = Promise.withResolvers<void>();
  await using other = deliveryTo(
    office,
    async (text) => {
      received.push(text);
      second.resolve();
      return 'delivered';
    },
    { nodeId: 'n2' },
  );
  const delivered = one.deliver('bob');
  await sending.promise;
  assert.equal(await other.deliver('bob'), 'elsewhere');
  answer.resolve('delivered');
  assert.equal(await delivered, 'done');
  await say(office, 'alice', conversationId, 'and again');
  office.clock.advance(1_000);
  await second.promise;
  assert.deepEqual(received, ['and again']);
});

test('a claim holds as long as its front end lives and the phone is slow, and not much longer', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, 'hello');
  const sending = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<WireOutcome>();
  await using living = deliveryTo(office, () => {
    sending.resolve();
    return answer.promise;
  });
  await using other = deliveryTo(office, async () => 'delivered', { nodeId: 'n2' });
  void living.deliver('bob');
  await sending.promise;
  for (let s = 0; s < 30; s += 5) {
    const before = await claimedUntil(office);
    const timers = office.clock.pending;
    office.clock.advance(5_000);
    // Written, and the next renewal is set: it is what the next five seconds are for.
    while ((await claimedUntil(office)) === before || office.clock.pending < timers);
  }
  assert.equal(await other.deliver('bob'), 'elsewhere');
  answer.resolve('failed');
  // A front end that was killed leaves a claim that nobody renews.
  await using killed = await postOffice();
  await say(killed, 'alice', await killed.messages.open('alice', ['bob']), 'hello');
  const { db } = killed.own;
  const now = killed.clock.wallNow();
  assert.equal(await claimDeliveries(db, 'bob', 'killed', now, now + 15_000), true);
  await using next = deliveryTo(killed, async () => 'delivered', { nodeId: 'n2' });
  assert.equal(await next.deliver('bob'), 'elsewhere');
  killed.clock.advance(15_001);
  assert.equal(await next.deliver('bob'), 'done');
});

test('people with pending messages are found until something is under way for them', async () => {
  await using office = await postOffice();
  for (const name of ['bob', 'carol', 'dave']) {
    const conversationId = await office.messages.open('alice', [name]);
    await say(office, 'alice', conversationId, `hello ${name}`);
    if (name === 'dave') await office.messages.markRead('dave', conversationId, 1);
  }
  await using delivery = deliveryTo(office, async () => 'failed');
  const people = ['alice', 'bob', 'carol', 'dave'];
  assert.deepEqual((await delivery.overdue(people, 10)).sort(), ['bob', 'carol']);
  assert.equal((await delivery.overdue(people, 1)).length, 1);
  await delivery.deliver('bob');
  assert.deepEqual(await delivery.overdue(people, 10), ['carol'], 'bob has a time to be asked again');
});

test('disposing sends no further message, and leaves no timer behind', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  for (const text of ['1', '2']) await say(office, 'alice', conversationId, text);
  const sending = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<WireOutcome>();
  const timersBefore = office.clock.pending;
  const delivery = deliveryTo(office, () => {
    sending.resolve();
    return answer.promise;
  });
  void delivery.deliver('bob');
  await sending.promise;
  const disposed = delivery[Symbol.asyncDispose]();
  answer.resolve('delivered');
  await disposed;
  assert.equal((await nextFor(office.own.db, 'bob'))?.text, '2');
  assert.equal(office.clock.pending, timersBefore);
});

test('a phone that does not answer does not hold up the one beside it that does', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, 'one');
  await say(office, 'alice', conversationId, 'two');
  const heard: string[] = [];
  const unplugged = Promise.withResolvers<WireOutcome>();
  const send = async (text: string, binding: Binding): Promise<WireOutcome> => {
    if (binding === MOBILE) return unplugged.promise;
    heard.push(text);
    return 'delivered';
  };
  await using delivery = deliveryTo(office, send, { bindingsOf: () => [MOBILE, DESK] });
  assert.equal(await delivery.deliver('bob'), 'done');
  assert.deepEqual(heard, ['one', 'two']);
  unplugged.resolve('failed');
});

test('a phone that is slow has everything in order, although the one beside it is quick', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  for (const text of ['one', 'two', 'three']) await say(office, 'alice', conversationId, text);
  const heard: string[] = [];
  const answers = ['one', 'two', 'three'].map(() => Promise.withResolvers<WireOutcome>());
  const send = async (text: string, binding: Binding): Promise<WireOutcome> => {
    if (binding === DESK) return 'delivered';
    heard.push(text);
    return answers[heard.length - 1]!.promise;
  };
  await using delivery = deliveryTo(office, send, { bindingsOf: () => [MOBILE, DESK] });
  assert.equal(await delivery.deliver('bob'), 'done');
  assert.deepEqual(heard, ['one'], 'the next one waits for the answer');
  answers[0]!.resolve('delivered');
  await new Promise(setImmediate);
  assert.deepEqual(heard, ['one', 'two']);
  answers[1]!.resolve('failed');
  await new Promise(setImmediate);
  assert.deepEqual(heard, ['one', 'two'], 'nothing overtakes the one that it did not take');
});
