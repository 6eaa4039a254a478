// The running timers of one dialog, by name; whoever drives it calls `advance` no earlier than `wakeAt`.
/** Running timers of one machine, by letter. Nothing runs by itself: time is always an argument. */
export class TimerSet<Letter extends string> {
  readonly #deadlines = new Map<Letter, number>();

  start(letter: Letter, at: number): void {
    this.#deadlines.set(letter, at);
  }

  /** Starts a repeating timer again: on schedule, or an interval from now if that has passed (no bursts after a stall). */
  repeat(letter: Letter, firedAt: number, intervalMs: number, now: number): void {
    this.start(letter, firedAt + intervalMs > now ? firedAt + intervalMs : now + intervalMs);
  }

  stop(letter: Letter): void {
    this.#deadlines.delete(letter);
  }

  stopAll(): void {
    this.#deadlines.clear();
  }

  /** When the next timer fires, or undefined when none runs. */
  get wakeAt(): number | undefined {
    let earliest: number | undefined;
    for (const at of this.#deadlines.values()) if (earliest === undefined || at < earliest) earliest = at;
    return earliest;
  }

  /** Takes the earliest timer that is due, with the time it was due at. */
  takeDue(now: number): { readonly letter: Letter; readonly at: number } | undefined {
    let due: { letter: Letter; at: number } | undefined;
    for (const [letter, at] of this.#deadlines)
      if (at <= now && (due === undefined || at < due.at)) due = { letter, at };
    if (due !== undefined) this.#deadlines.delete(due.letter);
    return due;
  }
}
