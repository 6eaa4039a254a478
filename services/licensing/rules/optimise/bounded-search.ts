// The cheapest mix where stock, packs or suites meet both levels or prices of one's own (licensing rules M7, M8): every
// choice of a price per pool gives a minimum cut that bounds the cost from below (Lagrange), every cut is a choice that
// bounds it from above; a walk through all mixes or branching on single CALs closes the gap where the budget allows.
import { arcsByNode, CHOSEN, type ChoiceModel, chosenOf, conclude, FREE, REFUSED } from './choice.ts';
import { type SlideCost, slideChoice } from './closure-slide.ts';
import { exactWalk } from './exact-walk.ts';
import { FlowNetwork, type Pulse, type Work } from './flow-network.ts';

export interface PooledProblem {
  readonly model: ChoiceModel;
  /** Pool that each node is paid from, or -1 where it has a price of its own. */
  readonly pool: Int8Array;
  readonly ownPrice: Float64Array;
  /** Decides among equal costs. */
  readonly tie: Float64Array;
  readonly poolCount: number;
  /** Whole: what so many of each pool cost together. */
  cost(counts: readonly number[]): number;
  /** At least the most by which the pools' prices, at so much each, can exceed `scale` times their cost; whole. */
  excess(prices: readonly number[], scale: number): number;
}

export interface BoundedMix {
  readonly chosen: Uint8Array;
  readonly cost: number;
  readonly lowerBound: number;
  readonly optimal: boolean;
}

const ASCENT_STEPS = 60;
const NODE_ASCENT_STEPS = 4;
/** Larger models are answered from the root. */
const BRANCHING_LIMIT = 5000;
const EXACT = 2 ** 52;
const SLIDES = 20;
/** Of the budget, for the walk through all mixes. */
const WALK_SHARE = 0.5;
/** Of the budget, for the best of equally cheap mixes. */
const TIE_SHARE = 0.05;

export function boundedSearch(problem: PooledProblem, work: Work, pulse?: Pulse): BoundedMix {
  return new BoundedSearch(problem, work, pulse).run();
}

class BoundedSearch {
  readonly #problem: PooledProblem;
  readonly #work: Work;
  readonly #pulse: Pulse | undefined;
  readonly #network: FlowNetwork;
  /** Costs are multiplied by this, so that tie weights fit below one unit of money. */
  readonly #scale: number;
  readonly #tie: Float64Array;
  readonly #index: ReturnType<typeof arcsByNode>;
  /** Below this much work left only the cost is searched on, not the ties. */
  readonly #tieLimit: number;
  #best: Uint8Array;
  #bestValue = Number.POSITIVE_INFINITY;
  #bestCost = Number.POSITIVE_INFINITY;

  constructor(problem: PooledProblem, work: Work, pulse: Pulse | undefined) {
    const { inverted, tail, head } = problem.model;
    this.#problem = problem;
    this.#work = work;
    this.#pulse = pulse;
    this.#network = new FlowNetwork(inverted, tail, head);
    const everything = new Uint8Array(inverted.length).fill(1);
    const tieSum = problem.tie.reduce((sum, each) => sum + each, 0) + 1;
    const most = this.#costOf(everything);
    // Too large to be exact together: then ties stay as they fall.
    const isExact = (most + 1) * tieSum * 4 < EXACT;
    this.#scale = isExact ? tieSum : 1;
    this.#tie = isExact ? problem.tie : new Float64Array(inverted.length);
    this.#index = arcsByNode(inverted.length, tail, head);
    this.#tieLimit = work.left * (1 - TIE_SHARE);
    this.#best = everything;
    this.#offer(everything);
  }

