import assert from 'node:assert/strict';
import { test } from 'node:test';
import { moveTo, typeAhead } from './list-keys.ts';

const key = (name: string, ctrlKey = false) => ({ key: name, ctrlKey, altKey: false, metaKey: false });

test('arrows, Home, End and pages move inside the list', () => {
  assert.equal(moveTo(key('ArrowDown'), 0, 3), 1);
  assert.equal(moveTo(key('ArrowDown'), 2, 3), 2);
  assert.equal(moveTo(key('ArrowUp'), 0, 3), 0);
  assert.equal(moveTo(key('End'), 0, 30), 29);
  assert.equal(moveTo(key('PageDown'), 0, 30), 8);
  assert.equal(moveTo(key('x'), 0, 30), null);
  assert.equal(moveTo(key('ArrowDown', true), 0, 30), null);
  assert.equal(moveTo(key('ArrowDown'), 0, 0), null);
});

test('typing jumps to the next name with a word that begins so, accents aside', () => {
  const names = ['Alice Winter', 'Bob Marchetti', 'Émile Dubois', 'Bela Kiss'];
  assert.equal(typeAhead(names, 'b', 0), 1);
  assert.equal(typeAhead(names, 'b', 1), 3);
  assert.equal(typeAhead(names, 'be', 1), 3);
  assert.equal(typeAhead(names, 'e', 0), 2);
  assert.equal(typeAhead(names, 'win', 3), 0);
  assert.equal(typeAhead(names, 'zz', 0), null);
});
