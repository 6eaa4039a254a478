import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchesPerson } from './match-person.ts';

const person = {
  name: 'Ana Lucía Gómez',
  address: 'ana.gomez@example.org',
  department: 'Design',
  phone: '+498955501234',
};

test('each word begins a part of the name, the department or the address', () => {
  assert.ok(matchesPerson(person, 'luc gom'));
  assert.ok(matchesPerson(person, 'DESIGN ana'));
  assert.ok(!matchesPerson(person, 'ana sales'));
  assert.ok(!matchesPerson(person, 'omez'));
});

test('a run of digits of the number finds its owner', () => {
  assert.ok(matchesPerson(person, '1234'));
  assert.ok(matchesPerson(person, '5550-123'));
  assert.ok(!matchesPerson(person, '999'));
});
