import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ALLOWED } from '../proxy/admission.ts';
import { commands } from '../web-access/contract.ts';
import { featurePlaces, type Place, usesOfCommands, usesOfMethods } from './feature-places.ts';
import { features } from './rules/feature.ts';

const ROOT = join(import.meta.dirname, '../..');

function placesOf(feature: string): readonly Place[] {
  const places = featurePlaces[feature];
  return places !== undefined && 'comesWith' in places ? [] : ((places ?? []) as readonly Place[]);
}

/** The features that a file asks the gate for, by name: the first argument of `gate.check(…)` and `gate.look(…)`. */
function askedIn(file: string): Set<string> {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const asked = new Set<string>();
  for (const [, first = ''] of text.matchAll(/\bgate\s*\.(?:check|look)\(\s*([^,]+),/g)) {
    const names = [...first.matchAll(/'([^']+)'/g)].map(([, name]) => name ?? '');
    assert.notEqual(
      names.length,
      0,
      `${file} asks the gate for ${first}: name the feature where it is asked for`,
    );
    for (const name of names) asked.add(name);
  }
  return asked;
}

test('the table has the 19 features of table A9 and no other', () => {
  assert.deepEqual(
    Object.keys(featurePlaces),
    features.map(({ feature }) => feature),
  );
  assert.equal(features.length, 19);
});

test('every feature is asked for in the places that the table names, or says what it comes with', () => {
  for (const [feature, places] of Object.entries(featurePlaces)) {
    if ('comesWith' in places) {
      assert.notEqual(places.comesWith, '');
      continue;
    }
    assert.notEqual(places.length, 0, `${feature} exists and nobody asks for it`);
    for (const { file } of places)
      assert.ok(askedIn(file).has(feature), `${file} does not ask the gate for ${feature}`);
  }
});

test('whatever opens the gate or asks it stands in the table', () => {
  const files = globSync('services/*/**/*.ts', { cwd: ROOT }).filter(
    (file) => !file.startsWith('services/licensing/') && !file.endsWith('.test.ts'),
  );
  assert.ok(files.includes('services/im/licence.ts'));
  for (const file of files) {
    for (const feature of askedIn(file)) {
      const named = placesOf(feature).some((place) => place.file === file);
      assert.ok(named, `${file} asks for ${feature}, and feature-places.ts does not say so`);
    }
  }
});

test('every command of browsers and every SIP method says which features it uses, or why it needs none', () => {
  assert.deepEqual(Object.keys(usesOfCommands).sort(), Object.keys(commands).sort());
  assert.deepEqual(Object.keys(usesOfMethods).sort(), [...ALLOWED].sort());
  for (const [name, use] of Object.entries({ ...usesOfCommands, ...usesOfMethods })) {
    if ('free' in use) assert.notEqual(use.free, '', name);
    else
      for (const feature of use.features)
        assert.notEqual(placesOf(feature).length, 0, `${name} uses ${feature}, for which nobody asks`);
  }
});
