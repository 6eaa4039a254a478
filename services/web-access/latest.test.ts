import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Latest } from './latest.ts';

function task(name: string, log: string[]) {
  const ended = Promise.withResolvers<void>();
  return {
    end: () => ended.resolve(),
    work: async () => {
      log.push(name);
      await ended.promise;
      return name;
    },
  };
}

test('one is worked on, and of those that come meanwhile only the newest', async () => {
  const log: string[] = [];
  const latest = new Latest();
  const [m, mu, mue, muel] = ['m', 'mu', 'mue', 'muel'].map((name) => task(name, log)) as [
    ReturnType<typeof task>,
    ReturnType<typeof task>,
    ReturnType<typeof task>,
    ReturnType<typeof task>,
  ];
  const answers = [m, mu, mue].map(({ work }) => latest.run(work));
  assert.equal(await answers[1], undefined);
  assert.deepEqual(log, ['m']);
  m.end();
  assert.equal(await answers[0], 'm');
  mue.end();
  assert.equal(await answers[2], 'mue');
  muel.end();
  assert.equal(await latest.run(muel.work), 'muel');
  assert.deepEqual(log, ['m', 'mue', 'muel']);
});

test('one that fails lets the next one in', async () => {
  const latest = new Latest();
  const failing = latest.run(() => Promise.reject(new Error('no database')));
  const waiting = latest.run(async () => 'here');
  await assert.rejects(failing, /no database/);
  assert.equal(await waiting, 'here');
});
