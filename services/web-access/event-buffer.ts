// The last events of one session, numbered without gaps, so that a browser which comes back gets exactly what it missed.
// Pure; held by browser-session.ts.

export interface NumberedEvent {
  readonly event: number;
  /** The event as JSON: made once and shared by all sessions that hold it. */
  readonly json: string;
}

export class EventBuffer {
  readonly #limit: number;
  readonly #limitChars: number;
  #kept: string[] = [];
  #chars = 0;
  /** Number of the last event or snapshot. */
  #last = 0;

  /** @param limitChars how long the events may be together; nobody fills the memory with another's long messages. */
  constructor(limit: number, limitChars: number) {
    this.#limit = limit;
    this.#limitChars = limitChars;
  }

  get last(): number {
    return this.#last;
  }

  push(json: string): NumberedEvent {
    this.#kept.push(json);
    this.#chars += json.length;
    // Cut now and then, not each time: shifting a full array for every event would copy it for every event.
    if (this.#kept.length >= 2 * this.#limit || this.#chars >= 2 * this.#limitChars) this.#cut();
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

  /** What was kept may not be told any more: a browser that missed some of it takes a snapshot. */
  forget(): void {
    this.#kept = [];
    this.#chars = 0;
  }

  /**
   * A snapshot takes the place of everything before it, and a number of its own: a browser that did not receive it
   * must not resume past it.
   */
  takeSnapshot(): number {
    this.forget();
    this.#last += 1;
    return this.#last;
  }

  #cut(): void {
    let from = this.#kept.length;
    let chars = 0;
    while (from > 0 && this.#kept.length - from < this.#limit) {
      const next = chars + (this.#kept[from - 1]?.length ?? 0);
      if (next > this.#limitChars) break;
      chars = next;
      from -= 1;
    }
    this.#kept = this.#kept.slice(from);
    this.#chars = chars;
  }
}
