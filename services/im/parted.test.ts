import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from './contract.ts';
import { asSeenByParted } from './parted.ts';

const parting = { at: 1_000, revision: 5 };
const said: Message = {
  messageId: 'm1',
  conversationId: 'c1',
  seq: 1,
  senderId: 'alice',
  text: 'hello',
  sentAt: 500,
  clientId: 'k1',
};
const reactions = [{ emoji: '👍', userIds: ['carol'] }];

test('what was so when somebody left is shown as it was', () => {
  for (const message of [said, { ...said, reactions, editedAt: 900, revision: 5 }])
    assert.deepEqual(asSeenByParted(message, parting), message);
});

test('of a later reaction nothing is shown, and what was edited before stays', () => {
  const message = { ...said, editedAt: 900, reactions, revision: 6 };
  assert.deepEqual(asSeenByParted(message, parting), { ...said, editedAt: 900 });
});

test('what was edited or deleted later is shown as taken back', () => {
  const { text: _, ...rest } = said;
  const edited = { ...said, text: 'secret', subject: 'secret', editedAt: 1_001, reactions, revision: 6 };
  assert.deepEqual(asSeenByParted(edited, parting), { ...rest, text: '', deletedAt: 1_001 });
  const deleted = { ...said, text: '', deletedAt: 2_000, revision: 7 };
  assert.deepEqual(asSeenByParted(deleted, parting), { ...rest, text: '', deletedAt: 2_000 });
});
