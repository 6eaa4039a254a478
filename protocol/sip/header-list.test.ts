import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeaderFields } from './header-list.ts';

const fields = (...entries: [string, string][]) => createHeaderFields(entries);

test('7.3.1: names compare without case, 7.3.3: compact forms are the long ones', () => {
  const headers = fields(['v', 'SIP/2.0/UDP a'], ['CALL-ID', '1@a']);
  assert.equal(headers.get('Via'), 'SIP/2.0/UDP a');
  assert.equal(headers.get('V'), 'SIP/2.0/UDP a');
  assert.equal(headers.get('i'), '1@a');
  assert.equal(headers.has('From'), false);
});

test('7.3.1: a comma-separated field and several lines are the same list', () => {
  const headers = fields(
    ['Via', 'a , b;x="1,2"'],
    ['From', '"A, B" <sip:a@b>'],
    ['v', 'c'],
    ['Contact', '<sip:a,b@c>,<sip:d>'],
  );
  assert.deepEqual(headers.getAll('Via'), ['a', 'b;x="1,2"', 'c']);
  assert.equal(headers.get('Via'), 'a');
  assert.deepEqual(headers.getAll('Contact'), ['<sip:a,b@c>', '<sip:d>']);
});

test('fields that are no lists keep their commas', () => {
  const headers = fields(['Date', 'Sat, 13 Nov 2010 23:29:00 GMT'], ['Authorization', 'Digest a=1, b=2']);
  assert.deepEqual(headers.getAll('Date'), ['Sat, 13 Nov 2010 23:29:00 GMT']);
  assert.equal(headers.get('Authorization'), 'Digest a=1, b=2');
});

test('set replaces every field of the name at the place of the first', () => {
  const headers = fields(['A', '1'], ['B', '2'], ['C', '3'], ['b', '4']);
  headers.set('b', '5');
  headers.set('D', '6');
  assert.deepEqual(
    [...headers.entries()],
    [
      ['A', '1'],
      ['b', '5'],
      ['C', '3'],
      ['D', '6'],
    ],
  );
});

test('prepend goes before the others of the name, or before all', () => {
  const headers = fields(['A', '1'], ['Record-Route', '<sip:p1>']);
  headers.prepend('Record-Route', '<sip:p2>');
  headers.prepend('Via', 'x');
  assert.deepEqual(
    [...headers.entries()].map(([name]) => name),
    ['Via', 'A', 'Record-Route', 'Record-Route'],
  );
  assert.deepEqual(headers.getAll('Record-Route'), ['<sip:p2>', '<sip:p1>']);
});

test('removeFirst takes one value off a list, removes a field that has one', () => {
  const headers = fields(['Route', '<sip:p1,x>, <sip:p2>'], ['Route', '<sip:p3>']);
  headers.removeFirst('Route');
  assert.deepEqual(headers.getAll('Route'), ['<sip:p2>', '<sip:p3>']);
  headers.removeFirst('Route');
  assert.deepEqual(headers.getAll('Route'), ['<sip:p3>']);
  headers.removeFirst('Route');
  headers.removeFirst('Route');
  assert.equal(headers.has('Route'), false);
});

test('remove takes all, a clone is its own', () => {
  const headers = fields(['A', '1'], ['B', '2'], ['a', '3']);
  const clone = headers.clone();
  headers.remove('a');
  assert.deepEqual([...headers.entries()], [['B', '2']]);
  assert.deepEqual(clone.getAll('A'), ['1', '3']);
});

test('a value with a line break, or a name that is none, is our own fault', () => {
  assert.throws(() => fields(['Subject', 'a\r\nEvil: 1']), TypeError);
  assert.throws(() => fields(['Subject', 'a\nb']), TypeError);
  assert.throws(() => fields(['Sub ject', 'a']), TypeError);
  assert.throws(() => fields().set('A', '\r'), TypeError);
  assert.throws(() => fields().prepend('A:', ''), TypeError);
});
