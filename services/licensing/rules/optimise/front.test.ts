// Pareto fronts against every subset (licensing rule M7): small parts, large parts between bounds, sums, budgets.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { coverWithin } from './bounded-cover.ts';
import type { ChoiceModel } from './choice.ts';
import { addFronts, addTwins, bestOf, emptySum, type Front, type Part, partSum } from './front.ts';
import { countsOf, FrontEstimate } from './front-estimate.ts';
import { partsOf } from './parts.ts';
import { poolMix } from './pool-mix.ts';

const plenty = () => ({ left: 1e8 });

/** Users 0 to users - 1, then the devices. */
function modelOf(users: number, devices: number, pairs: readonly (readonly [number, number])[]): ChoiceModel {
  const distinct = [...new Map(pairs.map((pair) => [pair.join(), pair])).values()];
  return {
    inverted: Uint8Array.from({ length: users + devices }, (_, node) => (node < users ? 0 : 1)),
    tail: Int32Array.from(distinct, ([, device]) => users + device),
    head: Int32Array.from(distinct, ([user]) => user),
  };
}

/** Fewest devices for each number of users, by every subset of the users. */
function everyFront({ inverted, tail, head }: ChoiceModel): number[] {
  const users = inverted.filter((each) => each === 0).length;
  const fewest = Array<number>(users + 1).fill(inverted.length);
  for (let set = 0; set < 2 ** users; set++) {
    const needed = new Set<number>();
    for (const [arc, device] of tail.entries()) if (((set >> head[arc]!) & 1) === 0) needed.add(device);
    let size = 0;
    for (let bit = 0; bit < users; bit++) size += (set >> bit) & 1;
    for (let count = size; count <= users; count++) fewest[count] = Math.min(fewest[count]!, needed.size);
  }
  return fewest;
}

function isCover({ tail, head }: ChoiceModel, chosen: Uint8Array): boolean {
  return tail.every((device, arc) => chosen[device] === 1 || chosen[head[arc]!] === 1);
}

const models = (side: number, edges: number) =>
  fc
    .array(fc.tuple(fc.nat(side - 1), fc.nat(side - 1)), { minLength: 1, maxLength: edges })
    .map((pairs) => modelOf(side, side, pairs));

test('the front of a large part closes in on the true one from both sides', () => {
  fc.assert(
    fc.property(models(7, 24), (model) => {
      const truth = everyFront(model);
      const estimate = new FrontEstimate(model);
      for (let users = 0; users <= 7; users++) {
        for (let step = 0; step < 100; step++) {
          const [low, known] = [at(estimate.lower(), users), at(estimate.upper(), users)];
          assert.ok(low <= truth[users]! && truth[users]! <= known, `${low} ≤ ${truth[users]} ≤ ${known}`);
          if (estimate.isKnown(users, low)) break;
          assert.ok(estimate.refine(users, low, plenty()), 'there is more to learn');
        }
        assert.equal(at(estimate.upper(), users), truth[users]);
        const chosen = estimate.chosen(users);
        assert.ok(isCover(model, chosen));
        const counts = countsOf(model.inverted, chosen);
        assert.ok(counts.users <= users && counts.devices <= truth[users]!);
      }
    }),
    { numRuns: 500 },
  );
});

function at({ users, devices }: Front, wanted: number): number {
  return devices[users.findLastIndex((each) => each <= wanted)]!;
}

test('a cover within two limits is found where there is one, and only there', () => {
  fc.assert(
    fc.property(models(7, 30), fc.nat(7), fc.nat(7), (model, users, devices) => {
      const found = coverWithin(model, { users, devices }, plenty());
      assert.notEqual(found, 'unknown');
      assert.equal(found !== 'none', everyFront(model)[users]! <= devices);
      if (typeof found === 'string') return;
      assert.ok(isCover(model, found));
      const counts = countsOf(model.inverted, found);
      assert.ok(counts.users <= users && counts.devices <= devices);
    }),
    { numRuns: 1000 },
  );
});

