import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Outcome } from '@parley/platform/contract';
import { money, quoteHtml } from './exchange/quote-print.ts';
import { offerDuty } from './offer.ts';
import { type QuoteRequest, quote } from './quote.ts';

const calPrices = { 1: 4000, 5: 19000, 10: 36000, 50: 165000 };

function value<T>(outcome: Outcome<T>): T {
  assert.ok(outcome.ok, JSON.stringify(outcome));
  return outcome.value;
}
function code(outcome: Outcome<unknown>): string {
  return outcome.ok ? 'accepted' : outcome.fault.code;
}
function quoted(request: Partial<QuoteRequest>) {
  return value(quote({ lines: [{ product: 'ws2008r2-standard' }], users: 23, calPrices, ...request }));
}
function duty(lines: Parameters<typeof offerDuty>[0], users?: number, held?: Record<string, number>) {
  const { mustOfferCals, reason, calsOffered, shortfall } = value(offerDuty(lines, { users, held }));
  return { mustOfferCals, reason, calsOffered, shortfall };
}

describe('quote', () => {
  it('B5, B8: buys what is neither included nor held, in the cheapest packs, and adds up', () => {
    const result = quoted({
      lines: [{ product: 'ws2008r2-standard', quantity: 2, unitPrice: 70_000 }],
      currency: 'USD',
    });
    assert.deepEqual([result.calsRequired, result.calsIncluded, result.calsToBuy], [23, 10, 13]);
    assert.deepEqual(result.packs, { 1: 3, 10: 1 });
    assert.deepEqual(
      [result.serverCost, result.calCost, result.total, result.currency],
      [140_000, 48_000, 188_000, 'USD'],
    );
    assert.deepEqual(quoted({ held: { 'ws2008r2-user-cal': 18 } }).calsToBuy, 0);
  });

  it('B8, D15: pools the included CALs of several lines; an unknown variant counts least', () => {
    const enterprise = { product: 'ws2008r2-enterprise', quantity: 2 };
    assert.equal(
      quoted({ lines: [{ ...enterprise, variant: 25 }, { product: 'ws2008r2-standard' }] }).calsIncluded,
      55,
    );
    const unknown = quoted({ lines: [enterprise] });
    assert.deepEqual([unknown.calsIncluded, unknown.warnings], [20, ['unknown-variant']]);
  });

  it('B7: nothing to buy where no CAL is required, and caps are named', () => {
    const result = quoted({ lines: [{ product: 'ws2012-essentials' }], users: 26 });
    assert.deepEqual([result.calsToBuy, result.calCost], [0, 0]);
    assert.deepEqual(result.violations, ['max-user-accounts']);
  });

  it('B12: CALs of an add-on are bought for those who use it, on top', () => {
    const lines = [{ product: 'sbs2011-standard' }, { product: 'sbs2011-premium-addon' }];
    const result = quoted({ lines, users: 30, sqlUsers: 12 });
    assert.deepEqual(
      result.items.filter(({ kind }) => kind === 'cal').map(({ quantity }) => quantity),
      [25, 7],
    );
    assert.equal(result.discrepancy, true);
  });

  it('A3, A10: a communications server needs a Standard CAL for each and an Enterprise CAL on top for some', () => {
    const lines = [{ product: 'parley-server', unitPrice: 0 }];
    const packPrices = {
      'parley-standard-cal': { 1: 3000, 10: 25_000 },
      'parley-enterprise-cal': { 1: 6000 },
    };
    const result = value(quote({ lines, users: 28, enterpriseUsers: 5, packPrices }));
    assert.deepEqual(
      result.items.map(({ sku, quantity, cost }) => [sku, quantity, cost]),
      [
        ['parley-server', 1, 0],
        ['parley-standard-cal', 28, 74_000],
        ['parley-enterprise-cal', 5, 30_000],
      ],
    );
    // What came along from the older product opens this one too.
    const held = { 'ocs2007r2-standard-cal': 20, 'ecal-suite': 5, 'ocs2007-standard-cal': 100 };
    assert.equal(value(quote({ lines, users: 28, enterpriseUsers: 5, packPrices, held })).calsToBuy, 3);
  });

  it('B13: CALs on the lines count, and are a part of the sum', () => {
    const lines = [
      { product: 'ws2012-standard', preinstalled: true },
      { product: 'ws2012-user-cal', packs: { 10: 1 } },
    ];
    const result = quoted({ lines, users: 12 });
    assert.deepEqual(
      [result.calsToBuy, result.calCost, result.total, result.mustOfferCals],
      [2, 8000, 44_000, true],
    );
  });

  it('shows the fewest exact packs where no prices are known', () => {
    const result = value(quote({ lines: [{ product: 'ws2012-standard' }], users: 63 }));
    assert.deepEqual(result.packs, { 1: 3, 10: 1, 50: 1 });
    assert.deepEqual([result.total, result.unpriced], [0, ['ws2012-standard', 'ws2012-user-cal']]);
  });

  it('refuses what it cannot work with, whole', () => {
    const lines = [{ product: 'ws2012-standard' }];
    assert.equal(code(quote({ lines: [{ product: 'nothing' }], users: 1 })), 'LICENCE_UNKNOWN_SKU');
    assert.equal(code(quote({ lines, users: 1, held: { nothing: 1 } })), 'LICENCE_UNKNOWN_SKU');
    assert.equal(code(quote({ lines, users: -1 })), 'LICENCE_BAD_COUNT');
    assert.equal(code(quote({ lines, users: 1.5 })), 'LICENCE_BAD_COUNT');
    assert.equal(
      code(quote({ lines: [{ product: 'ws2012-standard', quantity: -1 }], users: 1 })),
      'LICENCE_BAD_COUNT',
    );
    assert.equal(code(quote({ lines, users: 1, calPrices: { 1: -5 } })), 'LICENCE_BAD_PRICE');
    assert.equal(code(quote({ lines, users: 1, calPrices: {} })), 'LICENCE_NO_PACK_ON_SALE');
    assert.equal(code(quote({ lines, users: 1, currency: 'euro' })), 'LICENCE_BAD_CURRENCY');
    assert.equal(
      code(quote({ lines: [{ product: 'parley-server' }], users: 1, enterpriseUsers: 2 })),
      'LICENCE_BAD_COUNT',
    );
    assert.equal(
      code(quote({ lines: [...lines, { product: 'ws2012-user-cal', packs: { x: 1 } }], users: 1 })),
      'LICENCE_BAD_PACK',
    );
  });
});

