// The clock of the running process: every timer of Parley hangs on one wheel, and the wheel on one Node timer.
// Held by the host, which passes it down as `Clock`.
import type { Clock } from './clock.ts';
import { TimerWheel } from './timer-wheel.ts';

/** The longest delay `setTimeout` keeps; a later wake-up comes in steps. */
const longestDelayMs = 2 ** 31 - 1;

function createSystemClock(): Clock {
  const wheel = new TimerWheel(performance.now());
  let armed: NodeJS.Timeout | undefined;
  let armedFor = Number.POSITIVE_INFINITY;

  function arm(wakeAt: number): void {
    clearTimeout(armed);
    armedFor = wakeAt;
    const delayMs = Math.max(0, Math.ceil(wakeAt - performance.now()));
    armed = setTimeout(wake, Math.min(delayMs, longestDelayMs));
  }

  function wake(): void {
    armed = undefined;
    armedFor = Number.POSITIVE_INFINITY;
    try {
      wheel.run(performance.now());
    } finally {
      // A throwing callback is a fault that ends as an uncaught exception; the other timers are not its victims.
      const wakeAt = wheel.wakeAt();
      if (wakeAt !== undefined) arm(wakeAt);
    }
  }

  return {
    now: () => performance.now(),
    wallNow: () => Date.now(),
    after(delayMs, callback) {
      const due = performance.now() + Math.max(0, delayMs);
      const timer = wheel.set(due, callback);
      if (timer.due < armedFor) arm(timer.due);
      return {
        [Symbol.dispose]() {
          timer[Symbol.dispose]();
          // Nothing pending keeps the process alive.
          if (wheel.size > 0) return;
          clearTimeout(armed);
          armed = undefined;
          armedFor = Number.POSITIVE_INFINITY;
        },
      };
    },
  };
}

export const systemClock: Clock = createSystemClock();
