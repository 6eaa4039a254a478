// The prices of a mix, node by node and pool by pool (licensing rules M7, M8): pool 2m + l holds the CALs of metric m and
// level l. Used by optimise.ts and report.ts.
import { done, type Outcome } from '@parley/platform/contract';
import { ENTERPRISE, levels, STANDARD } from './access-graph.ts';
import { type CalModel, USER } from './cal-model.ts';
import {
  type CalSupply,
  type Holding,
  type MetricSupply,
  type MixRequest,
  metrics,
  type PriceOverride,
} from './request.ts';
import { type MetricCost, metricCost, noSupply, type SupplyCost, unitPrice } from './supply-cost.ts';

export interface MixPrices {
  /** Stock with what is assigned counted in. */
  readonly supply: readonly MetricSupply[];
  readonly costs: readonly MetricCost[];
  /** Every CAL has a price of its own, whatever else is bought: one minimum cut is the answer. */
  readonly isAdditive: boolean;
  /** One level, no suites. */
  readonly isPlain: boolean;
  /** Of each node; -1 where it is bought singly. */
  readonly pool: Int8Array;
  /** Price of each node where it is bought singly or the mix is additive. */
  readonly ownPrice: Float64Array;
  /** Fewest CALs, most user CALs, then those that are there already. */
  readonly tie: Float64Array;
  poolCounts(isIn: (node: number) => boolean): number[];
  ownCost(isIn: (node: number) => boolean): number;
  poolCost(counts: readonly number[]): number;
  excess(
    prices: readonly number[],
    scale: number,
    forced: readonly number[],
    open: readonly number[],
  ): number;
}

export function mixPrices(
  request: MixRequest,
  model: CalModel,
  pinned: readonly Holding[],
): Outcome<MixPrices> {
  const count = model.metric.length;
  const supply = metrics.map((_, metric) => stockOf(request, model, pinned, metric));
  const costs: MetricCost[] = [];
  for (const each of supply) {
    const found = metricCost(each, count);
    if (!found.ok) return found;
    costs.push(found.value);
  }
  const pool = new Int8Array(count);
  const ownPrice = new Float64Array(count);
  const tie = new Float64Array(count);
  const held = heldBy(request.holdings ?? [], model);
  const units = supply.map((each, metric) =>
    unitPrices(
      each,
      levels.map((_, level) => pinnedIn(model, metric, level)),
    ),
  );
  const hasEnterprise = model.level.includes(ENTERPRISE);
  let isAdditive = true;
  const overrides = [request.overrides?.users, request.overrides?.devices];
  const ids = [model.graph.users, model.graph.devices];
  for (let node = 0; node < count; node++) {
    const [metric, level] = [model.metric[node]!, model.level[node]!];
    const own = overrideOf(
      overrides[metric]?.get(ids[metric]![model.subject[node]!]!),
      level,
      supply[metric]!,
    );
    const unit = units[metric]?.[level];
    pool[node] = own === undefined || model.pinned[node] === 1 ? metric * levels.length + level : -1;
    ownPrice[node] = model.pinned[node] === 1 ? 0 : (own ?? unit ?? 0);
    tie[node] = (count + 1 - (metric === USER ? 1 : 0)) * (count + 1) - held[node]!;
    if (own === undefined && unit === undefined) isAdditive = false;
  }

  function poolCounts(isIn: (node: number) => boolean): number[] {
    const counts = Array<number>(metrics.length * levels.length).fill(0);
    for (let node = 0; node < count; node++) if (pool[node]! >= 0 && isIn(node)) counts[pool[node]!]!++;
    return counts;
  }
  function ownCost(isIn: (node: number) => boolean): number {
    let cost = 0;
    for (let node = 0; node < count; node++) if (pool[node]! < 0 && isIn(node)) cost += ownPrice[node]!;
    return cost;
  }
  function poolCost(counts: readonly number[]): number {
    return costs.reduce(
      (sum, each, metric) => sum + each.cost(counts[metric * 2]!, counts[metric * 2 + 1]!).cost,
      0,
    );
  }
  // Suites apart from the two kinds, each without regard to the others: never less than the true excess.
  function excess(
    prices: readonly number[],
    scale: number,
    forced: readonly number[],
    open: readonly number[],
  ) {
    let sum = 0;
    for (const [metric, { standard, enterprise, suite }] of costs.entries()) {
      const [s, e] = [metric * 2, metric * 2 + 1];
      const [mostS, mostE] = [forced[s]! + open[s]!, forced[e]! + open[e]!];
      sum += mostExcess(standard, prices[s]!, scale, mostS) - prices[s]! * forced[s]!;
      sum += mostExcess(enterprise, prices[e]!, scale, mostE) - prices[e]! * forced[e]!;
      if (suite !== undefined)
        sum += mostExcess(suite, prices[s]! + prices[e]!, scale, Math.max(mostS, mostE));
    }
    return sum;
  }
  return done({
    supply,
    costs,
    isAdditive,
    isPlain: !hasEnterprise && supply.every(({ suite }) => suite === undefined),
    pool,
    ownPrice,
    tie,
    poolCounts,
    ownCost,
    poolCost,
    excess,
  });
}

