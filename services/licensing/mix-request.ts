// The optimiser's question from the books, and its answer as the pages read it (licensing rules M7, M8, S2, S23). Pure.
import type { Outcome } from '@parley/platform/contract';
import { done } from '@parley/platform/contract';
import { licensingErrors, type OperationRequest } from './contract.ts';
import { OWN_RELEASE, type Reckoning, windowStart } from './reckoning.ts';
import { skuOf } from './rules/catalogue.ts';
import { holdingOf } from './rules/holding.ts';
import type { Ledger } from './rules/ledger.ts';
import type { CalKind, Edge } from './rules/model.ts';
import { accessGraph } from './rules/optimise/access-graph.ts';
import type {
  Baseline,
  CalMetric,
  Holding,
  Mix,
  MixRequest,
  Move as Step,
} from './rules/optimise/request.ts';
import { packPrices } from './rules/packs.ts';
import type { Move, Optimisation } from './rules/report.ts';
import { earliestMoveOf } from './rules/stock.ts';

type Options = OperationRequest<'optimise-start'>;
type Result = NonNullable<Optimisation['result']>;
const METRICS: readonly CalMetric[] = ['user', 'device'];
export const CAL_OF: Readonly<Record<CalKind, string>> = {
  standard: 'parley-standard-cal',
  enterprise: 'parley-enterprise-cal',
};

export function mixRequest(
  ledger: Ledger,
  reckoning: Reckoning,
  edges: Iterable<Edge>,
  options: Options,
): Outcome<MixRequest> {
  const { day } = reckoning;
  const from = windowStart(day, options.windowDays ?? ledger.settings.windowDays);
  const used = [...edges].filter(
    ({ lastDay, level }) => lastDay >= from && (options.level !== 'enterprise' || level === 'enterprise'),
  );
  // One kind alone is the plain question: which ends, whatever the level is called.
  const isJoint = options.level === 'joint';
  const graph = accessGraph(
    used.map(({ userId, deviceId, level }) => ({
      user: userId,
      device: deviceId,
      level: isJoint ? level : 'standard',
    })),
  );
  const supply = {
    user: supplyOf(ledger, day, options, 'user'),
    device: supplyOf(ledger, day, options, 'device'),
  };
  if (!supply.user.ok) return supply.user;
  if (!supply.device.ok) return supply.device;
  return done({
    graph,
    supply: { user: supply.user.value, device: supply.device.value },
    unlicensable: {
      devices: [...ledger.devices.values()]
        .filter(({ licensable }) => !licensable)
        .map(({ deviceId }) => deviceId),
    },
    ...(options.useStock ? { holdings: holdingsOf(ledger, reckoning, options) } : {}),
    on: day,
  });
}

function supplyOf(
  ledger: Ledger,
  day: string,
  options: Options,
  metric: CalMetric,
): Outcome<MixRequest['supply'][CalMetric]> {
  const supplies: Partial<Record<CalKind, { packs: ReadonlyMap<number, number>; owned: number }>> = {};
  for (const kind of ['standard', 'enterprise'] as const) {
    const sold: Record<string, number> = { 1: options.prices[metric][kind] };
    if (options.packs) {
      for (const price of ledger.settings.prices)
        if (price.sku === CAL_OF[kind] && price.metric === metric && price.packSize > 1)
          sold[price.packSize] = price.price;
    }
    const packs = packPrices(sold);
    if (!packs.ok) return packs;
    supplies[kind] = { packs: packs.value, owned: options.useStock ? ownedOf(ledger, day, metric, kind) : 0 };
  }
  const [standard, enterprise] = [supplies.standard, supplies.enterprise];
  if (standard === undefined || enterprise === undefined) return licensingErrors.fault('LICENCE_BAD_PRICE');
  if (options.level === 'joint') return done({ standard, enterprise });
  return done({ standard: options.level === 'standard' ? standard : enterprise });
}

/** A suite is one of each kind for the subject that holds it. */
function ownedOf({ grants }: Ledger, day: string, metric: CalMetric, kind: CalKind): number {
  let owned = 0;
  for (const grant of grants.values()) {
    if (grant.metric !== metric || grant.from > day || (grant.to !== null && grant.to < day)) continue;
    if (holdingOf([grant.sku], OWN_RELEASE).kinds.has(kind)) owned += grant.quantity;
  }
  return owned;
}

