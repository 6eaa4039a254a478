// The optimiser against every choice (licensing rules M7, M8): plain, both levels, stock, packs, suites, moves, forced.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Access, accessGraph } from './access-graph.ts';
import { everyChoice } from './every-choice.ts';
import { optimise } from './optimise.ts';
import type { CalSupply, Holding, MetricSupply, Mix, MixRequest } from './request.ts';

const RUNS = Number(process.env['OPTIMISE_RUNS'] ?? 400);
const ON = '2026-06-01';

const ids = (letter: string, count: number) =>
  Array.from({ length: count }, (_, index) => `${letter}${index}`);
const people = ids('u', 5);
const machines = ids('d', 5);

function single(price: number, owned = 0): CalSupply {
  return { packs: new Map([[1, price]]), owned };
}

const price = fc.integer({ min: 1, max: 12 });
const owned = fc.integer({ min: 0, max: 3 });
const packs = fc.oneof(
  price.map((one) => new Map([[1, one]])),
  fc.tuple(price, price).map(
    ([one, more]) =>
      new Map([
        [1, one],
        [3, one + more],
      ]),
  ),
  fc.tuple(price, price).map(
    ([two, five]) =>
      new Map([
        [2, two],
        [5, two + five],
      ]),
  ),
);
const noStock = fc.constant(0);
const singles = price.map((each) => single(each));
const supplies = (stock: fc.Arbitrary<number>) => fc.record({ packs, owned: stock });

function access(level: Access['level'] | undefined): fc.Arbitrary<Access> {
  return fc
    .tuple(
      fc.option(fc.constantFrom(...people), { freq: 12 }),
      fc.option(fc.constantFrom(...machines), { freq: 12 }),
      fc.constantFrom(...(level === undefined ? (['standard', 'enterprise'] as const) : [level])),
    )
    .filter(([user, device]) => user !== null || device !== null)
    .map(([user, device, each]) => ({ user, device, level: each }));
}

interface Shape {
  readonly level?: 'standard';
  readonly supply: fc.Arbitrary<MetricSupply>;
  readonly more?: fc.Arbitrary<Partial<MixRequest>>;
  readonly edges?: number;
}

function requests({ level, supply, more, edges = 12 }: Shape): fc.Arbitrary<MixRequest> {
  return fc
    .record({
      accesses: fc.array(access(level), { maxLength: edges }),
      user: supply,
      device: supply,
      more: more ?? fc.constant({}),
    })
    .map(({ accesses, user, device, more: rest }) => ({
      graph: accessGraph(accesses),
      supply: { user, device },
      on: ON,
      ...rest,
    }));
}

const subset = (of: readonly string[]) => fc.subarray([...of], { maxLength: 1 });
const forced = fc.record({
  unlicensable: fc.record({ users: subset(people), devices: subset(machines) }),
  exempt: fc.record({ users: subset(people), devices: subset(machines) }),
});
const overrides = fc
  .tuple(
    fc.dictionary(fc.constantFrom(...people), price, { maxKeys: 3 }),
    fc.dictionary(fc.constantFrom(...machines), price, { maxKeys: 3 }),
  )
  .map(([users, devices]) => ({
    overrides: {
      users: new Map(Object.entries(users).map(([id, each]) => [id, { standard: each }])),
      devices: new Map(Object.entries(devices).map(([id, each]) => [id, { standard: each }])),
    },
  }));
const holdings = (withEnterprise: boolean) =>
  fc
    .uniqueArray(
      fc.record({
        metric: fc.constantFrom('user' as const, 'device' as const),
        index: fc.integer({ min: 0, max: 4 }),
        level: fc.constantFrom(
          ...(withEnterprise ? (['standard', 'enterprise'] as const) : (['standard'] as const)),
        ),
        movableFrom: fc.constantFrom(null, '2026-05-01', '2026-08-30'),
      }),
      { maxLength: 4, selector: ({ metric, index, level }) => `${metric}${index}${level}` },
    )
    .map((list) => ({
      holdings: list.map(
        ({ metric, index, ...rest }): Holding => ({
          metric,
          subject: (metric === 'user' ? people : machines)[index]!,
          ...rest,
        }),
      ),
    }));
const joint = (each: fc.Arbitrary<CalSupply>) => fc.record({ standard: each, enterprise: each });
const withSuite = (each: fc.Arbitrary<CalSupply>) =>
  fc.record({ standard: each, enterprise: each, suite: each });
const plain = (each: fc.Arbitrary<CalSupply>) => fc.record({ standard: each });

