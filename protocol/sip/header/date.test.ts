import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDate, serializeDate } from './date.ts';

test('RFC 3261 §20.17: the form of RFC 1123 §5.2.14 in GMT', () => {
  const text = 'Sat, 13 Nov 2010 23:29:00 GMT';
  assert.equal(parseDate(text), Date.UTC(2010, 10, 13, 23, 29));
  assert.equal(serializeDate(Date.UTC(2010, 10, 13, 23, 29)), text);
  assert.equal(serializeDate(0), 'Thu, 01 Jan 1970 00:00:00 GMT');
});

for (const text of [
  '',
  'Fri, 01 Jan 2010 16:00:00 EST',
  'Fri, 13 Nov 2010 23:29:00 GMT',
  'Wed, 31 Feb 2010 00:00:00 GMT',
  'Sat, 13 Nov 2010 24:00:00 GMT',
  'Sat, 13 Nov 2010 23:60:00 GMT',
  'Sat, 13 Nov 2010 23:29:61 GMT',
  'Sat, 13 Nop 2010 23:29:00 GMT',
  'Sat, 13 Nov 10 23:29:00 GMT',
]) {
  test(`"${text}" is no Date`, () => assert.equal(parseDate(text), undefined));
}
