import assert from 'node:assert/strict';
import { test } from 'node:test';
import { duration } from './duration.ts';

test('a duration is written as a clock would', () => {
  assert.deepEqual([0, 7_999, 750_000, 3_725_000, -5].map(duration), [
    '0:00',
    '0:07',
    '12:30',
    '1:02:05',
    '0:00',
  ]);
});
