import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readQuery } from './search-query.ts';
import { foundIn, hasAll, lineOf, needlesOf, type Searched, snippetOf } from './searchable.ts';

const query = (typed: string) => readQuery(typed, Date.UTC).query;
const finds = (typed: string, message: Searched) => hasAll(lineOf(message), needlesOf(query(typed)));
const marked = (text: string, typed: string) =>
  foundIn(text, query(typed).terms).map(({ start, end }) => text.slice(start, end));

test('a message is found by its words in any order, case and spelling', () => {
  const message = { text: 'Die Straße nach Łódź ist gesperrt!' };
  for (const typed of ['lodz strasse', 'STRASSE', 'gesp', '"nach łódź"', '"nach łód'])
    assert.equal(finds(typed, message), true, typed);
  for (const typed of ['trasse', 'gesp die', '"łódź nach"', 'die nicht', '"nach łód"'])
    assert.equal(finds(typed, message), false, typed);
});

test('a text without spaces is found by any piece of it', () => {
  assert.equal(finds('会議', { text: '明日の会議は十時' }), true);
  assert.equal(finds('議会', { text: '明日の会議は十時' }), false);
});

test('has: looks for what the words do not say', () => {
  assert.equal(finds('has:link', { text: 'see https://a.example/b' }), true);
  assert.equal(finds('has:code', { text: 'try `npm start`' }), true);
  assert.equal(finds('has:mention', { text: 'ask @carol' }), true);
  assert.equal(finds('has:mention', { text: 'ask her', mentions: ['u1'] }), true);
  assert.equal(
    finds('has:image', { text: 'look', images: [{ name: 'plan.png', alt: 'The new floor' }] }),
    true,
  );
  assert.equal(finds('has:link has:code', { text: 'https://a.example' }), false);
  for (const typed of ['has:link', 'has:code', 'has:mention', 'has:image'])
    assert.equal(finds(typed, { text: 'link code mention image bob@a.example' }), false, typed);
});

test('a subject and the names of images are searched with the text', () => {
  assert.equal(finds('budget', { subject: 'Budget', text: 'see below' }), true);
  assert.equal(finds('floor plan', { text: '', images: [{ name: 'plan.png', alt: 'The new floor' }] }), true);
});

test('a notice that nobody wrote and what was deleted are never found, whatever is asked', () => {
  for (const typed of ['carol', '', 'has:mention']) {
    assert.equal(finds(typed, { text: 'Carol @dave was added', notice: {} }), false, typed);
    assert.equal(finds(typed, { text: 'Carol @dave', deletedAt: 1 }), false, typed);
  }
  assert.equal(finds('', { text: '👍' }), true);
});

test('what was found is marked where it stands, phrases in one piece', () => {
  assert.deepEqual(marked('Wir grüßen die Grüße', 'grussen'), ['grüßen']);
  assert.deepEqual(marked('Wir grüßen die Grüße', 'gru'), ['grüßen', 'Grüße']);
  assert.deepEqual(marked('no, please send: it please', '"please send" '), ['please send']);
  assert.deepEqual(marked('a b a', 'a b'), ['a', 'b', 'a']);
  assert.deepEqual(marked('nothing', 'has:link'), []);
});

test('a long text is cut around what was found', () => {
  const text = `${'word '.repeat(100)}needle ${'more '.repeat(100)}`;
  const snippet = snippetOf({ text }, query('needle ').terms);
  assert.ok(snippet.text.length < 320);
  assert.match(snippet.text, /^… word .*needle more.* …$/s);
  assert.deepEqual(
    snippet.ranges.map(({ start, end }) => snippet.text.slice(start, end)),
    ['needle'],
  );
  assert.deepEqual(snippetOf({ text: 'short' }, []), { text: 'short', ranges: [] });
  const far = `${'x'.repeat(9_000)} ${'é '.repeat(5_000)}needle ${'y '.repeat(9_000)}`;
  assert.match(snippetOf({ text: far }, query('needle ').terms).text, /^… (?:é )+needle (?:y )+…$/);
});

test('a list shows what a message says without its marks', () => {
  const shown = (text: string, subject?: string) =>
    snippetOf({ text, ...(subject === undefined ? {} : { subject }) }, []).text;
  assert.equal(shown('**bold**, _soft_, ~~gone~~ and `code`'), 'bold, soft, gone and code');
  assert.equal(shown('> quoted\n- one\n- two'), 'quoted one two');
  assert.equal(shown('see [the plan](https://a.example/x) at 2 * 3 * 4'), 'see the plan at 2 * 3 * 4');
  assert.equal(shown('snake_case_name and __init__.py'), 'snake_case_name and init.py');
  assert.equal(shown('below', 'Budget'), 'Budget · below');
  const bold = snippetOf({ text: 'the **needle** is' }, query('needle ').terms);
  assert.deepEqual(bold.ranges, [{ start: 4, end: 10 }]);
});

test('a text of marks alone costs little', () => {
  const began = process.cpuUsage();
  snippetOf({ text: '*a '.repeat(20_000) }, []);
  assert.ok(process.cpuUsage(began).user < 200_000);
});
