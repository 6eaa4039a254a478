import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Recent } from './recent.ts';

test('holds the last ones, and in the end forgets those before', () => {
  const recent = new Recent<number>(3);
  for (let n = 1; n <= 7; n++) recent.set(`key-${n}`, n);
  const held = [1, 2, 3, 4, 5, 6, 7].filter((n) => recent.get(`key-${n}`) === n);
  assert.deepEqual(held, [4, 5, 6, 7]);
});

test('forgets what was asked to be forgotten, and not what took its place', () => {
  const recent = new Recent<object>(1);
  const [first, second] = [{}, {}];
  recent.set('a', first);
  recent.set('b', first);
  recent.set('a', second);
  recent.delete('a', first);
  assert.equal(recent.get('a'), second);
  recent.delete('a', second);
  recent.delete('b', first);
  assert.equal(recent.get('a') ?? recent.get('b'), undefined);
});
