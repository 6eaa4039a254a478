import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { additionalClients, clientLicence } from './client-licence.ts';
import { requiredForProvisioned } from './provisioning.ts';

describe('client software', () => {
  const licence = (
    client: string,
    held: readonly string[],
    more: { grandfathered?: boolean; hasServerLicence?: boolean } = {},
  ) => {
    const outcome = clientLicence(client, { held, grandfathered: false, ...more });
    assert.ok(outcome.ok);
    return outcome.value;
  };

  test('A5: Communicator 2007 R2 by one of its three routes, never by a CAL or another Office', () => {
    for (const route of ['communicator2007r2-standalone', 'office-pro-plus-2007', 'office-enterprise-2007']) {
      assert.equal(licence('communicator2007r2', [route]).route, route);
    }
    for (const other of [
      'office-standard-2007',
      'office-ultimate-2007',
      'ecal-suite',
      'ocs2007r2-enterprise-cal',
      'ocs2007r2-standard-server',
    ]) {
      assert.equal(licence('communicator2007r2', [other]).licensed, false, other);
    }
  });

  test('A13: the old right covers Communicator', () => {
    assert.equal(licence('communicator2007r2', [], { grandfathered: true }).route, 'grandfathered');
  });

  test('A20: the six components come with a server licence of 2007 R2, and no other way', () => {
    assert.equal(additionalClients().length, 6);
    for (const { client } of additionalClients()) {
      assert.equal(licence(client, [], { hasServerLicence: true }).licensed, true);
      assert.equal(licence(client, ['ocs2007r2-enterprise-server']).route, 'server-licence');
      assert.equal(licence(client, ['ocs2007-standard-server']).licensed, false);
      assert.equal(licence(client, ['office-pro-plus-2007'], { grandfathered: true }).licensed, false);
      assert.equal(licence(client, []).calStillNeeded, true);
    }
  });

  test('the clients of Parley come with its server', () => {
    assert.equal(licence('parley-communicator', ['parley-server']).licensed, true);
    assert.equal(licence('parley-communicator', []).licensed, false);
  });

  test('an unknown client is refused', () => {
    const outcome = clientLicence('pager', { held: [], grandfathered: false });
    assert.equal(outcome.ok ? '' : outcome.fault.code, 'LICENCE_UNKNOWN_SKU');
  });
});

describe('what is provisioned', () => {
  const nobody = { id: 'alice@example.com', im: false, voiceExtension: false, features: [] };

  test('A16c: an identity needs a Standard CAL, used or not; A16a: an extension needs both', () => {
    const need = requiredForProvisioned([
      { ...nobody, im: true },
      { ...nobody, id: 'bob@example.com', voiceExtension: true },
      { ...nobody, id: 'carol@example.com', features: ['presence', 'web-conferencing'] },
      { ...nobody, id: 'dave@example.com' },
    ]);
    assert.ok(need.ok);
    assert.equal(need.value.standard, 3);
    assert.equal(need.value.enterprise, 2);
  });

  test('the same identity twice counts once', () => {
    const need = requiredForProvisioned([
      { ...nobody, im: true },
      { ...nobody, voiceExtension: true },
    ]);
    assert.ok(need.ok);
    assert.deepEqual([need.value.standard, need.value.enterprise], [1, 1]);
  });

  test('an unknown feature is refused', () => {
    const need = requiredForProvisioned([{ ...nobody, features: ['telepathy'] }]);
    assert.equal(need.ok ? '' : need.fault.code, 'LICENCE_UNKNOWN_FEATURE');
  });
});
