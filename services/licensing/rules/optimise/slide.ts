// From one cover to others nearby (licensing rule M7): one side's CALs are dropped one by one, always the one whose
// loss needs the fewest CALs of the other side. Gives good covers where the Pareto front bends away from its hull.
import { arcsByNode, type ChoiceModel } from './choice.ts';
import type { Work } from './flow-network.ts';

export interface Slide {
  readonly model: ChoiceModel;
  /** The cover that it starts from. */
  readonly start: Uint8Array;
  /** Nodes in the order in which they are dropped, and how many of the other side that has added by then. */
  readonly dropped: Int32Array;
  readonly gained: Int32Array;
}

/** @param kind 1 to drop device CALs, 0 to drop user CALs */
export function slideFrom(model: ChoiceModel, start: Uint8Array, kind: 0 | 1, work: Work): Slide {
  const { inverted, tail, head } = model;
  const { start: first, arcs } = arcsByNode(inverted.length, tail, head);
  const chosen = start.slice();
  const other = (arc: number, node: number) => (tail[arc] === node ? head[arc]! : tail[arc]!);
  /** Neighbours without a CAL. */
  const missing = new Int32Array(inverted.length);
  const buckets: number[][] = [];
  const put = (node: number) => {
    const size = missing[node]!;
    while (buckets.length <= size) buckets.push([]);
    buckets[size]!.push(node);
  };
  for (let node = 0; node < inverted.length; node++) {
    if (inverted[node] !== kind || chosen[node] === 0) continue;
    for (let at = first[node]!; at < first[node + 1]!; at++)
      if (chosen[other(arcs[at]!, node)] === 0) missing[node]!++;
    put(node);
  }
  const dropped: number[] = [];
  const gained: number[] = [];
  let added = 0;
  let size = 0;
  while (size < buckets.length) {
    const node = buckets[size]!.pop();
    if (node === undefined) {
      size++;
      continue;
    }
    // An entry from before it became cheaper.
    if (chosen[node] === 0 || missing[node] !== size) continue;
    chosen[node] = 0;
    for (let at = first[node]!; at < first[node + 1]!; at++) {
      const neighbour = other(arcs[at]!, node);
      if (chosen[neighbour] === 1) continue;
      chosen[neighbour] = 1;
      added++;
      for (let next = first[neighbour]!; next < first[neighbour + 1]!; next++) {
        const cheaper = other(arcs[next]!, neighbour);
        if (chosen[cheaper] === 0) continue;
        missing[cheaper]!--;
        put(cheaper);
        size = Math.min(size, missing[cheaper]!);
      }
    }
    dropped.push(node);
    gained.push(added);
  }
  work.left -= arcs.length * 3;
  return { model, start, dropped: Int32Array.from(dropped), gained: Int32Array.from(gained) };
}

/** 1 for each chosen node after so many steps. */
export function slidTo({ model, start, dropped }: Slide, steps: number): Uint8Array {
  const chosen = start.slice();
  const isDropped = new Uint8Array(chosen.length);
  for (const node of dropped.subarray(0, steps)) {
    chosen[node] = 0;
    isDropped[node] = 1;
  }
  for (let arc = 0; arc < model.tail.length; arc++) {
    const [device, user] = [model.tail[arc]!, model.head[arc]!];
    if (isDropped[device] === 1) chosen[user] = 1;
    if (isDropped[user] === 1) chosen[device] = 1;
  }
  return chosen;
}
