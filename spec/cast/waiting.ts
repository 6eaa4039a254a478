// Waiting for what has to happen, woken by events and never by polling.

/** What an actor has seen, and who waits for something in it. */
export class Notebook<Entry> {
  readonly entries: Entry[] = [];
  readonly #waiting = new Set<() => void>();

  readonly #listening = new Set<(entry: Entry) => void>();

  add(entry: Entry): void {
    this.entries.push(entry);
    for (const listen of this.#listening) listen(entry);
    this.wake();
  }

  /** Shows every entry, those before too. */
  each(listen: (entry: Entry) => void): Disposable {
    this.entries.forEach(listen);
    this.#listening.add(listen);
    return { [Symbol.dispose]: () => void this.#listening.delete(listen) };
  }

  /** To be called when something else changed that a condition looks at. */
  wake(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves with the first value that `find` returns; rejects with what it throws, or after `deadlineMs` with what was seen. */
  async until<T>(
    what: string,
    find: (entries: readonly Entry[]) => T | undefined | false,
    deadlineMs = 15_000,
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const look = () => {
      try {
        const found = find(this.entries);
        if (found !== undefined && found !== false) resolve(found);
      } catch (error) {
        reject(error);
      }
    };
    const deadline = setTimeout(() => {
      reject(
        new Error(
          `waited ${deadlineMs} ms for ${what}; seen: ${JSON.stringify(this.entries.slice(-20), null, 1)}`,
        ),
      );
    }, deadlineMs);
    this.#waiting.add(look);
    try {
      look();
      return await promise;
    } finally {
      clearTimeout(deadline);
      this.#waiting.delete(look);
    }
  }
}
