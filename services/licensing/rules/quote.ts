// A quote: server lines and people in, the CALs to buy in packs and the sums out (licensing rules A2, A3, A10, A12, B4 to B8,
// B13, D17). Sums are integers of the currency's minor unit; the whole is plain data to be printed.
import { done, type Outcome } from '@parley/platform/contract';
import { type Release, reach, releases, type Sku, skuOf, skus } from './catalogue.ts';
import { licensingErrors } from './fault.ts';
import { openedUp } from './holding.ts';
import type { CalKind } from './model.ts';
import { added, type Buyer, offerDuty, only, type SaleLine, sortedSale } from './offer.ts';
import { cheapestCover, type PackCover, packPrices } from './packs.ts';
import { countsOf } from './terms.ts';
import { windowsNeed } from './windows.ts';
import { type CalScope, calSkuOf, windowsCal, windowsFamilies, windowsProduct } from './windows-catalogue.ts';

type Prices = Readonly<Record<string, number>>;

export interface QuoteRequest extends Buyer {
  readonly lines: readonly (SaleLine & { readonly unitPrice?: number | undefined })[];
  /** People of `users` who need the Enterprise CAL too; for communications servers. */
  readonly enterpriseUsers?: number | undefined;
  /** Price of a pack by its size, by SKU of the CAL. */
  readonly packPrices?: Readonly<Record<string, Prices>> | undefined;
  /** For CALs that `packPrices` does not name. */
  readonly calPrices?: Prices | undefined;
  readonly currency?: string | undefined;
}

export interface QuoteItem {
  readonly kind: 'server' | 'cal';
  readonly sku: string;
  readonly name: string;
  /** Licences, without the surplus. */
  readonly quantity: number;
  readonly packs?: Readonly<Record<string, number>>;
  readonly surplus?: number;
  /** Undefined where no price was given. */
  readonly cost?: number;
}

export interface Quote {
  readonly currency: string;
  readonly items: readonly QuoteItem[];
  readonly calsRequired: number;
  readonly calsIncluded: number;
  /** Those on the lines too. */
  readonly calsHeld: number;
  readonly calsToBuy: number;
  /** Over all CALs, by size of the pack. */
  readonly packs: Readonly<Record<string, number>>;
  readonly surplus: number;
  readonly calCost: number;
  readonly serverCost: number;
  readonly total: number;
  /** Lines without a price: the total is without them. */
  readonly unpriced: readonly string[];
  /** B13: whether these lines alone would leave the seller's duty open. */
  readonly mustOfferCals: boolean;
  readonly violations: readonly string[];
  readonly warnings: readonly string[];
  readonly rules: readonly string[];
  readonly discrepancy: boolean;
}

interface CalNeed {
  readonly required: number;
  readonly included: number;
  readonly held: number;
  readonly buy: readonly { readonly sku: string; readonly quantity: number }[];
  readonly violations: readonly string[];
  readonly warnings: readonly string[];
  readonly rules: readonly string[];
  readonly discrepancy: boolean;
}

export function quote(request: QuoteRequest): Outcome<Quote> {
  const { lines, currency = 'EUR', packPrices: _, calPrices: __, enterpriseUsers, ...buyer } = request;
  if (!/^[A-Z]{3}$/.test(currency)) return licensingErrors.fault('LICENCE_BAD_CURRENCY');
  const sale = sortedSale(lines);
  if (!sale.ok) return sale;
  const unknown = Object.keys(request.held ?? {}).find((sku) => skuOf(sku) === undefined);
  if (unknown !== undefined)
    return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `The catalogue has no ${unknown}.`);
  const duty = offerDuty(lines, buyer);
  if (!duty.ok) return duty;
  const servers = serverItems(lines);
  if (!servers.ok) return servers;

  const stock = added(request.held ?? {}, sale.value.offered);
  const needs: CalNeed[] = [];
  for (const need of [
    windowsCals(buyer, sale.value.servers, stock),
    communicationsCals({ users: buyer.users, enterpriseUsers }, sale.value.servers, stock),
  ]) {
    if (!need.ok) return need;
    if (need.value !== undefined) needs.push(need.value);
  }
  const buying = needs.flatMap(({ buy }) => buy).filter(({ quantity }) => quantity > 0);
  const bought = calItems(buying, request);
  if (!bought.ok) return bought;
  // CALs that stand on the lines already are a part of the quote.
  const asked = calItems(Object.entries(sale.value.offered).map(toNeed), request);
  if (!asked.ok) return asked;
  const sums = { ...sumsOf(needs), ...totalsOf(servers.value, bought.value, asked.value) };
  const rules = [...needs.flatMap((need) => need.rules), ...duty.value.rules, 'B5'];
  return done({
    currency,
    ...sums,
    mustOfferCals: duty.value.mustOfferCals,
    violations: needs.flatMap((need) => need.violations),
    warnings: needs.flatMap((need) => need.warnings),
    rules: [...new Set(rules)],
    discrepancy: needs.some((need) => need.discrepancy),
  });
}

