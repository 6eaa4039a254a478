import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Assigning, assign, type Reassigning, reassign, unassign } from './assignment.ts';
import type { Assignment, Grant, Subject } from './model.ts';
import { earliestMoveOf, inForce, pools } from './stock.ts';

const standard = 'parley-standard-cal';
const enterprise = 'parley-enterprise-cal';
const suite = 'parley-ecal-suite';
const carol: Subject = { kind: 'user', id: 'carol' };
const lobby: Subject = { kind: 'device', id: 'lobby' };

function give(request: Partial<Assigning>): string {
  const verdict = assign({ sku: standard, subject: carol, ...request });
  return verdict.allowed ? 'allowed' : verdict.fault.code;
}
function take(sku: string, holds: string[], subject = carol): string {
  const verdict = unassign({ sku, subject, holds });
  return verdict.allowed ? 'allowed' : verdict.fault.code;
}
const move: Reassigning = {
  metric: 'user',
  from: 'alice',
  to: 'bob',
  lastAssigned: '2026-01-01',
  on: '2026-03-31',
  reason: 'permanent',
};
interface Moved {
  readonly allowed?: boolean;
  readonly code?: string;
  readonly earliest?: string;
  readonly ratio?: string;
  readonly returnsTo?: string;
}
function moved(request: Partial<Reassigning>): Moved {
  const { rules: _, ...verdict } = reassign({ ...move, ...request });
  if (verdict.allowed) return verdict;
  return {
    code: verdict.fault.code,
    ...(verdict.earliest === undefined ? {} : { earliest: verdict.earliest }),
  };
}

describe('assignment', () => {
  it('A10: an Enterprise CAL needs a Standard CAL on the same subject', () => {
    assert.equal(give({ sku: enterprise }), 'LICENCE_PREREQUISITE_MISSING');
    assert.equal(give({ sku: enterprise, holds: [standard] }), 'allowed');
    assert.equal(give({ sku: enterprise, holds: [suite] }), 'allowed');
    const verdict = assign({ sku: 'ocs2007r2-enterprise-cal', subject: carol });
    assert.deepEqual(verdict.allowed ? [] : verdict.needs, ['ocs2007r2-standard-cal']);
  });

  it('A10: a Standard CAL of an older version carries no newer Enterprise CAL; a newer one carries an older', () => {
    const newer = 'ocs2007r2-enterprise-cal';
    assert.equal(give({ sku: newer, holds: ['ocs2007-standard-cal'] }), 'LICENCE_PREREQUISITE_MISSING');
    assert.equal(give({ sku: 'ocs2007-enterprise-cal', holds: ['ocs2007r2-standard-cal'] }), 'allowed');
    assert.equal(give({ sku: enterprise, holds: ['ocs2007r2-standard-cal'] }), 'allowed');
  });

  it('S22: a Remote Desktop CAL rests on a Windows CAL', () => {
    const rds = 'ws2012-rds-user-cal';
    assert.equal(give({ sku: rds }), 'LICENCE_PREREQUISITE_MISSING');
    assert.equal(give({ sku: rds, holds: ['ws2008r2-user-cal'] }), 'LICENCE_PREREQUISITE_MISSING');
    assert.equal(give({ sku: rds, holds: ['ws2012-user-cal'] }), 'allowed');
    assert.equal(take('ws2012-user-cal', ['ws2012-user-cal', rds]), 'LICENCE_PREREQUISITE_IN_USE');
  });

  it('A10: a Standard CAL is not taken from under an Enterprise CAL', () => {
    const verdict = unassign({ sku: standard, subject: carol, holds: [standard, enterprise] });
    assert.ok(!verdict.allowed);
    assert.deepEqual([verdict.fault.code, verdict.restingOn], ['LICENCE_PREREQUISITE_IN_USE', [enterprise]]);
    assert.equal(take(enterprise, [standard, enterprise]), 'allowed');
    assert.equal(take(standard, [standard, enterprise, suite]), 'allowed', 'the suite carries it');
    assert.equal(take(suite, [suite, enterprise]), 'LICENCE_PREREQUISITE_IN_USE');
  });

  it('S23: a part of a suite stays with the suite', () => {
    assert.equal(take(standard, [suite]), 'LICENCE_SUITE_INDIVISIBLE');
    assert.equal(take(suite, [suite]), 'allowed');
    assert.equal(take(standard, []), 'LICENCE_NOT_ASSIGNED');
  });

  it('S1: only CALs are assigned, each to its kind of subject, to nobody who is disabled, and not twice', () => {
    assert.equal(give({ sku: 'parley-server' }), 'LICENCE_NOT_ASSIGNABLE');
    assert.equal(give({ sku: 'nothing' }), 'LICENCE_UNKNOWN_SKU');
    assert.equal(give({ holds: ['nothing'] }), 'LICENCE_UNKNOWN_SKU');
    assert.equal(give({ sku: 'pic-licence', subject: lobby }), 'LICENCE_METRIC_MISMATCH');
    assert.equal(give({ sku: 'ws2012-user-cal', subject: lobby }), 'LICENCE_METRIC_MISMATCH');
    assert.equal(give({ disabled: true }), 'LICENCE_SUBJECT_DISABLED');
    assert.equal(give({ holds: [standard] }), 'LICENCE_ALREADY_ASSIGNED');
  });

  it('M3: an empty pool refuses under enforce only, and free is signed', () => {
    const pool = { total: 10, assigned: 10 };
    assert.equal(give({ pool }), 'LICENCE_POOL_EXHAUSTED');
    const verdict = assign({ sku: standard, subject: carol, pool, mode: 'honor' });
    assert.deepEqual(verdict.allowed && [verdict.free, verdict.overage], [-1, 1]);
    assert.equal(give({ pool: { total: 10, assigned: 9 } }), 'allowed');
    assert.equal(give({ pool: { total: -1, assigned: 0 } }), 'LICENCE_BAD_COUNT');
  });
});

