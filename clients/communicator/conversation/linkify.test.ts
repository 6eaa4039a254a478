import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linkAt } from './linkify.ts';

/** All addresses, one after the other. */
function links(text: string): string[] {
  const found: string[] = [];
  for (let at = 0; at < text.length; at++) {
    const link = at > 0 && /[\w.+@-]/.test(text[at - 1] ?? '') ? null : linkAt(text, at);
    if (link === null) continue;
    found.push(link.href);
    at += link.text.length - 1;
  }
  return found;
}

test('web and mail addresses are found where they begin', () => {
  assert.deepEqual(links('See https://example.org/a?b=c#d, or www.example.org (mail bob@example.org).'), [
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
