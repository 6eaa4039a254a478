import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Format, format } from './format-text.ts';

/** The selection stands between brackets. */
function formatted(marked: string, how: Format): string {
  const from = marked.indexOf('[');
  const to = marked.indexOf(']') - 1;
  const after = format({ text: marked.replace(/[[\]]/g, ''), from, to }, how);
  return `${after.text.slice(0, after.from)}[${after.text.slice(after.from, after.to)}]${after.text.slice(after.to)}`;
}

test('a mark goes around the selection and away again', () => {
  assert.equal(formatted('say [it] now', 'bold'), 'say **[it]** now');
  assert.equal(formatted('say **[it]** now', 'bold'), 'say [it] now');
  assert.equal(formatted('say **[it]** now', 'italic'), 'say ***[it]*** now');
  assert.equal(formatted('[]', 'code'), '`[]`');
});

test('several lines become a code block', () => {
  assert.equal(formatted('see\n[a\nb]', 'code'), 'see\n```\n[a\nb]\n```');
});

test('quotes and lists begin lines, and end again', () => {
  assert.equal(formatted('a\nb[c\nd]e', 'quote'), 'a\n> b[c\n> d]e');
  assert.equal(formatted('> b[c\n> d]e', 'quote'), 'b[c\nd]e');
  assert.equal(formatted('[]', 'list'), '- []');
});

test('of a link, what is missing is selected', () => {
  const { text, from, to } = format({ text: 'the plan', from: 4, to: 8 }, 'link');
  assert.deepEqual([text, text.slice(from, to)], ['the [plan](https://)', 'https://']);
});
