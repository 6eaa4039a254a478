import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ticksUpTo } from './ticks.ts';

test('the side of a chart has a few round numbers, the last not below the highest value', () => {
  assert.deepEqual(ticksUpTo(0), [0, 1]);
  assert.deepEqual(ticksUpTo(3), [0, 1, 2, 3]);
  assert.deepEqual(ticksUpTo(60), [0, 20, 40, 60]);
  assert.deepEqual(ticksUpTo(61), [0, 20, 40, 60, 80]);
  assert.deepEqual(ticksUpTo(1_000), [0, 500, 1_000]);
});
