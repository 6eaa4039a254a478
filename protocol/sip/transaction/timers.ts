// The timer values of RFC 3261 §17 (Table 4 in Appendix A) and of RFC 6026 §7, and the running timers of one machine. It
// sets them by their RFC letter; whoever drives it calls `advance` no earlier than `wakeAt`.

/** Base values; everything else follows from them. */
export interface TransactionTimers {
  /** Round-trip estimate. */
  readonly t1Ms: number;
  /** Longest retransmission interval of non-INVITE requests and INVITE responses. */
  readonly t2Ms: number;
  /** Longest time a message stays in the network. */
  readonly t4Ms: number;
}

export const DEFAULT_TIMERS: TransactionTimers = { t1Ms: 500, t2Ms: 4000, t4Ms: 5000 };

/** Timers B, F, H, J, L and M: 64 × T1. */
export function timeoutMs(timers: TransactionTimers): number {
  return 64 * timers.t1Ms;
}

/** RFC 3261 §17.1.1.2: timer D is "at least 32 seconds for unreliable transports". */
export function timerDMs(timers: TransactionTimers): number {
  return Math.max(32_000, timeoutMs(timers));
}

/** RFC 4320 §4.1: "the amount of time it takes a client transaction's Timer E to be reset to T2", 3.5 s by default. */
export function timerEReachesT2Ms(timers: TransactionTimers): number {
  let elapsedMs = 0;
  for (let interval = timers.t1Ms; interval < timers.t2Ms; interval *= 2) elapsedMs += interval;
  return elapsedMs;
}

/**
 * Running timers of one machine, by letter: two at most, as in every figure of RFC 3261 §17, and so in four fields.
 * Nothing runs by itself: time is always an argument.
 */
export class TimerPair<Letter extends string> {
  #first: Letter | undefined;
  #firstAt = 0;
  #second: Letter | undefined;
  #secondAt = 0;

  start(letter: Letter, at: number): void {
    if (this.#first === letter || (this.#first === undefined && this.#second !== letter)) {
      this.#first = letter;
      this.#firstAt = at;
    } else if (this.#second === undefined || this.#second === letter) {
      this.#second = letter;
      this.#secondAt = at;
    } else throw new Error(`timer ${letter} is one too many beside ${this.#first} and ${this.#second}`);
  }

  /** Starts a repeating timer again: on schedule, or an interval from now if that has passed (no bursts after a stall). */
  repeat(letter: Letter, firedAt: number, intervalMs: number, now: number): void {
    this.start(letter, firedAt + intervalMs > now ? firedAt + intervalMs : now + intervalMs);
  }

  stop(letter: Letter): void {
    if (this.#first === letter) this.#first = undefined;
    if (this.#second === letter) this.#second = undefined;
  }

  stopAll(): void {
    this.#first = undefined;
    this.#second = undefined;
  }

  /** When the next timer fires, or undefined when none runs. */
  get wakeAt(): number | undefined {
    if (this.#first === undefined) return this.#second === undefined ? undefined : this.#secondAt;
    return this.#second !== undefined && this.#secondAt < this.#firstAt ? this.#secondAt : this.#firstAt;
  }

  /** Takes the earliest timer that is due, with the time it was due at. */
  takeDue(now: number): { readonly letter: Letter; readonly at: number } | undefined {
    const at = this.wakeAt;
    if (at === undefined || at > now) return undefined;
    const isFirst = this.#first !== undefined && this.#firstAt === at;
    const letter = isFirst ? this.#first! : this.#second!;
    this.stop(letter);
    return { letter, at };
  }
}
