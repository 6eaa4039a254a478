import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bothReadings, emptyPortfolio, newRow, rowsOfStock } from './portfolio.ts';

const SA = { saFrom: '2008-01-01', saTo: '2009-12-31' };

test('A23 row 2 gives a Standard CAL as printed and an Enterprise CAL corrected, and both are flagged (D4)', () => {
  const both = bothReadings({
    ...emptyPortfolio,
    rows: [{ ...newRow('ocs2007-enterprise-cal'), quantity: '40', ...SA }],
  });
  assert.ok(both.ok);
  assert.deepEqual(both.value.printed.entitled, { 'ocs2007r2-standard-cal': 40 });
  assert.deepEqual(both.value.corrected.entitled, { 'ocs2007r2-enterprise-cal': 40 });
  assert.equal(both.value.printed.discrepancy && both.value.corrected.discrepancy, true);
});

test('Software Assurance counts through its last day, and without it there is nothing (A23 row 5)', () => {
  const given = (saTo: string) => {
    const row = { ...newRow(), quantity: '5', saFrom: '2008-01-01', saTo };
    const both = bothReadings({ ...emptyPortfolio, rows: [row] });
    return both.ok && both.value.printed.entitled;
  };
  assert.deepEqual(given('2009-02-01'), { 'ocs2007r2-standard-cal': 5 });
  assert.deepEqual(given('2009-01-31'), {});
});

test('half a term is refused, not guessed', () => {
  const both = bothReadings({
    ...emptyPortfolio,
    rows: [{ ...newRow(), quantity: '5', saFrom: '2008-01-01' }],
  });
  assert.equal(!both.ok && both.fault.code, 'LICENCE_BAD_DATE');
});

test('the older licences of the stock are taken over, those that Software Assurance covers apart from the others', () => {
  const grant = {
    grantId: '1',
    metric: 'user',
    source: 'purchase',
    from: '2008-01-01',
    to: null,
    agreementId: null,
    proof: '',
    unitPrice: null,
  } as const;
  const term = { sku: 'lcs2005-cal', quantity: 30, agreementId: null };
  const rows = rowsOfStock({
    agreements: [],
    grants: [
      { ...grant, sku: 'lcs2005-cal', quantity: 10 },
      { ...grant, sku: 'lcs2005-cal', quantity: 25 },
      { ...grant, sku: 'parley-standard-cal', quantity: 7 },
    ],
    saTerms: [
      { ...term, saTermId: '1', from: '2006-01-01', to: '2007-12-31' },
      { ...term, saTermId: '2', from: '2008-01-01', to: '2009-12-31' },
    ],
  });
  assert.deepEqual(
    rows.map(({ key: _, ...row }) => row),
    [
      { product: 'lcs2005-cal', quantity: '30', ...SA },
      { product: 'lcs2005-cal', quantity: '5', saFrom: '', saTo: '' },
    ],
  );
});
