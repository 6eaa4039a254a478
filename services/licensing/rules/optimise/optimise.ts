// The cheapest mix of user and device CALs that covers every access (licensing rules S4, M7, M8), with its proof, the
// list of moves and the single-type baselines. Pure: a browser worker and a thread wrap the same function.
import { done, type Outcome } from '@parley/platform/contract';
import { daysBetween, isDay } from '../day.ts';
import { licensingErrors } from '../fault.ts';
import { type AccessGraph, distinctEdges, levels } from './access-graph.ts';
import { boundedSearch } from './bounded-search.ts';
import { type CalModel, calModel, DEVICE, USER } from './cal-model.ts';
import { CHOSEN, cheapestChoice, FREE, type ReducedModel, reduce } from './choice.ts';
import type { Pulse, Work } from './flow-network.ts';
import { type MixPrices, mixPrices } from './mix-prices.ts';
import { poolMix } from './pool-mix.ts';
import { reportOn } from './report.ts';
import { type Holding, type Mix, type MixRequest, metrics, type OptimiseProgress } from './request.ts';

const DEFAULT_WORK = 4e8;
const BRANCHING_COST = 4;

/** What `progress` throws ends the computation: that is how it is cancelled. */
export function optimise(
  request: MixRequest,
  progress: (at: OptimiseProgress) => void = () => {},
): Outcome<Mix> {
  const limit = request.workLimit ?? DEFAULT_WORK;
  const work = { left: limit };
  const fault = faultIn(request);
  if (fault !== undefined) return fault;
  const tell = (stage: OptimiseProgress['stage']) =>
    progress({ stage, share: Math.min(1, Math.max(0, 1 - work.left / limit)) });
  tell('graph');
  const distinct = distinctEdges(request.graph, {
    users: new Set(request.exempt?.users),
    devices: new Set(request.exempt?.devices),
  });
  if (!distinct.ok) return distinct;
  const now = solve(request, distinct.value, pinnedOn(request), work, tell);
  if (!now.ok || now.value.pinned.length === 0) return now.ok ? done(now.value.mix) : now;
  const from = now.value.pinned.reduce(
    (last, { movableFrom }) => (movableFrom! > last ? movableFrom! : last),
    '',
  );
  const later = solve(request, distinct.value, [], work, tell);
  if (!later.ok) return later;
  return done({ ...now.value.mix, later: { from, cost: later.value.mix.cost }, work: limit - work.left });
}

function faultIn({
  holdings,
  on,
  overrides,
}: MixRequest): ReturnType<typeof licensingErrors.fault> | undefined {
  for (const { movableFrom } of holdings ?? [])
    if (movableFrom !== null && !isDay(movableFrom)) return licensingErrors.fault('LICENCE_BAD_DATE');
  if (on !== undefined && !isDay(on)) return licensingErrors.fault('LICENCE_BAD_DATE');
  for (const map of [overrides?.users, overrides?.devices])
    for (const [subject, price] of map ?? [])
      for (const each of Object.values(price))
        if (!Number.isSafeInteger(each) || each < 0 || each > 1e12)
          return licensingErrors.fault('LICENCE_BAD_PRICE', `The price for ${subject} cannot be ${each}.`);
  return undefined;
}

/** S2: what may not move yet stays where it is. */
function pinnedOn({ holdings, on }: MixRequest): readonly Holding[] {
  return (holdings ?? []).filter(
    ({ movableFrom }) => movableFrom !== null && (on === undefined || daysBetween(on, movableFrom) > 0),
  );
}

function solve(
  request: MixRequest,
  graph: AccessGraph,
  pinned: readonly Holding[],
  work: Work,
  tell: (stage: OptimiseProgress['stage']) => void,
): Outcome<{ readonly mix: Mix; readonly pinned: readonly Holding[] }> {
  const before = work.left;
  const modelled = calModel(graph, { unlicensable: request.unlicensable ?? {}, pinned });
  if (!modelled.ok) return modelled;
  const model = modelled.value;
  const priced = mixPrices(request, model, pinned);
  if (!priced.ok) return priced;
  const prices = priced.value;
  const reduced = reduce(model, model.state);
  const found = search(model, reduced, prices, work, {
    cut: () => tell('cut'),
    search: () => tell('search'),
  });
  tell('report');
  const chosen = model.state.map((state) => (state === CHOSEN ? 1 : 0));
  for (let node = 0; node < reduced.origin.length; node++)
    if (found.chosen[node] === 1) chosen[reduced.origin[node]!] = 1;
  const reported = reportOn({ request, model, prices, chosen, pinned });
  if (!reported.ok) return reported;
  const { cost } = reported.value;
  const lowerBound = found.lowerBound === undefined ? cost : Math.min(cost, found.lowerBound);
  const mix = {
    ...reported.value,
    lowerBound,
    optimal: lowerBound === cost,
    later: null,
    work: before - work.left,
  };
  return done({ mix, pinned });
}

interface Found {
  readonly chosen: Uint8Array;
  /** Of the whole cost; left out where the choice is exact. */
  readonly lowerBound?: number;
}

function search(
  model: CalModel,
  reduced: ReducedModel,
  prices: MixPrices,
  work: Work,
  pulse: { readonly cut: Pulse; readonly search: Pulse },
): Found {
  const nodes = Array.from(reduced.origin);
  if (prices.isAdditive) {
    const price = Float64Array.from(nodes, (node) => prices.ownPrice[node]!);
    const tie = Float64Array.from(nodes, (node) => prices.tie[node]!);
    return cheapestChoice(reduced, price, tie, work, pulse.cut);
  }
  const forced = prices.poolCounts((node) => model.state[node] === CHOSEN);
  const settled = prices.ownCost((node) => model.state[node] === CHOSEN);
  if (prices.isPlain && nodes.every((node) => prices.pool[node]! >= 0)) {
    const [users, devices] = [forced[USER * 2]!, forced[DEVICE * 2]!];
    const mix = poolMix(
      reduced,
      {
        user: (count) => prices.costs[USER]!.standard(users + count),
        device: (count) => prices.costs[DEVICE]!.standard(devices + count),
      },
      work,
      pulse.search,
    );
    return { chosen: mix.chosen, lowerBound: mix.lowerBound + settled };
  }
  // Its steps take longer than those of a single cut.
  const share = { left: work.left / BRANCHING_COST };
  const open = prices.poolCounts((node) => model.state[node] === FREE);
  const mix = boundedSearch(
    {
      model: reduced,
      pool: Int8Array.from(nodes, (node) => prices.pool[node]!),
      ownPrice: Float64Array.from(nodes, (node) => prices.ownPrice[node]!),
      tie: Float64Array.from(nodes, (node) => prices.tie[node]!),
      poolCount: metrics.length * levels.length,
      cost: (counts) => prices.poolCost(counts.map((count, pool) => count + forced[pool]!)),
      excess: (each, scale) => prices.excess(each, scale, forced, open),
    },
    share,
    pulse.search,
  );
  work.left = share.left * BRANCHING_COST;
  return { chosen: mix.chosen, lowerBound: mix.lowerBound + settled };
}
