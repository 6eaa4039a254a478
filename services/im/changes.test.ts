import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DEFAULTS } from '../policy/contract.ts';
import { createChanges } from './changes.ts';
import { imErrors } from './contract.ts';
import type { ReachGate } from './reach.ts';
import { findConversation, readPage, readPageAt } from './store.ts';
import { everybodyIsThere, type PostOffice, postOffice, say } from './testing.ts';

const DAY_MS = 24 * 3_600_000;

function changesAt(office: PostOffice, reach: Pick<ReachGate, 'mayMeet'> = everybodyIsThere) {
  const { own, clock, conversations } = office;
  const gate = { check: () => ({ allowed: true, coveredBy: null }) } as const;
  return createChanges({
    own,
    clock,
    gate,
    reach,
    conversations,
    editableForMs: DAY_MS,
    settingsOf: () => DEFAULTS,
    imagesLost: () => {},
  });
}

test('every change gives the conversation a new revision, and what was changed after one can be asked for', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  for (const text of ['one', 'two', 'three']) await say(office, 'alice', conversationId, text);
  const changes = changesAt(office);
  const edit = await changes.edit({ userId: 'alice', conversationId, seq: 1, text: 'ONE' });
  assert.equal(edit.ok && edit.value.revision, 1);
  const react = await changes.react({ userId: 'bob', conversationId, seq: 3, emoji: '👍', on: true });
  assert.equal(react.ok && react.value.revision, 2);
  const repeated = await changes.edit({ userId: 'alice', conversationId, seq: 1, text: 'ONE' });
  assert.deepEqual(repeated, edit, 'repeated, it is the same change');
  const remove = await changes.remove({ userId: 'alice', conversationId, seq: 2 });
  assert.equal(remove.ok && remove.value.revision, 3);

  const listed = await findConversation(office.own, 'bob', conversationId);
  assert.deepEqual([listed?.revision, listed?.unread, listed?.lastMessage?.reactions?.length], [3, 3, 1]);
  const later = await readPageAt(office.own.db, conversationId, { afterRevision: 1, limit: 10 });
  assert.deepEqual(
    [later.revision, ...later.messages.map(({ seq, revision }) => [seq, revision])],
    [3, [3, 2], [2, 3]],
  );
  const page = await readPage(office.own.db, conversationId, { afterSeq: 0, limit: 10 });
  assert.deepEqual(
    page.map(({ text, deletedAt }) => [text, deletedAt !== undefined]),
    [
      ['ONE', false],
      ['', true],
      ['three', false],
    ],
  );
});

test('who is not in the conversation, or changes what is not there, is told so; many at once change all', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob', 'carol']);
  await say(office, 'alice', conversationId, 'hello');
  const changes = changesAt(office);
  const refused = await Promise.all([
    changes.react({ userId: 'eve', conversationId, seq: 1, emoji: '👍', on: true }),
    changes.edit({ userId: 'alice', conversationId, seq: 9, text: 'x' }),
    changes.remove({ userId: 'bob', conversationId, seq: 1 }),
  ]);
  assert.deepEqual(
    refused.map((outcome) => (outcome.ok ? 'ok' : outcome.fault.code)),
    ['IM_NO_SUCH_CONVERSATION', 'IM_NO_SUCH_MESSAGE', 'IM_NOT_YOURS'],
  );
  const people = ['alice', 'bob', 'carol'];
  await Promise.all(
    people.map((userId) => changes.react({ userId, conversationId, seq: 1, emoji: '🎉', on: true })),
  );
  const [message] = await readPage(office.own.db, conversationId, { limit: 1 });
  assert.deepEqual([message?.reactions?.[0]?.userIds.toSorted(), message?.revision], [people, 3]);
});

test('what a message carries beside its text is stored with it, cleaned, and only for those who are there', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  const sent = await office.messages.send({
    senderId: 'alice',
    conversationId,
    clientId: 'k1',
    text: 'look, @Bob',
    subject: ' Lunch\r\nVia: evil ',
    importance: 'high',
    replyTo: 1,
    mentions: ['bob', 'bob', 'eve'],
  });
  assert.ok(sent.ok);
  const { subject, importance, replyTo, mentions } = sent.value;
  assert.deepEqual([subject, importance, replyTo, mentions], ['Lunch Via: evil', 'high', 1, ['bob']]);
  const [read] = await readPage(office.own.db, conversationId, { limit: 1 });
  assert.deepEqual(read, sent.value);
  await say(office, 'alice', conversationId, 'plain');
  const [plain] = await office.own.db
    .selectFrom('messages')
    .select(['extra', 'revision'])
    .where('seq', '=', 2)
    .execute();
  assert.deepEqual(plain, { extra: null, revision: null }, 'a plain message costs nothing more');
});

test('who is blocked changes nothing that the other would see, but may take it back', async () => {
  await using office = await postOffice();
  const conversationId = await office.messages.open('alice', ['bob']);
  await say(office, 'alice', conversationId, 'hello');
  const changes = changesAt(office, { mayMeet: () => imErrors.fault('IM_UNREACHABLE') });
  const which = { userId: 'alice', conversationId, seq: 1 };
  const outcomes = [
    await changes.edit({ ...which, text: 'and another thing' }),
    await changes.react({ ...which, emoji: '👍', on: true }),
    await changes.remove(which),
  ];
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.ok ? 'ok' : outcome.fault.code)),
    ['IM_UNREACHABLE', 'IM_UNREACHABLE', 'ok'],
  );
});
