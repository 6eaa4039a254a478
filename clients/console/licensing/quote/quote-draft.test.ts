import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quote } from '@parley/services/licensing/rules/quote';
import { emptyDraft, hasWrongNumber, newHeld, newLine, type QuoteDraft, requestOf } from './quote-draft.ts';

function quoted(draft: Partial<QuoteDraft>) {
  return quote(requestOf({ ...emptyDraft, ...draft }));
}

test('what is typed becomes the request that the rules answer, in minor units', () => {
  const outcome = quoted({
    users: '48',
    lines: [{ ...newLine('ws2012-standard'), price: '700,50', preinstalled: true }],
    packPrices: { 'ws2012-user-cal': { 1: '40', 5: '', 10: '350', 50: '1500' } },
  });
  assert.ok(outcome.ok);
  assert.equal(outcome.value.total, 70_050 + 150_000);
  assert.deepEqual(outcome.value.packs, { 50: 1 });
  assert.equal(outcome.value.mustOfferCals, true);
});

test('licences that are owned already are not bought again', () => {
  const outcome = quoted({
    users: '20',
    lines: [newLine('ws2012-standard')],
    held: [{ ...newHeld('ws2012-user-cal'), quantity: '15' }],
  });
  assert.ok(outcome.ok);
  assert.equal(outcome.value.calsToBuy, 5);
});

test('a number that is none is refused with a code, and nothing is reckoned from the rest', () => {
  for (const draft of [
    { users: '1.5', lines: [newLine('ws2012-standard')] },
    { users: '5', lines: [{ ...newLine('ws2012-standard'), quantity: '-2' }] },
    { users: 'many', lines: [newLine('parley-server')] },
  ]) {
    const outcome = quoted(draft);
    assert.equal(!outcome.ok && outcome.fault.code, 'LICENCE_BAD_COUNT');
  }
  const price = quoted({ users: '5', lines: [{ ...newLine('ws2012-standard'), price: '12.345' }] });
  assert.equal(!price.ok && price.fault.code, 'LICENCE_BAD_PRICE');
});

test('a field that holds no number is noticed wherever it is', () => {
  const line = newLine('parley-server');
  assert.equal(hasWrongNumber({ ...emptyDraft, users: '12', lines: [{ ...line, price: '12,50' }] }), false);
  for (const draft of [
    { devices: '1.5' },
    { lines: [{ ...line, quantity: 'two' }] },
    { lines: [{ ...line, price: 'much' }] },
    { held: [{ ...newHeld('parley-standard-cal'), quantity: '-1' }] },
    { packPrices: { 'parley-standard-cal': { 1: '1.234' } } },
  ])
    assert.equal(hasWrongNumber({ ...emptyDraft, ...draft }), true, JSON.stringify(draft));
});
