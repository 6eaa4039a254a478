import assert from 'node:assert/strict';
import { test } from 'node:test';
import { insertMessage, listConversations, lockConversation, readPage } from './store.ts';
import { postOffice, say, somebodyWaitsForLock } from './testing.ts';

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

test('a mark that is set while a message is being stored counts that message', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, '1');
  const isLocked = Promise.withResolvers<void>();
  const mayEnd = Promise.withResolvers<void>();
  // A sender that has its number and has not committed yet.
  const second = { messageId: '2', conversationId, senderId: 'alice', text: '2', sentAt: 0, clientId: '2' };
  const storing = office.own.transaction(async ({ db }) => {
    await insertMessage(db, { ...second, seq: (await lockConversation(db, conversationId)) + 1 });
    isLocked.resolve();
    await mayEnd.promise;
  });
  await isLocked.promise;
  const marking = office.messages.markRead('bob', conversationId, 1);
  await Promise.race([marking, somebodyWaitsForLock(office)]);
  mayEnd.resolve();
  await storing;
  assert.deepEqual(await marking, { ok: true, value: { readSeq: 1, unread: 1 } });
});
