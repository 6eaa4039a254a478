// A calendar (RFC 5545 §3.6) as the times in which its owner is not free: read within bounds, then laid out over a window
// with its recurrences, exceptions and time zones. Pure.
import { type Component, lineOf, parseComponents } from './component.ts';
import { unescapeText } from './content-line.ts';
import {
  DAY_MS,
  type DateValue,
  type LocalMs,
  parseDateValue,
  parseDateValues,
  parseDuration,
} from './date-value.ts';
import { type Budget, occurrences, parseRule, type RecurrenceRule } from './recurrence-rule.ts';
import { UTC, type Zone, zonesOf } from './zone.ts';

/** How the owner is taken up; `free` times are listed and take nothing up. */
export type BusyStatus = 'free' | 'tentative' | 'busy' | 'outOfOffice' | 'elsewhere';

export interface CalendarEvent {
  readonly uid: string;
  readonly summary: string;
  readonly place: string;
  readonly isPrivate: boolean;
  readonly isCancelled: boolean;
  readonly busy: BusyStatus;
  readonly start: DateValue;
  readonly zone: Zone;
  readonly durationMs: number;
  readonly rule: RecurrenceRule | undefined;
  readonly extra: readonly DateValue[];
  readonly excluded: readonly DateValue[];
  /** Set on what replaces one occurrence of the event with the same UID (RFC 5545 §3.8.4.4). */
  readonly replaces: DateValue | undefined;
}

export interface Calendar {
  readonly events: readonly CalendarEvent[];
  readonly zoneOf: (tzid: string) => Zone;
  readonly budget: Budget;
}

export type CalendarResult = { readonly ok: true; readonly calendar: Calendar } | { readonly ok: false };

const EVENTS = 20_000;
const DATES = 2000;
const PERIODS = 200_000;

export function readCalendar(text: string): CalendarResult {
  const root = parseComponents(text);
  if (root === undefined) return { ok: false };
  const budget: Budget = { periods: PERIODS };
  const zoneOf = zonesOf(root, budget);
  const events = root.children
    .filter(({ name }) => name === 'VEVENT')
    .slice(0, EVENTS)
    .flatMap((component) => eventOf(component, zoneOf) ?? []);
  return { ok: true, calendar: { events, zoneOf, budget } };
}

function eventOf(component: Component, zoneOf: (tzid: string) => Zone): CalendarEvent | undefined {
  const started = lineOf(component, 'DTSTART');
  const start = started && parseDateValue(started.value, started.params);
  if (start === undefined) return undefined;
  const text = (name: string) => unescapeText(lineOf(component, name)?.value ?? '');
  const word = (name: string) => text(name).trim().toUpperCase();
  const zone = zoneFor(start, zoneOf);
  const dates = (name: string) =>
    component.lines
      .filter((line) => line.name === name)
      .flatMap(parseDateValues)
      .slice(0, DATES);
  const replaced = lineOf(component, 'RECURRENCE-ID');
  return {
    uid: text('UID'),
    summary: text('SUMMARY'),
    place: text('LOCATION'),
    isPrivate: word('CLASS') === 'PRIVATE' || word('CLASS') === 'CONFIDENTIAL',
    isCancelled: word('STATUS') === 'CANCELLED',
    busy: busyOf(word),
    start,
    zone,
    durationMs: durationOf(component, start, zone, zoneOf),
    rule: parseRule(lineOf(component, 'RRULE')?.value ?? ''),
    extra: dates('RDATE'),
    excluded: dates('EXDATE'),
    replaces: replaced && parseDateValue(replaced.value, replaced.params),
  };
}

/** Outlook says more than the standard does, and is believed first. */
function busyOf(word: (name: string) => string): BusyStatus {
  switch (word('X-MICROSOFT-CDO-BUSYSTATUS')) {
    case 'FREE':
      return 'free';
    case 'TENTATIVE':
      return 'tentative';
    case 'OOF':
      return 'outOfOffice';
    case 'WORKINGELSEWHERE':
      return 'elsewhere';
    case 'BUSY':
      return 'busy';
  }
  if (word('TRANSP') === 'TRANSPARENT') return 'free';
  return word('STATUS') === 'TENTATIVE' ? 'tentative' : 'busy';
}

