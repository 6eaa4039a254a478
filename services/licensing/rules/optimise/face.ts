// All minimum cuts at one pair of weights (licensing rule M7): the pieces that can join the source side one after the
// other without any cost. Each step along a chain of pieces is another cover on the same line of the Pareto front.
import type { FlowNetwork } from './flow-network.ts';

export interface Face {
  /** Of each node: 1 source side, 2 sink side, 0 in a piece. */
  readonly side: Uint8Array;
  /** Piece of each node, -1 outside. */
  readonly piece: Int32Array;
  /** User CALs that each piece brings, and device CALs that it saves. */
  readonly users: Int32Array;
  readonly devices: Int32Array;
  /** Pieces that have to be in before: those of piece p are needs[p]. */
  readonly needs: readonly (readonly number[])[];
}

/** Of a network that has just been solved. */
export function faceOf(network: FlowNetwork, inverted: Uint8Array): Face {
  const side = network.sides();
  const tails: number[] = [];
  const heads: number[] = [];
  network.eachResidual(
    (node) => side[node] === 0,
    (from, to) => {
      tails.push(from);
      heads.push(to);
    },
  );
  const start = new Int32Array(side.length + 1);
  for (const tail of tails) start[tail + 1]!++;
  for (let node = 0; node < side.length; node++) start[node + 1]! += start[node]!;
  const targets = new Int32Array(tails.length);
  const free = start.slice(0, side.length);
  for (let arc = 0; arc < tails.length; arc++) targets[free[tails[arc]!]!++] = heads[arc]!;

  const { piece, count } = strongComponents(side, start, targets);
  const users = new Int32Array(count);
  const devices = new Int32Array(count);
  const needs: number[][] = Array.from({ length: count }, () => []);
  for (let node = 0; node < side.length; node++) {
    const own = piece[node]!;
    if (own < 0) continue;
    if (inverted[node] === 1) devices[own]!++;
    else users[own]!++;
    for (let index = start[node]!; index < start[node + 1]!; index++) {
      const other = piece[targets[index]!]!;
      if (other !== own) needs[own]!.push(other);
    }
  }
  for (const [index, list] of needs.entries()) if (list.length > 1) needs[index] = [...new Set(list)];
  return { side, piece, users, devices, needs };
}

/** Tarjan's algorithm without recursion; a component is numbered after all that it leads to. */
function strongComponents(side: Uint8Array, start: Int32Array, targets: Int32Array) {
  const piece = new Int32Array(side.length).fill(-1);
  const order = new Int32Array(side.length);
  const low = new Int32Array(side.length);
  const next = start.slice(0, side.length);
  const stack: number[] = [];
  const path: number[] = [];
  let visited = 0;
  let count = 0;
  for (let root = 0; root < side.length; root++) {
    if (side[root] !== 0 || order[root] !== 0) continue;
    path.push(root);
    while (path.length > 0) {
      const node = path.at(-1)!;
      if (order[node] === 0) {
        order[node] = low[node] = ++visited;
        stack.push(node);
      }
      let descended = false;
      while (next[node]! < start[node + 1]!) {
        const target = targets[next[node]!]!;
        if (order[target] === 0) {
          path.push(target);
          descended = true;
          break;
        }
        if (piece[target] === -1) low[node] = Math.min(low[node]!, low[target]!);
        next[node]!++;
      }
      if (descended) continue;
      path.pop();
      if (low[node] !== order[node]) continue;
      for (let member = stack.pop()!; ; member = stack.pop()!) {
        piece[member] = count;
        if (member === node) break;
      }
      count++;
    }
  }
  return { piece, count };
}

/** An order in which the pieces can join; `mostUsers` steers it to reach exactly so many user CALs where it can. */
export function chainOf(face: Face, mostUsers: number): Int32Array {
  const count = face.users.length;
  const missing = Int32Array.from(face.needs, (list) => list.length);
  const unlocks: number[][] = Array.from({ length: count }, () => []);
  for (const [index, list] of face.needs.entries()) for (const needed of list) unlocks[needed]!.push(index);
  // Pieces that may join, by the number of users that they bring.
  const ready = new Map<number, number[]>();
  const sizes = [...new Set(face.users)].sort((a, b) => b - a);
  for (const size of sizes) ready.set(size, []);
  for (let index = 0; index < count; index++)
    if (missing[index] === 0) ready.get(face.users[index]!)!.push(index);
  const chain = new Int32Array(count);
  let room = mostUsers;
  for (let joined = 0; joined < count; joined++) {
    // The largest that still fits; beyond the aim the smallest.
    const size =
      sizes.find((each) => each <= room && ready.get(each)!.length > 0) ??
      sizes.findLast((each) => ready.get(each)!.length > 0)!;
    const index = ready.get(size)!.pop()!;
    chain[joined] = index;
    room -= size;
    for (const freed of unlocks[index]!)
      if (--missing[freed]! === 0) ready.get(face.users[freed]!)!.push(freed);
  }
  return chain;
}
