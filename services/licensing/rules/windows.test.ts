import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { explain } from './explain.ts';
import { type WindowsEstate, windowsMove, windowsNeed } from './windows.ts';
import { calSkuOf, windowsCal, windowsCals, windowsFamilies, windowsProduct } from './windows-catalogue.ts';

function needOf(estate: Partial<WindowsEstate> & Pick<WindowsEstate, 'servers'>) {
  const need = windowsNeed({ users: 0, ...estate });
  assert.ok(need.ok, need.ok ? '' : need.fault.sentence);
  return need.value;
}

const standard2012 = [{ product: 'ws2012-standard' }];

describe('the tables', () => {
  const products = windowsFamilies.flatMap((each) => each.products);

  test('every product that needs CALs has them to buy, for people and for devices', () => {
    for (const { family, calsRequired, calScope, cals } of products) {
      if (!calsRequired) continue;
      for (const type of ['user', 'device'] as const) {
        const sku = cals?.[type] ?? calSkuOf(family, type);
        const cal = windowsCal(sku ?? '');
        assert.equal(cal?.scope, calScope);
        assert.equal(cal?.metric, type);
      }
    }
  });

  test('B9 to B11, S21: every product with a cap says what it is outgrown into', () => {
    for (const { caps, outgrownInto } of products) {
      if (caps.length === 0) continue;
      assert.equal(windowsProduct(outgrownInto ?? '')?.calsRequired, true);
    }
  });

  test('D14: the glued footnotes are not the number of CALs', () => {
    const misprinted = products.filter(({ misprint }) => misprint !== undefined);
    assert.deepEqual(
      misprinted.map(({ misprint, calsIncluded }) => [misprint?.printed, ...calsIncluded]),
      [
        [53, 5],
        [54, 5],
      ],
    );
  });

  test('M12: every rule that they cite has a statement', () => {
    const rules = [
      ...windowsFamilies.flatMap((each) => each.rules),
      ...products.flatMap((each) => [...each.rules, ...each.caps.map(({ rule }) => rule)]),
    ];
    assert.equal(explain(rules).lines.length, new Set(rules).size);
  });

  test('every CAL opens the servers of its family, and no name is there twice', () => {
    for (const { family, scope, reaches } of windowsCals)
      assert.ok(scope !== 'windows' || family === 'suite' || reaches.includes(family));
    assert.equal(new Set(windowsCals.map(({ sku }) => sku)).size, windowsCals.length);
  });
});

