import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Outcome } from '@parley/platform/contract';
import { deleted, edited, isEmoji, reactedTo } from './change.ts';
import type { Message } from './contract.ts';

const HOUR_MS = 3_600_000;
const message: Message = {
  messageId: 'm1',
  conversationId: 'c1',
  seq: 1,
  senderId: 'alice',
  text: 'helo',
  sentAt: 1_000,
  clientId: 'k1',
};
const at = (userId: string, now = 2_000) => ({ userId, now });

function code(outcome: Outcome<unknown>): string {
  return outcome.ok ? 'ok' : outcome.fault.code;
}

test('only who wrote a message edits it, within the time, and the same text again changes nothing', () => {
  const once = edited(message, at('alice'), { text: 'hello' }, HOUR_MS);
  assert.deepEqual(once, { ok: true, value: { ...message, text: 'hello', editedAt: 2_000 } });
  assert.ok(once.ok);
  const twice = edited(once.value, at('alice', 3_000), { text: 'hello' }, HOUR_MS);
  assert.equal(twice.ok && twice.value, once.value);
  assert.equal(code(edited(message, at('bob'), { text: 'no' }, HOUR_MS)), 'IM_NOT_YOURS');
  assert.equal(code(edited(message, at('alice', 1_000 + HOUR_MS), { text: 'x' }, HOUR_MS)), 'ok');
  assert.equal(code(edited(message, at('alice', 1_001 + HOUR_MS), { text: 'x' }, HOUR_MS)), 'IM_TOO_LATE');
  assert.equal(code(edited(message, at('alice'), { text: ' ' }, HOUR_MS)), 'IM_MESSAGE_EMPTY');
  assert.equal(
    code(edited(message, at('alice'), { text: 'x'.repeat(65_537) }, HOUR_MS)),
    'IM_MESSAGE_TOO_LONG',
  );
});

test('of a deleted message nothing is left but its place, and it cannot be edited or reacted to', () => {
  const full: Message = {
    ...message,
    subject: 's',
    mentions: ['bob'],
    reactions: [{ emoji: '👍', userIds: ['bob'] }],
  };
  const gone = deleted(full, at('alice'), HOUR_MS);
  assert.ok(gone.ok);
  assert.deepEqual(gone.value, { ...message, text: '', deletedAt: 2_000 });
  const again = deleted(gone.value, at('alice', 9 * HOUR_MS), HOUR_MS);
  assert.equal(again.ok && again.value, gone.value);
  assert.equal(code(edited(gone.value, at('alice'), { text: 'x' }, HOUR_MS)), 'IM_MESSAGE_DELETED');
  assert.equal(code(reactedTo(gone.value, 'bob', { emoji: '👍', on: true })), 'IM_MESSAGE_DELETED');
  assert.equal(code(deleted(full, at('bob'), HOUR_MS)), 'IM_NOT_YOURS');
});

test('each person has one of each reaction; the last one that is taken away takes the reaction with it', () => {
  const like = (from: Message, userId: string, on: boolean) => {
    const after = reactedTo(from, userId, { emoji: '👍', on });
    assert.ok(after.ok);
    return after.value;
  };
  const one = like(message, 'bob', true);
  assert.equal(like(one, 'bob', true), one);
  const two = like(one, 'carol', true);
  assert.deepEqual(two.reactions, [{ emoji: '👍', userIds: ['bob', 'carol'] }]);
  assert.deepEqual(like(like(two, 'bob', false), 'carol', false), message);
  assert.equal(like(message, 'bob', false), message);
});

test('a message has at most 20 different reactions', () => {
  let full = message;
  for (let index = 0; index < 20; index++) {
    const after = reactedTo(full, 'bob', { emoji: String.fromCodePoint(0x1f600 + index), on: true });
    assert.ok(after.ok);
    full = after.value;
  }
  assert.equal(code(reactedTo(full, 'bob', { emoji: '👍', on: true })), 'IM_TOO_MANY_REACTIONS');
  assert.equal(code(reactedTo(full, 'carol', { emoji: '😀', on: true })), 'ok');
});

test('a reaction is one emoji and nothing else', () => {
  for (const emoji of ['👍', '👍🏽', '❤️', '🏳️‍🌈', '👩‍💻', '🇩🇪', '1️⃣']) assert.ok(isEmoji(emoji), emoji);
  for (const text of ['', 'a', '<b>', '👍👍', '👍 ', '1', '\u200d', '👍'.repeat(99)])
    assert.ok(!isEmoji(text), text);
});
