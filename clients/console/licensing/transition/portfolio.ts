// What somebody holds, as it is typed, and what table A23 gives for it under both readings, side by side. Pure but for the
// two functions that touch the storage.
import { type Sku, skuOf, skus } from '@parley/services/licensing/rules/catalogue';
import {
  type Holding,
  r2Release,
  type Transition,
  transition,
} from '@parley/services/licensing/rules/transition';
import type { Outcome } from '../../../kit/fault.ts';
import type { Stock } from '../licensing-api.ts';
import { newKey } from '../quote/quote-draft.ts';
import { wholeNumber } from '../typed-number.ts';

export interface HeldRow {
  readonly key: string;
  readonly product: string;
  readonly quantity: string;
  /** First and last day of Software Assurance; both empty where there is none. */
  readonly saFrom: string;
  readonly saTo: string;
}

export interface Portfolio {
  readonly rows: readonly HeldRow[];
  readonly release: string;
}

export const emptyPortfolio: Portfolio = { rows: [], release: r2Release };

/** Licences that a transition begins from. */
export const olderProducts: readonly Sku[] = skus.filter(
  ({ family, model }) => ['lcs', 'ocs', 'pic'].includes(family) && model !== 'client',
);

export function newRow(product = 'ocs2007-standard-cal'): HeldRow {
  return { key: newKey(), product, quantity: '', saFrom: '', saTo: '' };
}

export interface BothReadings {
  readonly printed: Transition;
  readonly corrected: Transition;
}

/** Line by line in the order of the rows; refused as a whole where one of them cannot be. */
export function bothReadings({ rows, release }: Portfolio): Outcome<BothReadings> {
  const holdings = rows.map(
    ({ product, quantity, saFrom, saTo }): Holding => ({
      product,
      quantity: wholeNumber(quantity) ?? -1,
      sa: saFrom === '' && saTo === '' ? [] : [{ from: saFrom, to: saTo }],
    }),
  );
  const printed = transition(holdings, { profile: 'printed', release });
  if (!printed.ok) return printed;
  const corrected = transition(holdings, { profile: 'corrected', release });
  if (!corrected.ok) return corrected;
  return { ok: true, value: { printed: printed.value, corrected: corrected.value } };
}

/** The older licences of the stock: so many as the term that reaches furthest covers, and the others without one. */
export function rowsOfStock({ grants, saTerms }: Stock): readonly HeldRow[] {
  const known = new Set(olderProducts.map(({ id }) => id));
  const quantities = new Map<string, number>();
  for (const { sku, quantity } of grants) {
    const id = skuOf(sku)?.id ?? sku;
    if (known.has(id)) quantities.set(id, (quantities.get(id) ?? 0) + quantity);
  }
  return [...quantities].flatMap(([product, quantity]) => {
    const [term] = saTerms
      .filter(({ sku }) => (skuOf(sku)?.id ?? sku) === product)
      .sort((a, b) => (a.to < b.to ? 1 : -1));
    const covered = Math.min(quantity, term?.quantity ?? 0);
    const rows: HeldRow[] = [];
    if (term !== undefined && covered > 0)
      rows.push({ ...newRow(product), quantity: String(covered), saFrom: term.from, saTo: term.to });
    if (covered < quantity) rows.push({ ...newRow(product), quantity: String(quantity - covered) });
    return rows;
  });
}

const KEY = 'parley.licence-transition';

export function keptPortfolio(): Portfolio {
  try {
    const kept = {
      ...emptyPortfolio,
      ...(JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<Portfolio>),
    };
    return kept.rows.every(({ product }) => skuOf(product) !== undefined) ? kept : emptyPortfolio;
  } catch {
    return emptyPortfolio;
  }
}

export function keepPortfolio(portfolio: Portfolio): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(portfolio));
  } catch {
    // Storage is forbidden: what was typed lives as long as the page.
  }
}
