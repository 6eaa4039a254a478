import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MESSAGE_LIMIT_BYTES } from './contract.ts';
import { messageText, participantKey, participantsOf } from './conversation.ts';

test('the same people share one conversation, whoever opens it and in whatever order', () => {
  const keys = [
    participantsOf('a', ['b', 'c']),
    participantsOf('c', ['a', 'b', 'a']),
    participantsOf('b', ['c', 'a', 'b']),
  ].map(participantKey);
  assert.equal(new Set(keys).size, 1);
  assert.notEqual(keys[0], participantKey(participantsOf('a', ['b'])));
});

test('a message is bounded in bytes, not in characters', () => {
  assert.ok(messageText('ä'.repeat(MESSAGE_LIMIT_BYTES / 2)).ok);
  const long = messageText(`${'ä'.repeat(MESSAGE_LIMIT_BYTES / 2)}!`);
  assert.equal(long.ok ? '' : long.fault.code, 'IM_MESSAGE_TOO_LONG');
});

test('nothing to see is no message, and what cannot be stored is left out', () => {
  for (const text of ['', ' \n\t', '\u0000']) assert.equal(messageText(text).ok, false);
  assert.deepEqual(messageText('a\u0000b\ud800c'), { ok: true, value: 'ab\ufffdc' });
});
