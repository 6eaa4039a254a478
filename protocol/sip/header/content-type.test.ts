import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mediaTypeOf, parseContentType, serializeContentType } from './content-type.ts';

test('20.15: type, subtype and parameters', () => {
  const value = parseContentType('Text/HTML; charset="ISO-8859-4"');
  assert.deepEqual(value, { type: 'text', subtype: 'html', params: new Map([['charset', 'ISO-8859-4']]) });
  assert.equal(serializeContentType(value!), 'text/html;charset=ISO-8859-4');
  assert.equal(mediaTypeOf('application / PIDF+xml ;x'), 'application/pidf+xml');
});

for (const text of ['', 'text', 'text/', '/html', 'text/html/x', 'te xt/html', 'text/html;', 'text;a=b/c']) {
  test(`"${text}" is no Content-Type`, () => assert.equal(mediaTypeOf(text), undefined));
}
