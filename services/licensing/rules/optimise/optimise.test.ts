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

/** Both levels, without holdings: every choice of the people, and for each the least that the devices then need. */
function leastByPeople({ graph, supply }: MixRequest): number {
  const [most, levelOf] = [graph.users.length, [0, 0, 0]];
  const needed = new Uint8Array(graph.devices.length);
  const levels = new Uint8Array(most);
  const cost = ({ standard, enterprise }: MetricSupply, counts: readonly number[]) =>
    buy(standard, counts[0]!) + buy(enterprise!, counts[1]!);
  let best = Number.POSITIVE_INFINITY;
  for (let choice = 0; choice < 3 ** most; choice++) {
    for (let at = 0, rest = choice; at < most; at++, rest = Math.floor(rest / 3)) levels[at] = rest % 3;
    needed.fill(0);
    let isCovered = true;
    for (let index = 0; index < graph.edgeLevel.length; index++) {
      const [user, device, level] = [
        graph.edgeUser[index]!,
        graph.edgeDevice[index]!,
        graph.edgeLevel[index]! + 1,
      ];
      if (user >= 0 && levels[user]! >= level) continue;
      if (device < 0) isCovered = false;
      else needed[device] = Math.max(needed[device]!, level);
    }
    if (!isCovered) continue;
    const counts = (list: Uint8Array) => {
      levelOf.fill(0);
      for (const level of list) levelOf[level]!++;
      return [levelOf[1]! + levelOf[2]!, levelOf[2]!];
    };
    best = Math.min(best, cost(supply.user, counts(levels)) + cost(supply.device, counts(needed)));
  }
  return best;
}

const bills = new WeakMap<CalSupply, number[]>();

function buy(supply: CalSupply, count: number): number {
  let bill = bills.get(supply);
  if (bill === undefined) {
    bill = [0];
    for (let missing = 1; missing <= 20; missing++)
      bill.push(
        Math.min(...[...supply.packs].map(([size, each]) => each + bill![Math.max(0, missing - size)]!)),
      );
    bills.set(supply, bill);
  }
  return bill[Math.max(0, count - supply.owned)]!;
}

test('both levels, owned stock and packs, eight people and eight devices: the best of all choices', () => {
  const side = (letter: string) => fc.option(fc.constantFrom(...ids(letter, 8)), { freq: 30 });
  const accesses = fc.array(
    fc
      .tuple(side('u'), side('d'), fc.constantFrom('standard' as const, 'enterprise' as const))
      .filter(([user, device]) => user !== null || device !== null)
      .map(([user, device, level]) => ({ user, device, level })),
    { minLength: 8, maxLength: 30 },
  );
  const each = supplies(fc.integer({ min: 0, max: 5 }));
  fc.assert(
    fc.property(accesses, joint(each), joint(each), (list, user, device) => {
      const request = { graph: accessGraph(list), supply: { user, device } };
      const found = optimise(request);
      assert.ok(found.ok);
      assert.equal(found.value.optimal, true);
      assert.equal(found.value.lowerBound, found.value.cost);
      assert.equal(found.value.cost, leastByPeople(request));
      assertCovers(request, found.value);
    }),
    { numRuns: RUNS / 4 },
  );
});

/** An office as most are: own computers, mobiles, a few terminals in shifts, telephones of nobody. */
function office(size: number): Access[] {
  const accesses: Access[] = [{ user: null, device: 'lobby', level: 'enterprise' }];
  for (let index = 0; index < size; index++) {
    const user = `person-${index}`;
    const level = index % 3 === 0 ? 'enterprise' : 'standard';
    if (index % 4 === 3) {
      const first = Math.floor(index / 8) % 5;
      for (let desk = 0; desk < 3; desk++)
        accesses.push({ user, device: `desk-${(first * desk + desk) % 6}`, level: 'standard' });
      continue;
    }
    accesses.push({ user, device: `computer-${index}`, level });
    if (index % 5 < 2) accesses.push({ user, device: `mobile-${index}`, level });
  }
  return accesses;
}

test('an office of fifty with owned stock and packs is answered with its proof, in few steps', () => {
  const stock = (sizes: readonly (readonly [number, number])[], own: number) => ({
    packs: new Map(sizes),
    owned: own,
  });
  const standard = [
    [1, 4000],
    [5, 19_000],
    [10, 36_000],
    [50, 165_000],
  ] as const;
  const enterprise = [
    [1, 11_000],
    [5, 52_500],
    [10, 100_000],
    [50, 475_000],
  ] as const;
  for (const [users, devices] of [
    [30, 2],
    [20, 5],
    [0, 0],
  ] as const) {
    const found = optimise({
      graph: accessGraph(office(50)),
      supply: {
        user: { standard: stock(standard, users), enterprise: stock(enterprise, users / 2) },
        device: { standard: stock(standard, devices), enterprise: stock(enterprise, devices) },
      },
      workLimit: 5e7,
    });
    assert.ok(found.ok);
    assert.equal(found.value.optimal, true, `${users} owned`);
    assert.equal(found.value.lowerBound, found.value.cost);
  }
});

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
