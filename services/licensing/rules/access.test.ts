import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import {
  type AccessDecision,
  type AccessRequest,
  type Actor,
  checkAccess,
  checkAccessAll,
} from './access.ts';
import { type Release, releaseOf } from './catalogue.ts';
import { decisionSentence, explain } from './explain.ts';
import { decide, featureFlags, featureMask, featureOf, features, isIn, uses } from './feature.ts';

const S = 'ocs2007r2-standard-cal';
const E = 'ocs2007r2-enterprise-cal';
const R2 = { family: 'ocs', version: '2007R2' };
const first = { family: 'ocs', version: '2007' };
const parley = { family: 'parley', version: '1' };
const alice: Actor = { kind: 'internal', auth: 'directory', hasPerson: true };
const visitor: Actor = { kind: 'external', auth: 'none', hasPerson: true };

function check(request: Partial<AccessRequest>): AccessDecision {
  const outcome = checkAccess({ server: R2, actor: alice, user: [], device: [], feature: 'im', ...request });
  assert.ok(outcome.ok);
  return outcome.value;
}

describe('who covers an access', () => {
  test('A3: the user or the device, one is enough', () => {
    assert.equal(check({ user: [S] }).coveredBy, 'user');
    assert.equal(check({ device: [S] }).coveredBy, 'device');
    assert.equal(check({}).allowed, false);
  });

  test('S7: the Standard CAL of the user and the Enterprise CAL of the device do not add up', () => {
    const decision = check({ user: [S], device: [E], feature: 'delegation' });
    assert.equal(decision.allowed, false);
    assert.deepEqual(decision.missing, ['enterprise']);
    assert.equal(decision.reason, 'cals-split-between-subjects');
    assert.ok(decision.rules.includes('S7'));
    assert.deepEqual(check({ user: [E], device: [S], feature: 'delegation' }).allowed, false);
  });

  test('A10: an Enterprise CAL alone opens nothing', () => {
    for (const { feature } of features) {
      assert.deepEqual(check({ user: [E], feature }).missing, ['standard'], feature);
    }
    assert.equal(check({ user: [E] }).reason, 'prerequisite-missing');
  });

  test('A3: a phone without a person is covered by its own CALs only', () => {
    const lobby = { ...alice, hasPerson: false };
    assert.equal(check({ actor: lobby, user: [S] }).allowed, false);
    assert.equal(check({ actor: lobby, device: [S] }).coveredBy, 'device');
  });

  test('A11: the edition of the server makes no difference', () => {
    for (const user of [[], [S], [S, E]]) {
      const all = ['standard', 'enterprise'].map((edition) =>
        checkAccessAll({ server: { ...R2, edition }, actor: alice, user, device: [] }),
      );
      assert.deepEqual(all[0], all[1]);
    }
  });

  test('A12, S23: the suite opens all 19, and only for the subject that holds it', () => {
    const all = checkAccessAll({ server: R2, actor: alice, user: [], device: ['ecal-suite'] });
    assert.ok(all.ok && all.value.every((each) => each.allowed && each.coveredBy === 'device'));
    assert.equal(check({ user: ['core-cal-suite'] }).allowed, false);
  });
});

describe('versions', () => {
  test('S6: an old Standard CAL does not make a new Enterprise CAL work', () => {
    const decision = check({ user: ['ocs2007-standard-cal', E], feature: 'delegation' });
    assert.deepEqual(decision.missing, ['standard']);
    assert.equal(decision.reason, 'cal-version-older-than-server');
  });

  test('a feature that the server is too old for is refused whatever is held', () => {
    const decision = check({ server: first, user: [S, E], feature: 'desktop-sharing' });
    assert.equal(decision.allowed, false);
    assert.equal(decision.reason, 'feature-not-in-server-version');
    assert.deepEqual(decision.missing, []);
    const all = checkAccessAll({ server: first, actor: alice, user: [S, E], device: [] });
    assert.ok(all.ok);
    assert.equal(all.value.filter(({ allowed }) => allowed).length, 12);
  });

  test('CALs and the suite of OCS 2007 R2 open Parley, those of OCS 2007 do not', () => {
    assert.equal(check({ server: parley, user: [S, E], feature: 'response-group' }).allowed, true);
    assert.equal(check({ server: parley, user: ['ecal-suite'], feature: 'response-group' }).allowed, true);
    assert.equal(check({ server: parley, user: ['parley-ecal-suite'], feature: 'delegation' }).allowed, true);
    assert.equal(
      check({ server: parley, user: [S, 'parley-enterprise-cal'], feature: 'delegation' }).allowed,
      true,
    );
    assert.equal(check({ server: parley, user: ['ocs2007-standard-cal'] }).allowed, false);
    assert.equal(check({ user: ['parley-standard-cal'] }).allowed, false);
  });
});

