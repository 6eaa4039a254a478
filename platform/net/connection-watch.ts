// Times out one connection: never a message, half a message, or nothing for long. One timer of the wheel each, moved
// only when a deadline comes nearer. Used by sip-streams.ts.
import type { Clock } from './clock.ts';
import type { CloseReason } from './connection.ts';

export interface WatchLimits {
  readonly idleMs: number;
  readonly slowPeerMs: number;
  readonly firstMessageMs: number;
}

export class ConnectionWatch implements Disposable {
  readonly #clock: Clock;
  readonly #limits: WatchLimits;
  readonly #close: (reason: CloseReason) => void;
  #timer: Disposable | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #lastHeardAt: number;
  #firstMessageBy: number | undefined;
  #partialSince: number | undefined;
  #isDisposed = false;

  /** @param mustSpeak true for a peer that came to us: it has something to say. */
  constructor(clock: Clock, limits: WatchLimits, mustSpeak: boolean, close: (reason: CloseReason) => void) {
    this.#clock = clock;
    this.#limits = limits;
    this.#close = close;
    this.#lastHeardAt = clock.now();
    if (mustSpeak) this.#firstMessageBy = this.#lastHeardAt + limits.firstMessageMs;
    this.#arm();
  }

  /** After each arrival: how many whole messages (or keep-alives) it ended, and whether one has begun. */
  heard(whole: number, isUnfinished: boolean): void {
    const now = this.#clock.now();
    this.#lastHeardAt = now;
    if (whole > 0) {
      this.#firstMessageBy = undefined;
      this.#partialSince = undefined;
    }
    // A peer that trickles byte by byte gains nothing: the time runs from the first byte.
    if (isUnfinished) this.#partialSince ??= now;
    this.#arm();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
  }

  #deadlines(): readonly (readonly [at: number, reason: CloseReason])[] {
    const deadlines: [number, CloseReason][] = [[this.#lastHeardAt + this.#limits.idleMs, 'idle']];
    if (this.#firstMessageBy !== undefined) deadlines.push([this.#firstMessageBy, 'silent']);
    // Half a message is told apart from nothing at all, also where it was to be the first.
    if (this.#partialSince !== undefined)
      deadlines.push([this.#partialSince + this.#limits.slowPeerMs, 'slow-peer']);
    return deadlines.sort(([a], [b]) => a - b);
  }

  #arm(): void {
    if (this.#isDisposed) return;
    const [at] = this.#deadlines()[0]!;
    if (at >= this.#timerAt) return;
    this.#timer?.[Symbol.dispose]();
    this.#timerAt = at;
    this.#timer = this.#clock.after(at - this.#clock.now(), () => this.#check());
  }

  #check(): void {
    this.#timerAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    const due = this.#deadlines().filter(([at]) => at <= now);
    const reason = due.find(([, reason]) => reason === 'slow-peer')?.[1] ?? due[0]?.[1];
    if (reason === undefined) this.#arm();
    else this.#close(reason);
  }
}
