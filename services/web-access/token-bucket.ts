// How many commands one session may send: a burst, then a steady rate. Pure; held by browser-session.ts.
import type { MonotonicMs } from '@parley/platform/clock';

export class TokenBucket {
  readonly #burst: number;
  readonly #perSecond: number;
  #tokens: number;
  #filledAt: MonotonicMs;

  constructor(burst: number, perSecond: number, now: MonotonicMs) {
    this.#burst = burst;
    this.#perSecond = perSecond;
    this.#tokens = burst;
    this.#filledAt = now;
  }

  /** @returns false when there is none to take. */
  take(now: MonotonicMs): boolean {
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) * this.#perSecond) / 1000);
    this.#filledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens -= 1;
    return true;
  }
}
