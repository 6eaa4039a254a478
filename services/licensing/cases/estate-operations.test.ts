import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { explain } from '../rules/explain.ts';
import { estateBenchmarks } from './estate-benchmark.ts';
import { estateOperations } from './estate-operations.ts';
import { recordOf, recordsOf } from './given.ts';
import { identityKind } from './identity-kinds.ts';
import type { Given } from './operation.ts';
import { readCases } from './run.ts';

function ask(op: string, given: Given): Given {
  return recordOf(estateOperations[op]?.(given, { profile: 'printed' }));
}

describe('kinds of identities', () => {
  const kinds: readonly [string, 'standard' | 'enterprise'][] = [
    ['imOnly', 'standard'],
    ['imAndPresence', 'standard'],
    ['p2pVoiceAndVideo', 'standard'],
    ['peerToPeerVoice', 'standard'],
    ['chatRooms', 'standard'],
    ['voice', 'enterprise'],
    ['imAndDialInConferencing', 'enterprise'],
    ['webConferencing', 'enterprise'],
    ['voice-extension', 'enterprise'],
    ['conferenceOrganisers', 'enterprise'],
    ['remoteImUsers', 'standard'],
    ['hostedUnusedIdentities', 'standard'],
  ];
  for (const [name, level] of kinds) {
    test(`${name} needs ${level}`, () => assert.equal(identityKind(name)?.level, level));
  }

  test('A17: outsiders need nothing', () => {
    const { required } = ask('compliance', {
      identities: { imOnly: 1, federatedContacts: 7, anonymousAttendees: 3 },
    });
    assert.deepEqual(required, { 'ocs2007r2-standard-cal': 1 });
  });

  test('D11: outsiders with an account of ours need a CAL', () => {
    const { required } = ask('compliance', {
      authenticatedExternalAttendees: 2,
      unauthenticatedAttendees: 9,
      anonymousAttendees: 9,
    });
    assert.deepEqual(required, { 'ocs2007r2-standard-cal': 2, 'ocs2007r2-enterprise-cal': 2 });
  });

  test('a word that no rule knows is refused', () => {
    assert.equal(identityKind('imAndTelepathy'), undefined);
    assert.equal(ask('compliance', { identities: { telepathy: 3 } })['code'], 'LICENCE_UNKNOWN_KIND');
  });
});

