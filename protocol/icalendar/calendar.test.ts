import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { fuzz } from './calendar.fuzz.ts';
import { expandCalendar, readCalendar } from './calendar.ts';

const folder = join(import.meta.dirname, '../../spec/corpora/icalendar');
const sample = (name: string) => readFileSync(join(folder, name), 'utf8');

/** What takes place between two days, a line for each: start, length in minutes, how busy, subject. */
function between(text: string, from: string, to: string, limit = 500): string[] {
  const read = readCalendar(text);
  assert.ok(read.ok);
  const window = { from: Date.parse(from), to: Date.parse(to), limit };
  return expandCalendar(read.calendar, window).map(
    ({ start, end, event }) =>
      `${new Date(start).toISOString().slice(0, 16)} ${(end - start) / 60_000} ${event.busy} ${event.summary}`,
  );
}

function event(...lines: string[]): string {
  return ['BEGIN:VCALENDAR', 'BEGIN:VEVENT', ...lines, 'END:VEVENT', 'END:VCALENDAR', ''].join('\r\n');
}

test('RFC 5545 §3.8.5: recurrences, exceptions and replacements of a week', () => {
  assert.deepEqual(between(sample('plain.ics'), '2026-01-05', '2026-01-15'), [
    '2026-01-05T08:00 15 busy Stand-up, every day',
    '2026-01-07T09:00 15 busy Stand-up, later today',
    '2026-01-08T08:00 15 busy Stand-up, every day',
    '2026-01-08T08:00 90 busy Dentist',
    '2026-01-08T15:00 60 tentative Perhaps',
    '2026-01-08T23:00 1440 free Birthday of Carol',
    '2026-01-09T08:00 15 busy Stand-up, every day',
    '2026-01-11T23:00 2880 outOfOffice Skiing',
    '2026-01-12T08:00 15 busy Stand-up, every day',
    '2026-01-13T08:00 15 busy Stand-up, every day',
    '2026-01-14T08:00 15 busy Stand-up, every day',
  ]);
});

test('RFC 5545 §3.8.1.3: a private event says that it is one', () => {
  const read = readCalendar(sample('plain.ics'));
  assert.ok(read.ok);
  const isPrivate = read.calendar.events.filter((each) => each.isPrivate).map(({ uid }) => uid);
  assert.deepEqual(isPrivate, ['private@example.com']);
});

test('RFC 5545 §3.6.5: a zone that only the calendar knows has its summer', () => {
  assert.deepEqual(between(sample('own-zone.ics'), '2026-01-01', '2026-12-31'), [
    '2026-01-15T08:00 60 busy Winter',
    '2026-07-15T07:00 60 busy Summer',
  ]);
});

test('RFC 5545 §3.1: folded lines and quoted parameters, with line feeds alone', () => {
  assert.deepEqual(between(sample('folded-lf.ics'), '2026-01-01', '2026-02-01'), [
    '2026-01-10T08:00 60 busy A long subject that its program broke in two\nand that has two lines',
  ]);
});

test('RFC 5545 §3.3.10: rules by day, week, month and year', () => {
  assert.deepEqual(between(sample('rules.ics'), '2026-01-01', '2026-04-01'), [
    '2026-01-01T10:00 60 busy Every other day',
    '2026-01-03T10:00 60 busy Every other day',
    '2026-01-05T08:00 30 busy Three times',
    '2026-01-05T10:00 60 busy Every other day',
    '2026-01-06T08:00 30 busy Three times',
    '2026-01-07T10:00 60 busy Every other day',
    '2026-01-08T08:00 30 busy Three times',
    '2026-01-13T10:00 60 busy Second Tuesday',
    '2026-01-30T10:00 60 busy Last working day',
    '2026-01-31T10:00 60 busy Where there is a 31st',
    '2026-02-10T10:00 60 busy Second Tuesday',
    '2026-02-27T10:00 60 busy Last working day',
    '2026-03-10T10:00 60 busy Second Tuesday',
    '2026-03-31T10:00 60 busy Last working day',
    '2026-03-31T10:00 60 busy Where there is a 31st',
  ]);
  assert.deepEqual(
    between(sample('rules.ics'), '2026-11-01', '2026-11-30'),
    ['2026-11-26T10:00 60 busy Fourth Thursday', '2026-11-30T10:00 60 busy Last working day'].slice(0, 1),
  );
  assert.deepEqual(
    between(sample('rules.ics'), '2027-02-01', '2028-03-01').filter((line) => line.endsWith('Leap day')),
    ['2028-02-29T10:00 60 busy Leap day'],
  );
});

