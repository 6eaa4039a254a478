import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BackOff } from './back-off.ts';

const limits = { firstRestMs: 1_000, longestRestMs: 8_000, destinations: 3 };

function restMs(backOff: BackOff, now: number): number {
  return (backOff.restOf('a', now)?.untilMs ?? now) - now;
}

test('each failure in a row doubles the rest, up to the longest', () => {
  const backOff = new BackOff(limits);
  let now = 0;
  const rests = Array.from({ length: 5 }, () => {
    backOff.failed('a', now);
    const rest = restMs(backOff, now);
    now += rest;
    return rest;
  });
  assert.deepEqual(rests, [1_000, 2_000, 4_000, 8_000, 8_000]);
  assert.equal(backOff.restOf('a', now), undefined);
});

test('time without a failure halves the next rest again', () => {
  const backOff = new BackOff(limits);
  backOff.failed('a', 0);
  backOff.failed('a', 1_000);
  backOff.failed('a', 3_000);
  assert.equal(restMs(backOff, 3_000), 4_000);
  backOff.failed('a', 7_000 + 2 * 4_000);
  assert.equal(restMs(backOff, 15_000), 2_000);
  backOff.failed('a', 1_000_000);
  assert.equal(restMs(backOff, 1_000_000), 1_000);
});

test('requests under way that fail together are one failure', () => {
  const backOff = new BackOff(limits);
  for (let i = 0; i < 100; i++) backOff.failed('a', i);
  assert.equal(restMs(backOff, 0), 1_000);
});

test('success forgets the failures', () => {
  const backOff = new BackOff(limits);
  backOff.failed('a', 0);
  backOff.worked('a');
  assert.equal(backOff.restOf('a', 1), undefined);
  assert.equal(backOff.size, 0);
});

test('RFC 3261 §21.5.4: Retry-After is obeyed, and told from a rest of our own', () => {
  const backOff = new BackOff(limits);
  backOff.failed('a', 0, 5_000);
  assert.deepEqual(backOff.restOf('a', 0), { untilMs: 5_000, isWanted: true });
  backOff.failed('b', 0);
  assert.equal(backOff.restOf('b', 0)?.isWanted, false);
  backOff.failed('c', 0, 86_400_000);
  assert.equal(backOff.restOf('c', 0)?.untilMs, 8_000);
});

test('no more destinations are remembered than the limit', () => {
  const backOff = new BackOff(limits);
  for (const name of ['a', 'b', 'c', 'd']) backOff.failed(name, 0);
  assert.equal(backOff.size, 3);
  assert.equal(backOff.restOf('a', 1), undefined);
});
