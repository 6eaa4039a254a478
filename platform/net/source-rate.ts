// A token bucket for each source: so many a second, with a burst. Sources that were quiet longest are forgotten first.
// Used by sip-intake.ts.
import type { MonotonicMs } from './clock.ts';
import { sourceGroup } from './net-address.ts';

export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

interface Bucket {
  tokens: number;
  filledAt: MonotonicMs;
  /** When it was put last in the order of use. */
  orderedAt: MonotonicMs;
}

/** A second more or less in the order of use is no matter. */
const orderMs = 1_000;

const maxSources = 50_000;

export class SourceRate {
  readonly #limit: RateLimit;
  readonly #buckets = new Map<string, Bucket>();

  constructor(limit: RateLimit) {
    this.#limit = limit;
  }

  /** False when this source is over its rate now. */
  take(remoteAddress: string, now: MonotonicMs): boolean {
    const { perSecond, burst } = this.#limit;
    const source = sourceGroup(remoteAddress);
    const bucket = this.#buckets.get(source) ?? {
      tokens: burst,
      filledAt: now,
      orderedAt: Number.NEGATIVE_INFINITY,
    };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.filledAt) / 1000) * perSecond);
    bucket.filledAt = now;
    if (now - bucket.orderedAt >= orderMs) {
      // The map keeps the order of last use.
      bucket.orderedAt = now;
      this.#buckets.delete(source);
      this.#buckets.set(source, bucket);
      if (this.#buckets.size > maxSources) this.#buckets.delete(this.#buckets.keys().next().value!);
    }
    if (bucket.tokens < 1) return false;
    bucket.tokens -= 1;
    return true;
  }
}
