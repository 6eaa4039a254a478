import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { addDays } from './day.ts';
import {
  activeUsers,
  compatibility,
  connectDevice,
  type DeviceToken,
  graceOf,
  permanentDays,
  perUserReport,
  returnExpired,
  revoke,
  userRecordExpires,
  validated,
} from './remote-desktop.ts';

function connect(
  token: DeviceToken | undefined,
  stock: { total: number; issued: number },
  on: string,
  chance?: number,
) {
  const connection = connectDevice(token, stock, on, chance);
  assert.ok(connection.ok, connection.ok ? '' : connection.fault.sentence);
  return connection.value;
}

const permanent: DeviceToken = { kind: 'permanent', expires: '2026-08-30', validated: true };
const temporary: DeviceToken = { kind: 'temporary', expires: '2026-08-30', validated: false };

describe('S16: grace', () => {
  const allowed = (on: string, version?: string) => {
    const grace = graceOf('2026-01-01', on, version);
    assert.ok(grace.ok);
    return grace.value.allowed;
  };

  test('lasts 120 days, on Windows 2000 it lasts 90', () => {
    assert.deepEqual([allowed('2026-04-30'), allowed('2026-05-01')], [true, false]);
    assert.deepEqual([allowed('2026-03-31', '2000'), allowed('2026-04-01', '2000')], [true, false]);
    assert.equal(allowed('2026-04-30', 'constructor'), true);
  });

  test('does not start after the day that is asked for', () => {
    assert.equal(graceOf('2026-01-02', '2026-01-01').ok, false);
  });
});

describe('S17: devices', () => {
  test('the first token is temporary even where there is no stock', () => {
    const connection = connect(undefined, { total: 0, issued: 0 }, '2026-06-01');
    assert.equal(connection.issue, 'temporary');
    assert.equal(connection.expires, '2026-08-30');
    assert.equal(connection.poolUsed, 0);
  });

  test('without a successful sign-in the temporary token is kept, then it runs out', () => {
    const stock = { total: 5, issued: 0 };
    assert.equal(connect(temporary, stock, '2026-08-29').issue, null);
    assert.equal(connect(temporary, stock, '2026-08-29').poolUsed, 0);
    assert.equal(connect(temporary, stock, '2026-08-30').error, 'temporary-licence-expired');
    assert.equal(connect(validated(temporary), stock, '2026-08-29').issue, 'permanent');
  });

  test('the last licence goes out, the next device is not over-allocated', () => {
    const token = validated(temporary);
    assert.equal(connect(token, { total: 5, issued: 4 }, '2026-06-02').poolUsed, 5);
    const next = connect(token, { total: 5, issued: 5 }, '2026-06-02');
    assert.deepEqual([next.allowed, next.issue, next.poolUsed], [true, null, 5]);
  });

  test('a permanent token is renewed from seven days before its end, not eight', () => {
    const stock = { total: 5, issued: 5 };
    assert.equal(connect(permanent, stock, '2026-08-22').renewed, false);
    const renewed = connect(permanent, stock, '2026-08-23');
    assert.deepEqual([renewed.renewed, renewed.issue, renewed.poolUsed], [true, 'permanent', 5]);
  });

  test('one that ran out went back, and is had again only where there is stock', () => {
    assert.equal(connect(permanent, { total: 5, issued: 5 }, '2026-08-30').poolUsed, 5);
    const gone = connect(permanent, { total: 5, issued: 6 }, '2026-08-30');
    assert.deepEqual([gone.allowed, gone.error, gone.poolUsed], [false, 'no-licence-available', 5]);
  });

  test('what nobody renewed is returned', () => {
    const returned = returnExpired(
      [permanent, { ...permanent, expires: '2026-09-01' }, temporary],
      '2026-08-30',
    );
    assert.ok(returned.ok);
    assert.deepEqual(returned.value.returned, [permanent]);
    assert.equal(returned.value.stillIssued.length, 1);
  });

  test('permanent tokens are good for 52 to 89 days, each length as likely', () => {
    assert.equal(permanentDays(0), 52);
    assert.equal(permanentDays(1 - Number.EPSILON), 89);
    const lengths = Array.from({ length: 38 }, (_, i) => permanentDays((i + 0.5) / 38));
    assert.equal(new Set(lengths).size, 38);
    const connection = connect(validated(temporary), { total: 1, issued: 0 }, '2026-06-02', 0);
    assert.equal(connection.expires, addDays('2026-06-02', 52));
    assert.deepEqual(connection.validDays, { min: 52, max: 89 });
  });

  test('however devices come and go, never more permanent tokens are out than there is stock', () => {
    const steps = fc.array(
      fc.record({
        device: fc.nat(9),
        days: fc.nat(30),
        chance: fc.double({ min: 0, max: 0.999, noNaN: true }),
      }),
      { maxLength: 100 },
    );
    fc.assert(
      fc.property(fc.nat(4), steps, (total, connections) => {
        const tokens = new Map<number, DeviceToken>();
        let on = '2026-01-01';
        for (const { device, days, chance } of connections) {
          on = addDays(on, days);
          const returned = returnExpired([...tokens.values()], on);
          assert.ok(returned.ok);
          const mine = tokens.get(device);
          const isBack = mine?.kind === 'permanent' && mine.expires <= on;
          const issued = returned.value.stillIssued.length + (isBack ? 1 : 0);
          const { issue, expires, poolUsed } = connect(mine, { total, issued }, on, chance);
          assert.ok(poolUsed <= total, `${poolUsed} of ${total}`);
          if (issue !== null && expires !== undefined)
            tokens.set(device, { kind: issue, expires, validated: true });
        }
      }),
    );
  });
});

