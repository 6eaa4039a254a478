import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallPace } from './call-pace.ts';

test('so many calls in any minute, for each phone; what was refused does not count', () => {
  const pace = new CallPace(2);
  const at = (now: number, device = 'desk') => pace.mayBegin(device, now);
  assert.deepEqual([at(0), at(30_000), at(59_999), at(59_999, 'hall')], [true, true, false, true]);
  assert.deepEqual([at(60_000), at(60_001), at(90_000)], [true, false, true]);
});