function mostExcess(cost: SupplyCost, price: number, scale: number, most: number): number {
  let best = 0;
  for (let count = 1; count <= most; count++) best = Math.max(best, price * count - scale * cost(count));
  return best;
}

/** What is assigned is owned, whether the stock says so or not; what must stay with somebody who needs none serves nobody. */
function stockOf(
  { supply, holdings }: MixRequest,
  model: CalModel,
  pinned: readonly Holding[],
  metric: number,
): MetricSupply {
  const { standard, enterprise, suite } = supply[metrics[metric]!];
  const inUse = (stock: CalSupply, level: number): CalSupply => {
    const isThis = (each: Holding) => each.metric === metrics[metric] && each.level === levels[level];
    const assigned = (holdings ?? []).filter(isThis).length;
    const idle = pinned.filter(isThis).length - pinnedIn(model, metric, level);
    return { ...stock, owned: Math.max(stock.owned, assigned) - idle };
  };
  return {
    standard: inUse(standard, STANDARD),
    enterprise: inUse(enterprise ?? noSupply, ENTERPRISE),
    ...(suite === undefined ? {} : { suite }),
  };
}

function pinnedIn(model: CalModel, metric: number, level: number): number {
  let count = 0;
  for (let node = 0; node < model.pinned.length; node++)
    if (model.pinned[node] === 1 && model.metric[node] === metric && model.level[node] === level) count++;
  return count;
}

/** Price of one of each level where that does not depend on how many are bought. */
function unitPrices(supply: MetricSupply, pinned: readonly number[]): readonly (number | undefined)[] {
  const rest = (stock: CalSupply, level: number) => ({ ...stock, owned: stock.owned - pinned[level]! });
  const standard = unitPrice(rest(supply.standard, STANDARD));
  const enterprise = unitPrice(rest(supply.enterprise ?? noSupply, ENTERPRISE));
  if (supply.suite === undefined) return [standard, enterprise];
  const suite = unitPrice(supply.suite);
  const isOwned = supply.standard.owned + (supply.enterprise?.owned ?? 0) > 0;
  if (standard === undefined || enterprise === undefined || suite === undefined || isOwned)
    return [undefined, undefined];
  const base = Math.min(standard, suite);
  return [base, Math.min(enterprise, suite - base)];
}

/** Who has a price of one's own for one kind gets no suite, so the other kind is bought singly too. */
function overrideOf(
  override: PriceOverride | undefined,
  level: number,
  supply: MetricSupply,
): number | undefined {
  if (override === undefined) return undefined;
  const own = override[levels[level]!];
  if (own !== undefined || supply.suite === undefined) return own;
  return supply[levels[level]!]?.packs.get(1);
}

function heldBy(holdings: readonly Holding[], model: CalModel): Uint8Array {
  const held = new Uint8Array(model.metric.length);
  if (holdings.length === 0) return held;
  const ids = [model.graph.users, model.graph.devices];
  const names = new Set(holdings.map(({ metric, level, subject }) => `${metric} ${level} ${subject}`));
  for (let node = 0; node < held.length; node++) {
    const metric = model.metric[node]!;
    const name = `${metrics[metric]} ${levels[model.level[node]!]} ${ids[metric]![model.subject[node]!]}`;
    if (names.has(name)) held[node] = 1;
  }
  return held;
}
