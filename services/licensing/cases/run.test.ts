import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { differences } from './compare.ts';
import { type CaseFile, operations, readCases, runCases } from './run.ts';

function casesIn(name: string): CaseFile {
  const path = join(import.meta.dirname, '../../../spec/licensing', name);
  const read = readCases(readFileSync(path, 'utf8'));
  assert.ok(read.ok);
  return read.value;
}

const file = casesIn('cases.json');
const all = readdirSync(join(import.meta.dirname, '../../../spec/licensing'))
  .filter((name) => name.endsWith('cases.json'))
  .flatMap((name) => casesIn(name).cases);

describe('the acceptance cases', () => {
  for (const each of all) {
    // Whole-size timings belong to the benchmarks: they would disturb the tests that run beside them.
    if (each.op === 'bench' || typeof each.expect['maxSeconds'] === 'number') continue;
    test(`${each.id} ${each.op}: ${each.why ?? ''}`, async () => {
      const { passed, failures } = await runCases({ cases: [each] }, { operations });
      assert.deepEqual(failures, []);
      assert.equal(passed, each.altProfile === undefined ? 1 : 2);
    });
  }

  test('PRF-01: a decision', async () => {
    const bench = file.cases.filter(({ id }) => id === 'PRF-01');
    assert.deepEqual((await runCases({ cases: bench }, { operations })).failures, []);
  });
});

describe('what case files may write', () => {
  const runs = async (op: string, given: object, expect: object) => {
    const { failures } = await runCases(
      { cases: [{ id: 'X-0', op, given: { ...given }, expect: { ...expect } }] },
      { operations },
    );
    assert.deepEqual(failures, []);
  };

  test('an instant counts as its day in UTC, inside lists as well', async () => {
    const sa = { saFrom: '2007-10-01T12:00:00Z', saTo: '2009-02-01T00:00:00Z' };
    const holdings = [{ product: 'ocs2007-standard-cal', quantity: 10, ...sa }];
    await runs(
      'transition',
      { r2Release: '2009-02-01T23:59:59Z', holdings },
      { entitled: { 'ocs2007r2-standard-cal': 10 } },
    );
  });

  test('a person is not exempt for being called an administrator', async () => {
    const full = { mode: 'enforce', licensed: 10, inUse: 20, newSubject: true };
    await runs('enforce', { ...full, user: 'administrator-of-nothing' }, { allowed: false });
    await runs('enforce', { ...full, operation: 'admin-sign-in' }, { allowed: true });
  });

  test('no licence file is an error by name', async () => {
    await runs(
      'licenceFile',
      { publicKeys: {}, file: null, on: '2026-01-01' },
      { valid: false, error: 'bad-frame' },
    );
  });

  test('cells alone come back alone, rows as rows', async () => {
    await runs('exportCsv', { cells: ['=1+1', 'plain'] }, { cells: ["'=1+1", 'plain'] });
    await runs('exportCsv', { rows: [['@a', true]] }, { cells: [["'@a", 'true']], safe: true });
  });
});

