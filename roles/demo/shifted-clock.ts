// A clock whose wall time can be set back while the demo writes its past. Timers and monotonic time are untouched.
import type { Clock } from '@parley/platform/clock';

export interface ShiftedClock extends Clock {
  /** Milliseconds that the wall clock is behind the real one; 0 is now. */
  behindMs: number;
}

export function shiftedClock(base: Clock): ShiftedClock {
  return {
    behindMs: 0,
    now: () => base.now(),
    wallNow() {
      return base.wallNow() - this.behindMs;
    },
    after: (delayMs, callback) => base.after(delayMs, callback),
  };
}
