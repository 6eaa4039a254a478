import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ROW_LIMIT, readPeople } from './csv.ts';

const HEADER = 'address,name,password,devicePassword,phone,title,department,office';

test('columns come in any order and any case, with `;`, a byte order mark and Windows line ends', () => {
  const { rows, problems } = readPeople(
    '\uFEFFName;Device Password;ADDRESS\r\n"Müller; Ana";phone-1;ana@parley.localhost\r\n\r\nBo;;bo\r\n',
  );
  assert.deepEqual(problems, []);
  assert.deepEqual(
    rows.map(({ line, name, address, devicePassword, title }) => [
      line,
      name,
      address,
      devicePassword,
      title,
    ]),
    [
      [2, 'Müller; Ana', 'ana@parley.localhost', 'phone-1', ''],
      [4, 'Bo', 'bo', '', ''],
    ],
  );
});

test('quotes hold separators, quotes and line ends; the line is the first of the row', () => {
  const { rows } = readPeople('address,name,title\na,"A ""B"" C","two\nlines"\nb,B,\n');
  assert.deepEqual(
    rows.map(({ line, name, title }) => [line, name, title]),
    [
      [2, 'A "B" C', 'two\nlines'],
      [4, 'B', ''],
    ],
  );
});

test('a password keeps its spaces, other fields do not', () => {
  const { rows } = readPeople('address,name,password\n a , A , secret words \n');
  assert.deepEqual([rows[0]?.address, rows[0]?.name, rows[0]?.password], ['a', 'A', ' secret words ']);
});

test('a header without the needed columns, with unknown or repeated ones, is refused by name', () => {
  const { problems } = readPeople('address,adress,Address\na,b,c\n');
  assert.deepEqual(
    problems.map(({ line, column }) => [line, column]),
    [
      [1, 'adress'],
      [1, 'address'],
      [1, 'name'],
    ],
  );
});

test('a row with too many or too few fields is named by its line, and the others are read', () => {
  const { rows, problems } = readPeople('address,name\na,A\nb,B,C\nc\nd,D\n');
  assert.deepEqual(
    problems.map(({ line }) => line),
    [3, 4],
  );
  assert.deepEqual(
    rows.map(({ line }) => line),
    [2, 5],
  );
});

test('an open quote is refused with its line', () => {
  const { problems } = readPeople('address,name\na,A\nb,"B\nc,C\n');
  assert.equal(problems.length, 1);
  assert.match(problems[0]!.reason, /never closed/);
  assert.ok(problems[0]!.line >= 3);
});

test('an empty file, a header alone, and too many rows are refused', () => {
  for (const text of ['', '\n\n', HEADER, `${HEADER}\n\n`])
    assert.equal(readPeople(text).problems.length, 1, text);
  const many = `address,name\n${'a,A\n'.repeat(ROW_LIMIT + 1)}`;
  assert.match(readPeople(many).problems[0]!.reason, /at most 5000/);
});

test('bytes that are no CSV are refused, not thrown', () => {
  for (const text of ['\0\0\0', '"', `address,name\n${'x'.repeat(30_000)},y\n`, `address,name\na"b,c"d\n`]) {
    assert.ok(readPeople(text).problems.length > 0, JSON.stringify(text.slice(0, 20)));
  }
});
