// The corpus of header field values: what is good is read and survives writing and reading, what is bad is refused.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { canonical, HEADER_FORMS } from '../testing/header-forms.ts';

const file = join(import.meta.dirname, '../../../spec/corpora/sip-headers/values.txt');

interface Row {
  readonly isGood: boolean;
  readonly text: string;
}

const rows = new Map<string, Row[]>();
let section: Row[] = [];
for (const line of readFileSync(file, 'utf8').split('\n')) {
  const name = /^\[(.+)\]$/.exec(line)?.[1];
  if (name !== undefined) {
    section = [];
    rows.set(name, section);
  } else if (/^[+-] /.test(line)) section.push({ isGood: line.startsWith('+'), text: line.slice(2) });
}

for (const [name, values] of rows) {
  const form = HEADER_FORMS[name];
  test(`${name} is a header field of which we know the form`, () => assert(form !== undefined));
  for (const { isGood, text } of values) {
    test(`${name}: ${text} ${isGood ? 'is read, written and read again' : 'is refused'}`, () => {
      const read = form?.readTwice(text);
      assert.equal(read !== undefined, isGood);
      assert.equal(canonical(read?.again), canonical(read?.value));
    });
  }
}

test('every known header field has good values in the corpus, and bad ones', () => {
  /** Their forms refuse no text that can stand in a field. */
  const lenient = new Set(['Accept']);
  for (const name of Object.keys(HEADER_FORMS)) {
    const values = rows.get(name) ?? [];
    assert(
      values.some(({ isGood }) => isGood),
      `${name} has no good value`,
    );
    if (!lenient.has(name))
      assert(
        values.some(({ isGood }) => !isGood),
        `${name} has no bad value`,
      );
  }
});

test('a field with more values than is sensible is refused', () => {
  const many: Readonly<Record<string, string>> = {
    'Accept-Contact': '*;audio',
    'Accept-Language': 'en',
    'Call-Info': '<http://a.example.com/>',
    Contact: '<sip:a@b>',
    Diversion: '<sip:a@b>',
    'History-Info': '<sip:a@b>;index=1',
    'In-Reply-To': 'a@b',
    Reason: 'SIP;cause=200',
    'Recv-Info': 'foo',
    Route: '<sip:a;lr>',
    Warning: '399 a "b"',
  };
  for (const [name, value] of Object.entries(many)) {
    const form = HEADER_FORMS[name];
    assert(form?.readTwice(Array(256).fill(value).join()) !== undefined, `${name} with 256 values`);
    assert.equal(form?.readTwice(Array(257).fill(value).join()), undefined, `${name} with 257 values`);
  }
});
