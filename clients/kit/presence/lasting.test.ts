import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secondsOf, secondsUntil } from './lasting.ts';

test('today lasts until midnight', () => {
  const evening = new Date(2026, 4, 12, 22, 30).getTime();
  assert.equal(secondsOf('today', evening), 90 * 60);
  assert.equal(secondsOf('twoHours', evening), 7200);
});

test('a time in the past, or years ahead, is brought to what the server takes', () => {
  assert.equal(secondsUntil(0, 1_000_000), 60);
  assert.equal(secondsUntil(Number.MAX_SAFE_INTEGER, 0), 31 * 86_400);
});
