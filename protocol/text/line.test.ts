import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cleanLine, cutText } from './line.ts';

test('a line has no control or direction characters, no half letters, and no room at its ends', () => {
  assert.equal(cleanLine(' a\u0000b\n\u202ec\ud800 ', 10), 'a b  c\ufffd');
});

test('a letter that its one spelling makes longer is cut after that, and no letter in two', () => {
  assert.equal([...cleanLine('\ufb2c'.repeat(100), 100)].length, 100);
  assert.equal(cutText('😀😀😀', 2), '😀😀');
});
