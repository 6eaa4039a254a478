// Components (RFC 5545 §3.4): what stands between BEGIN and END, in each other, within bounds. Pure.
import { type ContentLine, parseLine, unfold } from './content-line.ts';

export interface Component {
  readonly name: string;
  readonly lines: readonly ContentLine[];
  readonly children: readonly Component[];
}

const DEEPEST = 8;
/** Of a feed of 5 MB, many times what is found. */
const LINES = 400_000;

/** Lines that say nothing of when somebody is free are not kept. */
const KEPT = new Set([
  'DTSTART',
  'DTEND',
  'DURATION',
  'RRULE',
  'RDATE',
  'EXDATE',
  'RECURRENCE-ID',
  'UID',
  'SUMMARY',
  'LOCATION',
  'STATUS',
  'TRANSP',
  'CLASS',
  'X-MICROSOFT-CDO-BUSYSTATUS',
  'TZID',
  'TZOFFSETFROM',
  'TZOFFSETTO',
  'X-WR-TIMEZONE',
]);

interface Open {
  name: string;
  lines: ContentLine[];
  children: Component[];
}

/** The first VCALENDAR of a text, or undefined where there is none that is whole. */
export function parseComponents(text: string): Component | undefined {
  const open: Open[] = [];
  let count = 0;
  for (const line of unfold(text)) {
    if (++count > LINES) return undefined;
    const parsed = parseLine(line);
    if (parsed === undefined) {
      // What does not begin as a calendar is another kind of document.
      if (open.length === 0) return undefined;
      continue;
    }
    const { name, value } = parsed;
    if (name === 'BEGIN') {
      if (open.length === 0 && value.toUpperCase() !== 'VCALENDAR') return undefined;
      if (open.length === DEEPEST) return undefined;
      open.push({ name: value.trim().toUpperCase(), lines: [], children: [] });
    } else if (name === 'END') {
      const ended = open.pop();
      if (ended === undefined || ended.name !== value.trim().toUpperCase()) return undefined;
      if (open.length === 0) return ended;
      open.at(-1)?.children.push(ended);
    } else if (KEPT.has(name)) open.at(-1)?.lines.push(parsed);
  }
  return undefined;
}

export function lineOf({ lines }: Component, name: string): ContentLine | undefined {
  return lines.find((line) => line.name === name);
}
