// Minimum cut of a closure network (licensing rule M7): Dinic's algorithm on typed arrays, without explicit terminals.
// An inverted node hangs on the source and pays when it is cut off from it; any other hangs on the sink and pays when
// it is cut off from that. Capacities are whole numbers below 2^53; what passes an implication is never more than one
// node's price, so that every number stays exact. Used by choice.ts and by everything that asks for many cuts.

/** How much may still be looked at: counted steps, so that the same question always gets the same answer. */
export interface Work {
  left: number;
}

/** Called between the phases; whatever it throws ends the computation. */
export type Pulse = () => void;

/** Leads nowhere for the rest of this phase. */
const DEAD = -1;

export class FlowNetwork {
  readonly nodeCount: number;
  readonly #inverted: Uint8Array;
  /**
   * Arcs of node v are at start[v] to start[v + 1]: before middle[v] the implications that leave it, which take any flow,
   * behind it those that enter it, which can be walked backwards as far as they carry flow.
   */
  readonly #start: Int32Array;
  readonly #middle: Int32Array;
  readonly #head: Int32Array;
  /** The same arc at its other node. */
  readonly #twin: Int32Array;
  /** Kept at both nodes. */
  readonly #flow: Float64Array;
  /** What the node's terminal can still take. */
  readonly #terminal: Float64Array;
  readonly #distance: Int32Array;
  readonly #next: Int32Array;
  readonly #queue: Int32Array;

  /** Implications: when `tail` is on the source side, so is `head`. */
  constructor(inverted: Uint8Array, tail: Int32Array, head: Int32Array) {
    const count = inverted.length;
    this.nodeCount = count;
    this.#inverted = inverted;
    this.#start = new Int32Array(count + 1);
    const leaving = new Int32Array(count);
    for (let arc = 0; arc < tail.length; arc++) {
      leaving[tail[arc]!]!++;
      this.#start[tail[arc]! + 1]!++;
      this.#start[head[arc]! + 1]!++;
    }
    for (let node = 0; node < count; node++) this.#start[node + 1]! += this.#start[node]!;
    this.#middle = leaving.map((arcs, node) => this.#start[node]! + arcs);
    this.#head = new Int32Array(tail.length * 2);
    this.#twin = new Int32Array(tail.length * 2);
    this.#flow = new Float64Array(tail.length * 2);
    const out = this.#start.slice(0, count);
    const back = this.#middle.slice();
    for (let arc = 0; arc < tail.length; arc++) {
      const there = out[tail[arc]!]!++;
      const here = back[head[arc]!]!++;
      this.#head[there] = head[arc]!;
      this.#head[here] = tail[arc]!;
      this.#twin[there] = here;
      this.#twin[here] = there;
    }
    this.#terminal = new Float64Array(count);
    this.#distance = new Int32Array(count);
    this.#next = new Int32Array(count);
    this.#queue = new Int32Array(count);
  }

