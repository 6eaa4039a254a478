// Destinations that failed are left alone for a while (RFC 3263 §4.3, RFC 3261 §21.5.4): each failure in a row doubles the
// rest, time without one halves it again. Pure. Used by platform/net/locate.ts.

export interface BackOffLimits {
  readonly firstRestMs: number;
  readonly longestRestMs: number;
  /** Remembered at the same time; the one that failed longest ago is forgotten first. */
  readonly destinations: number;
}

export const defaultBackOffLimits: BackOffLimits = {
  firstRestMs: 10_000,
  longestRestMs: 10 * 60_000,
  destinations: 4_096,
};

export interface Rest {
  readonly untilMs: number;
  /** It asked for that itself by Retry-After, so not even as the last resort is it tried. */
  readonly isWanted: boolean;
}

interface Failures {
  streak: number;
  restMs: number;
  untilMs: number;
  isWanted: boolean;
}

export class BackOff {
  readonly #limits: BackOffLimits;
  readonly #failures = new Map<string, Failures>();

  constructor(limits: Partial<BackOffLimits> = {}) {
    this.#limits = { ...defaultBackOffLimits, ...limits };
  }

  get size(): number {
    return this.#failures.size;
  }

  /** @param retryAfterMs as long as the destination wants to be left alone. */
  failed(destination: string, nowMs: number, retryAfterMs?: number): void {
    const known = this.#failures.get(destination);
    const failures = this.#counted(known, nowMs);
    const longest = this.#limits.longestRestMs;
    if (retryAfterMs !== undefined && nowMs + retryAfterMs > failures.untilMs) {
      failures.untilMs = nowMs + Math.min(retryAfterMs, longest);
      failures.isWanted = true;
    }
    this.#failures.delete(destination);
    this.#failures.set(destination, failures);
    if (this.#failures.size > this.#limits.destinations) {
      const oldest = this.#failures.keys().next().value;
      if (oldest !== undefined) this.#failures.delete(oldest);
    }
  }

  worked(destination: string): void {
    this.#failures.delete(destination);
  }

  /** undefined when it may be tried. */
  restOf(destination: string, nowMs: number): Rest | undefined {
    const failures = this.#failures.get(destination);
    if (failures === undefined || failures.untilMs <= nowMs) return undefined;
    return { untilMs: failures.untilMs, isWanted: failures.isWanted };
  }

  #counted(known: Failures | undefined, nowMs: number): Failures {
    // Many requests under way fail together: that is one failure of the destination.
    if (known !== undefined && known.untilMs > nowMs) return known;
    const quiet = known === undefined ? 0 : Math.floor((nowMs - known.untilMs) / known.restMs);
    const streak = Math.max(0, (known?.streak ?? 0) - quiet) + 1;
    const { firstRestMs, longestRestMs } = this.#limits;
    const restMs = Math.min(firstRestMs * 2 ** Math.min(streak - 1, 30), longestRestMs);
    return { streak, restMs, untilMs: nowMs + restMs, isWanted: false };
  }
}