describe('CALs', () => {
  test('D15: where the variant is not known ten CALs are included, with a warning', () => {
    for (const variant of [undefined, 17]) {
      const need = needOf({ servers: [{ product: 'ws2008r2-enterprise', variant }], users: 12 });
      assert.equal(need.calsToBuy, 2);
      assert.deepEqual(need.warnings, ['unknown-variant']);
      assert.ok(need.rules.includes('D15'));
    }
  });

  test('included CALs come with every server of a line', () => {
    assert.equal(
      needOf({ servers: [{ product: 'ws2008r2-standard', quantity: 3 }], users: 20 }).calsToBuy,
      5,
    );
  });

  test('B4: the type that needs fewer, unless one is asked for', () => {
    const shared = { servers: standard2012, users: 30, devices: 10 };
    assert.deepEqual(needOf(shared).buy, [{ sku: 'ws2012-device-cal', quantity: 10 }]);
    assert.deepEqual(needOf({ ...shared, metric: 'user' }).buy, [{ sku: 'ws2012-user-cal', quantity: 30 }]);
  });

  test('D19: a kiosk on our own network needs a device CAL, over the Internet nobody anonymous needs one', () => {
    const need = needOf({ servers: standard2012, users: 2, anonymousLan: 1, anonymousInternet: 500 });
    assert.equal(need.calsRequired, 3);
    assert.deepEqual(need.buy, [
      { sku: 'ws2012-device-cal', quantity: 1 },
      { sku: 'ws2012-user-cal', quantity: 2 },
    ]);
  });

  test('D19: spare user CALs do not cover a kiosk', () => {
    const need = needOf({ servers: standard2012, anonymousLan: 1, held: { 'ws2012-user-cal': 9 } });
    assert.deepEqual(need.buy, [{ sku: 'ws2012-device-cal', quantity: 1 }]);
  });

  test('S25: Web workloads are free on 2012 and not on 2008 R2', () => {
    const web = { anonymousLan: 4, webWorkload: true, webWorkloadUsers: 10 };
    assert.equal(needOf({ servers: standard2012, ...web }).calsToBuy, 0);
    assert.equal(needOf({ servers: [{ product: 'ws2008r2-datacenter' }], ...web }).calsToBuy, 14);
  });

  test('S25: the third person who only administers needs a CAL', () => {
    assert.equal(needOf({ servers: standard2012, users: 10, adminOnly: 3 }).calsToBuy, 11);
  });

  test('S8: External Connectors for all servers free the outsiders, fewer free nobody', () => {
    const servers = [{ product: 'ws2012-standard', quantity: 2 }];
    assert.equal(needOf({ servers, externalUsers: 40, externalConnectors: 2 }).calsToBuy, 0);
    assert.equal(needOf({ servers, externalUsers: 40, externalConnectors: 1 }).calsToBuy, 40);
  });

  test('S6: old CALs do not reach new servers, new ones reach the old', () => {
    assert.equal(needOf({ servers: standard2012, users: 5, held: { 'ws2008r2-user-cal': 5 } }).calsToBuy, 5);
    const old = [{ product: 'ws2008r2-datacenter' }];
    assert.equal(needOf({ servers: old, users: 5, held: { 'ws2012-user-cal': 5 } }).calsToBuy, 0);
  });

  test('S6: only those who reach the newest server need the newest CALs', () => {
    const servers = [{ product: 'ws2012-standard', users: 20 }, { product: 'ws2008r2-standard' }];
    const need = needOf({ servers, users: 50, held: { 'ws2008r2-user-cal': 10, 'ws2012-user-cal': 22 } });
    // 20 of the 22 new ones, then 2 more, 5 from the box and 10 old ones.
    assert.deepEqual(need.buy, [{ sku: 'ws2008r2-user-cal', quantity: 13 }]);
  });

  test('B12: those who use SQL Server need CALs of the add-on, on top of the base', () => {
    const servers = [{ product: 'sbs2011-standard' }, { product: 'sbs2011-premium-addon' }];
    const need = needOf({ servers, users: 40, sqlUsers: 12 });
    assert.equal(need.calsToBuy, 35);
    assert.deepEqual(need.buy, [{ sku: 'sbs2011-user-cal', quantity: 35 }]);
    assert.deepEqual(need.additive['sql-server'], { required: 12, included: 5, held: 0, toBuy: 7 });
    assert.equal(need.discrepancy, true);
  });

  test('S22: Remote Desktop and rights management come on top of the Windows CAL', () => {
    const need = needOf({
      servers: standard2012,
      users: 10,
      remoteDesktopUsers: 4,
      rightsManagementUsers: 2,
      held: { 'ws2012-rds-user-cal': 1 },
    });
    assert.equal(need.calsToBuy, 10);
    assert.equal(need.additive['remote-desktop']?.toBuy, 3);
    assert.equal(need.additive['rights-management']?.toBuy, 2);
  });

  test('S24: the Enterprise CAL suite holds the Windows CAL of its time', () => {
    const servers = [{ product: 'ws2008r2-datacenter' }];
    assert.equal(needOf({ servers, users: 5, held: { 'ecal-suite': 5 } }).calsToBuy, 0);
  });
});

describe('whatever the estate', () => {
  const count = fc.nat(60);
  const estates = fc.record({
    servers: fc.array(
      fc.record({
        product: fc.constantFrom(
          ...windowsFamilies.flatMap((each) => each.products.map(({ product }) => product)),
        ),
        quantity: fc.integer({ min: 1, max: 3 }),
        users: fc.option(count, { nil: undefined }),
      }),
      { maxLength: 4 },
    ),
    users: count,
    anonymousLan: count,
    adminOnly: count,
    held: fc.dictionary(fc.constantFrom(...windowsCals.map(({ sku }) => sku)), count),
  });

  test('what is included, held and bought is enough, and nothing is bought that nobody needs', () => {
    fc.assert(
      fc.property(estates, (estate) => {
        const need = needOf(estate);
        assert.ok(need.calsIncluded + need.calsHeld + need.calsToBuy >= need.calsRequired);
        assert.ok(need.calsToBuy <= need.calsRequired);
        assert.equal(
          need.calsToBuy,
          need.buy.reduce((sum, each) => sum + each.quantity, 0),
        );
      }),
    );
  });

  test('who holds more buys no more, and buying what is asked for is enough', () => {
    fc.assert(
      fc.property(estates, (estate) => {
        const held: Record<string, number> = { ...estate.held };
        const { buy, calsToBuy } = needOf(estate);
        for (const { sku, quantity } of buy) held[sku] = (held[sku] ?? 0) + quantity;
        assert.equal(needOf({ ...estate, held }).calsToBuy, 0);
        for (const sku of Object.keys(held)) held[sku] = (held[sku] ?? 0) + 1;
        assert.ok(needOf({ ...estate, held }).calsToBuy <= calsToBuy);
      }),
    );
  });
});

