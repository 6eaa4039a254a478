import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeLetter } from './letter.ts';

const content = {
  voicemail: {
    from: { address: 'bob@parley.test', name: 'Bob <b>\nEvil: x' },
    at: Date.UTC(2026, 0, 5, 12),
    durationMs: 65_400,
  },
  language: 'en',
  timeZone: 'Europe/Vienna',
  hasSound: true,
  url: 'https://parley.test/voicemail',
};

test('a letter says who called, when and how long, and what a caller is called is never markup or another line', () => {
  const { subject, text, html } = writeLetter(content);
  assert.equal(subject, 'Voice message from Bob <b> Evil: x');
  assert.match(text, /left you a message of 1:05 \(Jan 5, 2026, 1:00.PM\)\.\nThe message is attached\./);
  assert.match(html, /Bob &lt;b&gt; Evil/);
  assert.doesNotMatch(html, /<b>/);
});

test('in German, without the sound, where the policy allows a link only', () => {
  const { subject, text } = writeLetter({ ...content, language: 'de-AT', hasSound: false });
  assert.match(subject, /^Sprachnachricht von Bob/);
  assert.doesNotMatch(text, /hängt an/);
  assert.match(text, /In Parley anhören: https:/);
});
