// A chosen mix as a licence manager reads it (licensing rules M7, S2): who gets which CAL and why, what is bought, what
// moves, and what a single type for everybody would cost. Used by optimise.ts.
import { done, type Outcome } from '@parley/platform/contract';
import { licensingErrors } from '../fault.ts';
import { ENTERPRISE, levels, STANDARD } from './access-graph.ts';
import { type CalModel, DEVICE, forcedReasons, USER } from './cal-model.ts';
import { REFUSED } from './choice.ts';
import type { MixPrices } from './mix-prices.ts';
import {
  type Baseline,
  type CalCounts,
  type Holding,
  type Mix,
  type MixRequest,
  type Move,
  metrics,
  type Purchase,
} from './request.ts';
import { PROHIBITIVE, purchasesFor } from './supply-cost.ts';

interface Chosen {
  readonly request: MixRequest;
  readonly model: CalModel;
  readonly prices: MixPrices;
  /** 1 for each node in the mix. */
  readonly chosen: Uint8Array;
  readonly pinned: readonly Holding[];
}

type Report = Omit<Mix, 'lowerBound' | 'optimal' | 'later' | 'work'>;

export function reportOn(given: Chosen): Outcome<Report> {
  const { model, prices, chosen } = given;
  const bought = purchasesOf(given);
  if (!bought.ok) return bought;
  const cost = bought.value.reduce((sum, purchase) => sum + purchase.cost, 0);
  const counts = countsOf(model, chosen);
  const [allUser, allDevice] = [USER, DEVICE].map((metric) => baseline(model, prices, metric));
  const naive = [allUser, allDevice].flatMap((each) => (each == null ? [] : [each.cost]));
  return done({
    cost,
    counts,
    total: metrics.reduce((sum, metric) => sum + counts[metric].standard + counts[metric].enterprise, 0),
    chosen: chosenIds(model, chosen),
    purchases: bought.value,
    moves: movesOf(given),
    baselines: { allUser: allUser ?? null, allDevice: allDevice ?? null },
    savings: naive.length === 0 ? 0 : Math.max(0, Math.min(...naive) - cost),
    rules: model.level.includes(ENTERPRISE) ? ['A10', 'S4', 'S7', 'M7', 'M8'] : ['S4', 'M7'],
  });
}

function purchasesOf({ model, prices, chosen }: Chosen): Outcome<readonly Purchase[]> {
  const counts = prices.poolCounts((node) => chosen[node] === 1);
  const purchases: Purchase[] = [];
  for (const [index, metric] of metrics.entries()) {
    const need = { standard: counts[index * 2]!, enterprise: counts[index * 2 + 1]! };
    const found = purchasesFor(metric, prices.supply[index]!, prices.costs[index]!, need);
    if (!found.ok) return found;
    purchases.push(...found.value);
    for (const [level, kind] of levels.entries()) {
      const own = { quantity: 0, cost: 0 };
      for (let node = 0; node < chosen.length; node++) {
        if (chosen[node] !== 1 || prices.pool[node] !== -1) continue;
        if (model.metric[node] !== index || model.level[node] !== level) continue;
        own.quantity++;
        own.cost += prices.ownPrice[node]!;
      }
      if (own.cost >= PROHIBITIVE) return licensingErrors.fault('LICENCE_NO_PACK_ON_SALE');
      if (own.quantity > 0) purchases.push({ metric, kind, ...own, packs: { 1: own.quantity } });
    }
  }
  return done(purchases);
}

function countsOf(model: CalModel, chosen: Uint8Array): CalCounts {
  const counts = [0, 0, 0, 0];
  for (let node = 0; node < chosen.length; node++)
    if (chosen[node] === 1) counts[model.metric[node]! * 2 + model.level[node]!]!++;
  return {
    user: { standard: counts[0]!, enterprise: counts[1]! },
    device: { standard: counts[2]!, enterprise: counts[3]! },
  };
}

