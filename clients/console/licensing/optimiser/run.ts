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

/** What has to be bought, by licence: the quote of a run. */
export function purchasesIn(moves: readonly AdvisedMove[]): ReadonlyMap<string, number> {
  const bought = new Map<string, number>();
  for (const { action, sku, quantity } of moves)
    if (action === 'buy') bought.set(sku, (bought.get(sku) ?? 0) + quantity);
  return bought;
}

const REASONS = [
  'no-person',
  'no-device',
  'other-end-not-licensable',
  'may-not-move-yet',
  'needed-no-more',
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
