import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EnforcementState, enforce, exemptPurposes, limitOf } from './enforcement.ts';

const full: EnforcementState = { mode: 'enforce', licensed: 100, inUse: 100, isNew: true };

describe('enforcement (licensing rules M3 to M5)', () => {
  it('M3: the limit is licensed + max(minExtra, floor(licensed * pct)); nothing licensed tolerates nothing', () => {
    assert.equal(limitOf(100, 5, 1), 105);
    assert.equal(limitOf(10, 5, 1), 11);
    assert.equal(limitOf(19, 10, 0), 20);
    assert.equal(limitOf(1000, 1.1, 0), 1011);
    assert.equal(limitOf(0, 50, 10), 0);
  });

  it('M3: honor and warn let in and record; enforce refuses the first one beyond the limit', () => {
    assert.deepEqual(enforce({ ...full, mode: 'honor' }), {
      allowed: true,
      reason: 'honor',
      limit: 100,
      overage: 1,
      warning: false,
      audit: true,
      rules: ['M3'],
    });
    assert.equal(enforce({ ...full, mode: 'honor', inUse: 99 }).audit, false);
    assert.equal(enforce({ ...full, mode: 'warn' }).warning, true);
    assert.equal(enforce({ ...full, inUse: 99 }).allowed, true);
    const refusal = enforce(full);
    assert.deepEqual([refusal.allowed, refusal.fault?.code], [false, 'LICENCE_LIMIT_REACHED']);
  });

  it('M3: grace counts from the first day over, that day included', () => {
    const grace = { ...full, graceDays: 30, overSince: '2026-06-01' };
    const { allowed, graceDaysLeft, graceEndsOn } = enforce({ ...grace, on: '2026-06-01' });
    assert.deepEqual([allowed, graceDaysLeft, graceEndsOn], [true, 30, '2026-07-01']);
    assert.equal(enforce({ ...grace, on: '2026-06-30' }).graceDaysLeft, 1);
    assert.equal(enforce({ ...grace, on: '2026-07-01' }).allowed, false);
    assert.equal(
      enforce({ ...full, graceDays: 30, on: '2026-06-05' }).graceDaysLeft,
      30,
      'never over before',
    );
  });

  it('M4: one that is covered or counted already is let in, whatever the overage', () => {
    const known = enforce({ ...full, inUse: 500, isNew: false });
    assert.deepEqual([known.allowed, known.reason, known.overage], [true, 'known-subject', 400]);
  });

  it('M5: administrators, emergency calls, exports and the licensing pages are never refused', () => {
    for (const exempt of exemptPurposes)
      assert.equal(enforce({ ...full, licensed: 0, inUse: 9, exempt }).allowed, true, exempt);
  });

  it('refuses counts and days that are none', () => {
    assert.equal(enforce({ ...full, inUse: -1 }).fault?.code, 'LICENCE_BAD_COUNT');
    assert.equal(enforce({ ...full, licensed: 1.5 }).fault?.code, 'LICENCE_BAD_COUNT');
    assert.equal(enforce({ ...full, tolerancePct: -5 }).fault?.code, 'LICENCE_BAD_COUNT');
    assert.equal(enforce({ ...full, on: '2026-02-30' }).fault?.code, 'LICENCE_BAD_DATE');
  });
});
