// The bytes of a fuzz target as a row of decisions: what a grammar writes next, what happens next. When they run out,
// everything is the first choice, so that every input ends.

export class Choices {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** 0 to 255. */
  byte(): number {
    return this.#bytes[this.#at++] ?? 0;
  }

  /** A whole number below `limit`, which is at most 256. */
  below(limit: number): number {
    return this.byte() % limit;
  }

  /** True once in `often` times. */
  once(often: number): boolean {
    return this.below(often) === often - 1;
  }

  any<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** So many of what `make` makes. */
  some<T>(most: number, make: () => T): T[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }
}
