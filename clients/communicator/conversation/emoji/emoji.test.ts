import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replaceCodes } from './emoji-codes.ts';
import { codesFrom, EMOJI, emojiOf, searchEmoji } from './emoji-data.ts';

const all = Object.values(EMOJI).flat();

test('every emoji of the picker is one that the server takes as a reaction, with a code of its own', () => {
  for (const { emoji, code } of all) {
    assert.match(emoji, /^\p{RGI_Emoji}$/v, code);
    assert.match(code, /^[a-z][a-z_]*$/);
  }
  assert.equal(new Set(all.map(({ code }) => code)).size, all.length);
  assert.equal(new Set(all.map(({ emoji }) => emoji)).size, all.length);
});

test('they are found by the beginnings of English and German words, and by their codes', () => {
  const found = (query: string) => searchEmoji(query).map(({ emoji }) => emoji);
  assert.ok(found('thumb').includes('👍'));
  assert.ok(found('daumen ho').includes('👍'));
  assert.ok(found('kaffee').includes('☕'));
  assert.deepEqual(found('zzzz'), []);
  assert.equal(emojiOf('tada'), '🎉');
  assert.ok(codesFrom('thumbs').some(({ emoji }) => emoji === '👍'));
});

test('whole codes become emoji; times, addresses, code and unknown ones stay', () => {
  const replaced = (text: string) => replaceCodes(text, emojiOf);
  assert.equal(replaced(':tada: well done :thumbs_up:\n:Tada:'), '🎉 well done 👍\n🎉');
  for (const text of ['at 10:30:15', 'http://a:tada:b', '`:tada:`', ':nothing_such:', 'x:tada:'])
    assert.equal(replaced(text), text);
});
