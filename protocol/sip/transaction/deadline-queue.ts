// A binary heap of deadlines, so that waking one of 100,000 transactions costs as much as waking one of ten.
// An entry is not moved when its deadline moves away: it is put behind when it surfaces. Used by transaction-layer.ts.

interface Entry<T> {
  readonly at: number;
  readonly item: T;
}

export interface Sleeper {
  readonly wakeAt: number | undefined;
  /** The queue's own: for when it stands there, undefined where it does not. */
  queuedFor?: number | undefined;
}

export class DeadlineQueue<T extends Sleeper> {
  readonly #heap: Entry<T>[] = [];

  /** To be called whenever `item.wakeAt` has changed. */
  add(item: T): void {
    const at = item.wakeAt;
    if (at === undefined || (item.queuedFor !== undefined && item.queuedFor <= at)) return;
    item.queuedFor = at;
    const heap = this.#heap;
    let index = heap.length;
    const entry = { at, item };
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent]!;
      if (above.at <= at) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  /** The earliest deadline that still holds. */
  get wakeAt(): number | undefined {
    this.#dropStale();
    return this.#heap[0]?.at;
  }

  /** Takes one item whose deadline has come. */
  takeDue(now: number): T | undefined {
    this.#dropStale();
    const first = this.#heap[0];
    if (first === undefined || first.at > now) return undefined;
    this.#removeFirst();
    first.item.queuedFor = undefined;
    return first.item;
  }

  #dropStale(): void {
    for (
      let first = this.#heap[0];
      first !== undefined && first.item.wakeAt !== first.at;
      first = this.#heap[0]
    ) {
      this.#removeFirst();
      // Another entry of it may stand there that is earlier, or it has none any more.
      if (first.item.queuedFor !== first.at) continue;
      first.item.queuedFor = undefined;
      this.add(first.item);
    }
  }

  #removeFirst(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      if (left >= heap.length) break;
      const right = left + 1;
      const child = right < heap.length && heap[right]!.at < heap[left]!.at ? right : left;
      if (heap[child]!.at >= last.at) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = last;
  }
}
