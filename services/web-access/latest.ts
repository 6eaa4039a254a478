// Answers of which only the newest is wanted, such as those of a search box: one is worked on, one waits.

export class Latest {
  #isBusy = false;
  #takeTurn: ((mine: boolean) => void) | undefined;

  /** @returns undefined when a newer one came while this one waited. */
  async run<T>(work: () => Promise<T>): Promise<T | undefined> {
    if (this.#isBusy) {
      this.#takeTurn?.(false);
      const turn = Promise.withResolvers<boolean>();
      this.#takeTurn = turn.resolve;
      if (!(await turn.promise)) return undefined;
    }
    this.#isBusy = true;
    try {
      return await work();
    } finally {
      const next = this.#takeTurn;
      this.#takeTurn = undefined;
      // Whoever waits keeps it busy without a gap into which another could slip.
      if (next === undefined) this.#isBusy = false;
      else next(true);
    }
  }
}
