import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hueOf, initialsOf } from './initials.ts';

test('initials are the first letters of the first and the last name', () => {
  assert.equal(initialsOf('Alice Winter'), 'AW');
  assert.equal(initialsOf('Ana Lucía Gómez'), 'AG');
  assert.equal(initialsOf('émile'), 'É');
  assert.equal(initialsOf('Bob Baker (external)'), 'BB');
  assert.equal(initialsOf('李 小龍'), '李小');
  assert.equal(initialsOf('  '), '?');
});

test('the same person always has the same colour', () => {
  assert.equal(hueOf('u1'), hueOf('u1'));
  assert.ok(new Set(Array.from({ length: 40 }, (_, index) => hueOf(`user-${index}`))).size > 4);
});
