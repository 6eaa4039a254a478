import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completionsFor } from './completions.ts';

const NAMES = ['Bob Baker', 'Zoë Müller', 'Carol'];
const typed = (text: string) => completionsFor(text, NAMES).map((one) => one.typed);

test('the beginning of an operator is completed, the words before it stay', () => {
  assert.deepEqual(typed('budget fr'), ['budget from:']);
  assert.deepEqual(typed('b'), []);
  assert.deepEqual(typed('https://'), []);
});

test('has: offers what it takes', () => {
  assert.deepEqual(typed('has:'), ['has:link ', 'has:image ', 'has:mention ', 'has:code ']);
  assert.deepEqual(typed('x has:L'), ['x has:link ']);
});

test('from: and in: offer names by any of their words, in quotes where they need them', () => {
  assert.deepEqual(typed('from:m'), ['from:me ', 'from:"Zoë Müller" ']);
  assert.deepEqual(typed('in:"bob b'), ['in:"Bob Baker" ']);
  assert.deepEqual(typed('in:c'), ['in:Carol ']);
});
