// A choice of CALs as a closure problem (licensing rules M7, M8): one node for each CAL that may be chosen, and
// implications between nodes. The cheapest choice is one minimum cut; among equally cheap ones a second cut on the
// residual network decides by the tie weights.
import { FlowNetwork, type Pulse, type Work } from './flow-network.ts';

export interface ChoiceModel {
  /** 1 where the CAL is chosen on the sink side (devices), 0 where on the source side (users). */
  readonly inverted: Uint8Array;
  /** When `tail` is on the source side, so is `head`. */
  readonly tail: Int32Array;
  readonly head: Int32Array;
}

export const FREE = 0;
export const CHOSEN = 1;
export const REFUSED = 2;

/** Draws every conclusion from what is chosen or refused already, in place. @returns false where it contradicts itself */
export function conclude(
  { inverted, tail, head }: ChoiceModel,
  state: Uint8Array,
  { start, arcs } = arcsByNode(inverted.length, tail, head),
): boolean {
  const queue: number[] = [];
  for (let node = 0; node < state.length; node++) if (state[node] !== FREE) queue.push(node);
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    const onSource = onSourceSide(inverted[node]!, state[node]!);
    for (let index = start[node]!; index < start[node + 1]!; index++) {
      const arc = arcs[index]!;
      // The source side draws its heads along, the sink side its tails.
      if ((tail[arc] === node) !== onSource) continue;
      const other = onSource ? head[arc]! : tail[arc]!;
      const wanted = onSource === (inverted[other] === 0) ? CHOSEN : REFUSED;
      if (state[other] === wanted) continue;
      if (state[other] !== FREE) return false;
      state[other] = wanted;
      queue.push(other);
    }
  }
  return true;
}

function onSourceSide(inverted: number, state: number): boolean {
  return (state === CHOSEN) === (inverted === 0);
}

export interface ReducedModel extends ChoiceModel {
  /** The node of the whole model that each node here stands for. */
  readonly origin: Int32Array;
}

/** What is still open once everything forced is settled; a node without implications is never worth its price. */
export function reduce({ inverted, tail, head }: ChoiceModel, state: Uint8Array): ReducedModel {
  const number = new Int32Array(inverted.length).fill(-1);
  let arcs = 0;
  for (let arc = 0; arc < tail.length; arc++) {
    if (state[tail[arc]!] !== FREE || state[head[arc]!] !== FREE) continue;
    number[tail[arc]!] = 0;
    number[head[arc]!] = 0;
    arcs++;
  }
  let nodes = 0;
  for (let node = 0; node < number.length; node++) if (number[node] === 0) number[node] = nodes++;
  const reduced = {
    inverted: new Uint8Array(nodes),
    origin: new Int32Array(nodes),
    tail: new Int32Array(arcs),
    head: new Int32Array(arcs),
  };
  for (let node = 0; node < number.length; node++) {
    if (number[node]! < 0) continue;
    reduced.origin[number[node]!] = node;
    reduced.inverted[number[node]!] = inverted[node]!;
  }
  let filled = 0;
  for (let arc = 0; arc < tail.length; arc++) {
    if (state[tail[arc]!] !== FREE || state[head[arc]!] !== FREE) continue;
    reduced.tail[filled] = number[tail[arc]!]!;
    reduced.head[filled++] = number[head[arc]!]!;
  }
  return reduced;
}

export interface Choice {
  readonly cost: number;
  /** 1 for each node that is chosen. */
  readonly chosen: Uint8Array;
}

/** The choice of least price and, among those, of least tie weight. */
export function cheapestChoice(
  model: ChoiceModel,
  price: Float64Array,
  tie: Float64Array,
  work: Work,
  pulse?: Pulse,
): Choice {
  const network = new FlowNetwork(model.inverted, model.tail, model.head);
  const cost = network.solve(price, work, pulse);
  const side = network.sides();
  const open: number[] = [];
  const number = new Int32Array(side.length).fill(-1);
  for (let node = 0; node < side.length; node++) {
    if (side[node] !== 0) continue;
    number[node] = open.length;
    open.push(node);
  }
  if (open.length > 0) {
    // Every set of open nodes that the residual arcs do not leave makes a cut of the same price.
    const tails: number[] = [];
    const heads: number[] = [];
    network.eachResidual(
      (node) => side[node] === 0,
      (from, to) => {
        tails.push(number[from]!);
        heads.push(number[to]!);
      },
    );
    const second = new FlowNetwork(
      Uint8Array.from(open, (node) => model.inverted[node]!),
      Int32Array.from(tails),
      Int32Array.from(heads),
    );
    second.solve(
      Float64Array.from(open, (node) => tie[node]!),
      work,
      pulse,
    );
    const sides = second.sides();
    for (let index = 0; index < open.length; index++) side[open[index]!] = sides[index] === 1 ? 1 : 2;
  }
  return { cost, chosen: chosenOf(model.inverted, side) };
}

/** What a cut means; sides that are open count as the sink's, which is always one of the minimum cuts. */
export function chosenOf(inverted: Uint8Array, side: Uint8Array): Uint8Array {
  return side.map((where, node) => ((where === 1) === (inverted[node] === 0) ? 1 : 0));
}

/** Arcs that touch each node: those of node v are at start[v] to start[v + 1]. */
export function arcsByNode(nodeCount: number, tail: Int32Array, head: Int32Array) {
  const start = new Int32Array(nodeCount + 1);
  for (let arc = 0; arc < tail.length; arc++) {
    start[tail[arc]! + 1]!++;
    start[head[arc]! + 1]!++;
  }
  for (let node = 0; node < nodeCount; node++) start[node + 1]! += start[node]!;
  const arcs = new Int32Array(tail.length * 2);
  const free = start.slice(0, nodeCount);
  for (let arc = 0; arc < tail.length; arc++) {
    arcs[free[tail[arc]!]!++] = arc;
    arcs[free[head[arc]!]!++] = arc;
  }
  return { start, arcs };
}
