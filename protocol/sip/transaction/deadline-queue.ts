// A binary heap of deadlines, so that waking one of 100,000 transactions costs as much as waking one of ten.
// Entries are not moved when a deadline changes: a stale one is skipped when it surfaces. Used by transaction-layer.ts.

interface Entry<T> {
  readonly at: number;
  readonly item: T;
}

export class DeadlineQueue<T extends { readonly wakeAt: number | undefined }> {
  readonly #heap: Entry<T>[] = [];

  /** To be called whenever `item.wakeAt` has changed. */
  add(item: T): void {
    const at = item.wakeAt;
    if (at === undefined) return;
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
    return first.item;
  }

  #dropStale(): void {
    for (
      let first = this.#heap[0];
      first !== undefined && first.item.wakeAt !== first.at;
      first = this.#heap[0]
    ) {
      this.#removeFirst();
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
