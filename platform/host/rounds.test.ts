import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '../net/testing.ts';
import { silentLog } from '../store/testing.ts';
import { startRounds } from './rounds.ts';

const OPTIONS = { everyMs: 1_000, failure: 'a round failed' };

test('a round that fails does not keep the next one, and two never run at once', async () => {
  const clock = fakeClock();
  let began = 0;
  let end = Promise.withResolvers<void>();
  await using rounds = startRounds({ clock, log: silentLog }, OPTIONS, () => {
    began += 1;
    return end.promise;
  });
  await clock.advanceAsync(1_000);
  rounds.soon();
  await clock.advanceAsync(5_000);
  assert.equal(began, 1, 'the first has not ended');
  end.reject(new Error('the database is away'));
  end = Promise.withResolvers();
  await clock.advanceAsync(1);
  assert.equal(began, 2, 'asked for while the first ran');
  end.resolve();
  await clock.advanceAsync(999);
  assert.equal(began, 2);
  await clock.advanceAsync(1);
  assert.equal(began, 3);
});

test('disposing waits for the round under way and leaves no timer behind', async () => {
  const clock = fakeClock();
  const end = Promise.withResolvers<void>();
  let began = 0;
  const rounds = startRounds({ clock, log: silentLog }, OPTIONS, () => {
    began += 1;
    return end.promise;
  });
  rounds.soon();
  await clock.advanceAsync(0);
  const disposed = rounds[Symbol.asyncDispose]();
  assert.equal(await Promise.race([disposed.then(() => 'gone'), Promise.resolve('waiting')]), 'waiting');
  end.resolve();
  await disposed;
  await clock.advanceAsync(10_000);
  assert.equal(began, 1);
});