describe('people from outside', () => {
  const attend = { feature: 'web-conferencing', scenario: 'attend-conference' };

  test('A15, A17d: an anonymous attendee of 2007 R2 and of Parley needs nothing', () => {
    for (const server of [R2, parley]) {
      const decision = check({ server, actor: visitor, ...attend });
      assert.equal(decision.calRequired, false);
      assert.equal(decision.allowed, true);
    }
  });

  test('A15: on the first release the attendee needs CALs or the server an External Connector', () => {
    const refused = check({ server: first, actor: visitor, ...attend });
    assert.equal(refused.allowed, false);
    assert.equal(refused.externalConnectorRequired, true);
    assert.equal(refused.reason, 'cal-or-external-connector-missing');
    const connectors = ['ocs2007-external-connector'];
    const admitted = check({ server: { ...first, connectors }, actor: visitor, ...attend });
    assert.equal(admitted.coveredBy, 'external-connector');
    const user = ['ocs2007-standard-cal', 'ocs2007-enterprise-cal'];
    const licensed = check({ server: first, actor: visitor, user, ...attend });
    assert.equal(licensed.coveredBy, 'user');
    assert.equal(licensed.externalConnectorRequired, false);
  });

  test('D11: an outsider with an account in our directory needs a CAL, or the server a connector (S8)', () => {
    const partner: Actor = { kind: 'external', auth: 'directory', hasPerson: true };
    const decision = check({ actor: partner, ...attend });
    assert.deepEqual(decision.missing, ['standard', 'enterprise']);
    assert.ok(decision.rules.includes('D11'));
    const one = { ...R2, connectors: ['ocs2007r2-standard-external-connector'] };
    assert.equal(check({ server: one, actor: partner, ...attend }).allowed, false);
    assert.equal(check({ server: one, actor: partner, feature: 'im' }).allowed, true);
    const both = { ...one, connectors: [...one.connectors, 'ocs2007r2-enterprise-external-connector'] };
    assert.equal(check({ server: both, actor: partner, ...attend }).coveredBy, 'external-connector');
    assert.equal(check({ server: both, actor: alice, ...attend }).allowed, false);
  });

  test('A17: to attend and to talk to us is free, to hold a meeting here is not', () => {
    for (const kind of ['external', 'federated', 'public-im', 'pstn', 'non-ocs'] as const) {
      const actor: Actor = { kind, auth: 'none', hasPerson: true };
      assert.equal(check({ actor, ...attend }).calRequired, false, kind);
      assert.equal(
        check({ actor, feature: 'web-conferencing', scenario: 'organise-conference' }).calRequired,
        true,
        kind,
      );
    }
  });

  test('A16b, D27: an internal attendee needs both CALs, signed in or not', () => {
    for (const auth of ['directory', 'none'] as const) {
      const decision = check({ actor: { ...alice, auth }, user: [S], ...attend });
      assert.deepEqual(decision.missing, ['enterprise']);
      assert.ok(decision.rules.includes('A16b') && decision.rules.includes('D27'));
    }
  });

  test('A18: Public IM Connectivity is needed by our side and is in no CAL', () => {
    const scenario = 'im-with-public-network';
    const decision = check({ user: ['ecal-suite'], scenario });
    assert.deepEqual(decision.missing, ['pic']);
    assert.equal(decision.reason, 'public-im-licence-missing');
    assert.equal(check({ user: [S, 'pic-licence'], scenario }).allowed, true);
    assert.equal(check({ user: ['pic-licence'], device: [S], scenario }).coveredBy, 'device');
    assert.equal(check({ user: [S], scenario, server: parley }).allowed, true);
    const other: Actor = { kind: 'public-im', auth: 'provider', hasPerson: true };
    assert.deepEqual(check({ actor: other, scenario }).required, []);
  });

  test('S10: a gateway hides nobody, what a person hands on needs nothing', () => {
    assert.equal(check({ actor: { ...alice, via: 'gateway' } }).calRequired, true);
    assert.equal(check({ actor: { ...alice, via: 'by-hand' } }).calRequired, false);
  });
});

