// The chart of price ratios against the mix at each ratio (licensing rule M7).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accessGraph } from './access-graph.ts';
import { optimise } from './optimise.ts';
import type { MixRequest } from './request.ts';
import { sweep } from './sweep.ts';

const single = (price: number) => ({ standard: { packs: new Map([[1, price]]), owned: 0 } });

function request(pairs: readonly (readonly [number, number])[], user: number, device: number): MixRequest {
  const graph = accessGraph(pairs.map(([u, d]) => ({ user: `u${u}`, device: `d${d}` })));
  return { graph, supply: { user: single(user), device: single(device) } };
}

const pairs = fc.array(fc.tuple(fc.nat(6), fc.nat(6)), { minLength: 1, maxLength: 20 });

test('at every ratio the point that holds there costs what the optimum costs', () => {
  fc.assert(
    fc.property(
      pairs,
      fc.integer({ min: 1, max: 30 }),
      fc.integer({ min: 1, max: 30 }),
      (edges, user, device) => {
        const chart = sweep(request(edges, 7, 7));
        assert.ok(chart.ok && chart.value.isComplete);
        const point = chart.value.points.findLast(({ ratio }) => ratio <= device / user)!;
        const mix = optimise(request(edges, user, device));
        assert.ok(mix.ok);
        assert.equal(point.user * user + point.device * device, mix.value.cost);
      },
    ),
    { numRuns: 1000 },
  );
});

test('the points begin without a user CAL and end without a device CAL', () => {
  fc.assert(
    fc.property(pairs, (edges) => {
      const chart = sweep(request(edges, 100, 40));
      assert.ok(chart.ok);
      const { points } = chart.value;
      assert.equal(points[0]?.user, 0);
      assert.equal(points[0]?.ratio, 0);
      assert.equal(points.at(-1)?.device, 0);
      for (const [at, { ratio, user }] of points.entries())
        if (at > 0) assert.ok(ratio > points[at - 1]!.ratio && user > points[at - 1]!.user);
    }),
  );
});
