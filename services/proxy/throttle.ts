// Wrong passwords slow down who sends them: a score for each source, each user name, and each user name at a source, that
// decays by itself. Pure, with time as an argument; bounded in memory. Used by authenticate.ts.

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

  get isEmpty(): boolean {
    return this.#scores.size === 0;
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
  readonly #pairs = new Scores(PER_USER);

  /**
   * True while credentials for this user from this address are not even looked at. A user's own score counts only where
   * that user failed from this very source, so that nobody can lock a person out from elsewhere; what others in the same
   * house did does not count for `isProven`: who signed in from there before.
   */
  refuses(source: string, username: string, now: number, isProven = false): boolean {
    // Almost always, nobody has failed at all.
    if (this.#sources.isEmpty) return false;
    if (!isProven && this.#sources.isOver(source, now)) return true;
    const user = username.toLowerCase();
    const pair = `${source} ${user}`;
    if (this.#pairs.of(pair, now) === 0) return false;
    return this.#pairs.isOver(pair, now) || this.#users.isOver(user, now);
  }

  failed(source: string, username: string, now: number): void {
    const user = username.toLowerCase();
    this.#sources.raise(source, now);
    this.#users.raise(user, now);
    this.#pairs.raise(`${source} ${user}`, now);
  }
}
