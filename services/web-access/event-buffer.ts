// The last events of one session, numbered without gaps, so that a browser which comes back gets exactly what it missed.
// Pure; held by browser-session.ts.

export interface NumberedEvent {
  readonly event: number;
  /** The event as JSON: made once and shared by all sessions that hold it. */
  readonly json: string;
}

export class EventBuffer {
  readonly #limit: number;
  #kept: string[] = [];
  /** Number of the last event or snapshot. */
  #last = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get last(): number {
    return this.#last;
  }

  push(json: string): NumberedEvent {
    this.#kept.push(json);
    // Cut now and then, not each time: shifting a full array for every event would copy it for every event.
    if (this.#kept.length >= 2 * this.#limit) this.#kept = this.#kept.slice(-this.#limit);
    this.#last += 1;
    return { event: this.#last, json };
  }

  /** What came after `event`, in order; undefined when that is not held any more, or never was. */
  after(event: number): NumberedEvent[] | undefined {
    const missed = this.#last - event;
    if (missed < 0 || missed > Math.min(this.#kept.length, this.#limit)) return undefined;
    return this.#kept
      .slice(this.#kept.length - missed)
      .map((json, index) => ({ event: event + 1 + index, json }));
  }

  /**
   * A snapshot takes the place of everything before it, and a number of its own: a browser that did not receive it
   * must not resume past it.
   */
  takeSnapshot(): number {
    this.#kept = [];
    this.#last += 1;
    return this.#last;
  }
}