describe('running cases', () => {
  const echo = { echo: (given: object) => given };

  test('a case without an adapter fails by the name of its operation', async () => {
    const cases = [{ id: 'X-1', op: 'nothing', given: {}, expect: {} }];
    const { failures } = await runCases({ cases }, { operations: echo });
    assert.deepEqual(failures, [{ id: 'X-1', profile: 'printed', text: 'there is no operation nothing' }]);
  });

  test('a second profile is a second run of its own', async () => {
    const cases = [
      {
        id: 'X-2',
        op: 'profile',
        given: {},
        expect: { profile: 'printed' },
        altProfile: { profile: 'corrected' as const, expect: { profile: 'printed' } },
      },
    ];
    const operation = { profile: (_given: object, context: object) => context };
    const { passed, failures } = await runCases({ cases }, { operations: operation });
    assert.equal(passed, 1);
    assert.deepEqual(
      failures.map(({ id, profile }) => [id, profile]),
      [['X-2', 'corrected']],
    );
  });

  test('an operation that throws fails its case only', async () => {
    const operations = {
      ...echo,
      broken() {
        throw new Error('the lamp is out');
      },
    };
    const cases = [
      { id: 'X-3', op: 'broken', given: {}, expect: {} },
      { id: 'X-4', op: 'echo', given: { a: 1 }, expect: { a: 1 } },
    ];
    const { passed, failures } = await runCases({ cases }, { operations });
    assert.equal(passed, 1);
    assert.match(failures[0]?.text ?? '', /the lamp is out/);
  });

  test('a case that is not in the form fails by itself, and the others are run', async () => {
    const good = { id: 'X-5', op: 'echo', given: { a: 1 }, expect: { a: 1 }, profile: null };
    const read = readCases(JSON.stringify({ cases: [{ id: 'X-6', op: 'echo', given: {} }, good] }));
    assert.ok(read.ok);
    const { passed, failures } = await runCases(read.value, { operations: echo });
    assert.equal(passed, 1);
    assert.deepEqual(
      failures.map(({ id }) => id),
      ['X-6'],
    );
    assert.match(failures[0]?.text ?? '', /\/cases\/0/);
  });

  test('a file that is not in the form is refused with the place', () => {
    for (const text of [
      '{',
      '[]',
      '{"cases":[{"id":"X"}]}',
      '{"cases":[{"id":1,"op":"x","given":{},"expect":{}}]}',
    ]) {
      const outcome = readCases(text);
      assert.equal(outcome.ok ? '' : outcome.fault.code, 'LICENCE_BAD_CASES', text);
    }
  });
});

describe('comparing', () => {
  const rows: readonly (readonly [what: string, expected: object, actual: unknown, equal: boolean])[] = [
    ['extra keys are fine', { a: 1 }, { a: 1, b: 2 }, true],
    ['a missing key is not', { a: 1 }, { b: 1 }, false],
    ['null is not absence', { a: null }, {}, false],
    ['lists of strings are sets', { a: ['x', 'y'] }, { a: ['y', 'x'] }, true],
    ['a set has nothing more', { a: ['x'] }, { a: ['x', 'y'] }, false],
    ['lists of numbers have an order', { a: [1, 2] }, { a: [2, 1] }, false],
    ['objects in lists match on the keys given', { a: [{ x: 1 }] }, { a: [{ x: 1, y: 2 }] }, true],
    ['each row of a list has its own match', { a: [{ x: 1 }, { x: 1 }] }, { a: [{ x: 1 }, { x: 2 }] }, false],
    ['an empty object means nothing at all', { a: {} }, { a: { x: 1 } }, false],
    ['an object inside is equal or not', { a: { x: 1 } }, { a: { x: 1, y: 2 } }, false],
    ['a list that includes', { rulesInclude: ['A1'] }, { rules: ['A1', 'A2'] }, true],
    ['a list that does not include', { rulesInclude: ['A3'] }, { rules: ['A1', 'A2'] }, false],
    ['one of several', { countsAnyOf: [{ a: 1 }, { a: 2 }] }, { counts: { a: 2 } }, true],
    ['none of several', { countsAnyOf: [{ a: 1 }] }, { counts: { a: 2 } }, false],
    ['a bound that holds', { maxSeconds: 5 }, { seconds: 4 }, true],
    ['a bound that does not', { p50MaxNs: 5 }, { p50Ns: 6 }, false],
    ['a bound on nothing', { p50MaxNs: 5 }, {}, false],
    ['a key that only looks like a bound', { maxVersion: '2' }, { maxVersion: '2' }, true],
    ['an answer that is none', { a: 1 }, undefined, false],
  ];
  for (const [what, expected, actual, equal] of rows) {
    test(what, () => assert.equal(differences(expected as never, actual).length === 0, equal));
  }
});
