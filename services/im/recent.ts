// What was asked a moment ago, by key: whoever asks again is answered from here. Two maps that follow one another, because
// to take the oldest entry out of one map, each time another comes, costs more than all the rest.

export class Recent<Value> {
  readonly #most: number;
  #young = new Map<string, Value>();
  #old = new Map<string, Value>();

  /** @param most so many are held at least, and twice as many at most. */
  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    return this.#young.get(key) ?? this.#old.get(key);
  }

  set(key: string, value: Value): void {
    if (this.#young.size === this.#most) {
      this.#old = this.#young;
      this.#young = new Map();
    }
    this.#young.set(key, value);
  }

  /** Nothing happens where another value took its place. */
  delete(key: string, value: Value): void {
    for (const held of [this.#young, this.#old]) if (held.get(key) === value) held.delete(key);
  }
}