describe('bad input', () => {
  const rows = [
    [{ feature: 'telepathy' }, 'LICENCE_UNKNOWN_FEATURE'],
    [{ server: { family: 'ocs', version: '2013' } }, 'LICENCE_UNKNOWN_SERVER'],
    [{ user: ['ocs2007r2-platinum-cal'] }, 'LICENCE_UNKNOWN_SKU'],
    [{ device: ['constructor'] }, 'LICENCE_UNKNOWN_SKU'],
    [{ actor: { kind: 'ghost', auth: 'none', hasPerson: true } }, 'LICENCE_BAD_ACTOR'],
  ] as const;
  for (const [given, code] of rows) {
    test(`${JSON.stringify(given)} is ${code}`, () => {
      const outcome = checkAccess({
        ...{ server: R2, actor: alice, user: [], device: [], feature: 'im' },
        ...(given as object),
      });
      assert.equal(outcome.ok ? '' : outcome.fault.code, code);
    });
  }
});

const held = fc.subarray([
  S,
  E,
  'ecal-suite',
  'ocs2007-standard-cal',
  'ocs2007-enterprise-cal',
  'pic-licence',
  'lcs2005-cal',
  'parley-standard-cal',
  'parley-enterprise-cal',
  'core-cal-suite',
  'ws2012-user-cal',
]);
const servers = fc.constantFrom(R2, first, parley);

describe('the fast decision (M1)', () => {
  test('is that of the whole rule, for every feature, server and holding', () => {
    fc.assert(
      fc.property(servers, held, held, (server, user, device) => {
        const release = releaseOf(server.family, server.version) as Release;
        const [maskUser, maskDevice] = [featureMask(user, release), featureMask(device, release)];
        for (const { feature, bit } of [...features, ...uses]) {
          const { allowed } = check({ server, user, device, feature });
          assert.equal(decide(maskUser, maskDevice, bit), allowed, feature);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('no decision allows what the table forbids', () => {
    fc.assert(
      fc.property(servers, held, held, fc.constantFrom(...features), (server, user, device, feature) => {
        const release = releaseOf(server.family, server.version) as Release;
        if (!check({ server, user, device, feature: feature.feature }).allowed) return;
        assert.ok(isIn(feature, release));
        const opens = (list: readonly string[]) => {
          const own =
            server === parley
              ? /^(parley|ocs2007r2)-|^ecal/
              : server === R2
                ? /^ocs2007r2-|^ecal/
                : /^ocs|^ecal/;
          const good = list.filter((id) => own.test(id));
          const has = (kind: string) => good.some((id) => id === 'ecal-suite' || id.endsWith(`-${kind}-cal`));
          return has('standard') && (feature.cal === 'standard' || has('enterprise'));
        };
        assert.ok(opens(user) || opens(device));
      }),
      { numRuns: 500 },
    );
  });

  test('another licence never takes anything away', () => {
    fc.assert(
      fc.property(servers, held, held, (server, some, more) => {
        const release = releaseOf(server.family, server.version) as Release;
        const before = featureMask(some, release);
        assert.equal(featureMask([...some, ...more], release) & before, before);
      }),
    );
  });
});

test('features: a Standard CAL shows 6, both show 19, on the device as on the user', () => {
  assert.equal(featureFlags({ user: [S], device: [] }).enabled.length, 6);
  assert.equal(featureFlags({ user: [], device: [S, E] }).enabled.length, 19);
  assert.equal(featureFlags({ user: [S], device: [E] }).enabled.length, 6);
  assert.equal(featureOf('desktop-sharing')?.cal, 'enterprise');
});

describe('explaining (M12)', () => {
  test('every decision names rules that have statements, and has a sentence', () => {
    const kinds = ['internal', 'external', 'federated', 'public-im', 'pstn', 'non-ocs'] as const;
    const auths = ['directory', 'partner', 'provider', 'none'] as const;
    fc.assert(
      fc.property(
        fc.record({
          server: servers,
          user: held,
          device: held,
          feature: fc.constantFrom(...[...features, ...uses].map((each) => each.feature)),
          actor: fc.record({
            kind: fc.constantFrom(...kinds),
            auth: fc.constantFrom(...auths),
            hasPerson: fc.boolean(),
          }),
          scenario: fc.constantFrom(
            'attend-conference',
            'im-with-public-network',
            'call-to-extension',
            'other',
          ),
        }),
        (request) => {
          const decision = check(request);
          const { lines } = explain(decision.rules);
          assert.ok(lines.length > 0 && lines.every(({ statement }) => statement !== ''));
          assert.doesNotMatch(decisionSentence(decision), /\{|undefined|needs \./);
          assert.equal(decision.reason === undefined, decision.allowed);
          assert.equal(new Set(decision.rules).size, decision.rules.length);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('a doubtful print is flagged, a wording is not', () => {
    assert.equal(explain(['A23.2', 'D4']).discrepancy, true);
    assert.equal(explain(['A3', 'D8']).discrepancy, false);
  });
});
