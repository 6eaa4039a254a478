import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Release, releaseById } from './catalogue.ts';
import { compliance, complianceOn, type Estate } from './compliance.ts';
import type { Assignment, Edge, Grant, Profile } from './model.ts';
import { simulate } from './simulate.ts';
import { Coverage, unlicensedAccess } from './unlicensed-access.ts';

const r2 = releaseById('ocs2007r2') as Release;
const parley = releaseById('parley1') as Release;

function grant(sku: string, quantity: number, more: Partial<Grant> = {}): Grant {
  return {
    grantId: `${sku} ${more.from ?? ''} ${more.metric ?? ''}`,
    sku,
    metric: 'user',
    quantity,
    source: 'purchase',
    from: '2005-01-01',
    to: null,
    agreementId: null,
    proof: '',
    unitPrice: null,
    ...more,
  };
}

function assigned(sku: string, id: string, more: Partial<Assignment> = {}): Assignment {
  return {
    assignmentId: `${sku} ${id}`,
    sku,
    subject: { kind: 'user', id },
    from: '2026-01-01',
    to: null,
    kind: 'permanent',
    reason: '',
    previous: null,
    ...more,
  };
}

const alice = { id: 'alice', level: 'enterprise' } as const;
const bob = { id: 'bob', level: 'standard' } as const;
const lobby = { id: 'lobby', level: 'enterprise' } as const;

function position(estate: Partial<Estate>, asOf = '2026-06-01', profile: Profile = 'printed') {
  const result = compliance(
    { release: r2, people: [alice, bob], devices: [], grants: [], ...estate },
    { asOf, profile },
  );
  assert.ok(result.ok, result.ok ? '' : result.fault.sentence);
  return result.value;
}

const standard = 'ocs2007r2-standard-cal';
const enterprise = 'ocs2007r2-enterprise-cal';

describe('required against held', () => {
  test('A10: who needs the Enterprise CAL needs the Standard CAL too', () => {
    const { required, shortfall, compliant } = position({});
    assert.deepEqual(required, { [standard]: 2, [enterprise]: 1 });
    assert.deepEqual(shortfall, required);
    assert.equal(compliant, false);
  });

  test('A12, S23: a suite holds both, and its parts are not counted again', () => {
    const suite = [grant('ecal-suite', 1), grant(standard, 1, { source: 'suite' })];
    assert.deepEqual(position({ grants: suite }).shortfall, { [standard]: 1 });
    assert.equal(position({ grants: [grant('ecal-suite', 2)] }).compliant, true);
  });

  test('S5: user CALs do not cover a common-area phone, device CALs do', () => {
    const estate = { people: [], devices: [lobby] };
    const both = (metric: 'user' | 'device') => [
      grant(standard, 5, { metric }),
      grant(enterprise, 5, { metric }),
    ];
    assert.deepEqual(position({ ...estate, grants: both('user') }).shortfall, {
      [standard]: 1,
      [enterprise]: 1,
    });
    assert.equal(position({ ...estate, grants: both('device') }).compliant, true);
  });

  test('the difference has a sign', () => {
    const { kinds } = position({ grants: [grant(standard, 5)] });
    assert.deepEqual(
      kinds.slice(0, 2).map(({ difference }) => difference),
      [3, -1],
    );
  });

  test('S6: older CALs do not count, CALs of OCS 2007 R2 open Parley', () => {
    const { shortfall, warnings } = position({ grants: [grant('ocs2007-standard-cal', 2)] });
    assert.equal(shortfall[standard], 2);
    assert.deepEqual(warnings, ['too-old-for-this-server: ocs2007-standard-cal']);
    const moved = position({ release: parley, grants: [grant(standard, 2), grant(enterprise, 1)] });
    assert.deepEqual(moved.required, { 'parley-standard-cal': 2, 'parley-enterprise-cal': 1 });
    assert.equal(moved.compliant, true);
  });

  test('A18: people who talk to public networks need a licence for it', () => {
    const { shortfall } = position({ people: [{ ...bob, publicIm: true }], grants: [grant(standard, 1)] });
    assert.deepEqual(shortfall, { 'pic-licence': 1 });
  });

  test('A1, A2: server licences and CALs are asked for both', () => {
    const topology = { edition: 'standard' as const, oses: [{ id: 'a', roles: ['front-end'] }] };
    const cals = [grant('ecal-suite', 2)];
    const without = position({ grants: cals, topology });
    assert.deepEqual([without.servers?.shortfall, without.compliant], [1, false]);
    const server = grant('ocs2007r2-standard-server', 1, { metric: 'server' });
    assert.equal(position({ grants: [...cals, server], topology }).compliant, true);
    const pool = { ...topology, oses: [...topology.oses, { id: 'b', roles: ['sql-back-end'] }] };
    assert.equal(position({ grants: [...cals, server], topology: pool }).compliant, false);
  });

  test('S24, D25: the Windows servers underneath are a line of their own that is off by default', () => {
    const grants = [grant('ecal-suite', 1), grant(standard, 1)];
    assert.equal(position({ grants }).windows, undefined);
    const { windows, compliant } = position({ grants, windowsFamily: 'windows-server-2008' });
    assert.deepEqual(windows, { family: 'windows-server-2008', required: 2, held: 1, shortfall: 1 });
    assert.equal(compliant, true);
  });
});

