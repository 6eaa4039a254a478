import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { User } from '../identity/contract.ts';
import { type Directory, emptyDirectory, foldUser } from '../identity/view.ts';
import { Departments } from './departments.ts';

function directory() {
  const current = emptyDirectory();
  let tell: (user: User | undefined) => void = () => assert.fail('nobody listens');
  const held = {
    current: current as Directory,
    ready: Promise.resolve(),
    onChange(listener: (user: User | undefined) => void) {
      tell = listener;
      return { [Symbol.dispose]: () => undefined };
    },
    async [Symbol.asyncDispose]() {},
  };
  const blank = { title: '', office: '', phone: '', photo: '', administrator: false, disabled: false };
  let version = 0;
  function put(userId: string, department: string, more: Partial<User> = {}): void {
    const address = `${userId}@parley.test`;
    const user = { ...blank, userId, address, name: userId, department, version: ++version, ...more };
    foldUser(held.current, user);
    tell(user);
  }
  function replace(next: Directory): void {
    held.current = next;
    tell(undefined);
  }
  return { held, put, replace };
}

const everybody = () => true;

test('departments are found by the beginnings of their words, the largest first, with who is in them now', () => {
  const { held, put, replace } = directory();
  using departments = new Departments(held);
  for (const name of ['zoe', 'bob', 'alice']) put(name, 'Büro Nord');
  put('carol', 'Büro Süd');
  assert.deepEqual(departments.search('buro', 5, everybody), [
    { name: 'Büro Nord', people: 3 },
    { name: 'Büro Süd', people: 1 },
  ]);
  assert.deepEqual(departments.search('sud BÜ', 5, everybody), [{ name: 'Büro Süd', people: 1 }]);
  assert.deepEqual(departments.search('uro', 5, everybody), []);
  assert.deepEqual(departments.search('  ', 5, everybody), []);
  const names = (department: string) => departments.peopleOf(department, everybody).map(({ name }) => name);
  assert.deepEqual(names('Büro Nord'), ['alice', 'bob', 'zoe']);
  put('bob', 'Büro Süd');
  put('zoe', 'Büro Nord', { disabled: true });
  assert.deepEqual([names('Büro Nord'), names('Büro Süd')], [['alice'], ['bob', 'carol']]);
  put('alice', '');
  assert.deepEqual(departments.search('nord', 5, everybody), []);
  replace(emptyDirectory());
  assert.deepEqual(departments.search('bu', 5, everybody), []);
});

test('of who may not be seen nothing shows, not even in the count', () => {
  const { held, put } = directory();
  using departments = new Departments(held);
  for (const name of ['alice', 'bob']) put(name, 'Sales');
  put('mallory', 'Audit');
  const isSeen = (userId: string) => userId === 'alice';
  assert.deepEqual(departments.search('sales', 5, isSeen), [{ name: 'Sales', people: 1 }]);
  assert.deepEqual(departments.search('audit', 5, isSeen), []);
  assert.deepEqual(
    departments.peopleOf('Sales', isSeen).map(({ name }) => name),
    ['alice'],
  );
});
