// The view of the rights: who may what under each mode, newer facts over older ones, and its speed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PolicyRights, SubjectRights } from './contract.ts';
import { features } from './rules/feature.ts';
import { checkAccess, emptyLicensingView, foldRights, type LicensingView } from './view.ts';

const bits = (kind: 'standard' | 'enterprise') =>
  features.reduce((mask, { cal, bit }) => (cal === kind ? mask | (1 << bit) : mask), 0);
const STANDARD = bits('standard');

function policy(mode: PolicyRights['mode'], room = 0, version = 1): PolicyRights {
  return { kind: 'policy', mode, room: { standard: room, enterprise: 0 }, contact: '', version };
}

function rights(kind: 'user' | 'device', id: string, fields: Partial<SubjectRights> = {}): SubjectRights {
  return { kind: 'subject', subject: { kind, id }, features: 0, tolerated: 0, version: 1, ...fields };
}

const holding = (...all: Parameters<typeof foldRights>[1][]): LicensingView =>
  all.reduce(foldRights, emptyLicensingView());
const im = (view: LicensingView, userId: string | null, deviceId: string | null = null) =>
  checkAccess(view, { userId, deviceId, feature: 'im' });

test('M5: nothing is refused while the rights are not known', () => {
  assert.equal(im(emptyLicensingView(), 'alice').allowed, true);
});

test('A3, S4: either end covers, and a person stands before the device', () => {
  const view = holding(
    policy('enforce'),
    rights('user', 'alice', { features: STANDARD }),
    rights('device', 'phone', { features: STANDARD }),
  );
  assert.equal(im(view, 'alice', 'phone').coveredBy, 'user');
  assert.equal(im(view, 'bob', 'phone').coveredBy, 'device');
  assert.equal(im(view, null, 'phone').coveredBy, 'device');
  assert.equal(im(view, 'bob', 'other').fault?.code, 'LICENCE_STANDARD_NEEDED');
  const call = checkAccess(view, { userId: 'alice', deviceId: null, feature: 'call-routing' });
  assert.equal(call.fault?.code, 'LICENCE_ENTERPRISE_NEEDED');
});

test('M3: honor allows and is silent, warn allows and says so, enforce refuses beyond room and tolerance', () => {
  assert.deepEqual(im(holding(policy('honor')), 'bob'), { allowed: true, coveredBy: null });
  const warned = im(holding(policy('warn')), 'bob');
  assert.deepEqual([warned.allowed, warned.warning?.code], [true, 'LICENCE_STANDARD_NEEDED']);
  assert.equal(im(holding(policy('enforce')), 'bob').allowed, false);
  assert.equal(im(holding(policy('enforce', 1)), 'bob').coveredBy, 'tolerance');
  const known = holding(policy('enforce'), rights('user', 'bob', { tolerated: STANDARD }));
  assert.equal(im(known, 'bob').coveredBy, 'tolerance');
  assert.equal(im(known, 'carol').allowed, false, 'M4: overage blocks new subjects only');
});

test('an older fact changes nothing, whatever the order', () => {
  const view = holding(
    rights('user', 'alice', { features: STANDARD, version: 2 }),
    rights('user', 'alice', { features: 0, version: 1 }),
    policy('enforce', 0, 2),
    policy('honor', 0, 1),
  );
  assert.equal(im(view, 'alice').coveredBy, 'user');
  assert.equal(view.policy?.mode, 'enforce');
});

test('a feature that no catalogue has is a fault of the program', () => {
  assert.throws(
    () => checkAccess(holding(policy('honor')), { userId: 'a', deviceId: null, feature: 'none' }),
    TypeError,
  );
});

test('M1: a decision is far below a microsecond on the average with 100,000 people and devices', () => {
  const view = holding(policy('enforce'));
  const ids = Array.from({ length: 100_000 }, (_, index) => `user-${index}`);
  for (const id of ids) {
    foldRights(view, rights('user', id, { features: STANDARD }));
    foldRights(view, rights('device', `d-${id}`));
  }
  const asked = ids.slice(0, 1000).map((userId) => ({ userId, deviceId: `d-${userId}`, feature: 'im' }));
  const times: number[] = [];
  for (let round = 0; round < 50; round++) {
    const startedAt = performance.now();
    for (const access of asked) checkAccess(view, access);
    times.push((performance.now() - startedAt) / asked.length);
  }
  const medianMs = times.sort((a, b) => a - b)[25] as number;
  assert.ok(medianMs < 0.005, `${medianMs * 1000} µs`);
});
