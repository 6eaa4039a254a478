import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationParts } from './duration.ts';

test('a running time is told in its largest unit', () => {
  assert.deepEqual(durationParts(30_000), { unit: 'minutes', count: 0 });
  assert.deepEqual(durationParts(3 * 60_000), { unit: 'minutes', count: 3 });
  assert.deepEqual(durationParts(5 * 3_600_000), { unit: 'hours', count: 5 });
  assert.deepEqual(durationParts(49 * 3_600_000), { unit: 'days', count: 2 });
});