  run(): BoundedMix {
    const free = new Uint8Array(this.#problem.model.inverted.length);
    const root = this.#root(free);
    let bound = root.value;
    this.#slide();
    if (!this.#isSettled(bound) && free.length <= BRANCHING_LIMIT)
      bound = this.#walk(root.prices) ? this.#bestValue : this.#branch(free, root.prices, bound);
    const cost = this.#costOf(this.#best);
    const lowerBound = Math.min(cost, this.#leastCost(bound));
    return { chosen: this.#best, cost, lowerBound, optimal: lowerBound === cost };
  }

  /** @returns whether the best choice is now known to be the best of all */
  #walk(prices: readonly number[]): boolean {
    const { model, pool, poolCount, ownPrice } = this.#problem;
    const share = { left: this.#work.left * WALK_SHARE };
    const found = exactWalk(
      {
        ...{ model, pool, poolCount, prices },
        extra: this.#tie.map((tie, node) => tie + (pool[node]! < 0 ? ownPrice[node]! * this.#scale : 0)),
        cost: (counts) => this.#problem.cost(counts) * this.#scale,
        excess: this.#excess(prices),
        known: this.#bestValue,
      },
      share,
      this.#pulse,
    );
    this.#work.left -= this.#work.left * WALK_SHARE - share.left;
    if (found instanceof Uint8Array) this.#offer(found);
    return found !== 'unknown';
  }

  /** Looks for cheaper choices near the best one, as long as that helps. */
  #slide(): void {
    const { model } = this.#problem;
    for (let round = 0; round < SLIDES && this.#work.left > 0; round++) {
      const before = this.#bestValue;
      for (const kind of [0, 1] as const)
        this.#offer(
          slideChoice(model, this.#best, kind, this.#runningCost(this.#best), this.#work, this.#index).chosen,
        );
      if (this.#bestValue === before) return;
    }
  }

  #runningCost(chosen: Uint8Array): SlideCost {
    const { pool, ownPrice, poolCount } = this.#problem;
    const counts = Array<number>(poolCount).fill(0);
    let own = 0;
    const step = (node: number, change: 1 | -1) => {
      if (pool[node]! < 0) own += change * ownPrice[node]!;
      else counts[pool[node]!]! += change;
    };
    for (let node = 0; node < chosen.length; node++) if (chosen[node] === 1) step(node, 1);
    return { step, now: () => own + this.#problem.cost(counts) };
  }

  /** A choice with this value has at most all ties on top of its cost. */
  #leastCost(value: number): number {
    return Math.max(0, Math.ceil((value - (this.#scale - 1)) / this.#scale));
  }

  /** Nothing below such a bound is worth the search. */
  #isSettled(bound: number): boolean {
    if (bound >= this.#bestValue) return true;
    return this.#work.left < this.#tieLimit && this.#leastCost(bound) >= this.#bestCost;
  }

  /** Depth first with an explicit stack. @returns the value below which nothing can be */
  #branch(root: Uint8Array, rootPrices: readonly number[], rootBound: number): number {
    const stack = [{ state: root, prices: rootPrices, bound: rootBound }];
    for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
      if (this.#isSettled(node.bound)) continue;
      if (this.#work.left < 0) {
        stack.push(node);
        return Math.min(this.#bestValue, ...stack.map(({ bound }) => bound));
      }
      this.#pulse?.();
      const chosen = this.#busiestFree(node.state);
      if (chosen < 0) continue;
      const children = [REFUSED, CHOSEN].flatMap((decision) => {
        const state = node.state.slice();
        state[chosen] = decision;
        if (!conclude(this.#problem.model, state, this.#index)) return [];
        const found = this.#bound(state, node.prices, NODE_ASCENT_STEPS);
        return !this.#isSettled(found.value)
          ? [{ state, prices: found.prices, bound: Math.max(found.value, node.bound) }]
          : [];
      });
      // The more promising one is taken up first.
      stack.push(...children.sort((a, b) => b.bound - a.bound));
    }
    return this.#bestValue;
  }

  /** The open CAL with the most open consequences; one without any is settled here: not having it costs nothing. */
  #busiestFree(state: Uint8Array): number {
    const { tail, head } = this.#problem.model;
    this.#work.left -= tail.length + state.length;
    const degree = new Int32Array(state.length);
    for (let arc = 0; arc < tail.length; arc++) {
      if (state[tail[arc]!] !== FREE || state[head[arc]!] !== FREE) continue;
      degree[tail[arc]!]!++;
      degree[head[arc]!]!++;
    }
    let busiest = -1;
    for (let node = 0; node < state.length; node++) {
      if (state[node] !== FREE) continue;
      if (degree[node] === 0) state[node] = REFUSED;
      else if (busiest < 0 || degree[node]! > degree[busiest]!) busiest = node;
    }
    return busiest;
  }

  /** What one CAL of each pool costs if all are chosen: on average, and at the end, where the stock is used up. */
  #firstPrices(): readonly (readonly number[])[] {
    const { poolCount, pool } = this.#problem;
    const counts = Array<number>(poolCount).fill(0);
    for (const own of pool) if (own >= 0) counts[own]!++;
    const none = counts.map(() => 0);
    const average = (from: (count: number) => number) =>
      counts.map((count, index) => {
        const first = from(count);
        const rise =
          this.#problem.cost(none.with(index, count)) - this.#problem.cost(none.with(index, first));
        return count === first ? 0 : Math.round((rise / (count - first)) * this.#scale);
      });
    return [average((count) => count >> 1), average(() => 0)];
  }

  #root(free: Uint8Array) {
    const [atEnd, onAverage] = this.#firstPrices().map((prices) => this.#bound(free, prices, 1));
    const start = atEnd!.value >= onAverage!.value ? atEnd! : onAverage!;
    if (this.#isSettled(start.value)) return start;
    const found = this.#bound(free, start.prices, ASCENT_STEPS);
    return found.value > start.value ? found : start;
  }

  /** Ascends the Lagrangian bound by subgradients; every cut on the way is offered as an answer. */
  #bound(state: Uint8Array, first: readonly number[], steps: number) {
    let prices = first;
    let best = { value: Number.NEGATIVE_INFINITY, prices: first };
    let agility = 1;
    for (let step = 0; step < steps; step++) {
      const { value, counts } = this.#cut(state, prices);
      if (value > best.value) best = { value, prices };
      else agility *= 0.7;
      if (this.#isSettled(best.value) || this.#work.left < 0) break;
      const slope = this.#slope(prices, counts);
      const norm = slope.reduce((sum, each) => sum + each * each, 0);
      if (norm === 0) break;
      const stride = (agility * (this.#bestValue - value)) / norm;
      const next = prices.map((price, index) => Math.max(0, Math.round(price + stride * slope[index]!)));
      if (next.every((price, index) => price === prices[index])) break;
      prices = next;
    }
    return best;
  }

  /** How the bound changes with each pool's price: what the cut uses less what the pools would best sell. */
  #slope(prices: readonly number[], counts: readonly number[]): number[] {
    const here = this.#excess(prices);
    const unit = Math.max(1, Math.round(this.#scale / 64));
    return prices.map(
      (price, index) => counts[index]! - (this.#excess(prices.with(index, price + unit)) - here) / unit,
    );
  }

  #excess(prices: readonly number[]): number {
    this.#work.left -= this.#problem.pool.length;
    return this.#problem.excess(prices, this.#scale);
  }

  #cut(state: Uint8Array, prices: readonly number[]) {
    this.#work.left -= state.length * 8;
    const { model, pool, ownPrice, poolCount } = this.#problem;
    const weight = new Float64Array(state.length);
    let settled = 0;
    for (let node = 0; node < state.length; node++) {
      const price =
        (pool[node]! < 0 ? ownPrice[node]! * this.#scale : prices[pool[node]!]!) + this.#tie[node]!;
      // What is chosen is paid for outside the cut and free inside.
      if (state[node] === CHOSEN) settled += price;
      else weight[node] = state[node] === REFUSED ? Number.POSITIVE_INFINITY : price;
    }
    const value = settled + this.#network.solve(weight, this.#work, this.#pulse) - this.#excess(prices);
    const side = this.#network.sides();
    const counts = Array<number>(poolCount).fill(0);
    for (const openSide of [1, 2]) {
      const chosen = chosenOf(
        model.inverted,
        side.map((each) => (each === 0 ? openSide : each)),
      );
      for (let node = 0; node < state.length; node++) if (state[node] === CHOSEN) chosen[node] = 1;
      this.#offer(chosen);
      if (openSide === 2)
        for (let node = 0; node < state.length; node++)
          if (chosen[node] === 1 && pool[node]! >= 0) counts[pool[node]!]!++;
    }
    return { value, counts };
  }

  #offer(chosen: Uint8Array): void {
    let ties = 0;
    for (let node = 0; node < chosen.length; node++) if (chosen[node] === 1) ties += this.#tie[node]!;
    const cost = this.#costOf(chosen);
    const value = cost * this.#scale + ties;
    if (value >= this.#bestValue) return;
    this.#bestCost = cost;
    this.#best = chosen;
    this.#bestValue = value;
  }

  #costOf(chosen: Uint8Array): number {
    const { pool, ownPrice, poolCount } = this.#problem;
    const counts = Array<number>(poolCount).fill(0);
    let own = 0;
    for (let node = 0; node < chosen.length; node++) {
      if (chosen[node] !== 1) continue;
      if (pool[node]! < 0) own += ownPrice[node]!;
      else counts[pool[node]!]!++;
    }
    return own + this.#problem.cost(counts);
  }
}
