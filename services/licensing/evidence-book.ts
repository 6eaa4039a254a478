// The evidence of the window as one process holds it: caught up by what was touched since (licensing rule M2).
import type { Edge } from './rules/model.ts';
import { type Db, edgesAfter } from './store.ts';

export class EvidenceBook {
  readonly #edges = new Map<string, Edge>();
  #touched = 0;
  #clearedOn = '';
  /** Grows when an edge is new or was seen on another day: what a reckoning depends on. */
  version = 0;

  /** Grows with every batch. */
  get touched(): number {
    return this.#touched;
  }

  get size(): number {
    return this.#edges.size;
  }

  edges(): Iterable<Edge> {
    return this.#edges.values();
  }

  async catchUp(db: Db): Promise<void> {
    const page = await edgesAfter(db, this.#touched);
    // Rows went away by themselves: what is left is read afresh.
    if (page.clearedOn !== this.#clearedOn && this.#touched !== 0) {
      this.#edges.clear();
      this.#touched = 0;
      this.#clearedOn = page.clearedOn;
      this.version += 1;
      return this.catchUp(db);
    }
    this.#clearedOn = page.clearedOn;
    this.#touched = page.touched;
    for (const edge of page.edges) {
      const key = edgeKey(edge);
      const held = this.#edges.get(key);
      if (held?.lastDay !== edge.lastDay || held.firstDay !== edge.firstDay) this.version += 1;
      this.#edges.set(key, edge);
    }
  }
}

/** No id holds a line feed that means something else: pairs are told apart by it. */
export function edgeKey({ userId, deviceId, level }: Pick<Edge, 'userId' | 'deviceId' | 'level'>): string {
  return `${level}\n${userId ?? ''}\n${deviceId ?? ''}`;
}

/** Adds up what one batch says twice; drops what no CAL could cover. */
export function distinct(edges: readonly Edge[]): Edge[] {
  const found = new Map<string, Edge>();
  for (const edge of edges) {
    if (edge.userId === null && edge.deviceId === null) continue;
    const key = edgeKey(edge);
    const held = found.get(key);
    if (held === undefined) {
      found.set(key, { ...edge });
      continue;
    }
    if (edge.firstDay < held.firstDay) held.firstDay = edge.firstDay;
    if (edge.lastDay > held.lastDay) held.lastDay = edge.lastDay;
    held.count += edge.count;
  }
  return [...found.values()];
}
