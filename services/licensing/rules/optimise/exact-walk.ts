// The cheapest mix of a small or medium estate, exactly (licensing rules M7, M8): subject by subject, keeping of all mixes
// so far that use the same numbers of CALs and ask the same of the other side only the best, and of these only what can
// still beat the best mix that is known. Used by bounded-search.ts.
import type { ChoiceModel } from './choice.ts';
import { FlowNetwork, type Pulse, type Work } from './flow-network.ts';
import { type Line, linesOf, type Step } from './walk-order.ts';

export interface WalkProblem {
  readonly model: ChoiceModel;
  /** Pool that each node is paid from, or -1. */
  readonly pool: Int8Array;
  readonly poolCount: number;
  /** Of each node, on top of its pool's price and in the units of `known`. */
  readonly extra: Float64Array;
  /** What so many of each pool cost; never falls. */
  cost(counts: readonly number[]): number;
  /** Prices of the pools, and the most by which they can exceed the true cost. */
  readonly prices: readonly number[];
  readonly excess: number;
  /** Only what is less is looked for. */
  readonly known: number;
}

/** Mixes that are kept in all. */
const STATE_LIMIT = 1_500_000;

interface Layer {
  readonly keys: number[];
  readonly extras: number[];
  readonly parents: number[];
  readonly levels: number[];
}

/** @returns the best choice, 'none' where nothing is better than what is known, or that it is too much for the budget */
export function exactWalk(problem: WalkProblem, work: Work, pulse?: Pulse): Uint8Array | 'none' | 'unknown' {
  const lines = linesOf(problem.model, work);
  if (lines === undefined) return 'unknown';
  const walk = new Walk(problem, lines, work);
  if (!walk.isSmallEnough) return 'unknown';
  const layers: Layer[] = [];
  let kept = 0;
  let layer: Layer = { keys: [0], extras: [0], parents: [-1], levels: [0] };
  const steps = lines.flatMap((line) => line.steps);
  const bounds = walk.bounds();
  if (bounds === undefined) return 'unknown';
  for (const [index, step] of steps.entries()) {
    pulse?.();
    const next = walk.step(layer, step, bounds[index]!);
    if (next === undefined || kept + next.keys.length > STATE_LIMIT) return 'unknown';
    kept += next.keys.length;
    layers.push(next);
    layer = next;
    if (layer.keys.length === 0) return 'none';
  }
  const last = walk.best(layer);
  return last < 0 ? 'none' : walk.trace(layers, steps, last);
}

/** What everything after a step costs at the pools' prices at least. */
interface Rest {
  /** Where the other side's CALs that may be asked for already are paid. */
  readonly beyondOpen: number;
  /** Where they are not. */
  readonly whole: number;
}

class Walk {
  readonly #problem: WalkProblem;
  readonly #lines: readonly Line[];
  readonly #work: Work;
  /** Of one CAL of each pool within a key, and of one level in each slot. */
  readonly #poolWeight: number[] = [];
  readonly #slotWeight: number[] = [];
  readonly #radix: number[] = [];
  readonly #countSpace: number;
  readonly #costs = new Map<number, { readonly cost: number; readonly priced: number }>();
  readonly isSmallEnough: boolean;

  constructor(problem: WalkProblem, lines: readonly Line[], work: Work) {
    this.#problem = problem;
    this.#lines = lines;
    this.#work = work;
    const most = Array<number>(problem.poolCount).fill(1);
    for (const pool of problem.pool) if (pool >= 0) most[pool]!++;
    let weight = 1;
    for (const each of most) {
      this.#poolWeight.push(weight);
      this.#radix.push(each);
      weight *= each;
    }
    this.#countSpace = weight;
    const slots = lines.reduce((widest, { slots: each }) => Math.max(widest, each), 0);
    for (let slot = 0; slot < slots; slot++) {
      this.#slotWeight.push(weight);
      weight *= 3;
    }
    this.isSmallEnough = weight < Number.MAX_SAFE_INTEGER;
  }

