// The cheapest way to buy n licences in packs (licensing rules B5, B6, D17): least cost, then least surplus, then fewest
// packs. Any sizes, singles on sale or not. Used by quotes, true-ups and as the price function of the optimiser.
import { done, type Outcome } from '@parley/platform/contract';
import { licensingErrors } from './fault.ts';
import { isCount } from './terms.ts';

/** Price in integer minor units of a pack, by its size. */
export type PackPrices = ReadonlyMap<number, number>;

export interface PackCover {
  readonly cost: number;
  /** How many packs of each size, without the sizes of which none is bought. */
  readonly packs: ReadonlyMap<number, number>;
  /** Licences bought beyond the need. */
  readonly surplus: number;
  readonly rules: readonly string[];
}

const SIZE_LIMIT = 10_000;
const SIZES_LIMIT = 32;
const PRICE_LIMIT = 1e12;
/** About 200 MB of table: reached only by sizes in the thousands that share no divisor. */
const TABLE_LIMIT = 12_000_000;

export function packPrices(prices: Readonly<Record<string, number>>): Outcome<PackPrices> {
  const entries = Object.entries(prices).map(([size, price]) => [Number(size), price] as const);
  if (entries.length > SIZES_LIMIT)
    return licensingErrors.fault('LICENCE_BAD_PACK', `At most ${SIZES_LIMIT} pack sizes can be on sale.`);
  for (const [size, price] of entries) {
    if (!Number.isInteger(size) || size < 1 || size > SIZE_LIMIT)
      return licensingErrors.fault('LICENCE_BAD_PACK', `No pack can hold ${size} licences.`);
    if (!Number.isSafeInteger(price) || price < 0 || price > PRICE_LIMIT)
      return licensingErrors.fault('LICENCE_BAD_PRICE', `The pack of ${size} cannot cost ${price}.`);
  }
  return done(new Map(entries.sort(([a], [b]) => a - b)));
}

export function cheapestCover(need: number, prices: PackPrices): Outcome<PackCover> {
  if (!isCount(need)) return licensingErrors.fault('LICENCE_BAD_COUNT');
  if (need === 0) return done({ cost: 0, packs: new Map(), surplus: 0, rules: ['B5'] });
  if (prices.size === 0) return licensingErrors.fault('LICENCE_NO_PACK_ON_SALE');
  if (need * Math.max(...prices.values()) > Number.MAX_SAFE_INTEGER)
    return licensingErrors.fault('LICENCE_BAD_PRICE', 'The sum would be too large to be exact.');
  if (tableReach(prices, need).reach > TABLE_LIMIT)
    return licensingErrors.fault('LICENCE_BAD_PACK', 'These pack sizes are too large for so many licences.');
  return done(packTable(prices, need).cover(need));
}

export interface PackTable {
  cost(need: number): number;
  cover(need: number): PackCover;
}

/** Answers any need up to `mostNeeded` after one preparation; `prices` is not empty. */
export function packTable(prices: PackPrices, mostNeeded: number): PackTable {
  const { unit, sizes, costs, largest, base, bound, reach } = tableReach(prices, mostNeeded);
  const baseSize = sizes[base]!;
  const table = exactTable(sizes, costs, reach + largest);

  /** How many packs b come first, and the best number of units to hold for what is left. */
  function split(need: number): { readonly baseCount: number; readonly held: number } {
    const units = Math.ceil(need / unit);
    const baseCount = Math.max(0, Math.ceil((units - bound) / baseSize));
    return { baseCount, held: table.bestFrom[units - baseCount * baseSize]! };
  }

  function cost(need: number): number {
    const { baseCount, held } = split(need);
    return baseCount * costs[base]! + table.cost[held]!;
  }

  function cover(need: number): PackCover {
    const { baseCount, held } = split(need);
    const counts = new Int32Array(sizes.length);
    counts[base] = baseCount;
    for (let rest = held; rest > 0; rest -= sizes[table.last[rest]!]!) counts[table.last[rest]!]!++;
    const packs = new Map<number, number>();
    for (const [index, count] of counts.entries()) if (count > 0) packs.set(sizes[index]! * unit, count);
    const surplus = (held + baseCount * baseSize) * unit - need;
    return { cost: cost(need), packs, surplus, rules: ['B5', 'B6'] };
  }
  return { cost, cover };
}

function tableReach(prices: PackPrices, mostNeeded: number) {
  // Sizes that share a divisor are a smaller problem of the same form: 10, 50, 100 is 1, 5, 10 in tens.
  const unit = [...prices.keys()].reduce(greatestCommonDivisor);
  const sizes = Int32Array.from(prices.keys(), (size) => size / unit);
  const costs = Float64Array.from(prices.values());
  const largest = Math.max(...sizes);
  const base = cheapestPerLicence(sizes, costs);

  // Let b be the cheapest pack per licence (the largest of those), of size s. Among any s packs of other sizes some have
  // sizes that sum to a multiple of s (two of the s + 1 prefix sums are equal modulo s). Packs b in their place hold the
  // same, cost no more, and, when they cost the same, are no more packs, since then none of the replaced was larger than
  // b. So a best cover has fewer than s other packs, together at most (s - 1) * largest licences: for a greater need the
  // rest is b, and the table never grows beyond that bound plus one pack.
  const bound = (sizes[base]! - 1) * largest;
  const reach = Math.min(Math.ceil(mostNeeded / unit), bound + sizes[base]!);
  return { unit, sizes, costs, largest, base, bound, reach };
}

/** For each number of units held exactly: its least cost and the last pack of it; for each need: the best number to hold. */
function exactTable(sizes: Int32Array, costs: Float64Array, length: number) {
  const cost = new Float64Array(length + 1).fill(Number.POSITIVE_INFINITY);
  const packs = new Int32Array(length + 1);
  const last = new Uint8Array(length + 1);
  cost[0] = 0;
  for (let held = 1; held <= length; held++) {
    for (let index = 0; index < sizes.length; index++) {
      const before = held - sizes[index]!;
      if (before < 0) continue;
      const sum = cost[before]! + costs[index]!;
      const isFewer = sum === cost[held]! && packs[before]! + 1 < packs[held]!;
      if (sum < cost[held]! || (isFewer && sum !== Number.POSITIVE_INFINITY)) {
        cost[held] = sum;
        packs[held] = packs[before]! + 1;
        last[held] = index;
      }
    }
  }
  const bestFrom = new Int32Array(length + 1);
  bestFrom[length] = length;
  for (let need = length - 1; need >= 0; need--) {
    const later = bestFrom[need + 1]!;
    // At the same cost the smaller surplus.
    bestFrom[need] = cost[later]! < cost[need]! ? later : need;
  }
  return { cost, last, bestFrom };
}

function cheapestPerLicence(sizes: Int32Array, costs: Float64Array): number {
  let best = 0;
  for (let index = 1; index < sizes.length; index++) {
    // Compared as products, which are exact where quotients are not.
    const here = costs[index]! * sizes[best]!;
    const there = costs[best]! * sizes[index]!;
    if (here < there || (here === there && sizes[index]! > sizes[best]!)) best = index;
  }
  return best;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
