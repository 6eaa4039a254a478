import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { equalInConstantTime } from './constant-time.ts';
import { checkNonce, makeNonce } from './nonce.ts';

const keyedHash = (text: string) => createHmac('sha256', 'key').update(text).digest('hex');
const MADE_MS = 1_700_000_000_000;
const nonce = makeNonce(keyedHash, MADE_MS, 'salt', 'realm');
const check = (text: string, nowMs: number, scope = 'realm') =>
  checkNonce(keyedHash, text, nowMs, 60_000, scope);

test('RFC 7616 §5.4: a nonce is fresh for its lifetime and stale after', () => {
  assert.equal(check(nonce, MADE_MS), 'fresh');
  assert.equal(check(nonce, MADE_MS + 60_000), 'fresh');
  assert.equal(check(nonce, MADE_MS + 60_001), 'stale');
});

test('clocks of two servers may differ a little, not much', () => {
  assert.equal(check(nonce, MADE_MS - 4_000), 'fresh');
  assert.equal(check(nonce, MADE_MS - 6_000), 'foreign');
});

test('what was not made with the key, for this scope, or was changed, is foreign', () => {
  assert.equal(
    checkNonce((text) => keyedHash(`x${text}`), nonce, MADE_MS, 60_000, 'realm'),
    'foreign',
  );
  assert.equal(check(nonce, MADE_MS, 'other'), 'foreign');
  for (let i = 0; i < nonce.length; i++) {
    const changed = nonce.slice(0, i) + (nonce[i] === 'a' ? 'b' : 'a') + nonce.slice(i + 1);
    assert.equal(check(changed, MADE_MS), 'foreign', changed);
  }
  for (const text of ['', '.', '..', 'a.b', `${nonce}.x`, 'x'.repeat(10_000)])
    assert.equal(check(text, MADE_MS), 'foreign');
});

test('two nonces of one millisecond differ by their salt', () => {
  assert.notEqual(makeNonce(keyedHash, MADE_MS, 'other', 'realm'), nonce);
});

test('comparison knows equal from unequal in every position', () => {
  assert.equal(equalInConstantTime('', ''), true);
  assert.equal(equalInConstantTime('abc', 'abc'), true);
  for (const other of ['', 'ab', 'abcd', 'abd', 'xbc', 'abcabc']) {
    assert.equal(equalInConstantTime('abc', other), false, other);
    assert.equal(equalInConstantTime(other, 'abc'), false, other);
  }
});
