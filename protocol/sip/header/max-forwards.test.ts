import assert from 'node:assert/strict';
import { test } from 'node:test';
import { INITIAL_MAX_FORWARDS, parseMaxForwards } from './max-forwards.ts';

test('20.22: 0 to 255', () => {
  assert.deepEqual(['0', '0068', '255', '256', '-1', 'x', ''].map(parseMaxForwards), [
    0,
    68,
    255,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('8.1.1.6: a request starts with 70', () => assert.equal(INITIAL_MAX_FORWARDS, 70));
