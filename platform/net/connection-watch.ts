// Times out one connection: never a message, half a message, or nothing for long; and asks a silent peer whether it is
// there. One timer of the wheel each, moved only when a deadline comes nearer. Used by sip-stream.ts.
import type { Clock, MonotonicMs } from './clock.ts';
import type { CloseReason } from './connection.ts';

export interface WatchLimits {
  readonly idleMs: number;
  readonly slowPeerMs: number;
  readonly firstMessageMs: number;
  /** Silence after which a peer that can be asked is asked, and as much again after which it is given up. */
  readonly askMs: number;
}

export interface Watched {
  close(reason: CloseReason): void;
  /** The transport has a way to ask the peer whether it is there (RFC 6455 §5.5.2). */
  readonly canBeAsked: boolean;
  ask(): void;
}

const never = Number.POSITIVE_INFINITY;

export class ConnectionWatch implements Disposable {
  readonly #clock: Clock;
  readonly #limits: WatchLimits;
  readonly #watched: Watched;
  #timer: Disposable | undefined;
  #timerAt: MonotonicMs = never;
  #lastHeardAt: MonotonicMs;
  #askedAt: MonotonicMs = never;
  #firstMessageBy: MonotonicMs = never;
  #wholeBy: MonotonicMs = never;
  #isDisposed = false;

  /** @param mustSpeak true for a peer that came to us: it has something to say. */
  constructor(clock: Clock, limits: WatchLimits, mustSpeak: boolean, watched: Watched) {
    this.#clock = clock;
    this.#limits = limits;
    this.#watched = watched;
    this.#lastHeardAt = clock.now();
    if (mustSpeak) this.#firstMessageBy = this.#lastHeardAt + limits.firstMessageMs;
    this.#arm();
  }

  /** After each arrival: how many whole messages (or keep-alives) it ended, and whether one has begun. */
  heard(whole: number, isUnfinished: boolean): void {
    const now = this.#clock.now();
    this.#lastHeardAt = now;
    this.#askedAt = never;
    if (whole > 0) {
      this.#firstMessageBy = never;
      this.#wholeBy = never;
    }
    // A peer that trickles byte by byte gains nothing: the time runs from the first byte.
    if (!isUnfinished) this.#wholeBy = never;
    else if (this.#wholeBy === never) this.#wholeBy = now + this.#limits.slowPeerMs;
    this.#arm();
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
  }

  get #idleBy(): MonotonicMs {
    return this.#lastHeardAt + this.#limits.idleMs;
  }

  /** When to ask, or when to give up because there was no answer. */
  get #askBy(): MonotonicMs {
    if (!this.#watched.canBeAsked) return never;
    const since = this.#askedAt === never ? this.#lastHeardAt : this.#askedAt;
    return since + this.#limits.askMs;
  }

  #arm(): void {
    if (this.#isDisposed) return;
    const at = Math.min(this.#idleBy, this.#askBy, this.#firstMessageBy, this.#wholeBy);
    if (at >= this.#timerAt) return;
    this.#timer?.[Symbol.dispose]();
    this.#timerAt = at;
    this.#timer = this.#clock.after(at - this.#clock.now(), () => this.#check());
  }

  #check(): void {
    this.#timerAt = never;
    const now = this.#clock.now();
    // Half a message is told apart from nothing at all, also where it was to be the first.
    if (this.#wholeBy <= now) this.#watched.close('slow-peer');
    else if (this.#firstMessageBy <= now) this.#watched.close('silent');
    else if (this.#idleBy <= now) this.#watched.close('idle');
    else if (this.#askBy > now) this.#arm();
    else if (this.#askedAt !== never) this.#watched.close('idle');
    else {
      this.#askedAt = now;
      this.#watched.ask();
      this.#arm();
    }
  }
}
