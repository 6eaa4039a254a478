import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createResponse } from '../build-message.ts';
import type { SipResponse } from '../message.ts';
import { serializeHead, serializeMessage } from '../serializer.ts';
import { Answered } from './answered.ts';

const KEEP_MS = 32_000;

function answer(text: string, body = new Uint8Array(0)): SipResponse {
  const response = createResponse({ status: 200, headers: [['Call-ID', text]], body });
  return { ...response, head: serializeHead(response) };
}

test('every answer is found again as it was sent, however many there are', () => {
  const answered = new Answered(KEEP_MS, 'seed', 100_000);
  const count = 20_000;
  const key = (i: number) => `z9hG4bK${i} 192.0.2.${i % 250} ${i} MESSAGE`;
  const bodyOf = (i: number) => new TextEncoder().encode(i % 3 === 0 ? `body ${i}` : '');
  for (let i = 0; i < count; i++) answered.put(key(i), answer(`call ${i}`, bodyOf(i)), i);
  assert.equal(answered.size, count);
  for (let i = 0; i < count; i += 7) {
    const found = answered.find(key(i), count);
    assert.ok(found);
    assert.deepEqual(serializeMessage(found), serializeMessage(answer(`call ${i}`, bodyOf(i))));
  }
  assert.equal(answered.find(key(count), count), undefined);
  assert.equal(answered.find(`${key(1)}x`, count), undefined);
});

test('an answer is kept for its time, and a seventh longer at most', () => {
  const answered = new Answered(KEEP_MS, 'seed', 1_000);
  for (let at = 0; at < KEEP_MS * 3; at += 1_000) answered.put(`key ${at}`, answer('c'), at);
  const now = KEEP_MS * 3;
  for (let at = 0; at < now; at += 1_000) {
    const isKept = answered.find(`key ${at}`, now) !== undefined;
    if (at >= now - KEEP_MS) assert.ok(isKept, `answered ${now - at} ms ago`);
    if (at < now - KEEP_MS * 1.25) assert.ok(!isKept, `answered ${now - at} ms ago`);
  }
  assert.equal(answered.find(`key ${now - 1_000}`, now * 2), undefined);
  assert.equal(answered.size, 0);
});

test('the oldest go when there are more than it may keep', () => {
  const answered = new Answered(KEEP_MS, 'seed', 100);
  for (let i = 0; i < 10_000; i++) {
    answered.put(`key ${i}`, answer('c'), i * 10);
    assert.ok(answered.size <= 100);
    assert.ok(answered.find(`key ${i}`, i * 10));
  }
});

test('keys and answers are text of any kind and size', () => {
  const answered = new Answered(KEEP_MS, 'seed', 1_000);
  const big = 'ä'.repeat(300_000);
  const texts = ['', 'ß€😀', big];
  for (const text of texts) answered.put(text, answer(`call ${text}`, new TextEncoder().encode(text)), 0);
  for (const text of texts)
    assert.deepEqual(answered.find(text, 1)?.body, new TextEncoder().encode(text), text.slice(0, 5));
});