test('a small part has its exact front, and each point is a cover with those counts', () => {
  fc.assert(
    fc.property(models(6, 14), (model) => {
      const { exact, large } = partsOf(model, plenty());
      assert.equal(large.length, 0);
      for (const part of exact) {
        for (let index = 0; index < part.users.length; index++) {
          const whole = new Uint8Array(model.inverted.length).fill(1);
          const chosen = part.chosen(index);
          for (const [place, node] of part.nodes.entries()) whole[node] = chosen[place]!;
          assert.ok(isCover(model, whole));
          assert.equal(
            chosen.subarray(0, part.userCount).filter((each) => each === 1).length,
            part.users[index],
          );
          assert.equal(
            chosen.subarray(part.userCount).filter((each) => each === 1).length,
            part.devices[index],
          );
        }
      }
    }),
    { numRuns: 500 },
  );
});

const fronts = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })), {
    minLength: 1,
    maxLength: 6,
  })
  .map((steps): Part => {
    let users = 0;
    let devices = steps.reduce((sum, [, less]) => sum + less, 0);
    const points = [[users, devices]];
    for (const [more, less] of steps) {
      users += more;
      devices -= less;
      points.push([users, devices]);
    }
    return {
      key: 0,
      users: Int32Array.from(points, ([each]) => each!),
      devices: Int32Array.from(points, ([, each]) => each!),
    };
  });

test('twins are added in one pass as they would be one by one', () => {
  const twin = fc.tuple(
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 4 }),
    fc.integer({ min: 1, max: 9 }),
  );
  fc.assert(
    fc.property(fronts, twin, (front, [users, devices, count]) => {
      const part: Part = { key: 1, users: Int32Array.of(0, users), devices: Int32Array.of(devices, 0) };
      const parts = Array<Part>(count).fill(part);
      const quick = addTwins(partSum(front), { parts, users: [0, users], devices: [devices, 0] }, plenty());
      const slow = parts.reduce((sum, each) => addFronts(sum, partSum(each), plenty()), partSum(front));
      assert.deepEqual(quick.users, slow.users);
      assert.deepEqual(quick.devices, slow.devices);
      for (let index = 0; index < quick.users.length; index++) {
        let sum = 0;
        quick.trace(index, (each, point) => {
          sum += each.users[point]!;
        });
        assert.equal(sum, quick.users[index]);
      }
    }),
    { numRuns: 1000 },
  );
});

test('nothing to cover costs nothing', () => {
  assert.deepEqual(
    bestOf(
      emptySum(),
      (count) => count,
      (count) => count,
    ),
    { index: 0, cost: 0 },
  );
});

// One connected part of 11 on 11 is beyond enumeration: bounds, faces, slides and branching have to find it.
const largeParts = fc.array(fc.tuple(fc.nat(10), fc.nat(10)), { maxLength: 20 }).map((pairs) => {
  const path = Array.from({ length: 11 }, (_, index) => [
    [index, index],
    [index, (index + 1) % 11],
  ]) as [number, number][][];
  return modelOf(11, 11, [...path.flat(), ...pairs]);
});
const steps = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 11 });
const costOf = (list: readonly number[]) => (count: number) =>
  list.slice(0, count).reduce((sum, each) => sum + each, 0);

test('the mix over a large part costs what the best of all choices costs, whatever the prices of packs', () => {
  fc.assert(
    fc.property(largeParts, steps, steps, (model, user, device) => {
      const mix = poolMix(model, { user: costOf(user), device: costOf(device) }, plenty());
      const truth = everyFront(model).map((devices, users) => costOf(user)(users) + costOf(device)(devices));
      assert.equal(mix.cost, Math.min(...truth));
      assert.ok(mix.optimal);
      assert.ok(isCover(model, mix.chosen));
    }),
    { numRuns: 150 },
  );
});

test('cut short, the mix is still a cover and the bound still below the best', () => {
  fc.assert(
    fc.property(largeParts, steps, steps, fc.integer({ min: 0, max: 3000 }), (model, user, device, left) => {
      const mix = poolMix(model, { user: costOf(user), device: costOf(device) }, { left });
      const truth = everyFront(model).map((devices, users) => costOf(user)(users) + costOf(device)(devices));
      const best = Math.min(...truth);
      assert.ok(mix.lowerBound <= best && best <= mix.cost);
      assert.equal(mix.optimal, mix.lowerBound === mix.cost);
      assert.ok(isCover(model, mix.chosen));
    }),
    { numRuns: 150 },
  );
});