describe('reassignment', () => {
  it('S2: day 89 is refused with the first possible day, day 90 is allowed and starts the clock anew', () => {
    assert.deepEqual(moved({}), { code: 'LICENCE_MOVED_TOO_EARLY', earliest: '2026-04-01' });
    assert.deepEqual(moved({ on: '2026-04-01' }), {
      allowed: true,
      resetsClock: true,
      nextMove: '2026-06-30',
    });
  });

  it('S2: employment that ended frees a user CAL at once, failure and loss a device CAL', () => {
    const soon = { on: '2026-01-05' };
    assert.equal(moved({ ...soon, reason: 'employment-ended' }).allowed, true);
    for (const reason of ['permanent-hardware-failure', 'loss'] as const) {
      assert.equal(moved({ ...soon, metric: 'device', reason }).allowed, true);
      assert.equal(moved({ ...soon, reason }).code, 'LICENCE_MOVED_TOO_EARLY');
    }
    const device = moved({ ...soon, metric: 'device', reason: 'employment-ended' });
    assert.equal(device.code, 'LICENCE_MOVED_TOO_EARLY');
  });

  it('S2: counted from the last reassignment, the first move is free', () => {
    assert.equal(moved({ on: '2026-01-02', clock: 'reassignment' }).allowed, true);
    const second = moved({ on: '2026-01-02', clock: 'reassignment', movedBefore: true });
    assert.equal(second.earliest, '2026-04-01');
  });

  it('S3: a temporary move ends by itself and leaves the clock alone', () => {
    assert.deepEqual(moved({ on: '2026-01-10', reason: 'temporary', until: '2026-01-20' }), {
      allowed: true,
      resetsClock: false,
      nextMove: '2026-04-01',
      returnsTo: 'alice',
      returnsOn: '2026-01-21',
    });
    assert.equal(moved({ reason: 'temporary' }).code, 'LICENCE_UNTIL_MISSING');
    assert.equal(moved({ reason: 'temporary', until: '2026-03-30' }).code, 'LICENCE_UNTIL_MISSING');
    assert.equal(moved({ on: '2026-01-10', reason: 'return' }).allowed, true);
  });

  it('S5: the type changes one for one, on the day of an active renewal only', () => {
    const assurance = { active: true, renewalOn: '2026-12-31' };
    const switched = { toMetric: 'device', assurance } as const;
    assert.deepEqual(moved({ ...switched, on: '2026-05-01' }), {
      code: 'LICENCE_TYPE_SWITCH_ONLY_AT_SA_RENEWAL',
      earliest: '2026-12-31',
    });
    assert.equal(moved({ ...switched, on: '2026-12-31' }).ratio, '1:1');
    const lapsed = {
      toMetric: 'device',
      on: '2026-12-31',
      assurance: { ...assurance, active: false },
    } as const;
    assert.equal(moved(lapsed).code, 'LICENCE_TYPE_SWITCH_ONLY_AT_SA_RENEWAL');
    assert.equal(
      moved({ toMetric: 'device', on: '2026-12-31' }).code,
      'LICENCE_TYPE_SWITCH_ONLY_AT_SA_RENEWAL',
    );
  });

  it('A10: what rests on a CAL holds it, and what it rests on must be there', () => {
    const later = { on: '2026-05-01' };
    const under = moved({ ...later, sku: standard, fromHolds: [standard, enterprise] });
    assert.equal(under.code, 'LICENCE_PREREQUISITE_IN_USE');
    const without = moved({ ...later, sku: enterprise, fromHolds: [standard, enterprise], toHolds: [] });
    assert.equal(without.code, 'LICENCE_PREREQUISITE_MISSING');
    const good = moved({ ...later, sku: enterprise, fromHolds: [standard, enterprise], toHolds: [standard] });
    assert.equal(good.allowed, true);
  });

  it('refuses days that are none or out of order, unknown reasons, and a move to oneself or to the disabled', () => {
    assert.equal(moved({ on: '2026-02-30' }).code, 'LICENCE_BAD_DATE');
    assert.equal(moved({ on: '2025-12-31' }).code, 'LICENCE_BAD_DATE');
    assert.equal(moved({ reason: 'because' as 'loss' }).code, 'LICENCE_UNKNOWN_REASON');
    assert.equal(moved({ to: 'alice' }).code, 'LICENCE_ALREADY_ASSIGNED');
    assert.equal(moved({ toDisabled: true, on: '2026-05-01' }).code, 'LICENCE_SUBJECT_DISABLED');
  });
});

