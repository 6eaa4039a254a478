import assert from 'node:assert/strict';
import { test } from 'node:test';
import { daysUntil, makeLicenceFormats, minorUnits, today, typedAmount } from './licence-formats.ts';

test('a day is a day of UTC wherever the reader is', () => {
  assert.equal(makeLicenceFormats('en').day('2026-01-31'), 'Jan 31, 2026');
  assert.equal(today(Date.UTC(2026, 0, 31, 23, 59)), '2026-01-31');
  assert.equal(daysUntil('2026-03-01', '2026-01-31'), 29);
});

test('a difference has its sign, and nought has none', () => {
  const { signed } = makeLicenceFormats('en');
  assert.deepEqual([3, -3, 0].map(signed), ['+3', '-3', '0']);
});

test('money is told in its currency, whose minor unit may have no digits', () => {
  const { money } = makeLicenceFormats('en');
  assert.equal(money(123_450, 'EUR'), '€1,234.50');
  assert.equal(money(1234, 'JPY'), '¥1,234');
});

test('an amount is read with point or comma, and nothing is rounded away', () => {
  assert.equal(minorUnits('12.5', 'EUR'), 1250);
  assert.equal(minorUnits('12,50', 'EUR'), 1250);
  assert.equal(minorUnits('12', 'JPY'), 12);
  assert.equal(minorUnits('12.345', 'EUR'), null);
  assert.equal(minorUnits('-1', 'EUR'), null);
  assert.equal(minorUnits('', 'EUR'), null);
  assert.equal(typedAmount(1250, 'EUR'), '12.50');
});
