import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asksNothing, readQuery } from './search-query.ts';

const midnight = (year: number, month: number, day: number) => Date.UTC(year, month, day);
const read = (typed: string) => readQuery(typed, midnight);

test('words are whole, but for the one that is being typed', () => {
  assert.deepEqual(read('Budget Übersi').query.terms, [
    { text: 'budget', whole: true },
    { text: 'ubersi', whole: false },
  ]);
  assert.deepEqual(read('budget ').query.terms, [{ text: 'budget', whole: true }]);
});

test('quotes of any kind make a phrase; one that is not closed may go on', () => {
  assert.deepEqual(read('"please send" „Guten Tag“ “see y').query.terms, [
    { text: 'please send', whole: true },
    { text: 'guten tag', whole: true },
    { text: 'see y', whole: false },
  ]);
});

test('operators take a word or a text in quotes, whatever their case', () => {
  const { query, problems } = read('from:bob From:"Carol Cole" in:budget HAS:Link has:link has:code rest');
  assert.deepEqual(query, {
    terms: [{ text: 'rest', whole: false }],
    from: ['bob', 'Carol Cole'],
    in: ['budget'],
    has: ['link', 'code'],
  });
  assert.deepEqual(problems, []);
});

test('before: and after: take a year, a month or a day, where the person is', () => {
  assert.equal(read('before:2026').query.before, Date.UTC(2026, 0, 1));
  assert.equal(read('before:2026-3').query.before, Date.UTC(2026, 2, 1));
  assert.equal(read('after:2026-03-09').query.after, Date.UTC(2026, 2, 9));
  const both = read('before:2026-05 before:2026-02 after:2025 after:2024').query;
  assert.deepEqual([both.before, both.after], [Date.UTC(2026, 1, 1), Date.UTC(2025, 0, 1)]);
});

test('what cannot be understood is named as it was typed', () => {
  assert.deepEqual(read('has:wings before:yesterday after:2026-02-30 x').problems, [
    { kind: 'unknownHas', text: 'has:wings' },
    { kind: 'unreadableDate', text: 'before:yesterday' },
    { kind: 'unreadableDate', text: 'after:2026-02-30' },
  ]);
  assert.deepEqual(
    read(Array.from({ length: 40 }, (_, at) => `w${at}`).join(' ')).problems[0]?.kind,
    'tooMuch',
  );
});

test('an operator without its value asks for nothing yet', () => {
  for (const typed of ['', '  ', 'from:', 'has:', '!!', '""', 'from: has:'])
    assert.equal(asksNothing(read(typed).query), true, typed);
  assert.equal(asksNothing(read('from:a').query), false);
  assert.equal(asksNothing(read('after:2026').query), false);
});

test('an address of the web and a time are words and no operators', () => {
  const { terms } = read('https://a.example 10:30 ').query;
  assert.deepEqual(
    terms.map(({ text }) => text),
    ['https a example', '10 30'],
  );
});
