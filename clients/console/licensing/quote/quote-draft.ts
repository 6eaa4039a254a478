// A quote as somebody types it, kept in this browser only, and the request that the rules read from it. Pure but for the
// two functions that touch the storage.
import { skuOf } from '@parley/services/licensing/rules/catalogue';
import type { QuoteRequest } from '@parley/services/licensing/rules/quote';
import { minorUnits } from '../licence-formats.ts';
import { wholeNumber } from '../typed-number.ts';

export interface DraftLine {
  readonly key: string;
  readonly product: string;
  readonly quantity: string;
  readonly price: string;
  /** The server comes with Windows Server on it (B13). */
  readonly preinstalled: boolean;
  /** CALs in the box, where the product is sold in variants (D15). */
  readonly variant: string;
}

export interface DraftHeld {
  readonly key: string;
  readonly sku: string;
  readonly quantity: string;
}

export interface QuoteDraft {
  readonly customer: string;
  readonly number: string;
  readonly validUntil: string;
  readonly currency: string;
  readonly metric: 'either' | 'user' | 'device';
  readonly users: string;
  readonly enterpriseUsers: string;
  readonly devices: string;
  readonly sqlUsers: string;
  readonly remoteDesktopUsers: string;
  readonly lines: readonly DraftLine[];
  readonly held: readonly DraftHeld[];
  /** As typed, by SKU of the CAL and size of the pack. */
  readonly packPrices: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export const emptyDraft: QuoteDraft = {
  customer: '',
  number: '',
  validUntil: '',
  currency: 'EUR',
  metric: 'either',
  users: '',
  enterpriseUsers: '',
  devices: '',
  sqlUsers: '',
  remoteDesktopUsers: '',
  lines: [],
  held: [],
  packPrices: {},
};

export function newLine(product: string): DraftLine {
  return { key: newKey(), product, quantity: '1', price: '', preinstalled: false, variant: '' };
}

export function newHeld(sku: string): DraftHeld {
  return { key: newKey(), sku, quantity: '' };
}

/** Undefined for what is left empty; what is no number becomes one that the rules refuse by name. */
export function requestOf(draft: QuoteDraft): QuoteRequest {
  const { currency } = draft;
  const people = (typed: string) => (typed.trim() === '' ? undefined : (wholeNumber(typed) ?? -1));
  const price = (typed: string) => (typed.trim() === '' ? undefined : (minorUnits(typed, currency) ?? -1));
  return {
    currency,
    ...(draft.metric === 'either' ? {} : { metric: draft.metric }),
    users: people(draft.users),
    enterpriseUsers: people(draft.enterpriseUsers),
    devices: people(draft.devices),
    sqlUsers: people(draft.sqlUsers),
    remoteDesktopUsers: people(draft.remoteDesktopUsers),
    lines: draft.lines.map(({ product, quantity, preinstalled, variant, price: typed }) => ({
      product,
      quantity: people(quantity) ?? 0,
      preinstalled,
      ...(variant === '' ? {} : { variant: Number(variant) }),
      unitPrice: price(typed),
    })),
    held: draft.held.reduce<Record<string, number>>((all, { sku, quantity }) => {
      all[sku] = (all[sku] ?? 0) + (people(quantity) ?? 0);
      return all;
    }, {}),
    packPrices: pricesOf(draft, (typed) => price(typed)),
  };
}

/** Some field holds what is no number: it is marked there, and nothing is worked out until it is mended. */
export function hasWrongNumber(draft: QuoteDraft): boolean {
  const { currency, users, enterpriseUsers, devices, sqlUsers, remoteDesktopUsers, lines, held } = draft;
  const counts = [users, enterpriseUsers, devices, sqlUsers, remoteDesktopUsers];
  for (const { quantity } of [...lines, ...held]) counts.push(quantity);
  const prices = lines.map(({ price }) => price);
  for (const sizes of Object.values(draft.packPrices)) prices.push(...Object.values(sizes));
  return (
    counts.some((typed) => wholeNumber(typed) === null) ||
    prices.some((typed) => typed.trim() !== '' && minorUnits(typed, currency) === null)
  );
}

/** Only CALs of which at least one pack has a price. */
function pricesOf({ packPrices }: QuoteDraft, price: (typed: string) => number | undefined) {
  const prices: Record<string, Record<string, number>> = {};
  for (const [sku, sizes] of Object.entries(packPrices)) {
    const known = Object.entries(sizes).flatMap(([size, typed]) => {
      const minor = price(typed);
      return minor === undefined ? [] : [[size, minor] as const];
    });
    if (known.length > 0) prices[sku] = Object.fromEntries(known);
  }
  return prices;
}

const KEY = 'parley.licence-quote';

/** What was typed before in this browser; what an older page left in another form is put away. */
export function keptDraft(): QuoteDraft {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<QuoteDraft>;
    const draft = { ...emptyDraft, ...kept };
    const known = [...draft.lines.map(({ product }) => product), ...draft.held.map(({ sku }) => sku)];
    requestOf(draft);
    return known.every((id) => skuOf(id) !== undefined) ? draft : emptyDraft;
  } catch {
    return emptyDraft;
  }
}

export function keepDraft(draft: QuoteDraft): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // Storage is forbidden: the quote lives as long as the page.
  }
}

/** Names a row while the page is open; the browser's UUIDs are only there over HTTPS. */
export function newKey(): string {
  return Math.random().toString(36).slice(2);
}