describe('adapters', () => {
  test('so many of the people talk to public networks, and nobody is counted twice', () => {
    const { required } = ask('compliance', { identities: { imOnly: 10, voice: 5 }, publicImUsers: 12 });
    assert.deepEqual(required, {
      'ocs2007r2-standard-cal': 15,
      'ocs2007r2-enterprise-cal': 5,
      'pic-licence': 12,
    });
  });

  test('CALs may be given by type', () => {
    const { shortfall } = ask('compliance', {
      identities: { imOnly: 2 },
      commonAreaPhones: 1,
      held: { 'ocs2007r2-standard-cal': { user: 9, device: 1 }, 'ocs2007r2-enterprise-device-cal': 1 },
    });
    assert.deepEqual(shortfall, {});
  });

  test('B2, B3: a Windows server needs its licence and its CALs', () => {
    const { serverShortfall, calShortfall, compliant } = ask('deployment', {
      product: 'ws2012-standard',
      serverLicences: 1,
      internalUsers: 3,
      held: {},
    });
    assert.deepEqual([serverShortfall, calShortfall, compliant], [0, { 'ws2012-user-cal': 3 }, false]);
  });

  test('A1: Parley itself is a deployment like the others', () => {
    const { serverShortfall, calShortfall, compliant } = ask('deployment', {
      product: 'parley',
      edition: 'enterprise',
      serverLicences: 1,
      oses: [{ id: 'a', roles: ['front-end'] }],
      internalUsers: 3,
      held: { 'parley-standard-cal': 1, 'ocs2007r2-standard-cal': 2 },
    });
    assert.deepEqual([serverShortfall, calShortfall, compliant], [0, {}, true]);
  });

  test('roles are known with and without the word server', () => {
    const roles = ['monitoring-server', 'archiving-server', 'mediation', 'director-server'];
    const oses = [['front-end'], ...roles.map((role) => [role])].map((each, i) => ({
      id: String(i),
      roles: each,
    }));
    assert.equal(ask('serverLicences', { edition: 'standard', oses })['licences'], 1);
  });

  test('simulate changes the counts that are named and leaves the others', () => {
    const { changes, cost } = ask('simulate', {
      identities: { imOnly: 10, voice: 5 },
      held: { 'ocs2007r2-standard-cal': 15, 'ocs2007r2-enterprise-cal': 5 },
      prices: { 'ocs2007r2-standard-cal': 3000, 'ocs2007r2-enterprise-cal': 6000 },
      change: { identities: { voice: 8 } },
    });
    assert.deepEqual(
      recordsOf({ changes }, 'changes').map(({ kind, required, shortfall }) => [kind, required, shortfall]),
      [
        ['standard', 3, 3],
        ['enterprise', 3, 3],
      ],
    );
    assert.deepEqual(cost, { before: 0, after: 27_000, change: 27_000 });
  });

  test('nothing that is given makes an adapter throw', () => {
    const keys = [
      ...[
        'users',
        'devices',
        'servers',
        'held',
        'identities',
        'oses',
        'grants',
        'holdings',
        'people',
        'asOf',
        'on',
      ],
      ...[
        'mode',
        'action',
        'clientState',
        'pool',
        'lcsCalSa',
        'releases',
        'monthlyPeak',
        'quarterPeak',
        'tokens',
      ],
      ...['product', 'roles', 'sku', 'quantity', 'saFrom', 'saTo', 'kind', 'expires', 'transition', 'family'],
    ];
    const value = fc.oneof(
      fc.constantFrom('ocs2007r2', 'ws2012-standard', 'per-device', 'constructor', '__proto__', '2026-06-01'),
      fc.integer(),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.string(),
    );
    const given = (depth: number): fc.Arbitrary<Given> =>
      fc.dictionary(
        fc.constantFrom(...keys),
        depth === 0 ? value : fc.oneof(value, given(depth - 1), fc.array(fc.oneof(value, given(depth - 1)))),
      );
    fc.assert(
      fc.property(fc.constantFrom(...Object.keys(estateOperations)), given(2), (op, each) => {
        assert.equal(typeof estateOperations[op]?.(each, { profile: 'corrected' }), 'object');
      }),
      { numRuns: 1000 },
    );
  });
});

describe('M12: explanations', () => {
  const path = join(import.meta.dirname, '../../../spec/licensing/cases.json');
  const read = readCases(readFileSync(path, 'utf8'));
  assert.ok(read.ok);
  const cases = read.value.cases.filter(({ op }) => Object.hasOwn(estateOperations, op));

  test('every rule that an answer cites has a statement', () => {
    for (const { op, given } of cases) {
      const { rules, positions } = ask(op, given);
      const cited = [rules, ...recordsOf({ positions }, 'positions').map((each) => each['rules'])].flat();
      if (op !== 'productTable') assert.ok(cited.length > 0, op);
      assert.equal(
        explain(cited.filter((each) => typeof each === 'string')).lines.length,
        new Set(cited.filter(Boolean)).size,
      );
    }
  });
});

describe('benchmarks', () => {
  test('give their figures with what they worked on', () => {
    const context = { profile: 'printed' } as const;
    const report = recordOf(estateBenchmarks['compliance']?.({ people: 100 }, context));
    assert.deepEqual(report['required'], { 'parley-standard-cal': 100, 'parley-enterprise-cal': 50 });
    assert.equal(recordOf(estateBenchmarks['transition']?.({ lines: 60 }, context))['lines'], 60);
  });
});
