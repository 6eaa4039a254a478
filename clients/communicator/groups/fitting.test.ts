import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitting } from './fitting.ts';

const people = (count: number) => Array.from({ length: count }, (_, index) => `u${index}`);

test('a department of a hundred that oneself is in fits whole', () => {
  const { chosen, cut } = fitting({ chosen: [], found: people(100), total: 100, here: ['u0'], most: 100 });
  assert.equal(chosen.length, 99);
  assert.equal(cut, null);
});

test('the hundred and first is cut, and it is said how many of how many are taken', () => {
  const { chosen, cut } = fitting({ chosen: [], found: people(100), total: 134, here: ['u0'], most: 100 });
  assert.equal(chosen.length, 99);
  assert.deepEqual(cut, { taken: 100, total: 134 });
});

test('who is chosen or in the group already is not counted twice', () => {
  const { chosen, cut } = fitting({
    chosen: ['u1'],
    found: people(3),
    total: 3,
    here: ['me', 'u2'],
    most: 4,
  });
  assert.deepEqual(chosen, ['u1', 'u0']);
  assert.equal(cut, null);
});

test('a full group takes nobody', () => {
  assert.deepEqual(fitting({ chosen: [], found: ['x'], total: 1, here: ['me', 'u1', 'u2'], most: 3 }), {
    chosen: [],
    cut: { taken: 0, total: 1 },
  });
});
