import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseMessageSummary, serializeMessageSummary } from './message-summary.ts';

test('a summary is read as it was written', () => {
  for (const summary of [
    { account: 'sip:alice@parley.test', isWaiting: true, newMessages: 2, oldMessages: 8 },
    { account: undefined, isWaiting: false, newMessages: 0, oldMessages: 0 },
  ])
    assert.deepEqual(parseMessageSummary(serializeMessageSummary(summary)), summary);
});

test('RFC 3842 §5.2: the example is read, with fields that are not known', () => {
  const body = new TextEncoder().encode(
    'Messages-Waiting: yes\r\nMessage-Account: sip:alice@vmail.example.com\r\nVoice-Message: 4/8 (1/2)\r\nVideo-message: 0/0\r\n',
  );
  assert.deepEqual(parseMessageSummary(body), {
    account: 'sip:alice@vmail.example.com',
    isWaiting: true,
    newMessages: 4,
    oldMessages: 8,
  });
  assert.equal(parseMessageSummary(new TextEncoder().encode('Voice-Message: 4/8\r\n')), undefined);
  assert.equal(parseMessageSummary(new Uint8Array(10_000)), undefined);
});
