import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MAX_EXPIRES_S, parseExpires, serializeExpires } from './expires.ts';
import { parseMinExpires, serializeMinExpires } from './min-expires.ts';

test('20.19: seconds up to 2**32-1, more is clamped', () => {
  assert.equal(parseExpires('3600'), 3600);
  assert.equal(parseExpires('0'), 0);
  assert.equal(parseExpires('4294967296'), MAX_EXPIRES_S);
  assert.equal(parseExpires('9'.repeat(100)), MAX_EXPIRES_S);
});

for (const text of ['', '-1', '1.5', '1e3', '60s', ' 60']) {
  test(`"${text}" is no Expires`, () => assert.equal(parseExpires(text), undefined));
}

test('it is written as a whole number in range', () => {
  assert.deepEqual(
    [serializeExpires(59.9), serializeExpires(-5), serializeExpires(1e12)],
    ['59', '0', '4294967295'],
  );
});

test('20.23: Min-Expires has the same form', () => {
  assert.equal(parseMinExpires(serializeMinExpires(60)), 60);
});