describe('M11: as of a day', () => {
  test('grants count from their first to their last day', () => {
    const estate = {
      release: r2,
      people: [bob],
      devices: [],
      grants: [grant(standard, 1, { from: '2026-03-01', to: '2026-03-31' })],
    };
    const days = ['2026-02-28', '2026-03-01', '2026-03-31', '2026-04-01'];
    const positions = complianceOn(estate, days, 'printed');
    assert.ok(positions.ok);
    assert.deepEqual(
      positions.value.map(({ compliant }) => compliant),
      [false, true, true, false],
    );
  });

  test('people count from their first to their last day', () => {
    const people = [{ ...bob, from: '2026-03-01', to: '2026-03-31' }];
    assert.deepEqual(position({ people }, '2026-02-28').required, {});
    assert.deepEqual(position({ people }, '2026-03-31').required, { [standard]: 1 });
  });

  test('A23: Software Assurance on the day of the release turns old CALs into new ones', () => {
    const estate = {
      grants: [grant('ocs2007-standard-cal', 2), grant('ocs2007-enterprise-cal', 1)],
      saTerms: ['ocs2007-standard-cal', 'ocs2007-enterprise-cal'].map((sku, i) => ({
        saTermId: String(i),
        sku,
        quantity: 2,
        from: '2007-10-01',
        to: '2009-02-01',
        agreementId: null,
      })),
    };
    assert.deepEqual(position(estate, '2009-01-31').shortfall, { [standard]: 2, [enterprise]: 1 });
    const printed = position(estate, '2009-02-01');
    assert.deepEqual(printed.shortfall, { [enterprise]: 1 });
    assert.equal(printed.discrepancy, true);
    assert.ok(printed.rules.includes('D4'));
    assert.deepEqual(printed.warnings, []);
    assert.equal(position(estate, '2009-02-01', 'corrected').compliant, true);
    assert.equal(position({ ...estate, release: parley }, '2026-01-01', 'corrected').compliant, true);
    const old = releaseById('ocs2007') as Release;
    assert.equal(position({ ...estate, release: old }, '2026-01-01').compliant, true);
  });

  test('A23: a transition that is in the stock already is not counted twice', () => {
    const estate = {
      people: [bob, { ...bob, id: 'carol' }],
      grants: [grant('ocs2007-standard-cal', 1), grant(standard, 1, { source: 'transition' })],
      saTerms: [
        {
          saTermId: '1',
          sku: 'ocs2007-standard-cal',
          quantity: 1,
          from: '2008-01-01',
          to: '2010-01-01',
          agreementId: null,
        },
      ],
    };
    assert.deepEqual(position(estate).shortfall, { [standard]: 1 });
  });
});

describe('who is not covered', () => {
  test('is named, by what was assigned on the day', () => {
    const assignments = [
      assigned(standard, 'alice'),
      assigned(enterprise, 'alice', { from: '2026-05-01' }),
      assigned(standard, 'bob', { to: '2026-04-30' }),
    ];
    const on = (asOf: string) => position({ assignments }, asOf).uncovered?.first.map(({ id }) => id);
    assert.deepEqual(on('2026-04-30'), ['alice']);
    assert.deepEqual(on('2026-05-01'), ['bob']);
    assert.equal(position({}).uncovered, undefined);
  });

  test('assigned CALs are counted by kind, a suite as both', () => {
    const assignments = [assigned('ecal-suite', 'alice'), assigned(standard, 'bob')];
    assert.deepEqual(position({ assignments }).assigned, { standard: 2, enterprise: 1 });
  });
});

describe('bad input', () => {
  const code = (estate: Partial<Estate>, asOf = '2026-06-01') => {
    const result = compliance(
      { release: r2, people: [], devices: [], grants: [], ...estate },
      { asOf, profile: 'printed' },
    );
    return result.ok ? undefined : result.fault.code;
  };

  test('has a code', () => {
    assert.equal(code({}, '2026-02-30'), 'LICENCE_BAD_DATE');
    assert.equal(code({ grants: [grant(standard, -1)] }), 'LICENCE_BAD_COUNT');
    assert.equal(code({ grants: [grant('nothing', 1)] }), 'LICENCE_UNKNOWN_SKU');
    assert.equal(code({ grants: [grant(standard, 1, { to: '2004-12-31' })] }), 'LICENCE_BAD_DATE');
    assert.equal(code({ people: [{ ...bob, quantity: 0.5 }] }), 'LICENCE_BAD_COUNT');
    assert.equal(code({ people: [{ ...bob, from: 'monday' }] }), 'LICENCE_BAD_DATE');
    assert.equal(code({ windowsFamily: 'windows-95' }), 'LICENCE_UNKNOWN_SKU');
  });
});