describe('stock', () => {
  const base = { sku: standard, subject: carol, from: '2026-01-01', to: null, reason: '', previous: null };
  const permanent: Assignment = { ...base, assignmentId: 'a1', kind: 'permanent' };
  const loan: Assignment = {
    ...base,
    assignmentId: 'a2',
    subject: { kind: 'user', id: 'dave' },
    from: '2026-02-01',
    to: '2026-02-10',
    kind: 'temporary',
    previous: 'a1',
  };
  const grant: Grant = {
    grantId: 'g1',
    sku: standard,
    metric: 'user',
    quantity: 1,
    source: 'purchase',
    from: '2026-01-01',
    to: '2026-12-31',
    agreementId: null,
    proof: '',
    unitPrice: null,
  };

  it('S3: while a CAL is lent the borrower holds it, and it is counted once', () => {
    const holders = (day: string) => inForce([permanent, loan], day).map(({ subject }) => subject.id);
    assert.deepEqual(holders('2026-01-31'), ['carol']);
    assert.deepEqual(holders('2026-02-01'), ['dave']);
    assert.deepEqual(holders('2026-02-10'), ['dave']);
    assert.deepEqual(holders('2026-02-11'), ['carol']);
    assert.deepEqual(pools([grant], [permanent, loan], '2026-02-05'), [
      { sku: standard, metric: 'user', total: 1, assigned: 1, free: 0 },
    ]);
  });

  it('M11: what is owned and assigned is as of a day, and free is signed', () => {
    assert.equal(pools([grant], [permanent], '2027-01-01')[0]!.free, -1);
    assert.deepEqual(pools([grant], [permanent], '2025-12-31'), []);
  });

  it('S2: the clock of a loan is that of the licence lent', () => {
    const byId = new Map([permanent, loan].map((each) => [each.assignmentId, each]));
    assert.equal(earliestMoveOf(loan, byId, 'assignment'), '2026-04-01');
    assert.equal(earliestMoveOf(permanent, byId, 'reassignment'), '2026-01-01');
  });
});
