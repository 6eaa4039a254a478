// How much new work a busy process refuses, from how long work waits for its turn: a controller like PIE's (RFC 8033 §4.2),
// for requests instead of packets. Pure, with time as an argument; driven by overload-watch.ts.

export interface OverloadLimits {
  /** A wait that nobody minds, and well below the time after which a request is sent again. */
  readonly targetMs: number;
  /** Answers that need the database may take so long: a slow disk is no overload. */
  readonly answerTargetMs: number;
  /** How long the waits may be too long before anything is refused. */
  readonly burstMs: number;
  /** Who is refused is drawn anew this often, so that everybody has a turn. */
  readonly drawMs: number;
  /** A datagram that has waited so long is not looked at: its sender has sent it again (RFC 3261 §17.1.1.1: T1). */
  readonly staleMs: number;
}

export const defaultOverloadLimits: OverloadLimits = {
  targetMs: 150,
  answerTargetMs: 1_000,
  burstMs: 500,
  drawMs: 10_000,
  staleMs: 500,
};

/** How often the share changes. */
export const overloadPeriodMs = 20;

/** Weights of how far the wait is from the target, and of how fast it gets there (RFC 8033 §4.2: alpha and beta). */
const alpha = 0.0125;
const beta = 0.125;
const largestStep = 0.02;
/** Something always gets through, and shows when the worst is over. */
const largestShare = 0.99;
/** Of the share that stays each period while nothing waits: gone within two seconds. */
const fading = 0.94;
const mostPeriods = 5;
/** Beyond so many targets a wait says nothing more. */
const most = 5;
const recentPeriods = 5;
/** One long pause (a garbage collection) counts for so much of the burst, however long it was. */
const longestCount = 2;

export class Overload {
  readonly #limits: OverloadLimits;
  #share = 0;
  /** In targets, over the last whole period. */
  #last = 0;
  /** The longest since then. */
  #longest = 0;
  /** The longest of each of the last periods. */
  readonly #recent = new Array<number>(recentPeriods).fill(0);
  #next = 0;
  #burstLeftMs: number;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #salt = 0;

  constructor(limits: OverloadLimits) {
    this.#limits = limits;
    this.#burstLeftMs = limits.burstMs;
  }

  /** Of new work, what is refused: 0 to 0.99. */
  get share(): number {
    return this.#share;
  }

  /** What the draw of who is refused begins with: see `refuses`. */
  get salt(): number {
    return this.#salt;
  }

  /** Something has waited so long for its turn. */
  waited(waitMs: number): void {
    this.#longest = Math.max(this.#longest, waitMs / this.#limits.targetMs);
  }

  /** What waits for nobody else is answered after so long now. */
  answered(afterMs: number): void {
    this.#longest = Math.max(this.#longest, afterMs / this.#limits.answerTargetMs);
  }

  /** Call about every `overloadPeriodMs`. @param random 0 to 2³², for the next draw. */
  advance(elapsedMs: number, now: number, random: () => number): void {
    const wait = this.#standing();
    const before = this.#last;
    this.#last = wait;
    if (now - this.#drawnAt >= this.#limits.drawMs) {
      this.#drawnAt = now;
      this.#salt = random();
    }
    const isQuiet = wait < 0.5 && before < 0.5;
    if (this.#share === 0 && isQuiet) {
      this.#burstLeftMs = this.#limits.burstMs;
      return;
    }
    if (this.#share === 0 && this.#burstLeftMs > 0) {
      if (wait > 1) this.#burstLeftMs -= Math.min(elapsedMs, longestCount * overloadPeriodMs);
      return;
    }
    const step = alpha * (wait - 1) + beta * (wait - before);
    // RFC 8033 §4.2: small steps while little is refused, and none too large.
    const scale = this.#share < 0.01 ? 0.25 : this.#share < 0.1 ? 0.5 : 1;
    // Late turns are fewer, and each counts for the time that it comes after.
    const periods = Math.min(mostPeriods, Math.max(1, elapsedMs / overloadPeriodMs));
    const next = this.#share + Math.max(-largestStep, Math.min(largestStep, step * scale)) * periods;
    const faded = isQuiet ? next * fading ** periods : next;
    this.#share = faded < 0.001 ? 0 : Math.min(largestShare, faded);
  }

  /**
   * What has been waited all the time lately: what comes and goes is a burst, or others who take the processor; what
   * stays is too much work (RFC 8289 §3.1: the minimum over an interval).
   */
  #standing(): number {
    this.#recent[this.#next] = Math.min(most, this.#longest);
    this.#next = (this.#next + 1) % this.#recent.length;
    this.#longest = 0;
    return Math.min(...this.#recent);
  }

  /**
   * Whether new work is to be refused. What belongs together has the same key, and so the same answer: a request that
   * was asked for credentials is not refused when it brings them, and one that was refused is so when it is repeated.
   */
  refuses(key: number): boolean {
    return this.#share > 0 && mixed(key ^ this.#salt) < this.#share * 0x1_0000_0000;
  }

  /** When who was refused may come again: later the more are refused, and not all at once. */
  retryAfterS(key: number): number {
    const middleS = Math.min(60, 5 / (1 - this.#share));
    return Math.ceil(middleS * (0.75 + (mixed(key) / 0x1_0000_0000) * 0.5));
  }
}

/** Keys may be alike; their order must say nothing (the finaliser of MurmurHash3). */
function mixed(key: number): number {
  let hash = key | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
