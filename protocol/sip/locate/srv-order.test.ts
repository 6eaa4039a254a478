import assert from 'node:assert/strict';
import { test } from 'node:test';
import { orderServers } from './srv-order.ts';

/** A repeatable source (mulberry32). */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const record = (priority: number, weight: number, target: string) => ({
  priority,
  weight,
  port: 5060,
  target,
});

test('RFC 3263 §4.2: the number drawn decides, weight 0 first', () => {
  const records = [record(1, 60, 'heavy'), record(1, 20, 'light'), record(1, 0, 'never')];
  const targets = (random: () => number) => orderServers(records, random).map(({ target }) => target);
  assert.deepEqual(
    targets(() => 0),
    ['never', 'heavy', 'light'],
  );
  assert.deepEqual(
    targets(() => 0.999),
    ['light', 'heavy', 'never'],
  );
});

test('RFC 3263 §4.2: servers of one priority are first in proportion to their weights', () => {
  const records = [record(1, 75, 'a'), record(1, 25, 'b'), record(2, 1000, 'backup')];
  const random = chance(7);
  let firstIsA = 0;
  for (let i = 0; i < 4_000; i++) {
    const [first, , last] = orderServers(records, random);
    assert.equal(last?.target, 'backup');
    if (first?.target === 'a') firstIsA++;
  }
  assert.ok(Math.abs(firstIsA / 4_000 - 0.75) < 0.03, String(firstIsA));
});

test('every server is there once, and the answer of the DNS stays as it was', () => {
  const records = [record(3, 0, 'c'), record(1, 0, 'a'), record(1, 0, 'b')];
  const before = structuredClone(records);
  const ordered = orderServers(records, chance(1));
  assert.deepEqual(ordered.map(({ target }) => target).sort(), ['a', 'b', 'c']);
  assert.equal(ordered[2]?.target, 'c');
  assert.deepEqual(records, before);
});
