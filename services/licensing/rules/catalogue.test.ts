import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import ocs from '../catalogue/ocs.json' with { type: 'json' };
import parley from '../catalogue/parley.json' with { type: 'json' };
import suites from '../catalogue/suites.json' with { type: 'json' };
import {
  catalogueHash,
  clients,
  newestRelease,
  offeringOf,
  offerings,
  reach,
  releaseById,
  releaseOf,
  releases,
  serverRoles,
  skuOf,
  skus,
} from './catalogue.ts';
import { discrepancies, explain, statementOf, statements } from './explain.ts';
import { Metric } from './model.ts';
import { sha256Hex } from './sha-256.ts';
import { suiteContents } from './suite.ts';

const strict = { additionalProperties: false };
const Name = Type.String({ pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' });
const Names = Type.Array(Name);
const Rules = Type.Array(Type.String({ pattern: '^[ABDSM]\\d+[a-d]?(\\.\\d)?$' }), { minItems: 1 });
const SkuRow = Type.Object(
  {
    id: Name,
    aliases: Type.Optional(Names),
    name: Type.String({ minLength: 1 }),
    family: Name,
    version: Type.String({ minLength: 1 }),
    edition: Type.Optional(Name),
    model: Name,
    metrics: Type.Array(Metric, { minItems: 1 }),
    packSizes: Type.Array(Type.Integer({ minimum: 1 }), { minItems: 1 }),
    cal: Type.Optional(Type.Enum(['standard', 'enterprise', 'pic'])),
    opens: Type.Optional(Names),
    needs: Type.Optional(Name),
    contains: Type.Optional(Names),
    containsSuites: Type.Optional(Names),
    parts: Type.Optional(Type.Array(Type.String({ minLength: 1 }))),
    rules: Rules,
  },
  strict,
);
const isSku = Compile(SkuRow);

describe('the data of the catalogue', () => {
  test('every SKU has the agreed form', () => {
    for (const row of [...ocs.skus, ...parley.skus, ...suites.skus]) {
      assert.ok(isSku.Check(row), `${row.id}: ${JSON.stringify(isSku.Errors(row)[0])}`);
    }
  });

  test('every id is there once, and no other name of one hides another', () => {
    const ids = skus.flatMap((sku) => [sku.id, ...(sku.aliases ?? [])]);
    assert.deepEqual(ids, [...new Set(ids)]);
    for (const list of [releases.map(({ id }) => id), serverRoles.map(({ role }) => role)]) {
      assert.deepEqual(list, [...new Set(list)]);
    }
  });

  test('whatever is named exists', () => {
    for (const sku of skus) {
      for (const release of sku.opens ?? []) assert.ok(releaseById(release), `${sku.id} opens ${release}`);
      for (const id of [sku.needs ?? sku.id, ...(sku.contains ?? []), ...(sku.containsSuites ?? [])]) {
        assert.ok(skuOf(id), `${sku.id} names ${id}`);
      }
    }
    for (const release of releases) {
      if (release.publicIm !== null) assert.ok(skuOf(release.publicIm));
    }
    for (const client of clients) {
      assert.ok(releaseById(client.release), client.client);
      for (const route of client.routes) assert.ok(skuOf(route), route);
    }
    for (const { server, cal, client } of offerings) {
      for (const route of [...server, ...cal, ...client].flatMap((each) => each.skus)) {
        assert.ok(skuOf(route), route);
      }
    }
  });

  test('A8: each release has the two CALs, one of each kind', () => {
    for (const id of ['ocs2007', 'ocs2007r2']) {
      const cals = skus.filter((sku) => sku.model === 'cal' && sku.id.startsWith(`${id}-`));
      assert.deepEqual(cals.map((sku) => sku.cal).sort(), ['enterprise', 'standard']);
    }
  });

  test('A10: an Enterprise licence names the Standard one that it needs', () => {
    for (const sku of skus.filter((each) => each.cal === 'enterprise')) {
      assert.equal(skuOf(sku.needs ?? '')?.cal, 'standard', sku.id);
    }
  });

  test('D13: a version is found however it is spelt', () => {
    assert.equal(releaseOf('ocs', '2007 R2')?.id, 'ocs2007r2');
    assert.equal(releaseOf('ocs', '2007r2')?.id, 'ocs2007r2');
    assert.equal(releaseOf('ocs', '2010'), undefined);
    assert.equal(newestRelease('ocs')?.id, 'ocs2007r2');
  });
});

describe('S6: the version of a CAL against that of the server', () => {
  const rows = [
    ['lcs2005-cal', 'ocs2007r2', 'too-old'],
    ['ocs2007-standard-cal', 'ocs2007r2', 'too-old'],
    ['ocs2007r2-standard-cal', 'ocs2007', 'opens'],
    ['ocs2007-standard-cal', 'lcs2005', 'opens'],
    ['ocs2007r2-standard-cal', 'parley1', 'opens'],
    ['ocs2007-standard-cal', 'parley1', 'other-product'],
    ['parley-standard-cal', 'ocs2007', 'other-product'],
    ['ws2012-user-cal', 'ocs2007', 'other-product'],
  ] as const;
  for (const [sku, release, expected] of rows) {
    test(`${sku} on ${release}: ${expected}`, () => {
      assert.equal(reach(skuOf(sku) as never, releaseById(release) as never), expected);
    });
  }
});

describe('suites', () => {
  test('S23: the Enterprise CAL Suite contains all parts of the Core CAL Suite, and no server licence (A4)', () => {
    const ecal = suiteContents('ecal');
    const core = suiteContents('core-cal-suite');
    assert.ok(ecal.ok && core.ok);
    assert.deepEqual(ecal.value.licences, ['ocs2007r2-standard-cal', 'ocs2007r2-enterprise-cal']);
    for (const part of core.value.parts) assert.ok(ecal.value.parts.includes(part), part);
    assert.equal(ecal.value.includesServerLicence, false);
    assert.deepEqual(core.value.licences, []);
  });

  test('what is no suite is refused', () => {
    const outcome = suiteContents('ocs2007r2-standard-cal');
    assert.equal(outcome.ok ? '' : outcome.fault.code, 'LICENCE_UNKNOWN_SKU');
  });
});

test('A4: an offering says how each part is bought', () => {
  assert.deepEqual(
    offeringOf('ocs2007r2')?.cal.map(({ route }) => route),
    ['standalone', 'ecal-suite'],
  );
});

describe('statements and discrepancies', () => {
  test('every rule of the two documents, of the supplement and of the module has its statement', () => {
    const numbers = { A: 25, B: 14, S: 25, M: 12 };
    for (const [letter, last] of Object.entries(numbers)) {
      for (let number = 1; number <= last; number++)
        assert.ok(statementOf(`${letter}${number}`), `${letter}${number}`);
    }
    assert.deepEqual(
      discrepancies.map(({ id }) => id),
      Array.from({ length: 33 }, (_, at) => `D${at + 1}`),
    );
    assert.equal(new Set(statements.map(({ rule }) => rule)).size, statements.length);
  });

  test('a discrepancy touches rules that exist, and says what it changes when it changes an answer', () => {
    for (const each of discrepancies) {
      for (const rule of each.touches) assert.ok(statementOf(rule), `${each.id} touches ${rule}`);
      if (each.changesAnswers) assert.notEqual(each.printed, each.corrected, each.id);
    }
  });

  test('every rule that the data and the rules cite has a statement', () => {
    const folders = [import.meta.dirname, join(import.meta.dirname, '../catalogue')];
    const cited = new Set<string>();
    for (const folder of folders) {
      for (const file of readdirSync(folder, { recursive: true }) as string[]) {
        if (!/\.(ts|json)$/.test(file) || file.endsWith('.test.ts')) continue;
        const text = readFileSync(join(folder, file), 'utf8');
        for (const [, rule] of text.matchAll(/['"]([ABDSM]\d{1,2}[a-d]?(?:\.\d)?)['"]/g))
          cited.add(rule as string);
      }
    }
    assert.ok(cited.size > 50);
    assert.equal(explain([...cited]).lines.length, cited.size);
  });
});

describe('the hash of the rule set', () => {
  test('is SHA-256', () => {
    for (const text of [
      '',
      'abc',
      'ä'.repeat(40),
      'x'.repeat(55),
      'x'.repeat(56),
      'x'.repeat(64),
      'x'.repeat(1000),
    ]) {
      assert.equal(sha256Hex(text), createHash('sha256').update(text).digest('hex'));
    }
  });

  test('stays the same while the data does', () => {
    assert.match(catalogueHash(), /^[0-9a-f]{64}$/);
    assert.equal(catalogueHash(), catalogueHash());
  });
});
