import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FreeBusy } from '../../kit/contracts.ts';
import { nowOn, stripOf } from './free-busy.ts';

const HOUR = 3_600_000;
const NOON = 12 * HOUR;
/** From and to in hours of the day. */
const time = (from: number, to: number, kind: FreeBusy['kind'] = 'busy'): FreeBusy => ({
  start: from * HOUR,
  end: to * HOUR,
  kind,
});
const drawn = (times: FreeBusy[], nowMs = NOON) =>
  stripOf(times, nowMs).segments.map(({ kind, start, end }) => `${kind} ${start / HOUR}–${end / HOUR}`);

test('an empty calendar is free all along', () => {
  assert.deepEqual(nowOn(stripOf([], NOON), NOON), { kind: 'free', until: null });
});

test('what is before or after the strip is cut off', () => {
  assert.deepEqual(drawn([time(8, 11), time(11, 13), time(21, 30), time(30, 40)]), [
    'busy 12–13',
    'busy 21–22',
  ]);
});

test('times that touch are one; where they overlap the stronger word stands, in whatever order they came', () => {
  const times = [
    time(13, 16, 'tentative'),
    time(14, 15),
    time(15, 17, 'outOfOffice'),
    time(12, 13, 'tentative'),
  ];
  const expected = ['tentative 12–14', 'busy 14–15', 'outOfOffice 15–17'];
  assert.deepEqual(drawn(times), expected);
  assert.deepEqual(drawn(times.toReversed()), expected);
});

test('a time that ends before it begins, or at once, draws nothing', () => {
  assert.deepEqual(drawn([time(15, 14), time(13, 13)]), []);
});

test('now is busy until the end of the meeting, free until the next one', () => {
  const strip = stripOf([time(12.5, 13), time(15, 16)], NOON);
  assert.deepEqual(nowOn(strip, NOON), { kind: 'free', until: 12.5 * HOUR });
  assert.deepEqual(nowOn(strip, 12.6 * HOUR), { kind: 'busy', until: 13 * HOUR });
  assert.deepEqual(nowOn(strip, 17 * HOUR), { kind: 'free', until: null });
  assert.deepEqual(nowOn(stripOf([time(10, 48, 'outOfOffice')], NOON), NOON), {
    kind: 'outOfOffice',
    until: null,
  });
});
