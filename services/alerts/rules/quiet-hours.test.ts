import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isQuietAt, isTimeZone } from './quiet-hours.ts';

const EVERY_DAY = [0, 1, 2, 3, 4, 5, 6];
const at = (text: string) => Date.parse(text);

test('quiet hours over midnight begin on their day and end on the next', () => {
  const night = { fromMinute: 22 * 60, toMinute: 7 * 60, days: [5], timeZone: 'UTC' };
  // 2026-01-02 is a Friday.
  const quiet = (text: string) => isQuietAt(night, at(text));
  assert.deepEqual(
    ['2026-01-02T21:59Z', '2026-01-02T22:00Z', '2026-01-03T06:59Z', '2026-01-03T07:00Z'].map(quiet),
    [false, true, true, false],
  );
  assert.deepEqual(
    ['2026-01-02T06:00Z', '2026-01-03T22:00Z'].map(quiet),
    [false, false],
    'neither the night before nor the night after',
  );
});

test('within one day, and around the clock where both ends are the same', () => {
  const noon = { fromMinute: 720, toMinute: 780, days: EVERY_DAY, timeZone: 'UTC' };
  assert.deepEqual(
    ['11:59', '12:00', '12:59', '13:00'].map((time) => isQuietAt(noon, at(`2026-01-02T${time}Z`))),
    [false, true, true, false],
  );
  const always = { fromMinute: 0, toMinute: 0, days: [6], timeZone: 'UTC' };
  assert.deepEqual(
    ['2026-01-02T23:59Z', '2026-01-03T00:00Z', '2026-01-03T23:59Z', '2026-01-04T00:00Z'].map((text) =>
      isQuietAt(always, at(text)),
    ),
    [false, true, true, false],
  );
});

test('the clock is that of the person, in summer and in winter', () => {
  const evening = { fromMinute: 20 * 60, toMinute: 6 * 60, days: EVERY_DAY, timeZone: 'Europe/Vienna' };
  assert.equal(isQuietAt(evening, at('2026-01-15T19:30Z')), true);
  assert.equal(isQuietAt(evening, at('2026-01-15T18:30Z')), false);
  assert.equal(isQuietAt(evening, at('2026-07-15T18:30Z')), true);
});

test('a time zone that the server does not know is told apart', () => {
  assert.deepEqual(['Asia/Kolkata', 'Middle/Earth', ''].map(isTimeZone), [true, false, false]);
});