function zoneFor({ isUtc, tzid }: DateValue, zoneOf: (tzid: string) => Zone): Zone {
  return isUtc ? UTC : zoneOf(tzid);
}

/** RFC 5545 §3.6.1: without an end, a date lasts its day and a time no time at all. */
function durationOf(
  component: Component,
  start: DateValue,
  zone: Zone,
  zoneOf: (tzid: string) => Zone,
): number {
  const ended = lineOf(component, 'DTEND');
  const end = ended && parseDateValue(ended.value, ended.params);
  if (end !== undefined && start.isDate) return end.local - start.local;
  if (end !== undefined) return zoneFor(end, zoneOf).toUtc(end.local) - zone.toUtc(start.local);
  const duration = parseDuration(lineOf(component, 'DURATION')?.value ?? '');
  return duration ?? (start.isDate ? DAY_MS : 0);
}

export interface Instance {
  /** Unix milliseconds. */
  readonly start: number;
  readonly end: number;
  readonly event: CalendarEvent;
}

export interface Window {
  /** Unix milliseconds. */
  readonly from: number;
  readonly to: number;
  /** How many instances at most; the earliest are kept. */
  readonly limit: number;
}

/** What takes place in the window, in order of start; cancelled events are left out. */
export function expandCalendar({ events, zoneOf, budget }: Calendar, window: Window): Instance[] {
  const replaced = new Map<string, Set<number>>();
  for (const { uid, replaces } of events) {
    if (replaces === undefined) continue;
    const times = replaced.get(uid) ?? new Set();
    replaced.set(uid, times.add(zoneFor(replaces, zoneOf).toUtc(replaces.local)));
  }
  const found: Instance[] = [];
  for (const event of events) {
    if (event.isCancelled || event.durationMs <= 0) continue;
    const gone = new Set(event.excluded.map((date) => zoneFor(date, zoneOf).toUtc(date.local)));
    // An EXDATE without a time takes its day.
    const goneDays = new Set(event.excluded.filter(({ isDate }) => isDate).map(({ local }) => local));
    const others = event.replaces === undefined ? replaced.get(event.uid) : undefined;
    let taken = 0;
    for (const { local, start } of startsOf(event, window, zoneOf, budget)) {
      const isGone = gone.has(start) || goneDays.has(local - (((local % DAY_MS) + DAY_MS) % DAY_MS));
      if (isGone || others?.has(start) === true) continue;
      const end = endOf(event, local, start);
      if (end <= window.from || start >= window.to) continue;
      found.push({ start, end, event });
      if (++taken === window.limit) break;
    }
  }
  return found.sort((a, b) => a.start - b.start || a.end - b.end).slice(0, window.limit);
}

/** A day is 23 hours long in spring; a meeting of an hour is not. */
function endOf(
  { start: { isDate }, durationMs, zone }: CalendarEvent,
  local: LocalMs,
  start: number,
): number {
  return isDate ? zone.toUtc(local + durationMs) : start + durationMs;
}

/** Starts around the window; the exact cut is made afterwards. */
function* startsOf(
  { start, zone, durationMs, rule, extra, replaces }: CalendarEvent,
  { from, to }: Window,
  zoneOf: (tzid: string) => Zone,
  budget: Budget,
): Generator<{ readonly local: LocalMs; readonly start: number }> {
  const at = (local: LocalMs) => ({ local, start: zone.toUtc(local) });
  if (rule === undefined || replaces !== undefined) yield at(start.local);
  else {
    const toUtc = (local: LocalMs) => zone.toUtc(local);
    const around = { from: from - durationMs - DAY_MS, to: to + DAY_MS, toUtc };
    // RFC 5545 §3.8.5.3: DTSTART is the first instance, whether or not the rule would make it.
    if (!isFirst(rule, start.local, around, budget)) yield at(start.local);
    for (const local of occurrences(rule, start.local, around, budget)) yield at(local);
  }
  for (const date of extra) yield { local: date.local, start: zoneFor(date, zoneOf).toUtc(date.local) };
}

function isFirst(
  rule: RecurrenceRule,
  start: LocalMs,
  around: { readonly from: LocalMs; readonly toUtc: (local: LocalMs) => number },
  budget: Budget,
): boolean {
  if (start < around.from) return true;
  const window = { from: start, to: start + 1, toUtc: around.toUtc };
  return !occurrences(rule, start, window, budget).next().done;
}
