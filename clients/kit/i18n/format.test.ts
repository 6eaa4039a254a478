import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeFormats, startOfDay } from './format.ts';

const at = (year: number, month: number, date: number, hour = 0, minute = 0) =>
  new Date(year, month, date, hour, minute).getTime();
const now = at(2026, 2, 12, 15, 0);
const { day, short, ago } = makeFormats('en');

test('a day is named by how far away it is', () => {
  assert.equal(day(at(2026, 2, 12, 0, 5), now), 'Today');
  assert.equal(day(at(2026, 2, 11, 23, 59), now), 'Yesterday');
  assert.equal(day(at(2026, 2, 8), now), 'Sunday');
  assert.equal(day(at(2026, 1, 3), now), 'Tuesday, February 3');
  assert.equal(day(at(2025, 11, 24), now), 'December 24, 2025');
});

test('a list shows the time of today and the day of before', () => {
  assert.match(short(at(2026, 2, 12, 9, 5), now), /9:05/);
  assert.equal(short(at(2026, 2, 10, 9, 5), now), 'Tue');
  assert.equal(short(at(2026, 0, 2), now), 'Jan 2');
});

test('a span is told in its largest unit', () => {
  assert.equal(ago(now - 5 * 60_000, now), '5 minutes ago');
  assert.equal(ago(now - 3 * 3_600_000, now), '3 hours ago');
  assert.equal(ago(now - 50 * 3_600_000, now), '2 days ago');
  assert.equal(ago(now + 10_000, now), 'this minute', 'a clock that runs ahead');
});

test('a day begins at local midnight', () => {
  assert.equal(startOfDay(now), at(2026, 2, 12));
});
