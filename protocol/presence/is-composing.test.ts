import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildIsComposing, type IsComposing, parseIsComposing } from './is-composing.ts';

function parse(text: string): IsComposing {
  const result = parseIsComposing(text);
  assert(result.ok, JSON.stringify(result));
  return result.isComposing;
}

test('RFC 3994 §3: documents as phones write them', () => {
  assert.deepEqual(
    parse(`<?xml version="1.0" encoding="UTF-8"?>
<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="urn:ietf:params:xml:ns:im-composing iscomposing.xsd">
  <state>active</state><contenttype>text/plain</contenttype><refresh>90</refresh></isComposing>`),
    { state: 'active', contentType: 'text/plain', refreshS: 90 },
  );
  assert.deepEqual(
    parse(`<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"><state>idle</state>
      <lastactive>2003-01-27T10:43:00Z</lastactive><contenttype>audio</contenttype></isComposing>`),
    { state: 'idle', lastActiveMs: Date.UTC(2003, 0, 27, 10, 43), contentType: 'audio' },
  );
});

test('a document is read as it was built', () => {
  for (const value of [
    { state: 'idle' },
    { state: 'active', contentType: 'text/plain', refreshS: 60, lastActiveMs: 1_700_000_000_000 },
  ] as const) {
    assert.deepEqual(parse(buildIsComposing(value)), value);
  }
});

test('RFC 3994 §3: a state we do not know is idle', () => {
  assert.equal(parse(buildIsComposing({ state: 'active' }).replace('active', 'dancing')).state, 'idle');
});

for (const text of ['', '<isComposing/>', '<isComposing xmlns="urn:ietf:params:xml:ns:im-iscomposing"/>']) {
  test(`"${text}" is refused`, () => assert.equal(parseIsComposing(text).ok, false));
}
