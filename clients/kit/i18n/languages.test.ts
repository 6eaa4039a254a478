import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { CLIENT_FAULTS } from '../fault.ts';
import { de, en } from './all-texts.ts';
import { chooseLanguage, directionOf, formatLocale } from './languages.ts';
import { pseudoText, pseudoTexts, type Texts } from './pseudo.ts';

const CLIENTS = join(import.meta.dirname, '..', '..');

function flat(texts: Texts, prefix = ''): Map<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, value]): [string, string][] =>
      typeof value === 'string' ? [[prefix + key, value]] : [...flat(value, `${prefix}${key}.`)],
    ),
  );
}

async function sources(folder: string): Promise<string[]> {
  const texts: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name === 'dist') continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) texts.push(...(await sources(path)));
    else if (/\.tsx?$/.test(entry.name) && !entry.name.includes('.test.'))
      texts.push(await readFile(path, 'utf8'));
  }
  return texts;
}

/** Any quoted 'a.b' may be a key that is handed on; `a.${x}` uses all of a; t('a.b') asks for a.b in so many words. */
async function usedKeys() {
  const exact = new Set<string>();
  const asked = new Set<string>();
  const prefixes = new Set<string>();
  for (const text of await sources(CLIENTS)) {
    for (const [, key = ''] of text.matchAll(/'([a-zA-Z]+(?:\.\w+)+)'/g)) exact.add(key);
    for (const [, key = ''] of text.matchAll(/\bt\('([a-zA-Z]+(?:\.\w+)+)'/g)) asked.add(key);
    for (const [, prefix = ''] of text.matchAll(/`([a-zA-Z]+(?:\.\w+)*\.)\$\{/g)) prefixes.add(prefix);
  }
  return { exact, asked, prefixes };
}

const plural = (key: string) => key.replace(/_(one|other)$/, '');

test('English and German have the same keys', () => {
  assert.deepEqual([...flat(de).keys()].sort(), [...flat(en).keys()].sort());
});

test('a translation has the same placeholders as the English text', () => {
  const placeholders = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
  const english = flat(en);
  for (const [key, text] of flat(de))
    assert.deepEqual(placeholders(text), placeholders(english.get(key) ?? ''), key);
});

test('no text is empty', () => {
  for (const texts of [en, de]) for (const [key, text] of flat(texts)) assert.notEqual(text.trim(), '', key);
});

test('every text is used by a screen', async () => {
  const { exact, prefixes } = await usedKeys();
  const unused = [...flat(en).keys()].filter(
    (key) => !exact.has(plural(key)) && ![...prefixes].some((prefix) => key.startsWith(prefix)),
  );
  assert.deepEqual(unused, []);
});

test('every text that a screen asks for exists', async () => {
  const known = new Set([...flat(en).keys()].map(plural));
  const sections = new Set(Object.keys(en));
  const { asked, prefixes } = await usedKeys();
  const missing = [...asked].filter((key) => !known.has(key));
  assert.deepEqual(missing, []);
  for (const prefix of prefixes) {
    if (sections.has(prefix.split('.')[0] ?? ''))
      assert.ok(
        [...known].some((key) => key.startsWith(prefix)),
        prefix,
      );
  }
});

test('the faults that the browser finds are in the language files, word for word in English', () => {
  for (const [code, { sentence, remedy }] of Object.entries(CLIENT_FAULTS)) {
    assert.deepEqual((en.faults as Texts)[code], { sentence, remedy });
  }
});

test('the pseudo-locale accents and lengthens every text and leaves placeholders alone', () => {
  assert.equal(pseudoText('Hi {{name}}!'), '[Ĥî {{name}}! ~]');
  const pseudo = flat(pseudoTexts(en));
  for (const [key, text] of flat(en)) {
    const made = pseudo.get(key) ?? '';
    assert.ok(made.startsWith('[') && made.endsWith(']') && made.length > text.length, key);
  }
});

test('the address bar chooses the language before the last choice, and that before the browser', () => {
  assert.equal(chooseLanguage('de', 'en', ['en-GB']), 'de');
  assert.equal(chooseLanguage(null, 'de', ['en-GB']), 'de');
  assert.equal(chooseLanguage(null, null, ['fr-FR', 'de-AT', 'en']), 'de');
  assert.equal(chooseLanguage('xx', null, ['fr']), 'en');
  assert.equal(chooseLanguage('qps-plocm', 'de', []), 'qps-plocm');
});

test('the mirrored pseudo-locale reads from right to left and formats like English', () => {
  assert.equal(directionOf('qps-plocm'), 'rtl');
  assert.equal(directionOf('qps-ploc'), 'ltr');
  assert.equal(directionOf('ar-EG'), 'rtl');
  assert.equal(formatLocale('qps-plocm'), 'en');
});
