// What a seller must offer beside a server (licensing rules B3, B4, B7, B13): CALs with every preinstalled Windows Server,
// where CALs are needed and not there already. Used by quotes.
import { done, type Outcome } from '@parley/platform/contract';
import { skuOf } from './catalogue.ts';
import { licensingErrors } from './fault.ts';
import { countsOf } from './terms.ts';
import { type WindowsEstate, type WindowsServers, windowsNeed } from './windows.ts';
import { windowsCal, windowsProduct } from './windows-catalogue.ts';

/** A line of a sale: a server, or licences in packs. */
export interface SaleLine extends WindowsServers {
  readonly preinstalled?: boolean | undefined;
  /** How many packs of each size; `quantity` counts singles where there are none. */
  readonly packs?: Readonly<Record<string, number>> | undefined;
}

/** Who will use what is sold; the servers are the lines. */
export type Buyer = Omit<WindowsEstate, 'servers' | 'users'> & { readonly users?: number | undefined };

export interface OfferDuty {
  readonly mustOfferCals: boolean;
  readonly reason:
    | 'cals-required'
    | 'cals-not-required'
    | 'no-preinstalled-server'
    | 'already-offered'
    | 'already-licensed';
  readonly calsOffered: number;
  /** Unknown where nobody said how many people there are. */
  readonly shortfall?: number;
  readonly rules: readonly string[];
}

export interface SortedSale {
  readonly servers: readonly SaleLine[];
  /** CALs and suites on the lines, by SKU. */
  readonly offered: Readonly<Record<string, number>>;
}

export function offerDuty(lines: readonly SaleLine[], buyer: Buyer): Outcome<OfferDuty> {
  const sorted = sortedSale(lines);
  if (!sorted.ok) return sorted;
  const { servers, offered } = sorted.value;
  const windows = servers.filter(({ product }) => windowsProduct(product) !== undefined);
  const bundles = windows.filter(({ preinstalled }) => preinstalled === true);
  const offeredWindows = only(offered, (sku) => windowsCal(sku)?.scope === 'windows');
  const calsOffered = Object.values(offeredWindows).reduce((sum, count) => sum + count, 0);
  const answer = (mustOfferCals: boolean, reason: OfferDuty['reason'], shortfall?: number) =>
    done({
      mustOfferCals,
      reason,
      calsOffered,
      ...(shortfall === undefined ? {} : { shortfall }),
      rules: reason === 'cals-not-required' ? ['B7', 'B13'] : ['B4', 'B13'],
    });
  if (bundles.length === 0) return answer(false, 'no-preinstalled-server');
  if (!bundles.some(({ product }) => windowsProduct(product)?.calsRequired))
    return answer(false, 'cals-not-required');
  if (buyer.users === undefined && buyer.devices === undefined)
    return calsOffered > 0 ? answer(false, 'already-offered') : answer(true, 'cals-required');
  const held = added(
    only(buyer.held ?? {}, (sku) => windowsCal(sku) !== undefined),
    offeredWindows,
  );
  const need = windowsNeed({ ...buyer, users: buyer.users ?? 0, servers: windows, held });
  if (!need.ok) return need;
  const shortfall = need.value.calsToBuy;
  if (shortfall > 0) return answer(true, 'cals-required', shortfall);
  return answer(false, calsOffered > 0 ? 'already-offered' : 'already-licensed', 0);
}

/** Servers apart from licences. @returns LICENCE_UNKNOWN_SKU, LICENCE_BAD_COUNT or LICENCE_BAD_PACK. */
export function sortedSale(lines: readonly SaleLine[]): Outcome<SortedSale> {
  const servers: SaleLine[] = [];
  const offered: Record<string, number> = {};
  for (const line of lines) {
    const sku = skuOf(line.product);
    if (sku === undefined)
      return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `The catalogue has no ${line.product}.`);
    if (sku.model === 'server' || sku.model === 'processor') {
      const counts = countsOf({ quantity: line.quantity });
      if (!counts.ok) return counts;
      servers.push({ ...line, product: sku.id });
      continue;
    }
    const count = licencesOn(line);
    if (!count.ok) return count;
    offered[sku.id] = (offered[sku.id] ?? 0) + count.value;
  }
  return done({ servers, offered });
}

function licencesOn({ packs, quantity = 1 }: SaleLine): Outcome<number> {
  if (packs === undefined) {
    const counts = countsOf({ quantity });
    return counts.ok ? done(quantity) : counts;
  }
  let sum = 0;
  for (const [size, count] of Object.entries(packs)) {
    if (!/^[1-9]\d{0,4}$/.test(size)) return licensingErrors.fault('LICENCE_BAD_PACK');
    const counts = countsOf({ [`packs of ${size}`]: count });
    if (!counts.ok) return counts;
    sum += Number(size) * count;
  }
  const counts = countsOf({ licences: sum });
  return counts.ok ? done(sum) : counts;
}

export function only(
  counts: Readonly<Record<string, number>>,
  wanted: (sku: string) => boolean,
): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).filter(([sku]) => wanted(sku)));
}

export function added(
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Record<string, number> {
  const sum: Record<string, number> = { ...a };
  for (const [sku, count] of Object.entries(b)) sum[sku] = (sum[sku] ?? 0) + count;
  return sum;
}
