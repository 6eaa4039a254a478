import assert from 'node:assert/strict';
import { test } from 'node:test';
import { soak } from './soak.ts';

test('nothing is left of phones that lose datagrams, break off and die, when their time is over', {
  timeout: 240_000,
}, async (t) => {
  const { counts, leaks } = await soak({
    seconds: 15,
    phones: 40,
    seed: Date.now() % 2 ** 32,
    say: (line) => t.diagnostic(line),
  });
  assert.deepEqual(leaks, []);
  for (const what of [
    'REGISTER 200',
    'MESSAGE 202',
    'SUBSCRIBE 200',
    'call 200',
    'got NOTIFY',
    'got BYE',
    'got MESSAGE',
  ])
    assert.ok((counts.get(what) ?? 0) > 10, `${what}: ${JSON.stringify([...counts])}`);
});
