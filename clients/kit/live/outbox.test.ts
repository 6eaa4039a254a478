import assert from 'node:assert/strict';
import { test } from 'node:test';
import { retryDelayMs } from './backoff.ts';
import { type OutgoingMessage, sendable, withFault, withoutMessage } from './outbox.ts';

function item(clientId: string, conversationId: string): OutgoingMessage {
  return { clientId, conversationId, text: clientId, createdAt: 0, fault: null };
}

const ids = (items: readonly OutgoingMessage[]) => items.map(({ clientId }) => clientId);
const fault = { code: 'IM_MESSAGE_EMPTY', sentence: 'The message is empty.' };

test('one message of each conversation travels at a time, the oldest first', () => {
  const outbox = [item('a1', 'a'), item('a2', 'a'), item('b1', 'b')];
  assert.deepEqual(ids(sendable(outbox, new Set())), ['a1', 'b1']);
  assert.deepEqual(ids(sendable(outbox, new Set(['a1']))), ['b1']);
});

test('a refused message does not hold up the next one, and waits for its writer', () => {
  const outbox = withFault([item('a1', 'a'), item('a2', 'a')], 'a1', fault);
  assert.deepEqual(ids(sendable(outbox, new Set())), ['a2']);
  assert.deepEqual(ids(sendable(withFault(outbox, 'a1', null), new Set())), ['a1']);
});

test('taking out a message that is not there changes nothing', () => {
  const outbox = [item('a1', 'a')];
  assert.equal(withoutMessage(outbox, 'zzz'), outbox);
  assert.deepEqual(withoutMessage(outbox, 'a1'), []);
});

test('pauses between attempts grow, stay bounded, and are spread', () => {
  assert.equal(retryDelayMs(0, 1), 1000);
  assert.equal(retryDelayMs(3, 1), 8000);
  assert.equal(retryDelayMs(50, 1), 30_000);
  assert.equal(retryDelayMs(0, 0), 500);
});
