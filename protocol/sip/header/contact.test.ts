import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createHeaderFields } from '../header-list.ts';
import { contactExpiresS, contactPriority, parseContact, parseQValue } from './contact.ts';

const read = (...values: string[]) =>
  parseContact(createHeaderFields(values.map((value) => ['Contact', value])));

test('20.10: several contacts in one line and in several', () => {
  const contacts = read(
    '"Mr. Watson" <sip:watson@worcester.example.com>;q=0.7; expires=3600, <mailto:w@b>;q=0.1',
    'sip:x@y',
  );
  assert(Array.isArray(contacts));
  assert.deepEqual(
    contacts.map(({ uri }) => uri),
    ['sip:watson@worcester.example.com', 'mailto:w@b', 'sip:x@y'],
  );
  assert.deepEqual(contacts.map(contactPriority), [700, 100, 1000]);
  assert.deepEqual(contacts.map(contactExpiresS), [3600, undefined, undefined]);
});

test('10.2.2: * stands alone', () => {
  assert.equal(read('*'), '*');
  assert.equal(read('*', '<sip:a@b>'), undefined);
  assert.deepEqual(read(), []);
});

test('one that cannot be read spoils all', () => assert.equal(read('<sip:a@b>', '<sip:c'), undefined));

test('25.1: a qvalue has at most three digits and is at most 1', () => {
  assert.deepEqual(['1', '1.000', '0', '0.', '0.123', '.5', '1.1', '0.1234', 'x', ''].map(parseQValue), [
    1000,
    1000,
    0,
    0,
    123,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('contacts are bounded', () => {
  assert.equal(read(Array(256).fill('<sip:a@b>').join()) === undefined, false);
  assert.equal(read(Array(257).fill('<sip:a@b>').join()), undefined);
});
