import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { releaseById } from './catalogue.ts';
import {
  connectorForAnonymous,
  type ExternalDefinition,
  externalConnector,
  externalDefinitionOf,
  externalUsers,
  multiplexed,
  type Outsider,
} from './external.ts';

describe('S9: who is external', () => {
  const isExternal = (person: Omit<Outsider, 'id'>, definition: ExternalDefinition) => {
    const result = externalUsers([{ id: 'bob', ...person }], definition);
    assert.ok(result.ok);
    return result.value.external.includes('bob');
  };

  const people: readonly [string, Omit<Outsider, 'id'>, boolean, boolean][] = [
    ['an employee', { kind: 'employee' }, false, false],
    ['an employee of an affiliate', { kind: 'affiliate-employee' }, false, false],
    ['a customer', { kind: 'customer' }, true, true],
    ['a contractor elsewhere', { kind: 'contractor', hoursPerWeek: 30 }, true, true],
    ['a contractor elsewhere for 31 hours', { kind: 'contractor', hoursPerWeek: 31 }, true, false],
    ['a contractor on site', { kind: 'contractor', onSite: true }, false, false],
    [
      'a contractor on site now and then',
      { kind: 'contractor', onSite: true, onSiteEachDay: false },
      false,
      true,
    ],
    ['an agent on site each day', { kind: 'agent', onSite: true, onSiteEachDay: true }, false, false],
    ['a supplier who works for 40 hours', { kind: 'supplier', hoursPerWeek: 40 }, true, true],
  ];
  for (const [name, person, before, since] of people) {
    test(`${name}: ${before ? 'external' : 'internal'} before, ${since ? 'external' : 'internal'} since`, () => {
      assert.equal(isExternal(person, 'pre-2024-10'), before);
      assert.equal(isExternal(person, 'from-2024-10'), since);
    });
  }

  test('the wording follows the day on which the agreement was signed', () => {
    const of = (day: string) => {
      const definition = externalDefinitionOf(day);
      return definition.ok ? definition.value : definition.fault.code;
    };
    assert.equal(of('2024-09-30'), 'pre-2024-10');
    assert.equal(of('2024-10-01'), 'from-2024-10');
    assert.equal(of('2024-10-32'), 'LICENCE_BAD_DATE');
  });

  test('a week of 200 hours is refused', () => {
    const result = externalUsers([{ id: 'bob', kind: 'contractor', hoursPerWeek: 200 }], 'from-2024-10');
    assert.equal(result.ok, false);
  });
});

describe('S8: connector or CALs', () => {
  test('the break-even is the first number of people for which the connector is cheaper', () => {
    const choose = (people: number) => {
      const choice = externalConnector({
        externalUsers: people,
        servers: 2,
        calPrice: 3000,
        ecPrice: 200_000,
      });
      assert.ok(choice.ok);
      return choice.value;
    };
    const { breakEvenUsers } = choose(1);
    assert.equal(breakEvenUsers, 134);
    assert.equal(choose(133).cheapest, 'cal');
    assert.equal(choose(134).cheapest, 'external-connector');
    assert.equal(choose(134).ecLicences, 2);
  });

  test('free CALs are never beaten', () => {
    const choice = externalConnector({ externalUsers: 1e6, servers: 1, calPrice: 0, ecPrice: 1 });
    assert.ok(choice.ok);
    assert.deepEqual([choice.value.cheapest, choice.value.breakEvenUsers], ['cal', null]);
  });

  test('A15, D22: anonymous attendees need a connector on OCS 2007 and none on R2', () => {
    const needed = ['ocs2007', 'ocs2007r2'].map((id) => connectorForAnonymous(releaseById(id)!).needed);
    assert.deepEqual(needed, [true, false]);
  });
});

describe('S10: a pool hides nobody', () => {
  test('people or devices behind it count, connections and what is passed on by hand do not', () => {
    const calsFor = (given: Parameters<typeof multiplexed>[0]) => {
      const result = multiplexed(given);
      assert.ok(result.ok);
      return result.value.calsRequired;
    };
    assert.equal(calsFor({ endUsers: 250, connections: 1, byHand: 40 }), 250);
    assert.equal(calsFor({ endDevices: 30 }), 30);
    assert.equal(calsFor({ endUsers: 250, endDevices: 30 }), 30);
    assert.equal(multiplexed({ endUsers: -1 }).ok, false);
  });
});
