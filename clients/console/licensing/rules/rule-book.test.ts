import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GROUPS, isRule, rulesIn } from './rule-book.ts';

const all = { query: '', doubtfulOnly: false };
const found = (query: string, doubtfulOnly = false) =>
  GROUPS.flatMap((group) => rulesIn(group, { query, doubtfulOnly }).map(({ rule }) => rule));

test('every rule stands in the group of its letter', () => {
  assert.deepEqual(
    GROUPS.map((group) => rulesIn(group, all).length > 0),
    [true, true, true, true, true],
  );
  assert.equal(rulesIn('D', all).length, 33);
});

test('the number of a rule finds it and its parts, and not those that only begin alike', () => {
  assert.deepEqual(found('a2'), ['A2']);
  assert.deepEqual(found('A23'), ['A23', 'A23.1', 'A23.2', 'A23.3', 'A23.4', 'A23.5']);
  assert.deepEqual(found('a16'), ['A16', 'A16a', 'A16b', 'A16c']);
});

test('words have to be there all, in the text or the source', () => {
  assert.ok(found('prerequisite').includes('A10') || found('enterprise standard').includes('A10'));
  assert.deepEqual(found('zzz'), []);
});

test('what a misprint touches can be found alone: the transition of the Enterprise CAL among it', () => {
  const doubtful = found('', true);
  assert.ok(doubtful.includes('D4') && doubtful.includes('A23.2'));
  assert.ok(!doubtful.includes('D1') && !doubtful.includes('A3'));
});

test('what a link may name', () => {
  assert.equal(isRule('A10') && isRule('D4') && isRule('S2') && isRule('M4'), true);
  assert.equal(isRule('A99'), false);
});
