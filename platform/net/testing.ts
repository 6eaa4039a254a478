// A clock that stands still until a test moves it, and one that leaps. They run on the same wheel as the real one.
import type { Clock } from './clock.ts';
import { createClock } from './clock-system.ts';
import { TimerWheel } from './timer-wheel.ts';

/** A clock that runs, and leaps: hours pass for a whole process at once. */
export function leapingClock(): Clock & { leap(ms: number): void } {
  let ahead = 0;
  const clock = createClock({ now: () => performance.now() + ahead, wallNow: () => Date.now() + ahead });
  return Object.assign(clock, {
    leap(ms: number) {
      ahead += ms;
      clock.wake();
    },
  });
}

export interface FakeClock extends Clock {
  /** Moves time and fires what falls due, in order; `now()` inside a callback is the callback's due time. */
  advance(ms: number): void;
  /** The same, letting promises and I/O that are ready settle before the first and after each timer. */
  advanceAsync(ms: number): Promise<void>;
  /** Timers set and neither fired nor disposed. A test ends with `assert.equal(clock.pending, 0)`. */
  readonly pending: number;
}

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** @param options.at wall time at the start; the monotonic clock always starts at 0. */
export function fakeClock(options: { readonly at?: Date | number } = {}): FakeClock {
  const startedAt = Number(options.at ?? Date.UTC(2026, 0, 1));
  const wheel = new TimerWheel(0);
  let now = 0;

  /** Fires the timers of the next tick at or before `until`; false when there are none. */
  function step(until: number): boolean {
    for (let wakeAt = wheel.wakeAt(); wakeAt !== undefined && wakeAt <= until; wakeAt = wheel.wakeAt()) {
      let fired = false;
      wheel.run(Math.max(wakeAt, now), (tickMs) => {
        fired = true;
        now = Math.max(now, tickMs);
      });
      if (fired) return true;
    }
    return false;
  }

  return {
    now: () => now,
    wallNow: () => startedAt + Math.floor(now),
    after: (delayMs, callback) => wheel.set(now + Math.max(0, delayMs), callback),
    get pending() {
      return wheel.size;
    },
    advance(ms) {
      const until = now + ms;
      while (step(until));
      now = until;
      wheel.run(now);
    },
    async advanceAsync(ms) {
      const until = now + ms;
      await settle();
      while (step(until)) await settle();
      now = until;
      wheel.run(now);
    },
  };
}
