import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createInstance } from 'i18next';
import type { PresenceState } from '../contracts.ts';
import de from '../i18n/de.json' with { type: 'json' };
import en from '../i18n/en.json' with { type: 'json' };
import { makeFormats } from '../i18n/format.ts';
import { activityWords, awayWords, explanation, stateWords } from './state-words.ts';

const AT = new Date(2026, 4, 12, 10, 0).getTime();
const MINUTE = 60_000;

async function words(language: 'en' | 'de') {
  const i18n = createInstance();
  const resources = { en: { translation: en }, de: { translation: de } };
  await i18n.init({ lng: language, resources, interpolation: { escapeValue: false } });
  return { t: i18n.t, formats: makeFormats(language === 'en' ? 'en-GB' : 'de') };
}

function presence(more: Partial<PresenceState>): PresenceState {
  return {
    userId: 'u',
    state: 'available',
    note: '',
    since: AT,
    reason: 'endpoint',
    devices: ['browser'],
    version: 1,
    ...more,
  };
}

const meeting = presence({
  state: 'busy',
  activity: 'inMeeting',
  reason: 'calendar',
  until: AT + 60 * MINUTE,
});

test('a meeting explains itself in both languages', async () => {
  const now = AT + 5 * MINUTE;
  assert.equal(
    explanation(await words('en'), meeting, now),
    'Busy: in a meeting, from the calendar, since 10:00 until 11:00.',
  );
  assert.equal(
    explanation(await words('de'), meeting, now),
    'Beschäftigt: in einer Besprechung, aus dem Kalender, seit 10:00 bis 11:00.',
  );
});

test('another day is named, and what nobody knows the beginning of has none', async () => {
  const english = await words('en');
  const busy = presence({ state: 'busy', reason: 'manual', until: AT + 24 * 60 * MINUTE });
  assert.equal(explanation(english, busy, AT), 'Busy, chosen by hand, since 10:00 until tomorrow 10:00.');
  const gone = presence({ state: 'offline', reason: 'none', since: 0 });
  assert.equal(explanation(english, gone, AT), 'Offline, no device is signed in.');
});

test('own words are left as they were written', async () => {
  const own = presence({ activity: 'custom', activityText: 'URGENT things' });
  const english = await words('en');
  assert.equal(stateWords(english, own), 'Available: URGENT things');
  assert.equal(activityWords(english, own), 'URGENT things');
});

test('who is away says for how long, and who is there or has left does not', async () => {
  const english = await words('en');
  const away = (minutes: number, state: PresenceState['state'] = 'away') =>
    awayWords(english, presence({ state, lastActive: AT - minutes * MINUTE }), AT);
  assert.deepEqual(
    [away(0), away(1), away(20), away(61), away(2 * 24 * 60), away(20, 'offline')],
    ['', 'for 1 minute', 'for 20 minutes', 'for 1 hour', 'for 2 days', ''],
  );
});