  /** @returns the weight of the minimum cut. The flow stays for the questions below until the next call. */
  solve(weight: Float64Array, work: Work, pulse?: Pulse): number {
    this.#flow.fill(0);
    this.#terminal.set(weight);
    let sources = 0;
    const open = new Int32Array(this.nodeCount);
    for (let node = 0; node < this.nodeCount; node++)
      if (this.#inverted[node] === 1 && weight[node]! > 0) open[sources++] = node;
    let total = 0;
    while (sources > 0) {
      pulse?.();
      this.#measureDistances(work);
      this.#next.set(this.#start.subarray(0, this.nodeCount));
      let kept = 0;
      for (let index = 0; index < sources; index++) {
        const source = open[index]!;
        // Who cannot reach the sink now never will.
        if (this.#distance[source] === 0) continue;
        if (this.#distance[source] !== DEAD) total += this.#augment(source, work);
        if (this.#terminal[source]! > 0) open[kept++] = source;
      }
      sources = kept;
    }
    this.#measureDistances(work);
    return total;
  }

  /** 1 + the number of arcs to the nearest node that the sink can still take from; 0 where there is none. */
  #measureDistances(work: Work): void {
    const queue = this.#queue;
    const distance = this.#distance.fill(0);
    let end = 0;
    for (let node = 0; node < this.nodeCount; node++) {
      if (this.#inverted[node] === 1 || !(this.#terminal[node]! > 0)) continue;
      distance[node] = 1;
      queue[end++] = node;
    }
    for (let index = 0; index < end; index++) {
      const node = queue[index]!;
      const [first, middle, last] = [this.#start[node]!, this.#middle[node]!, this.#start[node + 1]!];
      const further = distance[node]! + 1;
      work.left -= last - first;
      for (let position = first; position < last; position++) {
        const before = this.#head[position]!;
        // What leaves this node can be walked backwards only where it carries flow.
        if (distance[before] !== 0 || (position < middle && this.#flow[position] === 0)) continue;
        distance[before] = further;
        queue[end++] = before;
      }
    }
    work.left -= this.nodeCount;
  }

  /** Pushes what `source` has along shortest paths; the queue serves as the path. @returns what was pushed */
  #augment(source: number, work: Work): number {
    const path = this.#queue;
    const [start, middle, head, twin, flow] = [this.#start, this.#middle, this.#head, this.#twin, this.#flow];
    const [distance, terminal, next] = [this.#distance, this.#terminal, this.#next];
    let pushed = 0;
    let depth = 0;
    let node = source;
    for (;;) {
      if (distance[node] === 1 && terminal[node]! > 0 && this.#inverted[node] === 0) {
        let amount = Math.min(terminal[source]!, terminal[node]!);
        for (let index = 0; index < depth; index++) {
          const position = path[index]!;
          if (position >= middle[head[twin[position]!]!]!) amount = Math.min(amount, flow[position]!);
        }
        let saturated = depth;
        for (let index = depth - 1; index >= 0; index--) {
          const position = path[index]!;
          const isForward = position < middle[head[twin[position]!]!]!;
          const carried = flow[position]! + (isForward ? amount : -amount);
          flow[position] = carried;
          flow[twin[position]!] = carried;
          if (!isForward && carried === 0) saturated = index;
        }
        work.left -= depth + 1;
        terminal[source]! -= amount;
        terminal[node]! -= amount;
        pushed += amount;
        if (terminal[source] === 0) return pushed;
        if (saturated < depth) {
          node = head[twin[path[saturated]!]!]!;
          depth = saturated;
        }
        continue;
      }
      const wanted = distance[node]! - 1;
      const last = start[node + 1]!;
      const first = next[node]!;
      let position = wanted > 0 ? first : last;
      while (
        position < last &&
        !(distance[head[position]!] === wanted && (position < middle[node]! || flow[position]! > 0))
      )
        position++;
      work.left -= position - first + 1;
      next[node] = position;
      if (position < last) {
        path[depth++] = position;
        node = head[position]!;
        continue;
      }
      distance[node] = DEAD;
      if (depth === 0) return pushed;
      const back = path[--depth]!;
      node = head[twin[back]!]!;
      next[node]!++;
    }
  }

  /** Where each node stands in every minimum cut: 1 on the source side, 2 on the sink side, 0 where cuts differ. */
  sides(): Uint8Array {
    const side = new Uint8Array(this.nodeCount);
    const queue = this.#queue;
    let end = 0;
    for (let node = 0; node < this.nodeCount; node++) {
      if (this.#distance[node]! > 0) side[node] = 2;
      if (this.#inverted[node] === 0 || !(this.#terminal[node]! > 0)) continue;
      side[node] = 1;
      queue[end++] = node;
    }
    for (let index = 0; index < end; index++) {
      const node = queue[index]!;
      for (let position = this.#start[node]!; position < this.#start[node + 1]!; position++) {
        const after = this.#head[position]!;
        if (side[after] !== 0 || !this.#isOpen(node, position)) continue;
        side[after] = 1;
        queue[end++] = after;
      }
    }
    return side;
  }

  /** Calls back for every arc between two of the given nodes that can still take flow: `from` on the source side takes `to` along. */
  eachResidual(among: (node: number) => boolean, report: (from: number, to: number) => void): void {
    for (let node = 0; node < this.nodeCount; node++) {
      if (!among(node)) continue;
      for (let position = this.#start[node]!; position < this.#start[node + 1]!; position++)
        if (this.#isOpen(node, position) && among(this.#head[position]!)) report(node, this.#head[position]!);
    }
  }

  #isOpen(node: number, position: number): boolean {
    return position < this.#middle[node]! || this.#flow[position]! > 0;
  }
}
