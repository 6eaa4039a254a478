import assert from 'node:assert/strict';
import { test } from 'node:test';
import { silentLog } from '@parley/platform/store/testing';
import type { Binding } from '../registrar/contract.ts';
import type { Message } from './contract.ts';
import { createDelivery, type Delivery, type DeliveryPorts } from './delivery.ts';
import type { WireOutcome } from './phone-lines.ts';
import { claimDeliveries, nextFor } from './store-deliveries.ts';
import { type PostOffice, postOffice, say, storedElsewhere } from './testing.ts';

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
  const stored = async (nth: number, sentAt: number) => {
    const text = `m${nth}`;
    const message: Omit<Message, 'seq'> = {
      messageId: text,
      conversationId,
      senderId: 'alice',
      text,
      sentAt,
      clientId: text,
    };
    await storedElsewhere(office, message, () => undefined, Promise.resolve());
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
  const now = killed.clock.wallNow();
  const claimed = await claimDeliveries(killed.own, ['bob'], { nodeId: 'killed', now, until: now + 15_000 });
  assert.deepEqual([...claimed], ['bob']);
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

/** Offers a message as whoever stored it does. */
async function offered(office: PostOffice, delivery: Delivery, text: string): Promise<void> {
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, text);
  const { message, participantIds, seenBy } = office.told.at(-1)!;
  const place = participantIds.indexOf('bob') + 1;
  delivery.offer({ message, recipientId: 'bob', place, seen: seenBy(place) });
}

/** A phone that remembers what it heard, and by whom, until so much has come. */
function listener() {
  const heard: string[] = [];
  let woken = Promise.withResolvers<void>();
  return {
    heard,
    hear(text: string): void {
      heard.push(text);
      woken.resolve();
      woken = Promise.withResolvers();
    },
    async until(count: number): Promise<readonly string[]> {
      while (heard.length < count) await woken.promise;
      return heard;
    },
  };
}

test('what was stored just now goes out in its order, and disposing writes how far the phone has it', async () => {
  await using office = await postOffice();
  const phone = listener();
  {
    await using delivery = deliveryTo(office, async (text) => {
      phone.hear(text);
      return 'delivered';
    });
    for (const text of ['1', '2', '3']) await offered(office, delivery, text);
    assert.deepEqual(await phone.until(3), ['1', '2', '3']);
  }
  assert.equal(await nextFor(office.own.db, 'bob'), undefined);
});

test('a message does not overtake one that a phone did not take; both come when it is asked again', async () => {
  await using office = await postOffice();
  const phone = listener();
  let answer: WireOutcome = 'failed';
  await using delivery = deliveryTo(office, async (text) => {
    phone.hear(text);
    return answer;
  });
  await offered(office, delivery, '1');
  await phone.until(1);
  await offered(office, delivery, '2');
  await phone.until(2);
  answer = 'delivered';
  assert.equal(await delivery.deliver('bob'), 'done');
  assert.deepEqual(phone.heard.slice(-2), ['1', '2']);
  assert.equal(phone.heard.slice(0, -2).includes('2'), false);
});

test('what another node stored before and could not offer is delivered before what is offered here', async () => {
  await using office = await postOffice();
  const phone = listener();
  await using delivery = deliveryTo(office, async (text) => {
    phone.hear(text);
    return 'delivered';
  });
  await say(office, 'alice', await office.messages.open('alice', ['bob']), 'lost on the way');
  await offered(office, delivery, 'offered');
  assert.deepEqual(await phone.until(2), ['lost on the way', 'offered']);
});

test('an answer to a message counts as having read it: what follows goes out at once', async () => {
  await using office = await postOffice();
  const phone = listener();
  await using delivery = deliveryTo(office, async (text) => {
    phone.hear(text);
    return 'delivered';
  });
  await offered(office, delivery, 'how are you?');
  await phone.until(1);
  await say(office, 'bob', await office.messages.open('alice', ['bob']), 'fine');
  await offered(office, delivery, 'good');
  assert.deepEqual(await phone.until(2), ['how are you?', 'good']);
});

test('a node that delivered keeps the next message of a person; it lets go when the phone is at another', async () => {
  await using office = await postOffice();
  const [one, two] = [listener(), listener()];
  await using first = deliveryTo(office, async (text) => {
    one.hear(text);
    return 'delivered';
  });
  await using second = deliveryTo(
    office,
    async (text) => {
      two.hear(text);
      return 'delivered';
    },
    { nodeId: 'n2' },
  );
  await offered(office, first, '1');
  await one.until(1);
  await offered(office, second, '2');
  assert.equal(await second.deliver('bob'), 'elsewhere');
  first.letGo('bob');
  while ((await claimedUntil(office)) !== undefined);
  office.clock.advance(1_000);
  assert.deepEqual(await two.until(1), ['2'], 'and not what the first had delivered');
});

test('phones that come are given what waits for them, and nobody is asked for whom nothing waits', async () => {
  await using office = await postOffice();
  await say(office, 'alice', await office.messages.open('alice', ['bob']), 'welcome');
  const asked: string[] = [];
  await using delivery = deliveryTo(office, async () => 'delivered', {
    send: async (_binding, { text }, recipientId) => {
      asked.push(`${recipientId}: ${text}`);
      return 'delivered';
    },
  });
  await Promise.all(['alice', 'bob', 'carol'].map((userId) => delivery.welcome(userId)));
  assert.deepEqual(asked, ['bob: welcome']);
});
