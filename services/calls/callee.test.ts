import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fullNumber } from '@parley/protocol/text';
import { emptyDirectory, foldUser } from '../identity/view.ts';
import { findCallee } from './callee.ts';

const directory = emptyDirectory();
const bob = {
  userId: 'b',
  address: 'bob@parley.test',
  name: 'Bob',
  title: '',
  department: '',
  office: '',
  phone: '+498912345',
  photo: '',
  administrator: false,
  disabled: false,
  version: 1,
};
foldUser(directory, bob);
foldUser(directory, { ...bob, userId: 'c', address: 'carol@parley.test', phone: '', disabled: true });

test('a number is the same in every spelling that people paste', () => {
  for (const text of [
    '+498912345',
    ' +49 (0) 89 / 123-45 ',
    '0049 89 123 45',
    'tel:+49-89-12345;ext=1',
    '+49.89.123\u201045',
  ])
    assert.equal(fullNumber(text), '+498912345', text);
  for (const text of ['12345', 'bob', '+0', '']) assert.equal(fullNumber(text), undefined, text);
});

test('a person is found by id, number, address and name before the @; nobody by what nobody has, or who is gone', () => {
  const find = (dialled: string) => {
    const found = findCallee(directory, { dialled }, 'parley.test');
    return found.ok ? [found.value.user.userId, found.value.isNumber] : found.fault.code;
  };
  assert.deepEqual(find('0049 89 12345'), ['b', true]);
  assert.deepEqual(find('sip:Bob@Parley.Test;transport=tcp'), ['b', false]);
  assert.deepEqual(find('bob'), ['b', false]);
  for (const nobody of ['carol', '+498900000', 'x@elsewhere.test', '<>'])
    assert.equal(find(nobody), 'CALL_NO_SUCH_NUMBER', nobody);
});

test('a number goes with whoever has it now, and not with somebody who is gone', () => {
  const people = emptyDirectory();
  const calls = () => {
    const called = findCallee(people, { dialled: '+498912345' }, 'parley.test');
    return called.ok ? called.value.user.userId : called.fault.code;
  };
  foldUser(people, { ...bob, userId: 'd', address: 'dave@parley.test', disabled: true });
  foldUser(people, bob);
  assert.equal(calls(), 'b');
  foldUser(people, { ...bob, phone: '', version: 2 });
  assert.equal(calls(), 'CALL_NO_SUCH_NUMBER');
  foldUser(people, { ...bob, userId: 'c', address: 'carol@parley.test' });
  assert.equal(calls(), 'c');
});
