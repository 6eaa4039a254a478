// What so many CALs cost: packs beyond what is owned, and suites in the place of both kinds where that is cheaper
// (licensing rules B5, S23, M7).
import { done, type Outcome } from '@parley/platform/contract';
import { licensingErrors } from '../fault.ts';
import { cheapestCover, type PackPrices, packTable } from '../packs.ts';
import { isCount } from '../terms.ts';
import type { CalMetric, CalSupply, MetricSupply, Purchase } from './request.ts';

/** Stands for what is not on sale; an answer that would need one is refused. */
export const PROHIBITIVE = 1e12;

/** Whole minor units for a number of licences in use; never falls. */
export type SupplyCost = (count: number) => number;

export interface MetricCost {
  readonly standard: SupplyCost;
  readonly enterprise: SupplyCost;
  readonly suite: SupplyCost | undefined;
  /** The cheapest for so many Standard and Enterprise CALs, and how many of them are suites. */
  cost(standard: number, enterprise: number): { readonly cost: number; readonly suites: number };
}

export const noSupply: CalSupply = { packs: new Map(), owned: 0 };

/** @param most more of one kind are never asked for */
export function metricCost(supply: MetricSupply, most: number): Outcome<MetricCost> {
  for (const each of [supply.standard, supply.enterprise, supply.suite]) {
    if (each === undefined) continue;
    if (!isCount(each.owned)) return licensingErrors.fault('LICENCE_BAD_COUNT');
    for (const [size, price] of each.packs) {
      if (!Number.isInteger(size) || size < 1) return licensingErrors.fault('LICENCE_BAD_PACK');
      if (!Number.isSafeInteger(price) || price < 0) return licensingErrors.fault('LICENCE_BAD_PRICE');
      if (price * (most + 1) > Number.MAX_SAFE_INTEGER / 8)
        return licensingErrors.fault('LICENCE_BAD_PRICE', 'The sum would be too large to be exact.');
    }
  }
  const standard = supplyCost(supply.standard, most);
  const enterprise = supplyCost(supply.enterprise ?? noSupply, most);
  const suite = supply.suite === undefined ? undefined : supplyCost(supply.suite, most);
  return done({
    standard,
    enterprise,
    suite,
    cost(standards, enterprises) {
      let best = { cost: standard(standards) + enterprise(enterprises), suites: 0 };
      if (suite === undefined) return best;
      for (let suites = 1; suites <= standards; suites++) {
        const cost =
          standard(standards - suites) + enterprise(Math.max(0, enterprises - suites)) + suite(suites);
        if (cost < best.cost) best = { cost, suites };
      }
      return best;
    },
  });
}

function supplyCost({ packs, owned }: CalSupply, most: number): SupplyCost {
  const table = packTable(onSale(packs), most);
  const costs = Float64Array.from({ length: most + 1 }, (_, count) =>
    count <= owned ? 0 : table.cost(count - owned),
  );
  return (count) => costs[count]!;
}

function onSale(packs: PackPrices): PackPrices {
  return packs.size === 0 ? new Map([[1, PROHIBITIVE]]) : packs;
}

/** The price of one where nothing is owned and only singles are sold, so that every CAL costs the same. */
export function unitPrice({ packs, owned }: CalSupply): number | undefined {
  if (owned > 0) return undefined;
  if (packs.size === 0) return PROHIBITIVE;
  return packs.size === 1 ? packs.get(1) : undefined;
}

/** What has to be bought for so many CALs in use. */
export function purchasesFor(
  metric: CalMetric,
  supply: MetricSupply,
  cost: MetricCost,
  counts: { readonly standard: number; readonly enterprise: number },
): Outcome<readonly Purchase[]> {
  const { suites } = cost.cost(counts.standard, counts.enterprise);
  const needs = [
    ['standard', supply.standard, counts.standard - suites],
    ['enterprise', supply.enterprise ?? noSupply, Math.max(0, counts.enterprise - suites)],
    ['suite', supply.suite ?? noSupply, suites],
  ] as const;
  const purchases: Purchase[] = [];
  for (const [kind, { packs, owned }, count] of needs) {
    const missing = Math.max(0, count - owned);
    if (missing === 0) continue;
    const cover = cheapestCover(missing, packs);
    if (!cover.ok) return cover;
    purchases.push({
      metric,
      kind,
      quantity: missing + cover.value.surplus,
      cost: cover.value.cost,
      packs: Object.fromEntries(cover.value.packs),
    });
  }
  return done(purchases);
}
