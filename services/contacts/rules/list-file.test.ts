import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Listed, readListFile, writeListFile } from './list-file.ts';

const groups = [
  { groupId: 'a', name: 'Sales, EMEA' },
  { groupId: 'b', name: 'Board' },
];
const listed = (address: string, name: string, note = '', groupIds: string[] = []): Listed => ({
  contact: { contactId: address, groupIds, favourite: true, note, noteVersion: 0 },
  address,
  name,
});

function entriesOf(text: string) {
  const read = readListFile(text);
  assert.ok(read.ok, JSON.stringify(read));
  return read.entries;
}

test('what is written is read again: all of it from JSON, names, addresses, groups and notes from the others', () => {
  const text = fc
    .string({ unit: 'grapheme', maxLength: 40 })
    .map((given) => given.replace(/[\p{C}\p{Z}]+/gu, ' ').trim());
  fc.assert(
    fc.property(fc.array(fc.record({ name: text, note: text }), { minLength: 1, maxLength: 5 }), (people) => {
      const list = people.map(({ name, note }, index) =>
        listed(`p${index}@example.com`, name, note, ['a', 'b']),
      );
      for (const kind of ['json', 'vcard', 'csv'] as const) {
        const entries = entriesOf(writeListFile(kind, list, groups));
        for (const [index, entry] of entries.entries()) {
          const { name, note } = people[index]!;
          assert.equal(
            entry.addresses.includes(`p${index}@example.com`) ||
              entry.addresses[0]?.endsWith(`p${index}@example.com`),
            true,
          );
          assert.deepEqual([entry.name, entry.note], [name, note], kind);
          assert.deepEqual(entry.groups, ['Sales, EMEA', 'Board'], kind);
        }
        assert.equal(entries.length, people.length);
      }
    }),
    { numRuns: 200 },
  );
});

test('a formula in a table stays text for who opens it', () => {
  const table = writeListFile('csv', [listed('bob@example.com', '=HYPERLINK("http://evil.test")')], []);
  assert.match(table, /"'=HYPERLINK/);
});

test('tables of address books: semicolons, quotes over lines, columns by their titles', () => {
  const table =
    '\ufeffFirst Name;Last Name;E-mail Address;Notes;Categories\r\nBob;Baker;bob@example.com;"two\nlines; and ""quotes""";Sales;x\r\n;;;;\r\nEve;;eve@example.com;;A|B\r\n';
  assert.deepEqual(entriesOf(table), [
    {
      line: 2,
      name: 'Bob Baker',
      addresses: ['bob@example.com'],
      groups: ['Sales'],
      favourite: false,
      note: 'two\nlines; and "quotes"',
    },
    { line: 5, name: 'Eve', addresses: ['eve@example.com'], groups: ['A', 'B'], favourite: false, note: '' },
  ]);
});

test('vCards of old and new: folded lines, escapes, quoted-printable, groups of properties, a photo that is left alone', () => {
  const cards = [
    'BEGIN:VCARD',
    'VERSION:2.1',
    'N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Wei=C3=9F;J=C3=BCrgen',
    'EMAIL;INTERNET:jw@example.com',
    'END:VCARD',
    'begin:vcard',
    'version:3.0',
    'FN:Eve \\, the',
    '  second',
    'item1.IMPP;X-SERVICE-TYPE=SIP:sip:eve@example.com',
    'EMAIL:e@example.net',
    'CATEGORIES:One,Two\\, three',
    `PHOTO;ENCODING=b:${'A'.repeat(200)}`,
    'NOTE:first\\nsecond',
    'end:vcard',
    'BEGIN:VCARD',
    'FN:Cut off',
  ].join('\r\n');
  assert.deepEqual(
    entriesOf(cards).map(({ line, name, addresses, groups: names, note }) => [
      line,
      name,
      addresses,
      names,
      note,
    ]),
    [
      [1, 'Jürgen Weiß', ['jw@example.com'], [], ''],
      [
        6,
        'Eve , the second',
        ['sip:eve@example.com', 'e@example.net'],
        ['One', 'Two, three'],
        'first\nsecond',
      ],
    ],
  );
});

test('what is no list is refused, each with its reason; nothing makes it throw', () => {
  const problem = (text: string) => {
    const read = readListFile(text);
    return read.ok ? 'read' : read.problem;
  };
  assert.equal(problem('{"format":"other"}'), 'notOurs');
  assert.equal(problem('{"format":"parley-contacts","version":2}'), 'newer');
  assert.equal(problem('a,b\n1,2'), 'noColumns');
  assert.equal(problem(''), 'empty');
  assert.equal(problem('address\n'), 'empty');
  assert.equal(problem(`address\n${'p@example.com\n'.repeat(10_001)}`), 'tooManyLines');
  assert.equal(problem('x'.repeat(20_000_001)), 'tooLarge');
  fc.assert(fc.property(fc.string({ maxLength: 400 }), (text) => void readListFile(text)));
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (text) => void readListFile(`BEGIN:VCARD\r\n${text}`)),
  );
});
