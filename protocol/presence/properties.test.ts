import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { ACTIVITIES } from './activity.ts';
import { fuzz } from './pidf.fuzz.ts';
import { buildPidf, parsePidf } from './pidf.ts';

const folder = join(import.meta.dirname, '../../spec/corpora/pidf');
const corpus = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));

test('any text in a document is read as it was written', () => {
  const text = fc.string({ unit: 'grapheme', minLength: 1 }).map((value) => value.trim());
  const note = text.filter((value) => value !== '');
  fc.assert(
    fc.property(note, note, fc.subarray([...ACTIVITIES]), (first, second, activities) => {
      const pidf = {
        entity: 'sip:bob@example.com',
        tuples: [{ id: 't', note: first }],
        note: second,
        activities,
      };
      const parsed = parsePidf(buildPidf(pidf));
      assert(parsed.ok);
      // Characters that XML cannot hold are replaced; fast-check seldom makes one.
      const shown = (value: string) =>
        value.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd');
      assert.equal(parsed.pidf.note, shown(second));
      assert.equal(parsed.pidf.tuples[0]?.note, shown(first));
      assert.deepEqual(parsed.pidf.activities, activities);
    }),
  );
});

test('the corpus is read, and breaks no invariant', () => {
  for (const text of corpus) {
    fuzz(new TextEncoder().encode(text));
    assert.equal(parsePidf(text).ok, !text.includes('isComposing'));
  }
});

test('no text breaks an invariant', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fuzz));
});

test('no mutation of the corpus breaks an invariant', () => {
  const piece = fc.constantFrom(
    '<',
    '>',
    '/>',
    '</a>',
    '"',
    '&',
    '&#10;',
    '&lt;',
    ' ',
    '<!--',
    ']]>',
    '<![CDATA[',
    ':',
    ' xmlns=""',
    '\u00fc',
  );
  const edit = fc.record({ at: fc.nat(), remove: fc.nat(20), insert: piece });
  const mutated = fc
    .tuple(fc.constantFrom(...corpus), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([seed, edits]) =>
      edits.reduce((text, { at, remove, insert }) => {
        const from = at % (text.length + 1);
        return text.slice(0, from) + insert + text.slice(from + remove);
      }, seed),
    );
  fc.assert(
    fc.property(mutated, (text) => fuzz(new TextEncoder().encode(text))),
    { numRuns: 400 },
  );
});
