// Samples that wait, first in, first out, in one piece of memory. What does not fit pushes the oldest out.

export class SampleQueue {
  private readonly samples: Int16Array;
  private first = 0;
  /** How many wait. */
  length = 0;

  constructor(capacity: number) {
    this.samples = new Int16Array(capacity);
  }

  /** @param count of `from`, from its begin. */
  push(from: Int16Array, count = from.length): void {
    const { samples } = this;
    const capacity = samples.length;
    let at = (this.first + this.length) % capacity;
    for (let index = 0; index < count; index++) {
      samples[at] = from[index]!;
      if (++at === capacity) at = 0;
    }
    this.grow(count);
  }

  pushSilence(count: number): void {
    const { samples } = this;
    let at = (this.first + this.length) % samples.length;
    for (let index = 0; index < count; index++) {
      samples[at] = 0;
      if (++at === samples.length) at = 0;
    }
    this.grow(count);
  }

  private grow(count: number): void {
    const length = this.length + count;
    const over = Math.max(0, length - this.samples.length);
    this.first = (this.first + over) % this.samples.length;
    this.length = length - over;
  }

  /** Fills `into` as far as there is something; the rest stays. @returns how many were taken. */
  take(into: Int16Array): number {
    const { samples } = this;
    const count = Math.min(into.length, this.length);
    let at = this.first;
    for (let index = 0; index < count; index++) {
      into[index] = samples[at]!;
      if (++at === samples.length) at = 0;
    }
    this.first = at;
    this.length -= count;
    return count;
  }

  /** Leaves out as many, if there are so many. */
  drop(count: number): number {
    const dropped = Math.min(count, this.length);
    this.first = (this.first + dropped) % this.samples.length;
    this.length -= dropped;
    return dropped;
  }

  /** Holds what another of the same size holds. */
  follow(other: SampleQueue): void {
    this.samples.set(other.samples);
    this.first = other.first;
    this.length = other.length;
  }

  clear(): void {
    this.length = 0;
  }
}
