// The cheapest mix where prices come in packs or stock is owned (licensing rules M7, B5): the cost is one function of
// the number of user CALs plus one of the number of device CALs, so the Pareto fronts of the parts are added and the best
// point of the sum is looked up. NP-hard in general: answers with a proven bound when the budget ends first.
import type { ChoiceModel } from './choice.ts';
import type { Pulse, Work } from './flow-network.ts';
import { addFronts, bestOf, emptySum, type Front, type Part, partSum, type Sum } from './front.ts';
import { FrontEstimate } from './front-estimate.ts';
import { type ExactPart, exactSum, type Parts, partsOf } from './parts.ts';

export interface PoolCosts {
  /** Whole and never falling: so many more user or device CALs than those that are forced. */
  user(count: number): number;
  device(count: number): number;
}

export interface PoolMix {
  readonly chosen: Uint8Array;
  readonly cost: number;
  readonly lowerBound: number;
  readonly optimal: boolean;
}

interface LargePart {
  readonly nodes: Int32Array;
  readonly estimate: FrontEstimate;
  readonly key: number;
}

/** Of the budget, for the best of equally cheap mixes. */
const TIE_SHARE = 0.05;

/** A front of exact parts times one of a large part may have so many points before it is given up. */
const PRODUCT_LIMIT = 4e8;

export function poolMix(model: ChoiceModel, costs: PoolCosts, work: Work, pulse?: Pulse): PoolMix {
  const parts = partsOf(model, work);
  const exact = exactSum(parts.exact, work);
  const isTooMuch =
    exact === undefined ||
    parts.large.reduce((size, nodes) => size * nodes.length, exact.users.length) > PRODUCT_LIMIT;
  const whole: Parts = isTooMuch
    ? { exact: [], large: [Int32Array.from({ length: model.inverted.length }, (_, node) => node)] }
    : parts;
  return search(model, whole, isTooMuch ? emptySum() : exact, costs, work, pulse);
}

function search(
  model: ChoiceModel,
  parts: Parts,
  exact: Sum,
  costs: PoolCosts,
  work: Work,
  pulse: Pulse | undefined,
): PoolMix {
  const models = partModels(model, parts.large);
  const large = parts.large.map((nodes, index) => ({
    nodes,
    key: parts.exact.length + index,
    estimate: new FrontEstimate(models[index]!, pulse),
  }));
  const tieLimit = work.left * (1 - TIE_SHARE);
  for (;;) {
    pulse?.();
    const upper = bestSum(exact, large, costs, (estimate) => estimate.upper(), work);
    const lower = bestSum(exact, large, costs, (estimate) => estimate.lower(), work);
    const isSettled = isSame(lower, upper) || (lower.cost === upper.cost && work.left < tieLimit);
    if (isSettled || !refineAll(lower, large, work)) {
      const chosen = new Uint8Array(model.inverted.length);
      upper.sum.trace(upper.index, (part, index) => {
        const source = parts.exact[part.key] ?? large[part.key - parts.exact.length]!;
        mark(chosen, source, part, index);
      });
      return { chosen, cost: upper.cost, lowerBound: lower.cost, optimal: lower.cost === upper.cost };
    }
  }
}

interface BestSum {
  readonly sum: Sum;
  readonly index: number;
  readonly cost: number;
}

/** The bound is reached, and by no more CALs than it has. */
function isSame(lower: BestSum, upper: BestSum): boolean {
  return (
    lower.cost === upper.cost &&
    lower.sum.users[lower.index] === upper.sum.users[upper.index] &&
    lower.sum.devices[lower.index] === upper.sum.devices[upper.index]
  );
}

function bestSum(
  exact: Sum,
  large: readonly LargePart[],
  costs: PoolCosts,
  frontOf: (estimate: FrontEstimate) => Front,
  work: Work,
): BestSum {
  const sum = large.reduce<Sum>(
    (whole, { key, estimate }) => addFronts(whole, partSum({ ...frontOf(estimate), key }), work),
    exact,
  );
  return {
    sum,
    ...bestOf(
      sum,
      (count) => costs.user(count),
      (count) => costs.device(count),
    ),
  };
}

/** Asks about every large part whose point in the bound is not known to be a cover. @returns false when none can be asked */
function refineAll(lower: BestSum, large: readonly LargePart[], work: Work): boolean {
  let hasLearnt = false;
  lower.sum.trace(lower.index, (part, index) => {
    const estimate = large.find(({ key }) => key === part.key)?.estimate;
    const [users, devices] = [part.users[index]!, part.devices[index]!];
    if (estimate === undefined || estimate.isKnown(users, devices)) return;
    if (estimate.refine(users, devices, work)) hasLearnt = true;
  });
  return hasLearnt;
}

function mark(chosen: Uint8Array, source: ExactPart | LargePart, part: Part, index: number): void {
  const picked = 'estimate' in source ? source.estimate.chosen(part.users[index]!) : source.chosen(index);
  for (let place = 0; place < source.nodes.length; place++) chosen[source.nodes[place]!] = picked[place]!;
}

function partModels({ inverted, tail, head }: ChoiceModel, parts: readonly Int32Array[]): ChoiceModel[] {
  const place = new Int32Array(inverted.length);
  const partOf = new Int32Array(inverted.length).fill(-1);
  for (const [number, nodes] of parts.entries()) {
    for (let index = 0; index < nodes.length; index++) {
      place[nodes[index]!] = index;
      partOf[nodes[index]!] = number;
    }
  }
  const arcs: number[][] = parts.map(() => []);
  for (let arc = 0; arc < tail.length; arc++) arcs[partOf[tail[arc]!]!]?.push(arc);
  return parts.map((nodes, number) => ({
    inverted: Uint8Array.from(nodes, (node) => inverted[node]!),
    tail: Int32Array.from(arcs[number]!, (arc) => place[tail[arc]!]!),
    head: Int32Array.from(arcs[number]!, (arc) => place[head[arc]!]!),
  }));
}
