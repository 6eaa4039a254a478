import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message } from '../../kit/contracts.ts';
import type { OutgoingMessage } from '../../kit/live/outbox.ts';
import { GROUP_MS, type TimelineInput, timelineRows } from './timeline-rows.ts';

const DAY_MS = 86_400_000;

function message(seq: number, senderId: string, sentAt: number): Message {
  return {
    messageId: `m${seq}`,
    conversationId: 'c1',
    seq,
    senderId,
    text: `${seq}`,
    sentAt,
    clientId: `client-${seq}`,
  };
}

function outgoing(clientId: string, fault: OutgoingMessage['fault'] = null): OutgoingMessage {
  return { clientId, conversationId: 'c1', text: clientId, createdAt: 5000, fault };
}

function rows(input: Partial<TimelineInput>): string[] {
  return timelineRows({
    messages: [],
    outgoing: [],
    meId: 'alice',
    connected: true,
    readSeq: null,
    startOfDay: (atMs) => Math.floor(atMs / DAY_MS) * DAY_MS,
    ...input,
  }).map((row) => {
    if (row.kind !== 'message') return row.kind;
    return `${row.senderId} ${row.text}${row.first ? ' first' : ''}${row.last ? ' last' : ''} ${row.delivery}`;
  });
}

test('messages of one person within minutes make one group', () => {
  const messages = [
    message(1, 'bob', 0),
    message(2, 'bob', 1000),
    message(3, 'alice', 2000),
    message(4, 'bob', 3000),
    message(5, 'bob', 3001 + GROUP_MS),
  ];
  assert.deepEqual(rows({ messages }), [
    'day',
    'bob 1 first sent',
    'bob 2 last sent',
    'alice 3 first last sent',
    'bob 4 first last sent',
    'bob 5 first last sent',
  ]);
});

test('a new day begins with its name and breaks the group', () => {
  const messages = [message(1, 'bob', DAY_MS - 1), message(2, 'bob', DAY_MS)];
  assert.deepEqual(rows({ messages }), ['day', 'bob 1 first last sent', 'day', 'bob 2 first last sent']);
});

test('the line "New" stands once, above the first unread message of somebody else', () => {
  const messages = [message(1, 'bob', 0), message(2, 'alice', 1), message(3, 'bob', 2), message(4, 'bob', 3)];
  assert.deepEqual(rows({ messages, readSeq: 1 }), [
    'day',
    'bob 1 first last sent',
    'alice 2 first last sent',
    'unread',
    'bob 3 first sent',
    'bob 4 last sent',
  ]);
});

test('a message that is stored already is not shown a second time from the outbox', () => {
  assert.deepEqual(rows({ messages: [message(1, 'alice', 0)], outgoing: [outgoing('client-1')] }), [
    'day',
    'alice 1 first last sent',
  ]);
});

test('an own message tells what became of it', () => {
  const fault = { code: 'IM_MESSAGE_EMPTY', sentence: 'The message is empty.' };
  const waiting = [outgoing('one'), outgoing('two', fault)];
  assert.deepEqual(rows({ outgoing: waiting }).slice(1), [
    'alice one first sending',
    'alice two last failed',
  ]);
  assert.deepEqual(rows({ outgoing: waiting, connected: false }).slice(1, 2), ['alice one first waiting']);
});

test('a message keeps its key when it is stored, so that its bubble does not blink', () => {
  const key = (input: Partial<TimelineInput>) =>
    timelineRows({
      messages: [],
      outgoing: [],
      meId: 'alice',
      connected: true,
      readSeq: null,
      startOfDay: () => 0,
      ...input,
    }).at(-1)?.key;
  assert.equal(key({ outgoing: [outgoing('client-1')] }), key({ messages: [message(1, 'alice', 0)] }));
});
