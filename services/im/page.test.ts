import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitting } from './page.ts';

test('a page ends before the item that would not fit, counted in bytes and not in characters', () => {
  assert.deepEqual(fitting(['ää', 'bb', 'cc'], 12), ['ää', 'bb']);
  assert.deepEqual(fitting(['aa', 'bb', 'cc'], 15), ['aa', 'bb', 'cc']);
});

test('one item is always given, however large it is', () => {
  assert.deepEqual(fitting(['x'.repeat(100), 'y'], 10), ['x'.repeat(100)]);
  assert.deepEqual(fitting([], 10), []);
});
