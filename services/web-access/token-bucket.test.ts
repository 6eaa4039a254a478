import assert from 'node:assert/strict';
import { test } from 'node:test';
import { TokenBucket } from './token-bucket.ts';

test('a burst passes, then the rate, and never more than a burst is saved up', () => {
  const bucket = new TokenBucket(5, 20, 0);
  const takenAt = (now: number) => {
    let taken = 0;
    while (bucket.take(now)) taken += 1;
    return taken;
  };
  assert.equal(takenAt(0), 5);
  assert.equal(takenAt(49), 0);
  assert.equal(takenAt(51), 1);
  assert.equal(takenAt(151), 2);
  assert.equal(takenAt(3_600_000), 5);
});
