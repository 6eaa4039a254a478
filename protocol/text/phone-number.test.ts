import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compactNumber, fullNumber } from './phone-number.ts';

test('a trunk prefix that is shown behind a country code is not dialled, and one that stands alone is', () => {
  assert.equal(fullNumber('+49 (0) 89 / 123 45-67'), '+49891234567');
  assert.equal(fullNumber('0049 (0)89 1234567'), '+49891234567');
  assert.equal(compactNumber('(0)89 1234567'), '0891234567');
});

test('a full number has a country code, and no more than fifteen digits', () => {
  for (const text of ['089 1234567', '+0891234567', '+49', '+4989123456789012', 'Bob', ''])
    assert.equal(fullNumber(text), undefined, text);
});
