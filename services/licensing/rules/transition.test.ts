import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import transitions from '../catalogue/transitions.json' with { type: 'json' };
import { skuOf } from './catalogue.ts';
import { grandfatherCommunicator } from './grandfather.ts';
import type { Profile } from './model.ts';
import { renewSa, stepUp, versionRights } from './software-assurance.ts';
import { type Holding, transition } from './transition.ts';

const sa = [{ from: '2007-10-01', to: '2010-09-30' }];

function move(holdings: readonly Holding[], profile: Profile = 'printed') {
  const moved = transition(holdings, { profile });
  assert.ok(moved.ok, moved.ok ? '' : moved.fault.sentence);
  return moved.value;
}

describe('the tables', () => {
  test('name only licences that the catalogue has', () => {
    const named = [
      ...transitions.rows.flatMap(({ held, entitled }) => [held, ...entitled.printed, ...entitled.corrected]),
      ...transitions.renewals.flatMap(({ held, before, since }) => [held, ...before, ...since]),
      ...transitions.stepUps.flat(),
    ];
    for (const id of named) assert.ok(skuOf(id) !== undefined, id);
  });

  test('only row 2 differs between the profiles, and it says why', () => {
    for (const { held, entitled, discrepancy } of transitions.rows) {
      const same = entitled.printed.join() === entitled.corrected.join();
      assert.equal(same, discrepancy === undefined, held);
    }
  });
});

