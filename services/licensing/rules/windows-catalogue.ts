// The tables of Windows Server products and their CALs as data (licensing rules B6 to B12, S15, S21), and how to look
// things up in them. Read by windows.ts, external.ts, quotes and the catalogue page.
import windows from '../catalogue/windows.json' with { type: 'json' };
import type { Metric } from './model.ts';

/** What a CAL is for: the server itself, or an additive right on top of it (B12, S22). */
export type CalScope = 'windows' | 'sql-server' | 'remote-desktop' | 'rights-management';

export interface Cap {
  readonly of: 'user-accounts' | 'devices';
  readonly limit: number;
  readonly rule: string;
}

export interface WindowsProduct {
  readonly product: string;
  readonly name: string;
  readonly family: string;
  readonly licence: 'server' | 'server+cal' | 'processor+cal';
  readonly calsRequired: boolean;
  /** One number for each variant that is sold (D15), the smallest first. */
  readonly calsIncluded: readonly number[];
  readonly calScope: CalScope;
  /** How far one licence reaches; what is not named is not limited. */
  readonly covers: { readonly processors?: number; readonly virtualOses?: number };
  readonly caps: readonly Cap[];
  /** Its own CALs, where they are not those of the family. */
  readonly cals?: { readonly user: string; readonly device: string };
  /** What an organisation buys that is too large for this product (S21). */
  readonly outgrownInto?: string;
  /** What the page shows in place of `calsIncluded`, and the discrepancy that explains it. */
  readonly misprint?: { readonly printed: number; readonly discrepancy: string };
  readonly rules: readonly string[];
}

export interface WindowsFamily {
  readonly family: string;
  readonly name: string;
  readonly rules: readonly string[];
  /** Undefined where no sizes are printed: then singles are on sale (D17). */
  readonly packSizes: readonly number[] | undefined;
  readonly webWorkloadsExempt: boolean;
  readonly products: readonly WindowsProduct[];
}

export interface WindowsCal {
  readonly sku: string;
  /** Undefined for suites, which are named in their own list. */
  readonly name?: string;
  readonly family: string;
  readonly metric: Metric;
  readonly scope: CalScope;
  /** Families whose servers it opens: its own and older ones (S6). */
  readonly reaches: readonly string[];
}

interface Row extends Omit<WindowsProduct, 'family' | 'calScope' | 'caps'> {
  readonly calScope?: CalScope;
  readonly caps?: readonly Cap[];
}

/** Newest first. */
export const windowsFamilies: readonly WindowsFamily[] = windows.families.map((each) => ({
  ...each,
  packSizes: each.packSizes ?? undefined,
  products: (each.products as readonly Row[]).map((row) => ({
    ...row,
    family: each.family,
    calScope: row.calScope ?? 'windows',
    caps: row.caps ?? [],
  })),
}));

export const windowsCals: readonly WindowsCal[] = (
  windows.cals as readonly (Omit<WindowsCal, 'scope'> & { readonly scope?: CalScope })[]
).map((each) => ({ ...each, scope: each.scope ?? 'windows' }));

/** How many people or devices that only administer need no CAL (S25). */
export const exemptAdministrators = windows.exemptAdministrators;
export const windowsExternalConnectors: readonly {
  readonly sku: string;
  readonly name: string;
  readonly family: string;
}[] = windows.externalConnectors;

const products = new Map(
  windowsFamilies.flatMap((each) => each.products).map((each) => [each.product, each]),
);
const cals = new Map(windowsCals.map((each) => [each.sku, each]));
const families = new Map(windowsFamilies.map((each) => [each.family, each]));

export function windowsProduct(product: string): WindowsProduct | undefined {
  return products.get(product);
}

export function windowsFamily(family: string): WindowsFamily | undefined {
  return families.get(family);
}

export function windowsCal(sku: string): WindowsCal | undefined {
  return cals.get(sku);
}

/** The CAL that is bought for servers of this family: the first that the table names. */
export function calSkuOf(
  family: string,
  metric: 'user' | 'device',
  scope: CalScope = 'windows',
): string | undefined {
  return windowsCals.find((each) => each.family === family && each.metric === metric && each.scope === scope)
    ?.sku;
}