test('a meeting at nine is at nine in summer and in winter', () => {
  const text = event(
    'UID:u',
    'DTSTART;TZID=Europe/Berlin:20260324T090000',
    'DTEND;TZID=Europe/Berlin:20260324T100000',
    'RRULE:FREQ=WEEKLY;COUNT=2',
  );
  assert.deepEqual(between(text, '2026-03-01', '2026-04-30'), [
    '2026-03-24T08:00 60 busy ',
    '2026-03-31T07:00 60 busy ',
  ]);
});

test('RFC 5545 §3.3.5: a time that the clock skips takes the offset before; one that it shows twice is the first', () => {
  const at = (local: string) =>
    between(
      event('UID:u', `DTSTART;TZID=Europe/Berlin:${local}`, 'DURATION:PT1M'),
      '2026-01-01',
      '2026-12-31',
    );
  assert.deepEqual(at('20260329T023000'), ['2026-03-29T01:30 1 busy ']);
  assert.deepEqual(at('20261025T023000'), ['2026-10-25T00:30 1 busy ']);
});

test('a day of the calendar is as long as the day is', () => {
  const text = event('UID:u', 'DTSTART;VALUE=DATE:20260329').replace(
    'VCALENDAR',
    'VCALENDAR\r\nX-WR-TIMEZONE:Europe/Berlin',
  );
  assert.deepEqual(between(text, '2026-03-01', '2026-04-01'), ['2026-03-28T23:00 1380 busy ']);
});

test('a rule that began long ago costs no more than the window', () => {
  const text = event('UID:u', 'DTSTART:19700101T080000Z', 'DTEND:19700101T090000Z', 'RRULE:FREQ=DAILY');
  assert.equal(between(text, '2026-01-05', '2026-01-19').length, 14);
});

test('no more instances than were asked for, the earliest of them', () => {
  const text = event('UID:u', 'DTSTART:20260101T080000Z', 'DTEND:20260101T090000Z', 'RRULE:FREQ=DAILY');
  assert.deepEqual(between(text, '2026-01-05', '2026-01-19', 1), ['2026-01-05T08:00 60 busy ']);
});

test('what is no calendar is not read: a page, half a feed, components too deep', () => {
  const deep = 'BEGIN:VCALENDAR\r\n'.repeat(20);
  for (const text of [
    '',
    '<!DOCTYPE html><p>Sign in</p>',
    'BEGIN:VCARD\r\nEND:VCARD',
    sample('plain.ics').slice(0, 400),
    deep,
  ])
    assert.equal(readCalendar(text).ok, false, text.slice(0, 40));
});

test('five megabytes of a hostile feed end soon', () => {
  const events =
    'BEGIN:VEVENT\r\nUID:a\r\nDTSTART:19000101T000000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;COUNT=99999999\r\nEND:VEVENT\r\n';
  const text = `BEGIN:VCALENDAR\r\n${events.repeat(Math.floor((5 * 1024 * 1024) / events.length))}END:VCALENDAR\r\n`;
  const began = process.cpuUsage();
  between(text, '2026-01-05', '2026-01-19');
  assert.ok(
    process.cpuUsage(began).user < 10_000_000,
    'ten seconds of a busy machine are a hundred times what it takes',
  );
});

test('the corpus breaks no invariant, and neither does any change of it', () => {
  const seeds = readdirSync(folder).map((name) => readFileSync(join(folder, name)));
  for (const seed of seeds) fuzz(seed);
  const piece = fc.constantFrom(
    ':',
    ';',
    '=',
    ',',
    '\r\n',
    '\r\n ',
    '0',
    '9',
    'Z',
    '-',
    'BEGIN:VEVENT\r\n',
    'END:VEVENT\r\n',
    '"',
  );
  const edit = fc.record({ at: fc.nat(), remove: fc.nat(20), insert: piece });
  const mutated = fc
    .tuple(fc.constantFrom(...seeds.map(String)), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([seed, edits]) =>
      edits.reduce((text, { at, remove, insert }) => {
        const from = at % (text.length + 1);
        return text.slice(0, from) + insert + text.slice(from + remove);
      }, seed),
    );
  fc.assert(
    fc.property(mutated, (text) => fuzz(new TextEncoder().encode(text))),
    { numRuns: 200 },
  );
});