describe('offer of CALs (licensing rule B13)', () => {
  const server = { product: 'ws2012-standard', preinstalled: true };

  it('is due with a preinstalled server, and only there', () => {
    assert.deepEqual(duty([server]), {
      mustOfferCals: true,
      reason: 'cals-required',
      calsOffered: 0,
      shortfall: undefined,
    });
    assert.equal(duty([{ ...server, preinstalled: false }]).reason, 'no-preinstalled-server');
    assert.equal(duty([{ product: 'ws2012-essentials', preinstalled: true }]).reason, 'cals-not-required');
  });

  it('is fulfilled by enough CALs that open the server', () => {
    const line = { product: 'ws2012-user-cal', packs: { 5: 1, 10: 1 } };
    assert.deepEqual(duty([server, line], 15), {
      mustOfferCals: false,
      reason: 'already-offered',
      calsOffered: 15,
      shortfall: 0,
    });
    assert.equal(duty([server, line], 20).shortfall, 5);
    assert.equal(duty([server, { product: 'ws2008r2-user-cal', quantity: 15 }], 15).shortfall, 15);
    assert.equal(duty([server], 15, { 'ws2012-user-cal': 15 }).reason, 'already-licensed');
    assert.equal(duty([{ product: 'ws2008r2-standard', preinstalled: true }], 5).reason, 'already-licensed');
  });
});

describe('printed quote', () => {
  it('names the items with their packs, the sum, and what to mind', () => {
    const lines = [{ product: 'ws2012-standard', preinstalled: true, unitPrice: 88_050 }];
    const html = quoteHtml({
      quote: quoted({ lines, users: 48 }),
      number: 'Q-1',
      seller: 'Example & Sons',
      customer: 'bob@example.com',
      on: '2026-05-01',
      validUntil: '2026-06-01',
    });
    assert.match(
      html,
      /From Example &amp; Sons to bob@example\.com, 2026-05-01\. It is valid until 2026-06-01\./,
    );
    assert.match(html, /<td class="number">48<\/td><td>1 × 50<\/td><td class="number">1,650\.00<\/td>/);
    assert.match(html, /<tr class="sum"><td>Total<\/td>.*2,530\.50/);
    assert.match(html, /2 licences more than needed/);
    assert.match(html, /only with the client access licences above/);
  });

  it('writes money in the digits of its currency', () => {
    assert.deepEqual(
      [money(123_456, 'EUR'), money(123_456, 'JPY'), money(5, 'KWD')],
      ['1,234.56', '123,456', '0.005'],
    );
  });
});
