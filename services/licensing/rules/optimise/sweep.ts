// What the mix would be at any ratio of device price to user price (licensing rule M7): the corners of the lower hull,
// each found by one minimum cut. For the chart beside the optimiser; stock and packs stay out of it.
import { done, type Outcome } from '@parley/platform/contract';
import { distinctEdges, ENTERPRISE } from './access-graph.ts';
import { type CalModel, calModel, DEVICE, USER } from './cal-model.ts';
import { CHOSEN, cheapestChoice, type ReducedModel, reduce } from './choice.ts';
import type { Work } from './flow-network.ts';
import {
  type CalSupply,
  type MetricSupply,
  type MixRequest,
  metrics,
  type OptimiseProgress,
} from './request.ts';

export interface SweepPoint {
  /** Device price over user price from which on this mix is the cheapest. */
  readonly ratio: number;
  readonly user: number;
  readonly device: number;
  /** At that ratio and the user price asked about. */
  readonly cost: number;
}

export interface Sweep {
  readonly points: readonly SweepPoint[];
  /** False where the budget left out corners. */
  readonly isComplete: boolean;
}

interface Corner {
  readonly userPrice: number;
  readonly devicePrice: number;
  readonly user: number;
  readonly device: number;
}

const MOST_CORNERS = 100;
const DEFAULT_WORK = 2e8;

export function sweep(
  request: MixRequest,
  progress: (at: OptimiseProgress) => void = () => {},
): Outcome<Sweep> {
  const distinct = distinctEdges(request.graph, {
    users: new Set(request.exempt?.users),
    devices: new Set(request.exempt?.devices),
  });
  if (!distinct.ok) return distinct;
  const modelled = calModel(distinct.value, { unlicensable: request.unlicensable ?? {}, pinned: [] });
  if (!modelled.ok) return modelled;
  const model = modelled.value;
  const supply = metrics.map((metric) => request.supply[metric]);
  const price = Float64Array.from(model.metric, (metric, node) =>
    singlePrice(supply[metric]!, model.level[node]!),
  );
  const limit = request.workLimit ?? DEFAULT_WORK;
  const work = { left: limit };
  const pulse = () => progress({ stage: 'search', share: Math.min(1, 1 - work.left / limit) });
  const hull = new Hull(model, reduce(model, model.state), price, work, pulse);
  const isComplete = hull.complete();
  const scale = singlePrice(supply[DEVICE]!, 0) / Math.max(1, singlePrice(supply[USER]!, 0));
  return done({
    points: hull.corners.map((corner, at) => pointOf(corner, hull.corners[at - 1], scale)),
    isComplete,
  });
}

/** Where one corner takes over from the one before it: both cost the same there. */
function pointOf(corner: Corner, before: Corner | undefined, scale: number): SweepPoint {
  const factor =
    before === undefined
      ? 0
      : (corner.userPrice - before.userPrice) / (before.devicePrice - corner.devicePrice);
  return {
    ratio: factor * scale,
    user: corner.user,
    device: corner.device,
    cost: Math.round(corner.userPrice + factor * corner.devicePrice),
  };
}

/** In whole units: of the cheapest pack where singles are not sold. */
function singlePrice(supply: MetricSupply, level: number): number {
  const { packs } = (level === ENTERPRISE ? supply.enterprise : supply.standard) ?? noPacks;
  const each = Array.from(packs, ([size, price]) => price / size);
  return packs.get(1) ?? (each.length === 0 ? 0 : Math.round(Math.min(...each)));
}

const noPacks: CalSupply = { packs: new Map(), owned: 0 };

class Hull {
  readonly #reduced: ReducedModel;
  /** Of the nodes of the reduced model. */
  readonly #price: Float64Array;
  readonly #settled: Corner;
  readonly #work: Work;
  readonly #pulse: () => void;
  /** By rising number of user CALs. */
  corners: Corner[];

  constructor(model: CalModel, reduced: ReducedModel, price: Float64Array, work: Work, pulse: () => void) {
    this.#reduced = reduced;
    this.#price = Float64Array.from(reduced.origin, (node) => price[node]!);
    this.#work = work;
    this.#pulse = pulse;
    const forced: Corner = { userPrice: 0, devicePrice: 0, user: 0, device: 0 };
    this.#settled = forced;
    this.#settled = this.#sum(model.state, model.metric, price, CHOSEN);
    const ends = [this.#cut(1, 0, true), this.#cut(0, 1, true)];
    this.corners = ends[0]!.userPrice === ends[1]!.userPrice ? [ends[0]!] : ends;
  }

  /** The widest gap first, so that what a budget leaves out is small. @returns whether nothing is left out */
  complete(): boolean {
    const closed = new Set<Corner>();
    while (this.corners.length < MOST_CORNERS) {
      const at = this.#widestGap(closed);
      if (at < 0) return true;
      if (this.#work.left < 0) return false;
      const [left, right] = [this.corners[at]!, this.corners[at + 1]!];
      const user = left.devicePrice - right.devicePrice;
      const device = right.userPrice - left.userPrice;
      const divisor = greatestCommonDivisor(user, device);
      const found = this.#cut(user / divisor, device / divisor, false);
      const line = user * left.userPrice + device * left.devicePrice;
      if (user * found.userPrice + device * found.devicePrice < line) this.corners.splice(at + 1, 0, found);
      else closed.add(left);
    }
    return false;
  }

  #widestGap(closed: ReadonlySet<Corner>): number {
    let widest = -1;
    let most = 0;
    for (let at = 0; at + 1 < this.corners.length; at++) {
      const [left, right] = [this.corners[at]!, this.corners[at + 1]!];
      const width = (right.userPrice - left.userPrice) * (left.devicePrice - right.devicePrice);
      if (width <= most || closed.has(left)) continue;
      widest = at;
      most = width;
    }
    return widest;
  }

  #cut(user: number, device: number, isEnd: boolean): Corner {
    const weight = (metric: number) => (metric === USER ? user : device);
    const price = this.#price.map((each, node) => each * weight(this.#reduced.inverted[node]!));
    const tie = isEnd ? this.#price : new Float64Array(this.#price.length);
    const { chosen } = cheapestChoice(this.#reduced, price, tie, this.#work, this.#pulse);
    return this.#sum(chosen, this.#reduced.inverted, this.#price, 1);
  }

  #sum(marks: Uint8Array, metric: Uint8Array, price: Float64Array, mark: number): Corner {
    const corner = { ...this.#settled };
    for (let node = 0; node < marks.length; node++) {
      if (marks[node] !== mark) continue;
      if (metric[node] === USER) {
        corner.user++;
        corner.userPrice += price[node]!;
      } else {
        corner.device++;
        corner.devicePrice += price[node]!;
      }
    }
    return corner;
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
