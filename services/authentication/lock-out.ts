// When an account is locked and when a network address is slowed down. Pure: the clock is an argument.

export const LOCK_AFTER = 5;
export const LOCK_MS = 15 * 60_000;

export interface FailureCount {
  readonly failures: number;
  readonly lockedUntil: number;
}

export const NO_FAILURES: FailureCount = { failures: 0, lockedUntil: 0 };

export function isLocked(count: FailureCount, now: number): boolean {
  return count.lockedUntil > now;
}

/** The count after one more wrong password. A lock that has run out starts a new count. */
export function afterFailure(count: FailureCount, now: number): FailureCount {
  const failures = count.lockedUntil !== 0 && !isLocked(count, now) ? 1 : count.failures + 1;
  return { failures, lockedUntil: failures >= LOCK_AFTER ? now + LOCK_MS : 0 };
}

const NOBODIES_REMEMBERED = 10_000;

/** Wrong passwords for addresses that nobody has: they lock as others do, so that a lock does not say who exists. */
export class Nobodies {
  readonly #counts = new Map<string, FailureCount>();

  isLocked(name: string, now: number): boolean {
    return isLocked(this.#counts.get(name) ?? NO_FAILURES, now);
  }

  failed(name: string, now: number): void {
    const count = afterFailure(this.#counts.get(name) ?? NO_FAILURES, now);
    this.#counts.delete(name);
    this.#counts.set(name, count);
    if (this.#counts.size > NOBODIES_REMEMBERED) {
      const oldest = this.#counts.keys().next().value;
      if (oldest !== undefined) this.#counts.delete(oldest);
    }
  }
}

export const SOURCE_ATTEMPTS = 20;
export const SOURCE_WINDOW_MS = 60_000;
const SOURCES_REMEMBERED = 10_000;

/** Failed sign-ins by network address in the last minute, bounded in number. */
export class SourceThrottle {
  readonly #attempts = new Map<string, number[]>();

  isThrottled(source: string, now: number): boolean {
    return this.#recent(source, now).length >= SOURCE_ATTEMPTS;
  }

  failed(source: string, now: number): void {
    const recent = this.#recent(source, now);
    recent.push(now);
    this.#attempts.delete(source);
    this.#attempts.set(source, recent.slice(-SOURCE_ATTEMPTS));
    if (this.#attempts.size > SOURCES_REMEMBERED) {
      const oldest = this.#attempts.keys().next().value;
      if (oldest !== undefined) this.#attempts.delete(oldest);
    }
  }

  #recent(source: string, now: number): number[] {
    return (this.#attempts.get(source) ?? []).filter((at) => now - at < SOURCE_WINDOW_MS);
  }
}