describe('S18: revocation', () => {
  const revoked = (installed: number, currentlyRevoked: number, count?: number) => {
    const result = revoke({ cal: 'per-device', installed, currentlyRevoked, count });
    assert.ok(result.ok);
    return result.value.allowed;
  };

  test('a fifth of the version, rounded down', () => {
    assert.deepEqual([revoked(9, 0), revoked(9, 1), revoked(4, 0)], [true, false, false]);
    assert.deepEqual([revoked(100, 0, 20), revoked(100, 0, 21)], [true, false]);
  });
});

describe('S19: people', () => {
  test('nobody is refused, the excess is shown', () => {
    const report = perUserReport(10, 14);
    assert.ok(report.ok);
    assert.deepEqual(
      [report.value.allowed, report.value.overAllocated, report.value.compliant],
      [true, 4, false],
    );
  });

  test('a record counts for 60 days, a person once', () => {
    const expires = userRecordExpires('2026-06-01');
    assert.ok(expires.ok && expires.value === '2026-07-31');
    const records = ['2026-06-01', '2026-06-10'].map((issuedOn) => ({ user: 'alice', issuedOn }));
    const count = (on: string) => {
      const active = activeUsers([...records, { user: 'bob', issuedOn: '2026-06-01' }], on);
      return active.ok ? active.value : -1;
    };
    assert.deepEqual([count('2026-07-30'), count('2026-07-31'), count('2026-08-09')], [2, 1, 0]);
  });
});

describe('S20: versions', () => {
  const fits = (cal: string, versions: Parameters<typeof compatibility>[1]) => {
    const result = compatibility(cal, versions);
    assert.ok(result.ok);
    return result.value.reasons;
  };

  test('host ≤ CAL ≤ licence server', () => {
    assert.deepEqual(fits('2019', { host: '2016', licenceServer: '2022' }), []);
    assert.deepEqual(fits('2019', { host: '2022', licenceServer: '2016' }), [
      'cal-older-than-host',
      'licence-server-older-than-cal',
    ]);
  });

  test('a release and its R2 share their CALs, however they are written', () => {
    assert.deepEqual(fits('2012', { host: '2012 r2' }), []);
    assert.deepEqual(fits('2008R2', { host: '2008', licenceServer: '2008' }), []);
  });

  test('an unknown version is refused', () => {
    const result = compatibility('2017', { host: '2016' });
    assert.equal(result.ok ? '' : result.fault.code, 'LICENCE_UNKNOWN_KIND');
  });
});