function idOf({ graph, metric, subject }: CalModel, node: number): string {
  return (metric[node] === USER ? graph.users : graph.devices)[subject[node]!]!;
}

function chosenIds(model: CalModel, chosen: Uint8Array): Mix['chosen'] {
  const ids: string[][] = [[], [], [], []];
  for (let node = 0; node < chosen.length; node++)
    if (chosen[node] === 1) ids[model.metric[node]! * 2 + model.level[node]!]!.push(idOf(model, node));
  return {
    user: { standard: ids[0]!, enterprise: ids[1]! },
    device: { standard: ids[2]!, enterprise: ids[3]! },
  };
}

/** Everybody of one metric, the other only where there is no way round it. */
function baseline(model: CalModel, prices: MixPrices, metric: number): Baseline | null {
  const { graph, nodeOf, state } = model;
  const chosen = new Uint8Array(state.length);
  for (let edge = 0; edge < graph.edgeUser.length; edge++) {
    const ends = [graph.edgeUser[edge]!, graph.edgeDevice[edge]!];
    const level = graph.edgeLevel[edge]!;
    const wanted = [metric, 1 - metric].find(
      (each) => ends[each]! >= 0 && state[nodeOf[each]![level]![ends[each]!]!] !== REFUSED,
    );
    if (wanted === undefined) return null;
    for (let each = STANDARD; each <= level; each++) chosen[nodeOf[wanted]![each]![ends[wanted]!]!] = 1;
  }
  const cost =
    prices.poolCost(prices.poolCounts((node) => chosen[node] === 1)) +
    prices.ownCost((node) => chosen[node] === 1);
  return cost >= PROHIBITIVE ? null : { cost, counts: countsOf(model, chosen) };
}

/** What to do with every CAL: those in their places stay, free ones go to who needs one, the rest is bought. */
function movesOf({ request, model, prices, chosen, pinned }: Chosen): readonly Move[] {
  const moves: Move[] = [];
  const holdings = request.holdings ?? [];
  const stays = new Map(pinned.map((each) => [keyOf(each), each.movableFrom]));
  for (const [index, metric] of metrics.entries()) {
    for (const [level, kind] of levels.entries()) {
      const nodes: number[] = [];
      for (let node = 0; node < chosen.length; node++)
        if (chosen[node] === 1 && model.metric[node] === index && model.level[node] === level)
          nodes.push(node);
      const needed = new Set(nodes.map((node) => idOf(model, node)));
      const here = holdings.filter((each) => each.metric === metric && each.level === kind);
      const holders = new Set(here.map(({ subject }) => subject));
      const spare: string[] = [];
      let given = 0;
      for (const each of here) {
        const until = stays.get(keyOf(each));
        const base = { metric, level: kind, subject: each.subject };
        if (needed.has(each.subject)) moves.push({ kind: 'keep', ...base, reason: 'cheapest' });
        else if (until == null) spare.push(each.subject);
        else moves.push({ kind: 'keep', ...base, reason: 'may-not-move-yet', until });
      }
      let stock = Math.max(0, request.supply[metric][kind]?.owned ?? 0) - here.length;
      for (const node of nodes) {
        const subject = idOf(model, node);
        if (holders.has(subject)) continue;
        const move = { metric, level: kind, subject, reason: forcedReasons[model.reason[node]!]! };
        const from = prices.pool[node]! < 0 ? undefined : spare[given];
        if (from !== undefined) {
          moves.push({ kind: 'move', ...move, from });
          given++;
        } else if (prices.pool[node]! >= 0 && stock-- > 0) moves.push({ kind: 'assign', ...move });
        else moves.push({ kind: 'buy', ...move });
      }
      for (const subject of spare.slice(given))
        moves.push({ kind: 'return', metric, level: kind, subject, reason: 'needed-no-more' });
    }
  }
  return moves;
}

function keyOf({ metric, level, subject }: Holding): string {
  return `${metric} ${level} ${subject}`;
}
