// The clock of the running process: every timer of Parley hangs on one wheel, and the wheel on one Node timer.
// Held by the host, which passes it down as `Clock`.
import type { Clock, MonotonicMs, UnixMs } from './clock.ts';
import { TimerWheel } from './timer-wheel.ts';

/** The longest delay `setTimeout` keeps; a later wake-up comes in steps. */
const longestDelayMs = 2 ** 31 - 1;

export interface WakingClock extends Clock {
  /** Runs what is due at once: the time has changed by more than has passed. */
  wake(): void;
}

export interface TimeSource {
  now(): MonotonicMs;
  wallNow(): UnixMs;
}

export function createClock(time: TimeSource): WakingClock {
  const wheel = new TimerWheel(time.now());
  let armed: NodeJS.Timeout | undefined;
  let armedFor = Number.POSITIVE_INFINITY;

  function arm(wakeAt: number): void {
    clearTimeout(armed);
    armedFor = wakeAt;
    const delayMs = Math.max(0, Math.ceil(wakeAt - time.now()));
    armed = setTimeout(wake, Math.min(delayMs, longestDelayMs));
  }

  function wake(): void {
    clearTimeout(armed);
    armed = undefined;
    armedFor = Number.POSITIVE_INFINITY;
    try {
      wheel.run(time.now());
    } finally {
      // A throwing callback is a fault that ends as an uncaught exception; the other timers are not its victims.
      const wakeAt = wheel.wakeAt();
      if (wakeAt !== undefined) arm(wakeAt);
    }
  }

  /** Nothing pending keeps the process alive. */
  function relax(): void {
    if (wheel.size > 0) return;
    clearTimeout(armed);
    armed = undefined;
    armedFor = Number.POSITIVE_INFINITY;
  }

  return {
    wake,
    now: () => time.now(),
    wallNow: () => time.wallNow(),
    get pending() {
      return wheel.size;
    },
    after(delayMs, callback) {
      const due = time.now() + Math.max(0, delayMs);
      const timer = wheel.set(due, callback);
      if (timer.due < armedFor) arm(timer.due);
      return new SystemTimer(timer, relax);
    },
  };
}

/** Every idle connection holds one, so it is no closure. */
class SystemTimer implements Disposable {
  readonly #timer: Disposable;
  readonly #relax: () => void;

  constructor(timer: Disposable, relax: () => void) {
    this.#timer = timer;
    this.#relax = relax;
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]();
    this.#relax();
  }
}

export const systemClock: Clock = createClock({ now: () => performance.now(), wallNow: () => Date.now() });
