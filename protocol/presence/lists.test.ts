import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { buildListNotification, parseListNotification } from './list-notification.ts';
import { fuzz } from './lists.fuzz.ts';
import { buildResourceLists, MAX_LIST_ENTRIES, parseResourceLists } from './resource-lists.ts';
import { parseRlmi, type Rlmi } from './rlmi.ts';

const corpora = join(import.meta.dirname, '../../spec/corpora');
const corpus = ['rlmi', 'resource-lists'].flatMap((folder) =>
  readdirSync(join(corpora, folder)).map((name) => readFileSync(join(corpora, folder, name))),
);
const nested = readFileSync(join(corpora, 'resource-lists/nested.xml'));

test('RFC 4826 §3: everyone of a list and of the lists in it, each once', () => {
  assert.deepEqual(parseResourceLists(nested), {
    ok: true,
    entries: [
      { uri: 'sip:bob@example.com', displayName: 'Bob Builder' },
      { uri: 'sip:carol@example.com' },
      { uri: 'sip:dave@example.com' },
    ],
  });
});

test('a list that refers to another document, has an entry of nobody, or is too long, is refused whole', () => {
  const list = (entries: string) =>
    parseResourceLists(
      `<resource-lists xmlns="urn:ietf:params:xml:ns:resource-lists"><list>${entries}</list></resource-lists>`,
    );
  assert.equal(list('<external anchor="http://example.com/list"/>').ok, false);
  assert.equal(list('<entry-ref ref="resource-lists/list/entry"/>').ok, false);
  assert.equal(list('<entry/>').ok, false);
  const people = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ uri: `sip:person-${index}@example.com` }));
  assert.ok(parseResourceLists(buildResourceLists(people(MAX_LIST_ENTRIES))).ok);
  assert.equal(parseResourceLists(buildResourceLists(people(MAX_LIST_ENTRIES + 1))).ok, false);
});

test('RFC 4662 §5: what a partial list says of three people', () => {
  const parsed = parseRlmi(readFileSync(join(corpora, 'rlmi/partial.xml')));
  assert.ok(parsed.ok);
  const { version, isFullState, resources } = parsed.rlmi;
  assert.deepEqual([version, isFullState], [7, false]);
  assert.deepEqual(
    resources.map(({ uri, instances }) => [
      uri,
      instances[0]?.state,
      instances[0]?.cid ?? instances[0]?.reason,
    ]),
    [
      ['sip:bob@example.com', 'active', 'bUZBsM@pres.example.com'],
      ['sip:carol@example.com', 'terminated', 'noresource'],
      ['sip:dave@example.com', undefined, undefined],
    ],
  );
});

const word = fc
  .string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 12 })
  .map((text) => text.replace(/\s/g, '_'));
const rlmi: fc.Arbitrary<Rlmi> = fc.record(
  {
    uri: word,
    version: fc.nat(),
    isFullState: fc.boolean(),
    resources: fc.array(
      fc.record(
        {
          uri: word,
          name: word,
          instances: fc.array(
            fc.record(
              {
                id: word,
                state: fc.constantFrom('active', 'pending', 'terminated'),
                reason: word,
                cid: word,
              },
              { requiredKeys: ['id', 'state'], noNullPrototype: true },
            ),
            { maxLength: 2 },
          ),
        },
        { requiredKeys: ['uri', 'instances'], noNullPrototype: true },
      ),
      { maxLength: 5 },
    ),
  },
  { noNullPrototype: true },
);

test('RFC 4662 §5: any list and any documents beside it are read as they were written', () => {
  const text = fc.string({ unit: 'grapheme' }).map((value) => value.toWellFormed());
  const document = fc.record(
    { cid: fc.uuid(), contentType: fc.constant('application/pidf+xml'), text },
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(rlmi, fc.uniqueArray(document, { selector: ({ cid }) => cid }), (list, documents) => {
      const told = { rlmi: list, documents };
      const { contentType, body } = buildListNotification(told, '5af3c2e1d0');
      assert.deepEqual(parseListNotification(contentType, body), { ok: true, ...told });
    }),
  );
});

test('a list of 2,000 people with a document each is read', () => {
  const uris = Array.from({ length: 2_000 }, (_, index) => `sip:person-${index}@example.com`);
  const resources = uris.map((uri, index) => ({
    uri,
    instances: [{ id: 'a', state: 'active' as const, cid: String(index) }],
  }));
  const documents = uris.map((_, index) => ({ cid: String(index), contentType: 'text/plain', text: 'x' }));
  const whole = {
    rlmi: { uri: 'sip:list@example.com', version: 0, isFullState: true, resources },
    documents,
  };
  const { contentType, body } = buildListNotification(whole, 'boundary');
  const parsed = parseListNotification(contentType, body);
  assert.equal(parsed.ok && parsed.documents.length, 2_000);
});

test('the corpus is read, and no mutation of it breaks an invariant', () => {
  for (const bytes of corpus) {
    fuzz(bytes);
    assert.ok(parseRlmi(bytes).ok || parseResourceLists(bytes).ok);
  }
  const piece = fc.constantFrom(
    '<',
    '/>',
    '</list>',
    '"',
    '&',
    '<list>',
    '<entry uri="a"/>',
    ' ',
    '--x\r\n',
    ']]>',
  );
  const edit = fc.record({ at: fc.nat(), remove: fc.nat(20), insert: piece });
  fc.assert(
    fc.property(fc.constantFrom(...corpus), fc.array(edit, { maxLength: 4 }), (seed, edits) => {
      const mutated = edits.reduce((text, { at, remove, insert }) => {
        const from = at % (text.length + 1);
        return text.slice(0, from) + insert + text.slice(from + remove);
      }, seed.toString());
      fuzz(Buffer.from(mutated));
    }),
    { numRuns: 400 },
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), fuzz));
});
