import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defaultSettings } from '@parley/services/licensing/rules/model';
import { type AdvisedMove, coverOf, kindsAsked, knownPrice, pricesOf, purchasesIn, reasonOf } from './run.ts';

test('who holds both CALs counts once, and a suite is both (A10, A12)', () => {
  const counts = [
    { sku: 'parley-standard-cal', metric: 'user', count: 10 },
    { sku: 'parley-enterprise-cal', metric: 'user', count: 4 },
    { sku: 'parley-ecal-suite', metric: 'user', count: 3 },
    { sku: 'parley-standard-cal', metric: 'device', count: 7 },
  ];
  assert.deepEqual(coverOf(counts, 'user'), { standard: 6, enterprise: 7 });
  assert.deepEqual(coverOf(counts, 'device'), { standard: 7, enterprise: 0 });
});

test('only the kinds that are asked about need a price; it comes from the settings, singles only', () => {
  assert.deepEqual(kindsAsked('joint'), ['standard', 'enterprise']);
  assert.deepEqual(kindsAsked('enterprise'), ['enterprise']);
  const price = { sku: 'parley-standard-cal', metric: 'user', packSize: 5, price: 9000 } as const;
  const settings = { ...defaultSettings, prices: [price, { ...price, packSize: 1, price: 2000 }] };
  assert.equal(knownPrice(settings, 'standard', 'user'), 2000);
  assert.equal(knownPrice(settings, 'standard', 'device'), undefined);
});

test('a quote takes what has to be bought, for people and devices together', () => {
  const move: AdvisedMove = {
    action: 'buy',
    sku: 'parley-standard-cal',
    metric: 'user',
    subject: null,
    name: '',
    from: null,
    quantity: 5,
    reason: 'cheapest',
    onOrAfter: null,
  };
  const moves = [
    move,
    { ...move, metric: 'device' as const, quantity: 2 },
    { ...move, action: 'assign' as const },
  ];
  assert.deepEqual(
    [...purchasesIn(moves)],
    [['parley-standard-cal', { quantity: 7, metrics: new Set(['user', 'device']) }]],
  );
});

test('each step has a reason in words; a code of tomorrow has none and is shown as it is', () => {
  const step = { action: 'assign', metric: 'user', reason: 'cheapest' } as const;
  assert.equal(reasonOf(step), 'covers-devices');
  assert.equal(reasonOf({ ...step, metric: 'device' }), 'covers-people');
  assert.equal(reasonOf({ ...step, action: 'buy' }), 'to-buy');
  assert.equal(reasonOf({ ...step, reason: 'no-person' }), 'no-person');
  assert.equal(reasonOf({ ...step, reason: 'unheard-of' }), undefined);
});

test('a quote takes over the prices of the run, and none where people and devices have different ones', () => {
  const sku = 'parley-standard-cal';
  const price = { standard: 2000, enterprise: 6000 };
  const options = { level: 'joint', useStock: true, packs: true } as const;
  const prices = [{ sku, metric: 'user' as const, packSize: 10, price: 18_000 }];
  const of = (device: number, ...metrics: ('user' | 'device')[]) => {
    const run = { options: { ...options, prices: { user: price, device: { ...price, standard: device } } } };
    const found = pricesOf(run, sku, { quantity: 1, metrics: new Set(metrics) }, { prices });
    return found === undefined ? undefined : [...found];
  };
  assert.deepEqual(of(2500, 'user'), [
    [1, 2000],
    [10, 18_000],
  ]);
  assert.deepEqual(of(2500, 'device'), [[1, 2500]]);
  assert.equal(of(2500, 'user', 'device'), undefined);
});
