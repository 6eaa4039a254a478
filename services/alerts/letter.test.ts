import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type LetterContent, writeLetter } from './letter.ts';

const AT = Date.UTC(2026, 10, 22, 15, 4);
const one = (name: string, text: string, unread = 1) => ({
  name,
  url: 'https://uc.example.com/c/1',
  unread,
  messages: [{ sender: name, sentAt: AT, text, hasPicture: false }],
});
const letter = (changes: Partial<LetterContent>) =>
  writeLetter({
    name: 'Bob',
    language: 'en',
    timeZone: 'Europe/Vienna',
    shows: 'text',
    afterMinutes: 240,
    conversations: [one('Alice', 'hello')],
    others: { count: 0, unread: 0 },
    home: 'https://uc.example.com/',
    stop: 'https://uc.example.com/stop',
    ...changes,
  });

test('what people wrote and are called is text, never markup, in no place of the HTML', () => {
  const bad = '"><img src=https://evil.example/x onerror=alert(1)><script>\'&';
  const { html } = letter({ name: bad, conversations: [one(bad, bad)] });
  assert.doesNotMatch(html, /<img|<script/);
  const written = html.replaceAll(
    /<(?:\/?(?:b|small|p|h2|a|div|hr|br|html|head|body|title|meta)\b[^<>]*|!doctype html)>/g,
    '',
  );
  assert.doesNotMatch(written, /[<>]/, 'nothing but our own elements');
});

test('a name cannot begin a line of its own, nor turn the line around', () => {
  const { subject, text } = letter({ conversations: [one('Al\r\nBcc: x@y\u202Eecila', 'hi')] });
  assert.equal(subject, 'An unread message from Al Bcc: x@yecila');
  assert.doesNotMatch(text, /^Bcc:/m);
});

test('texts are cut by characters; more than is shown is counted', () => {
  const { text } = letter({ conversations: [one('Alice', `${'x'.repeat(299)}😀 end`, 5)] });
  assert.match(text, /x{299}…/);
  assert.match(text, /5 unread messages/);
  assert.match(text, /4 earlier messages/);
});

test('it shows as little as is wished, in the language and by the clock of its reader', () => {
  const sender = letter({ shows: 'sender', language: 'de-AT' });
  assert.equal(sender.subject, 'Eine ungelesene Nachricht von Alice');
  assert.doesNotMatch(sender.text, /hello/);
  const nothing = letter({ shows: 'nothing', language: 'xx' });
  assert.equal(nothing.subject, 'An unread message');
  assert.doesNotMatch(nothing.text + nothing.html, /hello|Alice|\/c\/1/);
  assert.match(nothing.html, /<html lang="en">/);
  assert.match(letter({}).text, /Nov 22, 2026, 4:04\sPM/);
  const several = letter({
    conversations: [one('Alice', 'a'), one('Carol', 'b')],
    others: { count: 3, unread: 9 },
  });
  assert.equal(several.subject, '11 unread messages from Alice and 4 others');
  assert.match(several.text, /3 more conversations/);
});
