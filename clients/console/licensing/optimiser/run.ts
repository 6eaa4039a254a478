// A run of the optimiser and what the page reads out of it. Pure.
import { skuOf } from '@parley/services/licensing/rules/catalogue';
import { openedUp } from '@parley/services/licensing/rules/holding';
import type { OperationReply, OperationRequest, Settings } from '../licensing-api.ts';

export type Run = OperationReply<'optimisations'>['optimisations'][number];
export type RunResult = NonNullable<Run['result']>;
export type RunOptions = OperationRequest<'optimise-start'>;
export type Level = RunOptions['level'];
export type AdvisedMove = OperationReply<'moves'>['items'][number];

export const METRICS = ['user', 'device'] as const;
export const KINDS = ['standard', 'enterprise'] as const;
export type CalMetric = (typeof METRICS)[number];
export type CalKind = (typeof KINDS)[number];

const CAL_OF: Readonly<Record<CalKind, string>> = {
  standard: 'parley-standard-cal',
  enterprise: 'parley-enterprise-cal',
};

/** Kinds of CAL that a run of this level asks the price of. */
export function kindsAsked(level: Level): readonly CalKind[] {
  return level === 'joint' ? KINDS : [level];
}

/** The price of one CAL in the settings, in minor units. */
export function knownPrice({ prices }: Settings, kind: CalKind, metric: CalMetric): number | undefined {
  return prices.find((each) => each.sku === CAL_OF[kind] && each.metric === metric && each.packSize === 1)
    ?.price;
}

export interface Cover {
  /** People or devices with a Standard CAL and no more. */
  readonly standard: number;
  readonly enterprise: number;
}

/** An Enterprise CAL stands on a Standard one (A10): who has both counts once. A suite is both. */
export function coverOf(
  counts: readonly { readonly sku: string; readonly metric: string; readonly count: number }[],
  metric: CalMetric,
): Cover {
  const held = { standard: 0, enterprise: 0 };
  for (const { sku: id, metric: of, count } of counts) {
    const sku = skuOf(id);
    if (of !== metric || sku === undefined) continue;
    const kinds = new Set(openedUp(sku).map(({ cal }) => cal));
    for (const kind of KINDS) if (kinds.has(kind)) held[kind] += count;
  }
  return { enterprise: held.enterprise, standard: Math.max(0, held.standard - held.enterprise) };
}

export interface Purchase {
  readonly quantity: number;
  /** For people, for devices, or both. */
  readonly metrics: ReadonlySet<CalMetric>;
}

/** What has to be bought, by licence: the quote of a run. */
export function purchasesIn(moves: readonly AdvisedMove[]): ReadonlyMap<string, Purchase> {
  const bought = new Map<string, Purchase>();
  for (const { action, sku, metric, quantity } of moves) {
    if (action !== 'buy' || (metric !== 'user' && metric !== 'device')) continue;
    const before = bought.get(sku) ?? { quantity: 0, metrics: new Set() };
    bought.set(sku, {
      quantity: before.quantity + quantity,
      metrics: new Set([...before.metrics, metric]),
    });
  }
  return bought;
}

/**
 * Prices in minor units by size of the pack that the run reckoned with. Undefined where the licence is bought for people
 * and for devices at different prices: a quote has one price for each.
 */
export function pricesOf(
  { options }: Pick<Run, 'options'>,
  sku: string,
  { metrics }: Purchase,
  { prices }: Pick<Settings, 'prices'>,
): ReadonlyMap<number, number> | undefined {
  const kind = KINDS.find((each) => CAL_OF[each] === sku);
  if (kind === undefined) return undefined;
  const lists = [...metrics].map((metric) => {
    const packs = options.packs
      ? prices.filter((each) => each.sku === sku && each.metric === metric && each.packSize > 1)
      : [];
    return new Map([
      [1, options.prices[metric][kind]],
      ...packs.map(({ packSize, price }) => [packSize, price] as const),
    ]);
  });
  const [first, ...others] = lists;
  const text = (list: ReadonlyMap<number, number>) => JSON.stringify([...list].sort(([a], [b]) => a - b));
  return first !== undefined && others.every((list) => text(list) === text(first)) ? first : undefined;
}

const REASONS = [
  'no-person',
  'no-device',
  'other-end-not-licensable',
  'may-not-move-yet',
  'needed-no-more',
  'after-purchase',
  'to-buy',
  'covers-devices',
  'covers-people',
] as const;

/** The sentence that gives a step its reason; undefined for a code that this page does not know. */
export function reasonOf({
  action,
  metric,
  reason,
}: Pick<AdvisedMove, 'action' | 'metric' | 'reason'>): (typeof REASONS)[number] | undefined {
  if (reason !== 'cheapest') return REASONS.find((each) => each === reason);
  if (action === 'buy') return 'to-buy';
  return metric === 'user' ? 'covers-devices' : 'covers-people';
}