function sumsOf(needs: readonly CalNeed[]) {
  const sum = (of: (need: CalNeed) => number) => needs.reduce((total, need) => total + of(need), 0);
  return {
    calsRequired: sum((need) => need.required),
    calsIncluded: sum((need) => need.included),
    calsHeld: sum((need) => need.held),
  };
}

function totalsOf(servers: readonly QuoteItem[], bought: readonly QuoteItem[], asked: readonly QuoteItem[]) {
  const items = [...servers, ...bought, ...asked];
  return {
    items,
    calsToBuy: bought.reduce((total, { quantity }) => total + quantity, 0),
    packs: bought.reduce((all, { packs }) => added(all, packs ?? {}), {}),
    surplus: bought.reduce((total, { surplus = 0 }) => total + surplus, 0),
    calCost: costOf(bought),
    serverCost: costOf(servers),
    total: costOf(items),
    unpriced: items.filter(({ cost }) => cost === undefined).map(({ sku }) => sku),
  };
}

function calItems(
  wanted: readonly { readonly sku: string; readonly quantity: number }[],
  request: QuoteRequest,
): Outcome<QuoteItem[]> {
  const items: QuoteItem[] = [];
  for (const { sku, quantity } of wanted) {
    const item = calItem(sku, quantity, request);
    if (!item.ok) return item;
    items.push(item.value);
  }
  return done(items);
}

function toNeed([sku, quantity]: readonly [string, number]) {
  return { sku, quantity };
}

function costOf(items: readonly QuoteItem[]): number {
  return items.reduce((sum, { cost = 0 }) => sum + cost, 0);
}

function serverItems(lines: QuoteRequest['lines']): Outcome<QuoteItem[]> {
  const items: QuoteItem[] = [];
  for (const { product, quantity = 1, unitPrice } of lines) {
    const sku = skuOf(product);
    if (sku === undefined || (sku.model !== 'server' && sku.model !== 'processor')) continue;
    if (unitPrice !== undefined && !(Number.isSafeInteger(unitPrice * quantity) && unitPrice >= 0))
      return licensingErrors.fault('LICENCE_BAD_PRICE', `${sku.name} cannot cost ${unitPrice}.`);
    const cost = unitPrice === undefined ? {} : { cost: unitPrice * quantity };
    items.push({ kind: 'server', sku: sku.id, name: sku.name, quantity, ...cost });
  }
  return done(items);
}

/** In the cheapest packs; without prices in the fewest packs that hold the number exactly, of the sizes sold. */
function calItem(id: string, quantity: number, request: QuoteRequest): Outcome<QuoteItem> {
  const sku = skuOf(id) as Sku;
  const given = request.packPrices?.[id] ?? request.calPrices;
  const linear = Object.fromEntries([1, ...sku.packSizes].map((size) => [size, size]));
  const prices = packPrices(given ?? linear);
  if (!prices.ok) return prices;
  const cover: Outcome<PackCover> = cheapestCover(quantity, prices.value);
  if (!cover.ok) return cover;
  const { packs, surplus, cost } = cover.value;
  const item = {
    kind: 'cal' as const,
    sku: id,
    name: sku.name,
    quantity,
    packs: Object.fromEntries(packs),
    surplus,
  };
  return done(given === undefined ? item : { ...item, cost });
}

