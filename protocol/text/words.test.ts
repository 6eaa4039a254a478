import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foldText, wordPlaces, wordsOf } from './words.ts';

test('case and diacritics do not tell words apart', () => {
  assert.equal(foldText('ØRESUND Müller Łódź Ağrı straße'), 'oresund muller lodz agri strasse');
  assert.equal(foldText('Cafe\u0301'), foldText('Café'));
  assert.equal(foldText('ﬁle ２０２６'), 'file 2026');
});

test('words end at whatever is neither letter nor digit', () => {
  assert.deepEqual(wordsOf('Re: budget_2026 (draft), l’été!'), ['re', 'budget', '2026', 'draft', 'l', 'ete']);
  assert.deepEqual(wordsOf(' — … '), []);
});

test('a script without spaces gives one word for each character', () => {
  assert.deepEqual(wordsOf('明日の会議は10時'), ['明', '日', 'の', '会', '議', 'は', '10', '時']);
  assert.deepEqual(wordsOf('встреча завтра'), ['встреча', 'завтра']);
});

test('a word knows where it stands in the text as it was written', () => {
  const text = '👋 Straße, e\u0301te\u0301';
  assert.deepEqual(
    wordPlaces(text).map(({ word, start, end }) => [word, text.slice(start, end)]),
    [
      ['strasse', 'Straße'],
      ['ete', 'e\u0301te\u0301'],
    ],
  );
});
