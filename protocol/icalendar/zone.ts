// Time zones (RFC 5545 §3.2.19, §3.6.5): by their IANA name where the machine knows it, else as the calendar defines them. Pure.
import type { Component } from './component.ts';
import { lineOf } from './component.ts';
import { DAY_MS, type LocalMs, parseDateValue, parseOffset } from './date-value.ts';
import { type Budget, occurrences, parseRule, type RecurrenceRule } from './recurrence-rule.ts';

export interface Zone {
  /** Milliseconds since 1970 in UTC at which the wall clock shows that. */
  toUtc(local: LocalMs): number;
}

export const UTC: Zone = { toUtc: (local) => local };

/** Zones by the TZID that the calendar uses for them. */
export function zonesOf(calendar: Component, budget: Budget): (tzid: string) => Zone {
  const defined = new Map<string, Component>();
  for (const child of calendar.children)
    if (child.name === 'VTIMEZONE') defined.set(lineOf(child, 'TZID')?.value.trim() ?? '', child);
  const floating = lineOf(calendar, 'X-WR-TIMEZONE')?.value.trim() ?? '';
  const known = new Map<string, Zone>();
  return (tzid) => {
    const held = known.get(tzid);
    if (held !== undefined) return held;
    const definition = defined.get(tzid);
    const named = tzid === '' ? floating : tzid;
    const zone =
      namedZone(named) ?? (definition && definedZone(definition, budget)) ?? namedZone(floating) ?? UTC;
    // As many as a calendar can mean; the others are read again and again.
    if (known.size < 200) known.set(tzid, zone);
    return zone;
  };
}

/** Some programs put their own path before the name: `/example.org/20050126_1/Europe/Berlin`. */
function namedZone(tzid: string): Zone | undefined {
  const parts = tzid.split('/').filter((part) => part !== '');
  for (const name of [tzid, parts.slice(-3).join('/'), parts.slice(-2).join('/')]) {
    const format = formatOf(name);
    if (format !== undefined) return withOffsets((utc) => offsetBy(format, utc));
  }
  return undefined;
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  // "EST" and "+01:00" are names to Intl too; a calendar that defines them knows better.
  if (!timeZone.includes('/') && timeZone !== 'UTC') return undefined;
  try {
    return new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    return undefined;
  }
}

function offsetBy(format: Intl.DateTimeFormat, utc: number): number {
  const shown = new Map(format.formatToParts(utc).map(({ type, value }) => [type, Number(value)]));
  const part = (type: Intl.DateTimeFormatPartTypes) => shown.get(type) ?? 0;
  const local = Date.UTC(
    part('year'),
    part('month') - 1,
    part('day'),
    part('hour'),
    part('minute'),
    part('second'),
  );
  return local - Math.floor(utc / 1000) * 1000;
}

/** RFC 5545 §3.3.5: a local time that occurs twice is the first; one that does not occur takes the offset before the gap. */
function withOffsets(offsetAt: (utc: number) => number): Zone {
  return {
    toUtc(local) {
      const before = offsetAt(local - DAY_MS);
      const after = offsetAt(local + DAY_MS);
      const first = local - before;
      if (before === after || offsetAt(first) === before) return first;
      const second = local - after;
      return offsetAt(second) === after ? second : first;
    },
  };
}

interface Observance {
  readonly onset: LocalMs;
  readonly from: number;
  readonly to: number;
  readonly rule: RecurrenceRule | undefined;
}

/** RFC 5545 §3.6.5: the offset of the observance that began last. */
function definedZone(definition: Component, budget: Budget): Zone | undefined {
  const observances = definition.children.flatMap((child): Observance[] => {
    const start = parseDateValue(lineOf(child, 'DTSTART')?.value ?? '', new Map());
    const from = parseOffset(lineOf(child, 'TZOFFSETFROM')?.value ?? '');
    const to = parseOffset(lineOf(child, 'TZOFFSETTO')?.value ?? '');
    if (start === undefined || from === undefined || to === undefined) return [];
    return [{ onset: start.local, from, to, rule: parseRule(lineOf(child, 'RRULE')?.value ?? '') }];
  });
  const earliest = observances.toSorted((a, b) => a.onset - b.onset)[0];
  if (earliest === undefined) return undefined;
  const lasts = new Map<number, { readonly at: number; readonly to: number }>();
  return withOffsets((utc) => {
    // Onsets are found once for each day that is asked for.
    const day = Math.floor(utc / DAY_MS);
    const found = lasts.get(day) ?? lastOnset(observances, (day + 1) * DAY_MS, budget);
    if (found === undefined) return earliest.from;
    if (lasts.size < 2000) lasts.set(day, found);
    if (found.at <= utc) return found.to;
    return lastOnset(observances, utc, budget)?.to ?? earliest.from;
  });
}

/** The onset before that time in UTC which is the latest, and the offset since. */
function lastOnset(
  observances: readonly Observance[],
  before: number,
  budget: Budget,
): { readonly at: number; readonly to: number } | undefined {
  let last: { at: number; to: number } | undefined;
  for (const { onset, from, to, rule } of observances) {
    const toUtc = (local: LocalMs) => local - from;
    const window = { from: before - 400 * DAY_MS, to: before + from + 1, toUtc };
    const onsets = rule === undefined ? [onset] : [onset, ...occurrences(rule, onset, window, budget)];
    for (const local of onsets) {
      const at = toUtc(local);
      if (at <= before && (last === undefined || at >= last.at)) last = { at, to };
    }
  }
  return last;
}
