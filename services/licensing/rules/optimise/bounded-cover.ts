// Is there a cover with at most so many user CALs and so many device CALs? Constrained bipartite vertex cover, which is
// NP-complete (licensing rule M7): what is forced, a bound, and branching on the busiest node, within a counted budget.
import type { Work } from './flow-network.ts';

export interface Bipartite {
  /** 1 for devices. */
  readonly inverted: Uint8Array;
  readonly tail: Int32Array;
  readonly head: Int32Array;
}

/** Deeper than this the question is left open. */
const NODE_LIMIT = 4000;

const OPEN = 0;
const TAKEN = 1;
const LEFT = 2;

/** @returns 1 for each chosen node, or that there is none, or that the budget ended. */
export function coverWithin(
  { inverted, tail, head }: Bipartite,
  most: { readonly users: number; readonly devices: number },
  work: Work,
): Uint8Array | 'none' | 'unknown' {
  const count = inverted.length;
  if (count > NODE_LIMIT) return 'unknown';
  const neighbours: number[][] = Array.from({ length: count }, () => []);
  for (let arc = 0; arc < tail.length; arc++) {
    neighbours[tail[arc]!]!.push(head[arc]!);
    neighbours[head[arc]!]!.push(tail[arc]!);
  }
  const state = new Uint8Array(count);
  /** Open edges of each open node. */
  const degree = Int32Array.from(neighbours, (list) => list.length);
  const room = [most.users, most.devices];
  const trail: number[] = [];
  let edges = tail.length;

  function take(node: number): void {
    state[node] = TAKEN;
    room[inverted[node]!]!--;
    trail.push(node);
    for (const other of neighbours[node]!) {
      if (state[other] !== OPEN) continue;
      degree[other]!--;
      edges--;
    }
  }
  /** Whoever is left out needs all the others. */
  function leave(node: number): void {
    for (const other of neighbours[node]!) if (state[other] === OPEN) take(other);
    state[node] = LEFT;
    trail.push(node);
  }
  function undo(mark: number): void {
    while (trail.length > mark) {
      const node = trail.pop()!;
      if (state[node] === TAKEN) {
        room[inverted[node]!]!++;
        for (const other of neighbours[node]!) {
          if (state[other] !== OPEN) continue;
          degree[other]!++;
          edges++;
        }
      }
      state[node] = OPEN;
    }
  }

  /** Edges that share no node, each of which needs a CAL of its own. */
  function separateEdges(): number {
    const used = new Uint8Array(count);
    let found = 0;
    for (let node = 0; node < count; node++) {
      if (state[node] !== OPEN || used[node] === 1 || degree[node] === 0) continue;
      const other = neighbours[node]!.find((each) => state[each] === OPEN && used[each] === 0);
      if (other === undefined) continue;
      used[node] = used[other] = 1;
      found++;
    }
    return found;
  }

  /** @returns whether it can be done from here; undefined when the budget ended */
  function search(): boolean | undefined {
    let busiest = -1;
    for (;;) {
      if (room[0]! < 0 || room[1]! < 0) return false;
      if (edges === 0) return true;
      work.left -= count;
      busiest = -1;
      const mostOf = [0, 0];
      let forced = -1;
      for (let node = 0; node < count; node++) {
        if (state[node] !== OPEN || degree[node] === 0) continue;
        const kind = inverted[node]!;
        mostOf[kind] = Math.max(mostOf[kind]!, degree[node]!);
        if (degree[node]! > room[1 - kind]!) forced = node;
        if (busiest < 0 || degree[node]! > degree[busiest]!) busiest = node;
      }
      if (edges > mostOf[0]! * room[0]! + mostOf[1]! * room[1]!) return false;
      if (forced < 0) break;
      take(forced);
    }
    work.left -= edges;
    if (separateEdges() > room[0]! + room[1]!) return false;
    if (work.left < 0) return undefined;
    const mark = trail.length;
    for (const step of [leave, take]) {
      step(busiest);
      const found = search();
      if (found !== false) return found;
      undo(mark);
    }
    return false;
  }

  const found = search();
  if (found === undefined) return 'unknown';
  return found ? state.map((each) => (each === TAKEN ? 1 : 0)) : 'none';
}
