import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromLocalInput, localInput } from '../../../kit/i18n/local-input.ts';
import { presetTimes } from './schedule-times.ts';

const at = (text: string) => new Date(text).getTime();

test('presets are times to come, each named once', () => {
  // A Wednesday, and a Sunday, on which tomorrow is Monday.
  const named = (now: string) =>
    presetTimes(at(now)).map(({ preset, atMs }) => `${preset} ${localInput(atMs)}`);
  assert.deepEqual(named('2026-11-18T15:20'), [
    'inAnHour 2026-11-18T16:20',
    'tomorrowMorning 2026-11-19T09:00',
    'tomorrowAfternoon 2026-11-19T13:00',
    'nextMonday 2026-11-23T09:00',
  ]);
  assert.deepEqual(named('2026-11-22T10:00').length, 3);
});

test('a time goes into the field and comes out of it as it was', () => {
  const time = at('2026-03-29T01:30');
  assert.equal(fromLocalInput(localInput(time)), time);
  assert.equal(fromLocalInput(''), null);
});