describe('transition', () => {
  test('A23 row 2, D4: a Standard CAL as printed, an Enterprise CAL as corrected, doubtful in both', () => {
    const holding = { product: 'ocs2007-enterprise-cal', quantity: 50, sa };
    const [printed, corrected] = [move([holding]), move([holding], 'corrected')];
    assert.deepEqual(printed.entitled, { 'ocs2007r2-standard-cal': 50 });
    assert.deepEqual(corrected.entitled, { 'ocs2007r2-enterprise-cal': 50 });
    for (const each of [printed, corrected]) {
      assert.equal(each.discrepancy, true);
      assert.ok(each.rules.includes('A23.2') && each.rules.includes('D4'));
    }
  });

  test('D31: the last day of Software Assurance counts, the day after the release does not', () => {
    const on = (from: string, to: string) =>
      move([{ product: 'ocs2007-standard-cal', quantity: 1, sa: [{ from, to }] }]).entitled;
    assert.deepEqual(on('2007-10-01', '2009-02-01'), { 'ocs2007r2-standard-cal': 1 });
    assert.deepEqual(on('2009-02-01', '2009-12-31'), { 'ocs2007r2-standard-cal': 1 });
    assert.deepEqual(on('2007-10-01', '2009-01-31'), {});
    assert.deepEqual(on('2009-02-02', '2009-12-31'), {});
  });

  test('D24: one licence does not count as LCS and as OCS 2007', () => {
    const moved = move([
      { product: 'lcs2005-cal', quantity: 80, sa: [{ from: '2006-01-01', to: '2009-12-31' }], licence: 'L1' },
      { product: 'ocs2007-standard-cal', quantity: 50, sa, licence: 'L1' },
    ]);
    assert.deepEqual(moved.entitled, { 'ocs2007r2-standard-cal': 80, 'ocs2007r2-enterprise-cal': 30 });
    assert.deepEqual(moved.notes, ['counted-once']);
    assert.ok(moved.rules.includes('D24'));
  });

  test('A18, D22: public IM licences stay, connectors are replaced by nothing', () => {
    const moved = move([
      { product: 'pic-licence', quantity: 60, sa: [] },
      { product: 'ocs2007-external-connector', quantity: 1, sa },
    ]);
    assert.deepEqual(moved.entitled, {});
    assert.deepEqual(moved.unchanged, { 'pic-licence': 60 });
    assert.ok(moved.notes.includes('external-connector-not-needed-in-r2'));
  });

  test('A23.5: an LCS server without Software Assurance has no rights, with it no row', () => {
    const [without, withSa] = [[], sa].map((terms) =>
      move([{ product: 'lcs2005-server', quantity: 1, sa: terms }]),
    );
    assert.deepEqual(without?.lines[0]?.rules, ['A23.5', 'D31']);
    assert.equal(withSa?.lines[0]?.note, 'no-row-for-this-licence');
    assert.deepEqual(withSa?.entitled, {});
  });

  test('every holding has a line of its own with its rules', () => {
    const moved = move([
      { product: 'ocs2007-standard-cal', quantity: 1, sa },
      { product: 'ocs2007-standard-cal', quantity: 2, sa: [] },
    ]);
    assert.deepEqual(
      moved.lines.map(({ quantity, rules }) => [quantity, rules[0]]),
      [
        [1, 'A23.1'],
        [2, 'A23.5'],
      ],
    );
  });

  test('D4: the line of an Enterprise CAL says what the other reading gives', () => {
    const [line] = move([{ product: 'ocs2007-enterprise-cal', quantity: 1, sa }]).lines;
    assert.match(
      line?.sentence ?? '',
      /gives one .* Standard CAL\. .*D4.*as corrected it is one .* Enterprise CAL/,
    );
    const [lapsed] = move([{ product: 'ocs2007-enterprise-cal', quantity: 1, sa: [] }]).lines;
    assert.match(lapsed?.sentence ?? '', /^Without Software Assurance on 2009-02-01/);
  });

  test('bad holdings are refused as a whole', () => {
    const code = (holding: Holding) => {
      const moved = transition([{ product: 'ocs2007-standard-cal', quantity: 1, sa }, holding], {
        profile: 'printed',
      });
      return moved.ok ? undefined : moved.fault.code;
    };
    assert.equal(code({ product: 'nothing', quantity: 1, sa }), 'LICENCE_UNKNOWN_SKU');
    assert.equal(code({ product: 'lcs2005-cal', quantity: -1, sa }), 'LICENCE_BAD_COUNT');
    const backwards = [{ from: '2009-01-01', to: '2008-01-01' }];
    assert.equal(code({ product: 'lcs2005-cal', quantity: 1, sa: backwards }), 'LICENCE_BAD_DATE');
  });

  test('the order of the holdings and how they are split make no difference', () => {
    const holding = fc.record({
      product: fc.constantFrom(...transitions.rows.map(({ held }) => held), 'pic-licence'),
      quantity: fc.nat(1000),
      sa: fc.constantFrom([], sa),
    });
    fc.assert(
      fc.property(
        fc.array(holding),
        fc.constantFrom<Profile>('printed', 'corrected'),
        (holdings, profile) => {
          const halves = holdings
            .flatMap((each) => [
              { ...each, quantity: Math.floor(each.quantity / 2) },
              { ...each, quantity: Math.ceil(each.quantity / 2) },
            ])
            .reverse();
          const [whole, split] = [move(holdings, profile), move(halves, profile)];
          const positive = (counts: Readonly<Record<string, number>>) =>
            Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
          assert.deepEqual(positive(whole.entitled), positive(split.entitled));
          assert.deepEqual(positive(whole.unchanged), positive(split.unchanged));
        },
      ),
    );
  });
});

