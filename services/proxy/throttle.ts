// Wrong passwords slow down who sends them: a score for each source and each user name that decays by itself. Pure, with
// time as an argument; bounded in memory. The right password from a source without failures is never refused.

export interface ThrottleLimits {
  /** Failures that are let through at once. */
  readonly burst: number;
  /** One failure is forgotten in this time. */
  readonly decayMs: number;
}

const PER_SOURCE: ThrottleLimits = { burst: 20, decayMs: 5_000 };
const PER_USER: ThrottleLimits = { burst: 10, decayMs: 10_000 };
const ENTRIES = 20_000;

/** Scores that fall by one each `decayMs`; the least recently raised one goes first when there are too many. */
class Scores {
  readonly #limits: ThrottleLimits;
  readonly #scores = new Map<string, { readonly score: number; readonly at: number }>();

  constructor(limits: ThrottleLimits) {
    this.#limits = limits;
  }

  of(key: string, now: number): number {
    const held = this.#scores.get(key);
    return held === undefined ? 0 : Math.max(0, held.score - (now - held.at) / this.#limits.decayMs);
  }

  isOver(key: string, now: number): boolean {
    return this.of(key, now) >= this.#limits.burst;
  }

  raise(key: string, now: number): void {
    const score = Math.min(this.of(key, now) + 1, this.#limits.burst * 2);
    this.#scores.delete(key);
    this.#scores.set(key, { score, at: now });
    if (this.#scores.size > ENTRIES) {
      const [oldest] = this.#scores.keys();
      if (oldest !== undefined) this.#scores.delete(oldest);
    }
  }
}

export class Throttle {
  readonly #sources = new Scores(PER_SOURCE);
  readonly #users = new Scores(PER_USER);

  /**
   * True while credentials for this user from this address are not even looked at. A user's own score counts only for
   * sources that failed themselves, so that nobody can lock a person out from elsewhere.
   */
  refuses(source: string, username: string, now: number): boolean {
    if (this.#sources.isOver(source, now)) return true;
    return this.#sources.of(source, now) > 0 && this.#users.isOver(username.toLowerCase(), now);
  }

  failed(source: string, username: string, now: number): void {
    this.#sources.raise(source, now);
    this.#users.raise(username.toLowerCase(), now);
  }
}
