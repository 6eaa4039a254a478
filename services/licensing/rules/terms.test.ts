import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { countsOf, coversWithoutGap, daysOf, isActive, priceOf, termsOf } from './terms.ts';

describe('counts, prices and days', () => {
  for (const bad of [-1, 1.5, Number.NaN, 100_000_001, '3', null]) {
    test(`${String(bad)} is no count, and the sentence names it`, () => {
      const checked = countsOf({ users: 3, devices: bad });
      assert.ok(!checked.ok);
      assert.equal(checked.fault.code, 'LICENCE_BAD_COUNT');
      assert.match(checked.fault.sentence, /devices/);
    });
  }

  test('what is not stated is not judged', () => {
    assert.ok(countsOf({ users: 0, devices: undefined }).ok);
    assert.ok(daysOf({ from: undefined, to: null }).ok);
  });

  for (const bad of ['2026-02-29', '2026-13-01', '2026-1-1', 'yesterday', '']) {
    test(`“${bad}” is no day`, () => assert.equal(daysOf({ on: bad }).ok, false));
  }

  test('money is whole minor units, small enough for exact products', () => {
    assert.ok(priceOf('A CAL', 0).ok);
    for (const bad of [-1, 0.5, Number.POSITIVE_INFINITY, 1e9]) assert.equal(priceOf('A CAL', bad).ok, false);
  });
});

describe('terms', () => {
  const code = (terms: { from: string; to: string | null }[]) => {
    const sorted = termsOf('Software Assurance', terms);
    return sorted.ok ? undefined : sorted.fault.code;
  };

  test('come back in order of time', () => {
    const sorted = termsOf('SA', [
      { from: '2008-01-01', to: '2008-12-31' },
      { from: '2007-01-01', to: '2007-12-31' },
    ]);
    assert.ok(sorted.ok);
    assert.deepEqual(
      sorted.value.map(({ from }) => from),
      ['2007-01-01', '2008-01-01'],
    );
  });

  test('may share days: together they leave no gap', () => {
    const first = { from: '2007-01-01', to: '2008-06-30' };
    const within = { from: '2007-03-01', to: '2007-04-30' };
    const renewal = { from: '2008-06-30', to: '2008-12-31' };
    const sorted = termsOf('SA', [renewal, within, first]);
    assert.ok(sorted.ok);
    assert.equal(coversWithoutGap(sorted.value, '2007-01-01', '2008-12-31'), true);
    assert.equal(coversWithoutGap(sorted.value, '2007-01-01', '2009-01-01'), false);
  });

  test('that end before they start are refused', () => {
    assert.equal(code([{ from: '2007-01-02', to: '2007-01-01' }]), 'LICENCE_BAD_DATE');
  });

  test('are active on their first and their last day', () => {
    const term = { from: '2007-01-01', to: '2007-12-31' };
    const days = ['2006-12-31', '2007-01-01', '2007-12-31', '2008-01-01'];
    assert.deepEqual(
      days.map((day) => isActive(term, day)),
      [false, true, true, false],
    );
  });

  test('cover without a gap when each starts on the day after the one before', () => {
    const first = { from: '2008-01-01', to: '2008-02-29' };
    assert.ok(
      coversWithoutGap([first, { from: '2008-03-01', to: '2008-12-31' }], '2008-01-01', '2008-12-31'),
    );
    assert.ok(!coversWithoutGap([first, { from: '2008-03-02', to: null }], '2008-01-01', '2008-12-31'));
    assert.ok(!coversWithoutGap([first], '2007-12-31', '2008-01-31'));
    assert.ok(!coversWithoutGap([first], '2008-01-01', '2008-03-01'));
    assert.ok(!coversWithoutGap([], '2008-01-01', '2008-01-01'));
  });
});
