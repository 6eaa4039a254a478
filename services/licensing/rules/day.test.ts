import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addDays, dayNumber, dayOf, daysBetween, instantMs, isDay } from './day.ts';

describe('days', () => {
  it('are days of the calendar', () => {
    for (const day of ['2026-01-31', '2024-02-29', '2000-02-29', '1969-12-31', '9999-12-31']) {
      assert.equal(isDay(day), true, day);
      assert.equal(dayOf(dayNumber(day)!), day);
    }
    const none = [
      '2026-02-29',
      '1900-02-29',
      '2026-04-31',
      '2026-13-01',
      '2026-00-10',
      '2026-01-00',
      '0050-01-01',
    ];
    for (const text of [...none, '2026-1-1', ' 2026-01-01', '2026-01-01T00:00:00Z', ''])
      assert.equal(isDay(text), false, text);
  });

  it('are counted across months and years', () => {
    assert.equal(addDays('2026-01-01', 90), '2026-04-01');
    assert.equal(addDays('2024-03-01', -1), '2024-02-29');
    assert.equal(daysBetween('2026-06-01', '2026-06-30'), 29);
    assert.throws(() => addDays('2026-02-30', 1));
  });

  it('have instants with their zone', () => {
    assert.equal(instantMs('1970-01-02T00:00:00Z'), 86_400_000);
    assert.equal(instantMs('1970-01-01T02:00:00+02:00'), 0);
    for (const text of [
      '2026-01-01T00:00:00',
      '2026-02-30T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T25:00:00Z',
      '2026-01-01',
      'now',
    ])
      assert.equal(instantMs(text), undefined, text);
  });
});
