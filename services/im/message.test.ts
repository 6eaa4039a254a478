import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findConversation, readPage } from './store.ts';
import { postOffice, say, somebodyWaitsForLock, storedElsewhere } from './testing.ts';

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
    (await findConversation(office.own, userId, conversationId))?.unread;
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

test('a mark that is set while a message is being stored counts that message', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, '1');
  const isLocked = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  // A sender that has its number and has not committed yet.
  const second = { messageId: '2', conversationId, senderId: 'alice', text: '2', sentAt: 0, clientId: '2' };
  const storing = storedElsewhere(office, second, isLocked.resolve, mayEnd.promise);
  await isLocked.promise;
  const marking = office.messages.markRead('bob', conversationId, 1);
  await Promise.race([marking, somebodyWaitsForLock(office)]);
  mayEnd.resolve();
  await storing;
  assert.deepEqual(await marking, { ok: true, value: { readSeq: 1, unread: 1 } });
});

test('a message that another node stored under the same client id is answered with that one; those beside it are stored', async () => {
  await using office = await postOffice();
  const [pair, other] = [
    await office.messages.open('alice', ['bob']),
    await office.messages.open('alice', ['carol']),
  ];
  const first = await say(office, 'alice', pair, 'hello', 'c1');
  const node = office.anotherNode();
  const [repeated, beside] = await Promise.all([
    node.send({ senderId: 'alice', conversationId: pair, text: 'hello', clientId: 'c1' }),
    node.send({ senderId: 'alice', conversationId: other, text: 'hello', clientId: 'c2' }),
  ]);
  assert.deepEqual(repeated, { ok: true, value: first });
  assert.equal(beside.ok && beside.value.seq, 1);
  assert.equal((await readPage(office.own.db, pair, { limit: 10 })).length, 1);
});

test('of two nodes that write in the same conversations at once, both are numbered without gaps', async () => {
  await using office = await postOffice();
  const node = office.anotherNode();
  const ids = await Promise.all(
    ['bob', 'carol', 'dave'].map((name) => office.messages.open('alice', [name])),
  );
  await Promise.all(
    Array.from({ length: 60 }, (_, n) => {
      const draft = { senderId: 'alice', conversationId: ids[n % 3]!, text: `m${n}`, clientId: `c${n}` };
      return (n % 2 === 0 ? office.messages : node).send(draft);
    }),
  );
  for (const id of ids) {
    const page = await readPage(office.own.db, id, { afterSeq: 0, limit: 100 });
    assert.deepEqual(
      page.map(({ seq }) => seq),
      Array.from({ length: 20 }, (_, index) => index + 1),
    );
  }
});

test('messages are told in their order, after they are stored and before their sender is answered', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  const sent = Array.from({ length: 20 }, (_, n) =>
    say(office, 'alice', conversationId, `m${n}`).then(({ seq }) => {
      assert.ok(office.told.some(({ message }) => message.seq === seq));
    }),
  );
  await Promise.all(sent);
  assert.deepEqual(
    office.told.map(({ message }) => message.seq),
    Array.from({ length: 20 }, (_, index) => index + 1),
  );
});
