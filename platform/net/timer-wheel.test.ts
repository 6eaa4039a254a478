import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { systemClock } from './clock-system.ts';
import { fakeClock } from './testing.ts';
import { TimerWheel } from './timer-wheel.ts';

test('any set of timers fires exactly once, at its time, in order of due time and then of setting', () => {
  fc.assert(
    fc.property(
      fc.nat(2 ** 40),
      fc.array(fc.oneof(fc.nat(70), fc.nat(100_000), fc.nat(2 ** 37)), { maxLength: 60 }),
      fc.array(fc.nat(2 ** 36), { maxLength: 20 }),
      (start, delays, steps) => {
        const wheel = new TimerWheel(start);
        const expected = delays.map((delay, order) => ({ due: start + delay, order }));
        expected.sort((a, b) => a.due - b.due || a.order - b.order);
        const fired: { due: number; order: number }[] = [];
        let tick = 0;
        delays.forEach((delay, order) => {
          wheel.set(start + delay, () => fired.push({ due: tick, order }));
        });
        let now = start;
        for (const step of [...steps, 2 ** 38]) {
          now += step;
          wheel.run(now, (at) => {
            tick = at;
          });
          assert.deepEqual(
            fired,
            expected.filter((timer) => timer.due <= now),
          );
        }
        assert.equal(wheel.size, 0);
        assert.equal(wheel.wakeAt(), undefined);
      },
    ),
  );
});

test('a disposed timer never fires, whatever its distance, and disposing it again is harmless', () => {
  const clock = fakeClock();
  const timers = [0, 1, 31, 32, 1024, 40_000, 10 ** 9].map((delay) =>
    clock.after(delay, () => assert.fail('fired')),
  );
  for (const timer of timers) timer[Symbol.dispose]();
  for (const timer of timers) timer[Symbol.dispose]();
  assert.equal(clock.pending, 0);
  clock.advance(10 ** 10);
});

test('a callback may dispose a timer of the same tick and set new ones', () => {
  const clock = fakeClock();
  const seen: string[] = [];
  clock.after(50, () => {
    seen.push(`first at ${clock.now()}`);
    second[Symbol.dispose]();
    clock.after(0, () => seen.push(`set at once at ${clock.now()}`));
    clock.after(20, () => seen.push(`set later at ${clock.now()}`));
  });
  const second = clock.after(50, () => seen.push('second'));
  clock.advance(69);
  assert.deepEqual(seen, ['first at 50', 'set at once at 50']);
  clock.advance(1);
  assert.deepEqual(seen, ['first at 50', 'set at once at 50', 'set later at 70']);
});

test('a callback that throws leaves the timers beside it set', () => {
  const clock = fakeClock();
  let fired = 0;
  clock.after(5, () => {
    throw new Error('ours');
  });
  clock.after(5, () => fired++);
  assert.throws(() => clock.advance(10), /ours/);
  assert.equal(clock.pending, 1);
  clock.advance(10);
  assert.equal(fired, 1);
});

test('the fake clock lets promises settle between timers', async () => {
  const clock = fakeClock({ at: new Date('2026-03-01T12:00:00Z') });
  const seen: string[] = [];
  const sleep = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  const done = (async () => {
    for (let round = 1; round <= 3; round++) {
      await sleep(1000);
      seen.push(new Date(clock.wallNow()).toISOString());
    }
  })();
  await clock.advanceAsync(3000);
  await done;
  assert.deepEqual(seen, [
    '2026-03-01T12:00:01.000Z',
    '2026-03-01T12:00:02.000Z',
    '2026-03-01T12:00:03.000Z',
  ]);
});

test('the system clock fires in order, never early, and leaves nothing behind', async () => {
  const started = systemClock.now();
  const seen: number[] = [];
  await new Promise<void>((resolve) => {
    const cancelled = systemClock.after(3, () => assert.fail('fired'));
    systemClock.after(12, resolve);
    for (const delay of [9, 1, 5]) {
      systemClock.after(delay, () => {
        assert.ok(systemClock.now() >= started + delay);
        seen.push(delay);
      });
    }
    cancelled[Symbol.dispose]();
  });
  assert.deepEqual(seen, [1, 5, 9]);
});