  /** After each step, at the pools' prices: minimum cuts of what is left. @returns undefined where the budget ended */
  bounds(): Rest[] | undefined {
    const rests: Rest[] = [];
    let after = 0;
    for (const line of this.#lines.toReversed()) {
      const reversed: Rest[] = [];
      for (let index = line.steps.length - 1; index >= 0; index--) {
        if (this.#work.left < 0) return undefined;
        const [whole, beyondOpen] = [false, true].map((isPaid) => this.#cutAfter(line, index, isPaid));
        reversed.push({ whole: after + whole!, beyondOpen: after + beyondOpen! });
      }
      rests.push(...reversed);
      after += this.#cutAfter(line, -1, false);
    }
    return rests.reverse();
  }

  #cutAfter({ steps }: Line, index: number, isPaid: boolean): number {
    const open = new Set<number>();
    if (isPaid)
      for (let at = 0; at <= index; at++)
        for (const { nodes } of steps[at]!.partners) for (const node of nodes) open.add(node);
    const place = new Map<number, number>();
    const placed = (node: number) => {
      const known = place.get(node);
      if (known !== undefined) return known;
      place.set(node, place.size);
      return place.size - 1;
    };
    const { inverted } = this.#problem.model;
    const [tail, head]: [number[], number[]] = [[], []];
    const arc = (a: number, b: number, isTail: boolean) => {
      tail.push(placed(isTail ? a : b));
      head.push(placed(isTail ? b : a));
    };
    const chain = (nodes: readonly number[]) => {
      // The higher one takes the lower along; devices say it the other way round.
      if (nodes.length === 2) arc(nodes[1]!, nodes[0]!, inverted[nodes[0]!] === 0);
    };
    const chained = new Set<number>();
    for (let at = index + 1; at < steps.length; at++) {
      const { nodes, partners } = steps[at]!;
      chain(nodes);
      for (const partner of partners) {
        if (!chained.has(partner.nodes[0]!)) chain(partner.nodes);
        chained.add(partner.nodes[0]!);
        for (const [rank, level] of partner.needs.entries())
          if (level > 0) arc(nodes[rank]!, partner.nodes[level - 1]!, inverted[nodes[rank]!] === 1);
      }
    }
    if (place.size === 0) return 0;
    const nodes = [...place.keys()];
    const network = new FlowNetwork(
      Uint8Array.from(nodes, (node) => inverted[node]!),
      Int32Array.from(tail),
      Int32Array.from(head),
    );
    this.#work.left -= nodes.length * 8;
    return network.solve(
      Float64Array.from(nodes, (node) => (open.has(node) ? 0 : this.#priceOf(node))),
      this.#work,
    );
  }

  #priceOf(node: number): number {
    const { pool, prices, extra } = this.#problem;
    return extra[node]! + (pool[node]! < 0 ? 0 : prices[pool[node]!]!);
  }

  #keyOf(node: number): number {
    const own = this.#problem.pool[node]!;
    return own < 0 ? 0 : this.#poolWeight[own]!;
  }

  /** @returns undefined where the budget ended */
  step(from: Layer, { nodes, levels, partners, open }: Step, rest: Rest): Layer | undefined {
    const { extra, known, excess } = this.#problem;
    const to: Layer = { keys: [], extras: [], parents: [], levels: [] };
    const place = new Map<number, number>();
    for (const [parent, fromKey] of from.keys.entries()) {
      this.#work.left -= levels.length * (partners.length + open.length + 2);
      if (this.#work.left < 0 || to.keys.length > STATE_LIMIT) return undefined;
      for (const level of levels) {
        let key = fromKey;
        let sum = from.extras[parent]!;
        for (let rank = 0; rank < level; rank++) {
          key += this.#keyOf(nodes[rank]!);
          sum += extra[nodes[rank]!]!;
        }
        for (const { slot, nodes: others, needs, isLast } of partners) {
          const weight = this.#slotWeight[slot]!;
          const before = Math.floor(fromKey / weight) % 3;
          let asked = before;
          for (let rank = level; rank < needs.length; rank++) asked = Math.max(asked, needs[rank]!);
          for (let rank = before; rank < asked; rank++) {
            key += this.#keyOf(others[rank]!);
            sum += extra[others[rank]!]!;
          }
          key += weight * ((isLast ? 0 : asked) - before);
        }
        const { cost, priced } = this.#costAt(key % this.#countSpace);
        if (cost + sum >= known || priced + sum + rest.beyondOpen - excess >= known) continue;
        if (priced + sum - this.#paidAhead(key, open) + rest.whole - excess >= known) continue;
        const there = place.get(key);
        if (there === undefined) {
          place.set(key, to.keys.length);
          to.keys.push(key);
          to.extras.push(sum);
          to.parents.push(parent);
          to.levels.push(level);
        } else if (sum < to.extras[there]!) {
          to.extras[there] = sum;
          to.parents[there] = parent;
          to.levels[there] = level;
        }
      }
    }
    return this.#undominated(to, place);
  }

  /** Without what another mix does with one CAL less. */
  #undominated({ keys, extras, parents, levels }: Layer, place: ReadonlyMap<number, number>): Layer {
    const kept: Layer = { keys: [], extras: [], parents: [], levels: [] };
    this.#work.left -= keys.length * this.#radix.length;
    for (const [index, key] of keys.entries()) {
      const isWorse = this.#poolWeight.some((weight, pool) => {
        if (Math.floor(key / weight) % this.#radix[pool]! === 0) return false;
        const better = place.get(key - weight);
        return better !== undefined && extras[better]! <= extras[index]!;
      });
      if (isWorse) continue;
      kept.keys.push(key);
      kept.extras.push(extras[index]!);
      kept.parents.push(parents[index]!);
      kept.levels.push(levels[index]!);
    }
    return kept;
  }

  /** What is paid already of CALs that what comes may ask for too. */
  #paidAhead(key: number, open: Step['open']): number {
    let paid = 0;
    for (const { slot, nodes } of open) {
      const asked = Math.floor(key / this.#slotWeight[slot]!) % 3;
      for (let rank = 0; rank < asked; rank++) paid += this.#priceOf(nodes[rank]!);
    }
    return paid;
  }

  #costAt(countKey: number) {
    const found = this.#costs.get(countKey);
    if (found !== undefined) return found;
    const counts = this.#radix.map((radix, pool) => Math.floor(countKey / this.#poolWeight[pool]!) % radix);
    this.#work.left -= counts.reduce((sum, count) => sum + count, 1);
    const { prices, cost } = this.#problem;
    const made = {
      cost: cost(counts),
      priced: counts.reduce((sum, count, pool) => sum + count * prices[pool]!, 0),
    };
    this.#costs.set(countKey, made);
    return made;
  }

  best(layer: Layer): number {
    let best = -1;
    let least = this.#problem.known;
    for (const [index, key] of layer.keys.entries()) {
      const value = this.#costAt(key).cost + layer.extras[index]!;
      if (value >= least) continue;
      least = value;
      best = index;
    }
    return best;
  }

  trace(layers: readonly Layer[], steps: readonly Step[], last: number): Uint8Array {
    const chosen = new Uint8Array(this.#problem.model.inverted.length);
    let at = last;
    for (let index = steps.length - 1; index >= 0; index--) {
      const { nodes, partners } = steps[index]!;
      const level = layers[index]!.levels[at]!;
      for (let rank = 0; rank < level; rank++) chosen[nodes[rank]!] = 1;
      for (const { nodes: others, needs } of partners)
        for (const asked of needs.slice(level))
          for (let rank = 0; rank < asked; rank++) chosen[others[rank]!] = 1;
      at = layers[index]!.parents[at]!;
    }
    return chosen;
  }
}