function windowsCals(
  buyer: Buyer,
  servers: readonly SaleLine[],
  stock: Readonly<Record<string, number>>,
): Outcome<CalNeed | undefined> {
  const windows = servers.filter(({ product }) => windowsProduct(product) !== undefined);
  if (windows.length === 0) return done(undefined);
  const held = only(stock, (sku) => windowsCal(sku) !== undefined);
  const need = windowsNeed({ ...buyer, users: buyer.users ?? 0, servers: windows, held });
  if (!need.ok) return need;
  const { value } = need;
  // B12, S22: rights on top of the CAL, bought for the newest of the servers.
  const families = windowsFamilies.filter((each) =>
    windows.some(({ product }) => windowsProduct(product)?.family === each.family),
  );
  const additive = Object.entries(value.additive).flatMap(([scope, each]) => {
    const names = families.map(({ family }) => calSkuOf(family, buyer.metric ?? 'user', scope as CalScope));
    const sku = names.find((name) => name !== undefined);
    return sku === undefined ? [] : [{ ...each, sku, quantity: each.toBuy }];
  });
  const sum = (of: (each: (typeof additive)[number]) => number) =>
    additive.reduce((all, each) => all + of(each), 0);
  return done({
    required: value.calsRequired + sum((each) => each.required),
    included: value.calsIncluded + sum((each) => each.included),
    held: value.calsHeld + sum((each) => each.held),
    buy: [...value.buy, ...additive.map(({ sku, quantity }) => ({ sku, quantity }))],
    violations: value.violations,
    warnings: value.warnings,
    rules: value.rules,
    discrepancy: value.discrepancy,
  });
}

/** A3, A10: a Standard CAL for everybody, an Enterprise CAL on top for those who need it; by the newest server (S6). */
function communicationsCals(
  { users = 0, enterpriseUsers = 0 }: Pick<QuoteRequest, 'users' | 'enterpriseUsers'>,
  servers: readonly SaleLine[],
  stock: Readonly<Record<string, number>>,
): Outcome<CalNeed | undefined> {
  const counts = countsOf({ users, 'enterprise users': enterpriseUsers });
  if (!counts.ok) return counts;
  const release = newestOf(servers);
  if (release === undefined) return done(undefined);
  if (enterpriseUsers > users)
    return licensingErrors.fault('LICENCE_BAD_COUNT', 'More people need the Enterprise CAL than there are.');
  const buy: { sku: string; quantity: number }[] = [];
  let held = 0;
  for (const [kind, required] of [
    ['standard', users],
    ['enterprise', enterpriseUsers],
  ] as const) {
    const sku = skus.find(
      (each) => each.model === 'cal' && each.cal === kind && each.opens?.[0] === release.id,
    );
    if (sku === undefined) continue;
    const covered = Math.min(required, heldOf(kind, release, stock));
    held += covered;
    buy.push({ sku: sku.id, quantity: required - covered });
  }
  return done({
    required: users + enterpriseUsers,
    included: 0,
    held,
    buy,
    violations: [],
    warnings: [],
    rules: ['A3', 'A10', ...(held > 0 ? ['B5'] : [])],
    discrepancy: false,
  });
}

/** CALs of this kind that open the release, alone or in a suite (A12, S6). */
function heldOf(kind: CalKind, release: Release, stock: Readonly<Record<string, number>>): number {
  return Object.entries(stock).reduce((sum, [id, count]) => {
    const parts = openedUp(skuOf(id) as Sku);
    const opens = parts.some(
      (part) => part.cal === kind && part.model === 'cal' && reach(part, release) === 'opens',
    );
    return opens ? sum + count : sum;
  }, 0);
}

function newestOf(servers: readonly SaleLine[]): Release | undefined {
  const found = servers.flatMap(({ product }) => {
    const sku = skuOf(product) as Sku;
    return releases.filter(({ family, version }) => family === sku.family && version === sku.version);
  });
  return found.toSorted((a, b) => b.order - a.order).at(0);
}