describe('A13: the grandfathered client', () => {
  const lcs = [{ from: '2006-01-01', to: '2009-12-31' }];
  const right = (ocsStandardCal: { from: string; to: string }[], profile: Profile = 'printed') => {
    const result = grandfatherCommunicator({ lcsCal: lcs, lcsServer: lcs, ocsStandardCal }, { profile });
    assert.ok(result.ok);
    return result.value;
  };

  test('a renewal on the next day leaves no gap, a day later it does', () => {
    const first = { from: '2008-09-01', to: '2008-11-30' };
    assert.equal(right([first, { from: '2008-12-01', to: '2009-11-30' }]).right, true);
    assert.deepEqual(right([first, { from: '2008-12-02', to: '2009-11-30' }]).failed, [
      'ocs-standard-cal-sa',
    ]);
  });

  test('D6: the price list is of 2008 as printed, of 2007 as corrected, and the answer is doubtful', () => {
    const term = [{ from: '2008-09-01', to: '2009-02-01' }];
    assert.equal(right(term).right, true);
    assert.equal(right(term).discrepancy, true);
    assert.deepEqual(right(term, 'corrected').failed, ['ocs-standard-cal-sa']);
  });

  test('Software Assurance must last through the day of the release', () => {
    assert.equal(right([{ from: '2008-09-01', to: '2009-01-31' }]).right, false);
  });

  test('everything that fails is named', () => {
    const nothing = { lcsCal: [], lcsServer: [], ocsStandardCal: [] };
    const result = grandfatherCommunicator(nothing, { profile: 'printed' });
    assert.ok(result.ok);
    assert.deepEqual(result.value.failed, ['lcs-cal-sa', 'lcs-server-sa', 'ocs-standard-cal-sa']);
    assert.ok(result.value.rules.includes('A5'));
  });

  test('a renewal that began before the old term ended leaves no gap', () => {
    const renewed = [
      { from: '2009-01-01', to: '2009-12-31' },
      { from: '2008-09-01', to: '2009-01-15' },
    ];
    assert.equal(right(renewed).right, true);
  });
});

describe('Software Assurance', () => {
  test('A25: renewed on the day of the release it is that of R2', () => {
    const into = (day: string) => {
      const renewal = renewSa('ocs2007-enterprise-cal', day);
      return renewal.ok ? renewal.value.into : renewal.fault.code;
    };
    assert.deepEqual(into('2009-01-31'), ['ocs2007-enterprise-cal']);
    assert.deepEqual(into('2009-02-01'), ['ocs2007r2-enterprise-cal']);
    assert.equal(into('2009-02-30'), 'LICENCE_BAD_DATE');
  });

  test('A24: an LCS CAL is renewed into both CALs', () => {
    const renewal = renewSa('lcs2005-cal', '2009-06-30');
    assert.ok(renewal.ok);
    assert.deepEqual(renewal.value.into, ['ocs2007r2-standard-cal', 'ocs2007r2-enterprise-cal']);
  });

  const releases = [
    { version: '2007', priceList: '2007-09-01' },
    { version: '2010', priceList: '2010-12-01' },
    { version: '2007R2', priceList: '2009-02-01', download: '2009-01-15' },
  ];
  const maxVersion = (from: string, to: string) => {
    const rights = versionRights('2007', [{ from, to }], releases);
    assert.ok(rights.ok);
    return rights.value.maxVersion;
  };

  test('S11: the earlier of price list and download counts', () => {
    assert.equal(maxVersion('2007-10-01', '2009-01-15'), '2007R2');
    assert.equal(maxVersion('2007-10-01', '2009-01-14'), '2007');
    assert.equal(maxVersion('2009-01-16', '2009-12-31'), '2007');
  });

  test('S11: the right lasts, and later terms add to it', () => {
    assert.equal(maxVersion('2007-10-01', '2010-12-01'), '2010');
    const rights = versionRights('2007', [], releases);
    assert.ok(rights.ok);
    assert.deepEqual(rights.value.versions, ['2007']);
  });

  test('S12: one for one, only with Software Assurance, only upwards', () => {
    const step = (quantity: number, wanted: number | undefined, saActive: boolean, down = false) => {
      const pair = ['ws2012-standard', 'ws2012-datacenter'] as const;
      const [from, to] = down ? [pair[1], pair[0]] : pair;
      const result = stepUp(from, to, { quantity, wanted, saActive });
      assert.ok(result.ok);
      return result.value.error ?? result.value.quantity;
    };
    assert.equal(step(2, undefined, true), 2);
    assert.equal(step(2, 1, true), 'step-up-is-one-for-one');
    assert.equal(step(2, undefined, false), 'step-up-needs-active-sa');
    assert.equal(step(2, undefined, true, true), 'no-such-step-up');
    const unknown = stepUp('a', 'b', { quantity: 1, saActive: true });
    assert.equal(unknown.ok ? '' : unknown.fault.code, 'LICENCE_UNKNOWN_SKU');
  });
});
