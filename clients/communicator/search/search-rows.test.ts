import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Conversation, Found, User } from '../../kit/contracts.ts';
import { choicesOf, searchRows } from './search-rows.ts';

const headings = { people: 'P', groups: 'G', messages: (sentAt: number) => `M ${Math.floor(sentAt / 10)}` };
const found = (messageId: string, sentAt: number) => ({ messageId, sentAt }) as Found;

test('each kind has its heading, messages one for each day, and only what can be chosen is a choice', () => {
  const rows = searchRows({
    dialled: null,
    users: [{ userId: 'bob' } as User],
    allPeople: false,
    groups: [{ conversationId: 'c' } as Conversation],
    found: [found('a', 25), found('b', 21), found('c', 19)],
    more: true,
    headings,
  });
  assert.deepEqual(
    rows.map((row) => (row.kind === 'heading' ? row.text : row.kind)),
    ['P', 'person', 'G', 'group', 'M 2', 'message', 'message', 'M 1', 'message', 'more'],
  );
  assert.deepEqual(choicesOf(rows), [1, 3, 5, 6, 8, 9]);
});

test('what was not found has no heading', () => {
  assert.deepEqual(
    searchRows({ dialled: null, users: [], allPeople: false, groups: [], found: [], more: false, headings }),
    [],
  );
});

test('many people leave what else was found in view until all of them are asked for', () => {
  const users = Array.from({ length: 30 }, (_, at) => ({ userId: `u${at}` }) as User);
  const rowsOf = (allPeople: boolean, messages: readonly Found[]) =>
    searchRows({ dialled: null, users, allPeople, groups: [], found: messages, more: false, headings }).map(
      ({ kind }) => kind,
    );
  const person = (count: number) => Array.from({ length: count }, () => 'person');
  const rest = ['heading', 'message'];
  assert.deepEqual(rowsOf(false, [found('a', 1)]), ['heading', ...person(5), 'people', ...rest]);
  assert.deepEqual(rowsOf(true, [found('a', 1)]), ['heading', ...person(30), ...rest]);
  assert.deepEqual(rowsOf(false, []), ['heading', ...person(30)]);
});

test('a number that can be called stands before everything that was found', () => {
  const dialled = { dialled: '+4989123456', shown: '+49 89 123456' };
  const users = [{ userId: 'bob' } as User];
  const rows = searchRows({ dialled, users, allPeople: false, groups: [], found: [], more: false, headings });
  assert.deepEqual(
    rows.map(({ kind }) => kind),
    ['dial', 'heading', 'person'],
  );
  assert.deepEqual(choicesOf(rows), [0, 2]);
});
