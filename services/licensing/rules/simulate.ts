// What a change would do: the position before and after it, and what differs in CALs and money (operation `simulate`).
// Called by the what-if page and the command line.
import { done, type Outcome } from '@parley/platform/contract';
import type { RightKind } from './catalogue.ts';
import { type Compliance, compliance, type Estate } from './compliance.ts';
import type { Profile } from './model.ts';
import { priceOf } from './terms.ts';

export interface Scenario {
  readonly estate: Estate;
  /** Price of one licence in minor units, by SKU. */
  readonly prices: Readonly<Record<string, number>>;
}

export interface KindChange {
  readonly kind: RightKind;
  readonly sku: string;
  readonly required: number;
  readonly held: number;
  readonly shortfall: number;
}

export interface Simulation {
  readonly before: Compliance;
  readonly after: Compliance;
  /** After less before, for each kind in which anything changes. */
  readonly changes: readonly KindChange[];
  readonly serverLicences: number;
  readonly serverShortfall: number;
  /** What the shortfalls cost to buy; null where a SKU that is short has no price. */
  readonly cost: {
    readonly before: number | null;
    readonly after: number | null;
    readonly change: number | null;
  };
  readonly rules: readonly string[];
}

export function simulate(
  before: Scenario,
  after: Scenario,
  when: { readonly asOf: string; readonly profile: Profile },
): Outcome<Simulation> {
  for (const [sku, price] of [...Object.entries(before.prices), ...Object.entries(after.prices)]) {
    const checked = priceOf(sku, price);
    if (!checked.ok) return checked;
  }
  const now = compliance(before.estate, when);
  if (!now.ok) return now;
  const then = compliance(after.estate, when);
  if (!then.ok) return then;
  const costs = [costOf(now.value, before.prices), costOf(then.value, after.prices)] as const;
  const servers = (of: Compliance) => of.servers?.licences.licences ?? 0;
  const serversShort = (of: Compliance) => of.servers?.shortfall ?? 0;
  return done({
    before: now.value,
    after: then.value,
    changes: changesOf(now.value, then.value),
    serverLicences: servers(then.value) - servers(now.value),
    serverShortfall: serversShort(then.value) - serversShort(now.value),
    cost: {
      before: costs[0],
      after: costs[1],
      change: costs[0] === null || costs[1] === null ? null : costs[1] - costs[0],
    },
    rules: [...new Set([...now.value.rules, ...then.value.rules])],
  });
}

function changesOf(before: Compliance, after: Compliance): KindChange[] {
  const kinds = new Map(before.kinds.map((each) => [each.kind, each]));
  const seen = new Set<RightKind>();
  const changes: KindChange[] = [];
  for (const { kind, sku, required, held, shortfall } of after.kinds) {
    const old = kinds.get(kind);
    seen.add(kind);
    changes.push({
      kind,
      sku,
      required: required - (old?.required ?? 0),
      held: held - (old?.held ?? 0),
      shortfall: shortfall - (old?.shortfall ?? 0),
    });
  }
  for (const { kind, sku, required, held, shortfall } of before.kinds) {
    if (!seen.has(kind)) changes.push({ kind, sku, required: -required, held: -held, shortfall: -shortfall });
  }
  return changes.filter((each) => each.required !== 0 || each.held !== 0 || each.shortfall !== 0);
}

function costOf({ shortfall }: Compliance, prices: Readonly<Record<string, number>>): number | null {
  let cost = 0;
  for (const [sku, quantity] of Object.entries(shortfall)) {
    const price = prices[sku];
    if (price === undefined) return null;
    cost += quantity * price;
  }
  return cost;
}