describe('unlicensed access', () => {
  const edge = (userId: string | null, deviceId: string | null, more: Partial<Edge> = {}): Edge => ({
    userId,
    deviceId,
    level: 'standard',
    firstDay: '2026-05-01',
    lastDay: '2026-05-20',
    count: 1,
    ...more,
  });
  const window = { from: '2026-03-03', to: '2026-06-01' };
  const unlicensed = (edges: Edge[], assignments: Assignment[]) =>
    unlicensedAccess(edges, new Coverage(assignments, r2), window);

  test('S4: either end covers', () => {
    const onDevice = assigned(standard, 'pc', { subject: { kind: 'device', id: 'pc' } });
    assert.equal(unlicensed([edge('alice', 'pc')], [onDevice]).edges.length, 0);
    assert.equal(unlicensed([edge('alice', 'pc')], [assigned(standard, 'alice')]).edges.length, 0);
    assert.equal(unlicensed([edge('alice', 'pc')], []).edges.length, 1);
  });

  test('S7: the Standard CAL of the person and the Enterprise CAL of the device do not add up', () => {
    const split = [
      assigned(standard, 'alice'),
      assigned(enterprise, 'pc', { subject: { kind: 'device', id: 'pc' } }),
    ];
    assert.equal(unlicensed([edge('alice', 'pc', { level: 'enterprise' })], split).edges.length, 1);
  });

  test('a user and a device of one name are two', () => {
    assert.equal(unlicensed([edge(null, 'alice')], [assigned(standard, 'alice')]).edges.length, 1);
  });

  test('access before the CAL came is told from access that still has none', () => {
    const late = [assigned(standard, 'alice', { from: '2026-05-10' })];
    const found = unlicensed([edge('alice', 'pc'), edge('bob', 'pc')], late);
    assert.deepEqual(
      found.edges.map(({ edge: { userId }, when }) => [userId, when]),
      [
        ['alice', 'earlier'],
        ['bob', 'still'],
      ],
    );
    assert.deepEqual([found.users, found.devices], [2, 1]);
  });

  test('edges outside of the window are left out', () => {
    const old = edge('alice', 'pc', { firstDay: '2026-01-01', lastDay: '2026-03-02' });
    const spanning = edge('bob', 'pc', { firstDay: '2026-01-01', lastDay: '2026-12-31' });
    const found = unlicensed(
      [old, spanning],
      [assigned(standard, 'bob', { from: '2026-03-03', to: '2026-06-01' })],
    );
    assert.deepEqual([found.edgesInWindow, found.edges.length], [1, 0]);
  });
});

describe('simulate', () => {
  const estate: Estate = {
    release: r2,
    people: [alice, bob],
    devices: [],
    grants: [grant(standard, 2), grant(enterprise, 1)],
  };
  const prices = { [standard]: 3000, [enterprise]: 6000 };
  const when = { asOf: '2026-06-01', profile: 'printed' } as const;

  test('names what a change adds to required, shortfall and cost', () => {
    const after = { estate: { ...estate, devices: [lobby] }, prices };
    const simulation = simulate({ estate, prices }, after, when);
    assert.ok(simulation.ok);
    assert.deepEqual(
      simulation.value.changes.map(({ sku, required, held, shortfall }) => [sku, required, held, shortfall]),
      [
        [standard, 1, 0, 1],
        [enterprise, 1, 0, 1],
      ],
    );
    assert.deepEqual(simulation.value.cost, { before: 0, after: 9000, change: 9000 });
  });

  test('a change of nothing changes nothing', () => {
    const simulation = simulate({ estate, prices }, { estate, prices }, when);
    assert.ok(simulation.ok);
    assert.deepEqual(simulation.value.changes, []);
    assert.equal(simulation.value.cost.change, 0);
  });

  test('without a price the cost of a shortfall is unknown, not nothing', () => {
    const simulation = simulate(
      { estate, prices: {} },
      { estate: { ...estate, grants: [] }, prices: {} },
      when,
    );
    assert.ok(simulation.ok);
    assert.deepEqual(simulation.value.cost, { before: 0, after: null, change: null });
  });

  test('moving to another server changes which licences are bought', () => {
    const simulation = simulate({ estate, prices }, { estate: { ...estate, release: parley }, prices }, when);
    assert.ok(simulation.ok);
    assert.deepEqual(simulation.value.after.shortfall, {});
    assert.equal(simulation.value.cost.change, 0);
  });
});