describe('licences and caps', () => {
  const licences = (server: WindowsEstate['servers'][number]) => {
    const { serverLicences, processorLicences } = needOf({ servers: [server] });
    return [serverLicences, processorLicences];
  };

  test('S15: 2012 Standard takes the larger of processors and virtual OSEs, halved and rounded up', () => {
    const product = 'ws2012-standard';
    assert.deepEqual(licences({ product, processors: 2, virtualOses: 3 }), [2, 0]);
    assert.deepEqual(licences({ product, processors: 5, virtualOses: 4 }), [3, 0]);
    assert.deepEqual(licences({ product, quantity: 2, processors: 2, virtualOses: 0 }), [2, 0]);
  });

  test('S15: 2008 R2 Standard runs one virtual machine, Enterprise four, Datacenter counts processors', () => {
    assert.deepEqual(licences({ product: 'ws2008r2-standard', virtualOses: 3 }), [3, 0]);
    assert.deepEqual(licences({ product: 'ws2008r2-enterprise', variant: 10, virtualOses: 4 }), [1, 0]);
    assert.deepEqual(licences({ product: 'ws2008r2-enterprise', variant: 10, virtualOses: 5 }), [2, 0]);
    assert.deepEqual(licences({ product: 'ws2008r2-datacenter', processors: 4, virtualOses: 90 }), [0, 4]);
  });

  test('B2: every computer needs a licence', () => {
    const servers = [{ product: 'ws2012-standard', quantity: 2 }];
    assert.deepEqual(needOf({ servers, computers: 2 }).violations, []);
    assert.deepEqual(needOf({ servers, computers: 3 }).violations, ['one-computer-per-server-licence']);
  });

  test('S21: whoever outgrows Essentials buys Standard and a CAL for everybody', () => {
    const need = needOf({ servers: [{ product: 'ws2012-essentials' }], users: 26 });
    assert.equal(need.calsToBuy, 0);
    assert.deepEqual(need.outgrown, [{ product: 'ws2012-essentials', into: 'ws2012-standard', cals: 26 }]);
  });

  test('S21: devices are capped where they are stated', () => {
    const servers = [{ product: 'sbs2011-essentials' }];
    assert.deepEqual(needOf({ servers, users: 25 }).violations, []);
    assert.deepEqual(needOf({ servers, users: 25, devices: 26 }).violations, ['max-devices']);
  });

  test('S21: a move carries CALs over only from a product that had them', () => {
    const estate = { users: 26, held: { 'ws2012-user-cal': 6 } };
    const fresh = windowsMove('ws2012-essentials', 'ws2012-standard', estate);
    const kept = windowsMove('ws2012-standard', 'ws2012-datacenter', estate);
    assert.ok(fresh.ok && kept.ok);
    assert.deepEqual([fresh.value.calsToBuy, kept.value.calsToBuy], [26, 20]);
  });
});

describe('bad input', () => {
  const codeOf = (estate: WindowsEstate) => {
    const need = windowsNeed(estate);
    return need.ok ? undefined : need.fault.code;
  };

  test('has a code and gives no half answer', () => {
    assert.equal(codeOf({ servers: standard2012, users: -1 }), 'LICENCE_BAD_COUNT');
    assert.equal(codeOf({ servers: standard2012, users: 1.5 }), 'LICENCE_BAD_COUNT');
    assert.equal(
      codeOf({ servers: [{ product: 'ws2012-standard', processors: -2 }], users: 1 }),
      'LICENCE_BAD_COUNT',
    );
    assert.equal(codeOf({ servers: [{ product: 'ws1999' }], users: 1 }), 'LICENCE_UNKNOWN_SKU');
    assert.equal(codeOf({ servers: standard2012, users: 1, held: { nothing: 1 } }), 'LICENCE_UNKNOWN_SKU');
    assert.equal(
      codeOf({ servers: standard2012, users: 1, held: { 'ws2012-user-cal': 0.5 } }),
      'LICENCE_BAD_COUNT',
    );
  });
});
