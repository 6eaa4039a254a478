import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { annualTrueUp, quarterlyTrueUp } from './true-up.ts';

describe('S13: the yearly true-up', () => {
  test('never reduces what is owned', () => {
    const trueUp = annualTrueUp(100, [90, 40], 10_000);
    assert.ok(trueUp.ok);
    assert.deepEqual([trueUp.value.add, trueUp.value.ownedAfter, trueUp.value.cost], [0, 100, 0]);
    assert.equal(trueUp.value.updateStatementRequired, true);
  });

  test('without any month there is no growth', () => {
    const trueUp = annualTrueUp(5, [], 10);
    assert.ok(trueUp.ok && trueUp.value.updateStatementRequired);
  });
});

describe('S13: the quarterly form', () => {
  test('charges growth for the quarters that remain', () => {
    const trueUp = quarterlyTrueUp(100, [104, 104, 108, 112], 10_000);
    assert.ok(trueUp.ok);
    assert.deepEqual(trueUp.value.charges, [30_000, 0, 10_000, 0]);
    assert.deepEqual(trueUp.value.added, [4, 0, 4, 4]);
    assert.equal(trueUp.value.ownedAfter, 112);
  });

  test('is never dearer than the yearly form, and both own the same afterwards', () => {
    fc.assert(
      fc.property(
        fc.nat(1000),
        fc.array(fc.nat(2000), { minLength: 4, maxLength: 4 }),
        fc.integer({ min: 0, max: 1_000_000 }),
        (owned, peaks, price) => {
          const [quarterly, annual] = [
            quarterlyTrueUp(owned, peaks, price),
            annualTrueUp(owned, peaks, price),
          ];
          assert.ok(quarterly.ok && annual.ok);
          assert.ok(quarterly.value.cost <= annual.value.cost);
          assert.equal(quarterly.value.annualCost, annual.value.cost);
          assert.equal(quarterly.value.ownedAfter, annual.value.ownedAfter);
        },
      ),
    );
  });

  test('bad counts, prices and a fifth quarter have codes', () => {
    const code = (...given: Parameters<typeof quarterlyTrueUp>) => {
      const trueUp = quarterlyTrueUp(...given);
      return trueUp.ok ? undefined : trueUp.fault.code;
    };
    assert.equal(code(-1, [], 1), 'LICENCE_BAD_COUNT');
    assert.equal(code(1, [1.5], 1), 'LICENCE_BAD_COUNT');
    assert.equal(code(1, [1, 1, 1, 1, 1], 1), 'LICENCE_BAD_COUNT');
    assert.equal(code(1, [1], -1), 'LICENCE_BAD_PRICE');
  });
});
