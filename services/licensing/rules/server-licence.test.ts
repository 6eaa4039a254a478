import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Profile } from './model.ts';
import { type Edition, recommendedEdition, serverLicences, type Topology } from './server-licence.ts';

function of(
  edition: Edition,
  oses: readonly (readonly string[])[],
  more: Partial<Topology> = {},
  profile: Profile = 'printed',
) {
  const topology = { edition, oses: oses.map((roles, i) => ({ id: `ose${i}`, roles })), ...more };
  const licences = serverLicences(topology, profile);
  assert.ok(licences.ok, licences.ok ? '' : licences.fault.sentence);
  return licences.value;
}

describe('server licences', () => {
  test('D33: three Edge roles on one server are one licence, on three they are three', () => {
    const roles = ['access-edge', 'web-conferencing-edge', 'av-edge'];
    assert.equal(of('enterprise', [['front-end'], roles]).licences, 2);
    assert.equal(of('enterprise', [['front-end'], ...roles.map((each) => [each])]).licences, 4);
  });

  test('D12: the Group Chat server under Standard Edition is licensed as printed, free as corrected', () => {
    const oses = [['front-end'], ['group-chat']];
    const printed = of('standard', oses);
    const corrected = of('standard', oses, {}, 'corrected');
    assert.deepEqual([printed.licences, corrected.licences], [2, 1]);
    assert.deepEqual([printed.discrepancy, corrected.discrepancy], [true, true]);
    assert.ok(printed.rules.includes('D12'));
    assert.equal(of('enterprise', oses).discrepancy, false);
  });

  test('D12: the Edge under Standard Edition is licensed in both profiles', () => {
    const oses = [['front-end'], ['edge']];
    assert.deepEqual([of('standard', oses).licences, of('standard', oses, {}, 'corrected').licences], [2, 2]);
  });

  test('D12: a role that shares a licensed server makes no difference', () => {
    const licences = of('standard', [['front-end', 'group-chat']]);
    assert.equal(licences.licences, 1);
    assert.equal(licences.discrepancy, false);
  });

  test('A19: the Speech Server needs no licence of its own under either edition', () => {
    for (const edition of ['standard', 'enterprise'] as const)
      assert.equal(of(edition, [['front-end'], ['speech-server']]).licences, 1);
  });

  test('A21 is closed, A22 is open: an unknown role counts under Standard only, with a warning', () => {
    const oses = [['front-end'], ['fax-gateway']];
    assert.equal(of('standard', oses).licences, 2);
    assert.equal(of('enterprise', oses).licences, 1);
    assert.deepEqual(of('enterprise', oses).warnings, ['unknown-role: fax-gateway']);
  });

  test('licences are named by product and edition, which may differ from server to server', () => {
    const licences = serverLicences(
      {
        edition: 'standard',
        oses: [
          { id: 'a', roles: ['front-end'] },
          { id: 'b', roles: ['front-end'], edition: 'enterprise' },
        ],
      },
      'printed',
    );
    assert.ok(licences.ok);
    assert.deepEqual(licences.value.bySku, {
      'ocs2007r2-standard-server': 1,
      'ocs2007r2-enterprise-server': 1,
    });
    assert.deepEqual(of('enterprise', [['front-end']], { release: 'parley1' }).bySku, { 'parley-server': 1 });
  });

  test('a server without roles needs nothing', () => assert.equal(of('standard', [[]]).licences, 0));
});

describe('topology', () => {
  test('A6: the database of Standard Edition may share the Front End', () => {
    assert.deepEqual(of('standard', [['front-end', 'sql-back-end']]).violations, []);
    assert.deepEqual(of('standard', [['front-end'], ['sql-back-end', 'archiving']]).violations, [
      'standard-edition-database-must-be-local',
    ]);
  });

  test('D32: two Front Ends of Standard Edition are no fault unless they form a pool', () => {
    const oses = [['front-end'], ['front-end']];
    assert.deepEqual(of('standard', oses).violations, []);
    const pooled = of('standard', oses, { pool: true });
    assert.deepEqual(pooled.violations, ['standard-edition-no-clustering']);
    assert.ok(pooled.rules.includes('D32'));
    assert.deepEqual(of('enterprise', oses, { pool: true }).violations, []);
  });

  test('D32: pools are told apart by their names', () => {
    const named = (b: string) =>
      serverLicences(
        {
          edition: 'standard',
          oses: [
            { id: 'a', roles: ['front-end'], pool: 'north' },
            { id: 'b', roles: ['front-end'], pool: b },
          ],
        },
        'printed',
      );
    const [one, two] = [named('north'), named('south')];
    assert.ok(one.ok && two.ok);
    assert.equal(one.value.violations.length, 1);
    assert.equal(two.value.violations.length, 0);
  });

  test('two servers of one name are refused', () => {
    const oses = [
      { id: 'a', roles: [] },
      { id: 'a', roles: [] },
    ];
    const licences = serverLicences({ edition: 'standard', oses }, 'printed');
    assert.equal(licences.ok ? '' : licences.fault.code, 'LICENCE_NAMED_TWICE');
  });

  test('A7: clustering or a separate database asks for Enterprise Edition', () => {
    assert.equal(recommendedEdition({ highAvailability: false, separateDatabase: false }), 'standard');
    assert.equal(recommendedEdition({ highAvailability: true, separateDatabase: false }), 'enterprise');
    assert.equal(recommendedEdition({ highAvailability: false, separateDatabase: true }), 'enterprise');
  });
});
