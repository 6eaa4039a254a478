import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SilenceWatch } from './silence-watch.ts';

function watched(t: TestContext, patienceMs = 0) {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const seen = { lastAt: undefined as number | undefined, silences: 0 };
  const watch = new SilenceWatch({ lastAt: () => seen.lastAt }, patienceMs, () => seen.silences++);
  t.after(() => watch.close());
  return {
    seen,
    pass(ms: number, { arrives = false } = {}) {
      for (let at = 0; at < ms; at += 400) {
        if (arrives) seen.lastAt = (seen.lastAt ?? 0) + 400;
        t.mock.timers.tick(400);
      }
    },
  };
}

test('a path that falls silent is noticed once, within two seconds; and the next silence again', (t) => {
  const { seen, pass } = watched(t);
  pass(4_000);
  assert.equal(seen.silences, 0, 'nothing came yet');
  pass(4_000, { arrives: true });
  assert.equal(seen.silences, 0);
  pass(1_600);
  assert.equal(seen.silences, 1);
  pass(20_000);
  assert.equal(seen.silences, 1, 'once');
  pass(400, { arrives: true });
  pass(1_600);
  assert.equal(seen.silences, 2);
});

test('on hold nothing is expected, and who was called is more patient', (t) => {
  const { seen, pass } = watched(t, 2_000);
  pass(800, { arrives: true });
  pass(2_400);
  assert.equal(seen.silences, 0);
  pass(1_200);
  assert.equal(seen.silences, 1);
  seen.lastAt = undefined;
  pass(8_000);
  assert.equal(seen.silences, 1);
});
