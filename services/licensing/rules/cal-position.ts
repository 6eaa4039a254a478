// CALs required against CALs held, by number (licensing rules A1, A3, A8, A10, A12, A18, S5, S6, S23). Used by
// compliance.ts, by deployments that are only counted, and by simulate.ts.
import { done, type Outcome } from '@parley/platform/contract';
import { type Release, type RightKind, skuOf, skus } from './catalogue.ts';
import { licensingErrors } from './fault.ts';
import { holdingOf } from './holding.ts';
import { countsOf } from './terms.ts';

/** How many people and how many devices without a person need each kind. */
export interface Demand {
  readonly users: number;
  readonly devices: number;
}

/** Licences of one SKU: those that are for users, for devices, and those of which the type is not known. */
export interface Stock {
  readonly user: number;
  readonly device: number;
  readonly either: number;
}

export const noStock: Stock = { user: 0, device: 0, either: 0 };

export interface KindPosition {
  readonly kind: RightKind;
  /** The licence that is bought for this kind. */
  readonly sku: string;
  readonly required: number;
  readonly requiredBy: Demand;
  readonly held: number;
  readonly heldBy: Stock;
  /** Held less required: negative is a shortfall. */
  readonly difference: number;
  readonly shortfall: number;
}

export interface CalPosition {
  readonly release: string;
  readonly kinds: readonly KindPosition[];
  /** By SKU, without those of which none is required. */
  readonly required: Readonly<Record<string, number>>;
  /** By SKU, without those that are not short. */
  readonly shortfall: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
  readonly rules: readonly string[];
}

const kindsInOrder: readonly RightKind[] = ['standard', 'enterprise', 'pic'];

export function calPosition(
  release: Release,
  demand: Readonly<Partial<Record<RightKind, Demand>>>,
  held: ReadonlyMap<string, Stock>,
): Outcome<CalPosition> {
  const supply = new Map<RightKind, Stock>();
  const rules = new Set(['A1', 'A3']);
  const warnings = new Set<string>();
  for (const [sku, stock] of held) {
    const counts = countsOf(Object.fromEntries(Object.entries(stock).map(([k, n]) => [`${sku} (${k})`, n])));
    if (!counts.ok) return counts;
    if (skuOf(sku) === undefined)
      return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `The catalogue has no licence ${sku}.`);
    const holding = holdingOf([sku], release);
    for (const rule of holding.rules) rules.add(rule);
    if (holding.tooOld.size > 0 && totalOf(stock) > 0) warnings.add(`too-old-for-this-server: ${sku}`);
    for (const kind of holding.kinds) {
      const before = supply.get(kind) ?? noStock;
      supply.set(kind, {
        user: before.user + stock.user,
        device: before.device + stock.device,
        either: before.either + stock.either,
      });
    }
  }
  const kinds: KindPosition[] = [];
  for (const kind of kindsInOrder) {
    const requiredBy = demand[kind] ?? { users: 0, devices: 0 };
    const counts = countsOf({ [`${kind} users`]: requiredBy.users, [`${kind} devices`]: requiredBy.devices });
    if (!counts.ok) return counts;
    const sku = boughtFor(kind, release);
    if (sku === undefined) continue;
    kinds.push(kindPosition(kind, sku, requiredBy, supply.get(kind) ?? noStock));
  }
  const enterprise = totalOf(supply.get('enterprise') ?? noStock);
  if (enterprise > 0) rules.add('A10');
  if (enterprise > totalOf(supply.get('standard') ?? noStock))
    warnings.add('enterprise-cal-without-standard-cal');
  if ((demand.pic?.users ?? 0) > 0) rules.add('A18');
  return done({
    release: release.id,
    kinds,
    required: bySku(kinds, 'required'),
    shortfall: bySku(kinds, 'shortfall'),
    warnings: [...warnings],
    rules: [...rules],
  });
}

/** S5: a user CAL does not become a device CAL between renewals, so each type has a gap of its own. */
function kindPosition(kind: RightKind, sku: string, requiredBy: Demand, heldBy: Stock): KindPosition {
  const gap = Math.max(0, requiredBy.users - heldBy.user) + Math.max(0, requiredBy.devices - heldBy.device);
  const required = requiredBy.users + requiredBy.devices;
  const held = totalOf(heldBy);
  return {
    kind,
    sku,
    required,
    requiredBy,
    held,
    heldBy,
    difference: held - required,
    shortfall: Math.max(0, gap - heldBy.either),
  };
}

export function totalOf({ user, device, either }: Stock): number {
  return user + device + either;
}

/** The licence of this very version, or what the release names for public networks. */
export function boughtFor(kind: RightKind, release: Release): string | undefined {
  if (kind === 'pic') return release.publicIm ?? undefined;
  return skus.find(
    (each) =>
      each.model === 'cal' &&
      each.cal === kind &&
      each.family === release.family &&
      each.version === release.version,
  )?.id;
}

function bySku(kinds: readonly KindPosition[], what: 'required' | 'shortfall'): Record<string, number> {
  return Object.fromEntries(kinds.filter((each) => each[what] > 0).map((each) => [each.sku, each[what]]));
}
