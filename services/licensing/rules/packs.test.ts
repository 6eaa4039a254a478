import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { cheapestCover, packPrices } from './packs.ts';

function cover(need: number, prices: Record<string, number>) {
  const checked = packPrices(prices);
  assert.ok(checked.ok);
  const outcome = cheapestCover(need, checked.value);
  assert.ok(outcome.ok, JSON.stringify(outcome));
  const { cost, packs, surplus } = outcome.value;
  return { cost, packs: Object.fromEntries(packs), surplus };
}

/** Every cover by plain enumeration of totals, without any bound. */
function slowCover(need: number, prices: Record<string, number>) {
  const sizes = Object.keys(prices).map(Number);
  const reach = need + Math.max(...sizes);
  const best: ({ cost: number; packs: number } | undefined)[] = [{ cost: 0, packs: 0 }];
  for (let total = 1; total <= reach; total++) {
    for (const size of sizes) {
      const before = best[total - size];
      if (before === undefined) continue;
      const here = { cost: before.cost + prices[size]!, packs: before.packs + 1 };
      const old = best[total];
      if (old === undefined || here.cost < old.cost || (here.cost === old.cost && here.packs < old.packs))
        best[total] = here;
    }
  }
  let answer: { cost: number; surplus: number; count: number } | undefined;
  for (let total = need; total <= reach; total++) {
    const here = best[total];
    if (here !== undefined && (answer === undefined || here.cost < answer.cost))
      answer = { cost: here.cost, surplus: total - need, count: here.packs };
  }
  return answer;
}

describe('packs (licensing rule B6)', () => {
  it('buys a pack with a spare licence where that is cheaper', () => {
    const prices = { 1: 4000, 5: 19000, 10: 36000, 50: 165000 };
    assert.deepEqual(cover(48, prices), { cost: 165000, packs: { 50: 1 }, surplus: 2 });
    assert.deepEqual(cover(0, prices), { cost: 0, packs: {}, surplus: 0 });
  });

  it('takes the fewest packs where cost and surplus are the same', () => {
    const prices = { 1: 4000, 5: 20000, 10: 40000, 50: 200000 };
    assert.deepEqual(cover(63, prices).packs, { 1: 3, 10: 1, 50: 1 });
  });

  it('covers ten million in a moment, singles not on sale', () => {
    const outcome = cover(10_000_003, { 5: 19000, 10: 36000, 50: 165000 });
    assert.deepEqual(outcome, { cost: 33_000_019_000, packs: { 5: 1, 50: 200_000 }, surplus: 2 });
  });

  it('is the best of all covers, whatever the sizes and prices', () => {
    const size = fc.integer({ min: 1, max: 14 });
    const catalogue = fc.dictionary(size.map(String), fc.integer({ min: 0, max: 30 }), {
      minKeys: 1,
      maxKeys: 4,
    });
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400 }), catalogue, (need, prices) => {
        const found = cover(need, prices);
        const count = Object.values(found.packs).reduce((sum, one) => sum + one, 0);
        const { cost, surplus } = found;
        assert.deepEqual({ cost, surplus, count }, slowCover(need, prices));
        const held = Object.entries(found.packs).reduce((sum, [one, times]) => sum + Number(one) * times, 0);
        assert.equal(held - need, surplus);
      }),
      { numRuns: 3000 },
    );
  });

  it('refuses what is no count, no size, no price', () => {
    const prices = packPrices({ 1: 100 });
    assert.ok(prices.ok);
    for (const need of [-1, 1.5, Number.NaN, 1e9]) {
      const outcome = cheapestCover(need, prices.value);
      assert.equal(outcome.ok ? '' : outcome.fault.code, 'LICENCE_BAD_COUNT');
    }
    const nothing = cheapestCover(1, new Map());
    assert.equal(nothing.ok ? '' : nothing.fault.code, 'LICENCE_NO_PACK_ON_SALE');
    assert.equal(packPrices({ 0: 100 }).ok, false);
    assert.equal(packPrices({ 1.5: 100 }).ok, false);
    assert.equal(packPrices({ 1: -1 }).ok, false);
  });
});
