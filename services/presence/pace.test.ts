import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@parley/platform/net/testing';
import { LIST_RATE, NotifyPace, PERSON_RATE } from './pace.ts';
import type { Watch } from './watch.ts';

function paced() {
  const clock = fakeClock();
  const told: string[] = [];
  const pace = new NotifyPace(clock, (watch) => told.push(watch.watcherId));
  const watch = (watcherId: string) => ({ watcherId, inStepAt: 0 }) as Watch;
  return { clock, told, pace, watch };
}

test('a few changes of a person are told at once, many in step with one in five seconds, and the last one is told', () => {
  const { clock, told, pace, watch } = paced();
  const one = watch('alice');
  for (let second = 0; second < 60; second++) {
    for (let change = 0; change < 10; change++) pace.changed(one, PERSON_RATE);
    clock.advance(1_000);
  }
  assert.ok(told.length <= PERSON_RATE.burst + 1 + 60_000 / PERSON_RATE.everyMs, `${told.length}`);
  assert.ok(told.length >= 60_000 / PERSON_RATE.everyMs);
  const before = told.length;
  pace.changed(one, PERSON_RATE);
  clock.advance(PERSON_RATE.everyMs);
  assert.equal(told.length, before + 1);
});

test('what changes in a list together is told together, a moment later', () => {
  const { clock, told, pace, watch } = paced();
  const list = watch('alice');
  for (let change = 0; change < 500; change++) pace.changed(list, LIST_RATE);
  assert.equal(told.length, 0);
  clock.advance(200);
  assert.deepEqual(told, ['alice']);
});

test('who is forgotten is not told, and nobody after the end', () => {
  const { clock, told, pace, watch } = paced();
  const [gone, stays] = [watch('gone'), watch('stays')];
  pace.changed(gone, LIST_RATE);
  pace.changed(stays, LIST_RATE);
  pace.forget(gone);
  clock.advance(200);
  assert.deepEqual(told, ['stays']);
  pace.changed(gone, LIST_RATE);
  pace[Symbol.dispose]();
  clock.advance(10_000);
  assert.deepEqual(told, ['stays']);
});