function holdingsOf(ledger: Ledger, { users, devices, day }: Reckoning, { level }: Options): Holding[] {
  const holdings: Holding[] = [];
  for (const side of [users, devices]) {
    for (const { subject, held } of side.values()) {
      for (const assignment of held) {
        const { kinds } = holdingOf([assignment.sku], OWN_RELEASE);
        const earliest = earliestMoveOf(assignment, ledger.assignments, ledger.settings.clock);
        const movableFrom = earliest > day ? earliest : null;
        for (const kind of ['standard', 'enterprise'] as const) {
          if (!kinds.has(kind) || (level !== 'joint' && level !== kind)) continue;
          const shown = level === 'joint' ? kind : 'standard';
          holdings.push({ metric: subject.kind, subject: subject.id, level: shown, movableFrom });
        }
      }
    }
  }
  return holdings;
}

/** What the mix calls standard is the one kind that was asked for. */
function kindOf(options: Options, level: CalKind): CalKind {
  return options.level === 'joint' ? level : options.level;
}

export function movesOf(
  mix: Mix,
  options: Options,
  nameOf: (metric: CalMetric, id: string) => string,
): Move[] {
  const moves = mix.moves.map((step): Move => {
    const sku = CAL_OF[kindOf(options, step.level)];
    const subject = { kind: step.metric, id: step.subject };
    const base = { sku, metric: step.metric, name: nameOf(step.metric, step.subject), quantity: 1 };
    return {
      action: ACTIONS[step.kind],
      ...base,
      subject,
      from: step.from === undefined ? null : { kind: step.metric, id: step.from },
      reason: step.reason,
      onOrAfter: step.until ?? null,
    };
  });
  const bought = mix.purchases.flatMap(({ metric, kind, quantity }): Move[] => {
    const sku = kind === 'suite' ? 'parley-ecal-suite' : CAL_OF[kindOf(options, kind)];
    const name = skuOf(sku)?.name ?? sku;
    return [
      {
        action: 'buy',
        sku,
        metric,
        subject: null,
        name,
        from: null,
        quantity,
        reason: 'cheapest',
        onOrAfter: null,
      },
    ];
  });
  return [...bought, ...moves];
}

/** To a person or device a bought CAL is assigned; the purchase stands in a line of its own. */
const ACTIONS: Readonly<Record<Step['kind'], Move['action']>> = {
  buy: 'assign',
  assign: 'assign',
  move: 'move',
  return: 'unassign',
  keep: 'keep',
};

export function resultOf(
  mix: Mix,
  sizes: Pick<Result, 'people' | 'devices' | 'edges' | 'moves' | 'sweep'>,
  reckoning: Reckoning,
  options: Options,
): Result {
  const today = costToday(reckoning, options);
  return {
    cost: mix.cost,
    lowerBound: mix.lowerBound,
    optimal: mix.optimal,
    counts: METRICS.flatMap((metric) =>
      (['standard', 'enterprise'] as const)
        .map((level) => ({ sku: CAL_OF[kindOf(options, level)], metric, count: mix.counts[metric][level] }))
        .filter(({ count }) => count > 0),
    ),
    baselines: {
      allUser: costOf(mix.baselines.allUser, today),
      allDevice: costOf(mix.baselines.allDevice, today),
      today,
    },
    savings: Math.max(0, mix.savings),
    ...sizes,
  };
}

type Cost = Result['baselines']['today'];

function costOf(baseline: Baseline | null, otherwise: Cost): Cost {
  // Where one type cannot serve everybody there is no such plan: the estate as it is stands for it.
  if (baseline === null) return otherwise;
  const { user, device } = baseline.counts;
  return {
    user: user.standard + user.enterprise,
    device: device.standard + device.enterprise,
    cost: baseline.cost,
  };
}

/** As it is assigned now, with a CAL for everybody who lacks one: what buying singles for that would cost. */
function costToday({ lines }: Reckoning, options: Options): Cost {
  const sum = { user: 0, device: 0, cost: 0 };
  for (const { sku, metric, owned, assigned, needed } of lines) {
    if (metric !== 'user' && metric !== 'device') continue;
    const { kinds } = holdingOf([sku], OWN_RELEASE);
    const inUse = Math.max(assigned, needed);
    for (const kind of ['standard', 'enterprise'] as const) {
      if (!kinds.has(kind) || (options.level !== 'joint' && options.level !== kind)) continue;
      sum[metric] += inUse;
      sum.cost += Math.max(0, options.useStock ? inUse - owned : inUse) * options.prices[metric][kind];
    }
  }
  return sum;
}
