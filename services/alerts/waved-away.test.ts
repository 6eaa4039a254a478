import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WavedAway } from './waved-away.ts';

test('what was waved away up to a message is remembered for that person and conversation, for a while', () => {
  const waved = new WavedAway();
  waved.note('bob', 'c1', 5);
  waved.note('bob', 'c1', 3);
  assert.deepEqual(
    [
      waved.has('bob', 'c1', 5),
      waved.has('bob', 'c1', 6),
      waved.has('bob', 'c2', 1),
      waved.has('al', 'c1', 1),
    ],
    [true, false, false, false],
  );
  for (let index = 0; index < 2_000; index++) waved.note('carol', `c${index}`, 1);
  assert.equal(waved.has('bob', 'c1', 5), false);
});
