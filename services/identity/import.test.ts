import assert from 'node:assert/strict';
import { test } from 'node:test';
import { planImport, takenProblems } from './import.ts';

function row(line: number, fields: Partial<Record<'address' | 'name' | 'phone', string>>) {
  return {
    line,
    address: '',
    name: '',
    password: '',
    devicePassword: '',
    phone: '',
    title: '',
    department: '',
    office: '',
    ...fields,
  };
}
let next = 0;
const plan = (rows: ReturnType<typeof row>[]) => planImport(rows, 'parley.test', () => `u${next++}`);

test('good rows become people; bad ones are named with line, column and reason', () => {
  const { accepted, problems } = plan([
    row(2, { address: 'alice', name: 'Alice' }),
    row(3, { address: 'bob', name: '' }),
    row(4, { address: 'bob@other.test', name: 'Bob' }),
    row(5, { address: 'carol', name: 'Carol', phone: '123' }),
  ]);
  assert.deepEqual(
    accepted.map(({ user }) => user.address),
    ['alice@parley.test'],
  );
  assert.deepEqual(
    problems.map(({ line, column }) => [line, column]),
    [
      [3, 'name'],
      [4, 'address'],
      [5, 'phone'],
    ],
  );
});

test('an address or number that stands twice in the file is a problem of the second line, which names the first', () => {
  const { problems } = plan([
    row(2, { address: 'alice', name: 'Alice', phone: '+49 89 1234567' }),
    row(3, { address: 'ALICE@parley.test', name: 'Alice again' }),
    row(4, { address: 'bob', name: 'Bob', phone: '0049891234567' }),
  ]);
  assert.deepEqual(
    problems.map(({ line, column }) => [line, column]),
    [
      [3, 'address'],
      [4, 'phone'],
    ],
  );
  assert.match(problems[0]?.reason ?? '', /line 2/);
});

test('who is there already is a problem of the row that has the address or the number', () => {
  const made = plan([
    row(2, { address: 'alice', name: 'Alice', phone: '+4989123456' }),
    row(3, { address: 'bob', name: 'Bob' }),
  ]);
  const problems = takenProblems(made, [
    { address: 'alice@parley.test', phone: '' },
    { address: 'someone@parley.test', phone: '+4989123456' },
  ]);
  assert.deepEqual(
    problems.map(({ line, column }) => [line, column]),
    [
      [2, 'address'],
      [2, 'phone'],
    ],
  );
});
