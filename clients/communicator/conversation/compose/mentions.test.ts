import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fittingPeople, mentionedIn, mentionQuery } from './mentions.ts';

const people = ['Ann Lee', 'Ann', 'Zoë Müller-Lang'].map((name, index) => ({ userId: String(index), name }));
const names = (query: string) => fittingPeople(people, query).map(({ name }) => name);

test('a name is asked for from its @ on, but not inside of an address', () => {
  assert.deepEqual(mentionQuery('hi @an', 6), { from: 3, query: 'an' });
  assert.deepEqual(mentionQuery('@', 1), { from: 0, query: '' });
  assert.deepEqual(mentionQuery('@ann le', 7), { from: 0, query: 'ann le' });
  assert.equal(mentionQuery('mail bob@example', 16), null);
  assert.equal(mentionQuery('@ann\nnext', 9), null);
  assert.equal(mentionQuery('nobody', 6), null);
});

test('people fit by any part of their names, without their accents', () => {
  assert.deepEqual(names('zoe'), ['Zoë Müller-Lang']);
  assert.deepEqual(names('lang'), ['Zoë Müller-Lang']);
  assert.deepEqual(names('ann'), ['Ann Lee', 'Ann']);
  assert.deepEqual(names('Ann Lee and'), []);
});

test('who is mentioned stands there with the whole name', () => {
  assert.deepEqual(mentionedIn('@Ann Lee, see @Zoë Müller-Lang!', people), ['0', '1', '2']);
  assert.deepEqual(mentionedIn('@Annika and Ann', people), []);
});