const shapes: Readonly<Record<string, Shape>> = {
  'one level, single prices': { level: 'standard', supply: plain(singles), more: forced, edges: 16 },
  'one level, prices of one’s own': { level: 'standard', supply: plain(singles), more: overrides, edges: 16 },
  'one level, owned stock': { level: 'standard', supply: plain(supplies(owned)), more: forced, edges: 16 },
  'one level, packs': { level: 'standard', supply: plain(supplies(noStock)), edges: 16 },
  'one level, packs and prices of one’s own': {
    level: 'standard',
    supply: plain(supplies(owned)),
    more: overrides,
  },
  'one level, CALs that may or may not move': {
    level: 'standard',
    supply: plain(supplies(owned)),
    more: holdings(false),
  },
  'both levels, single prices': { supply: joint(singles), more: forced, edges: 8 },
  'both levels, suites': { supply: withSuite(singles), edges: 8 },
  'both levels, owned stock and packs': { supply: joint(supplies(owned)), edges: 7 },
  'both levels, suites, owned stock and packs': { supply: withSuite(supplies(owned)), edges: 6 },
  'both levels, CALs that may or may not move': {
    supply: joint(supplies(owned)),
    more: holdings(true),
    edges: 7,
  },
};

for (const [name, shape] of Object.entries(shapes)) {
  test(`the mix costs what the best of all choices costs: ${name}`, () => {
    fc.assert(
      fc.property(requests(shape), (request) => {
        const best = everyChoice(request);
        const found = optimise(request);
        if (best === undefined) {
          assert.equal(found.ok, false);
          return;
        }
        assert.ok(found.ok, JSON.stringify(found));
        const mix = found.value;
        assert.equal(mix.cost, best.cost);
        assert.equal(mix.optimal, true);
        assert.equal(mix.lowerBound, mix.cost);
        assert.equal(mix.total, best.total, 'fewest CALs');
        assert.equal(mix.counts.user.standard + mix.counts.user.enterprise, best.users, 'most user CALs');
        assertCovers(request, mix);
        assertMovesAddUp(mix);
      }),
      { numRuns: RUNS },
    );
  });
}

function assertCovers({ graph, exempt }: MixRequest, { chosen }: Mix): void {
  const sets = {
    user: { standard: new Set(chosen.user.standard), enterprise: new Set(chosen.user.enterprise) },
    device: { standard: new Set(chosen.device.standard), enterprise: new Set(chosen.device.enterprise) },
  };
  for (const { standard, enterprise } of Object.values(sets))
    assert.ok(enterprise.isSubsetOf(standard), 'A10: no Enterprise CAL without a Standard one');
  for (const [edge, level] of graph.edgeLevel.entries()) {
    const user = graph.users[graph.edgeUser[edge]!] ?? '';
    const device = graph.devices[graph.edgeDevice[edge]!] ?? '';
    if (exempt?.users?.includes(user) || exempt?.devices?.includes(device)) continue;
    const kind = level === 1 ? 'enterprise' : 'standard';
    assert.ok(sets.user[kind].has(user) || sets.device[kind].has(device), `${user} on ${device}`);
  }
}

function assertMovesAddUp({ moves, total }: Mix): void {
  const served = moves.filter(({ kind, reason }) => kind !== 'return' && reason !== 'may-not-move-yet');
  assert.equal(served.length, total);
}

test('a higher price never makes the mix cheaper', () => {
  const shape = { level: 'standard', supply: plain(supplies(owned)), edges: 20 } as const;
  fc.assert(
    fc.property(requests(shape), fc.integer({ min: 1, max: 5 }), (request, rise) => {
      const dearer = new Map(
        [...request.supply.user.standard.packs].map(([size, each]) => [size, each + rise]),
      );
      const { user, device } = request.supply;
      const before = optimise(request);
      const after = optimise({
        ...request,
        supply: { user: { standard: { ...user.standard, packs: dearer } }, device },
      });
      assert.ok(before.ok && after.ok);
      assert.ok(after.value.cost >= before.value.cost);
    }),
    { numRuns: RUNS },
  );
});

test('a search that is cut short says so, and its bound is below the best', () => {
  fc.assert(
    fc.property(requests({ supply: withSuite(supplies(owned)), edges: 6 }), (request) => {
      const best = everyChoice(request)!;
      const found = optimise({ ...request, workLimit: 60 });
      assert.ok(found.ok);
      assert.ok(found.value.lowerBound <= best.cost && best.cost <= found.value.cost);
      assert.equal(found.value.optimal, found.value.lowerBound === found.value.cost);
      assertCovers(request, found.value);
    }),
    { numRuns: RUNS },
  );
});
