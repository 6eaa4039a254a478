import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkify } from './linkify.ts';

const links = (text: string) => linkify(text).flatMap(({ href }) => (href === undefined ? [] : [href]));

test('the pieces together are the text', () => {
  const text = 'See https://example.org/a?b=c#d, or www.example.org (mail bob@example.org).';
  assert.equal(
    linkify(text)
      .map((piece) => piece.text)
      .join(''),
    text,
  );
  assert.deepEqual(links(text), [
    'https://example.org/a?b=c#d',
    'https://www.example.org',
    'mailto:bob@example.org',
  ]);
});

test('a full stop or a bracket around an address is not part of it, one inside is', () => {
  assert.deepEqual(links('(https://example.org/x).'), ['https://example.org/x']);
  assert.deepEqual(links('https://example.org/a_(b)'), ['https://example.org/a_(b)']);
});

test('nothing but http, https and mailto becomes a link', () => {
  assert.deepEqual(links('javascript:alert(1) data:text/html,x file:///etc/passwd'), []);
});

test('a text without an address is one piece', () => {
  assert.deepEqual(linkify('a < b & c'), [{ text: 'a < b & c' }]);
});
