// a=fmtp: parameters of one format (RFC 8866 §6.15). The text is the codec's own; most write `name=value;name=value`,
// telephone-event writes numbers and ranges (RFC 4733 §2.4.1).
import { isDigits, parseInteger, splitWord } from '../grammar.ts';

export interface Fmtp {
  readonly format: string;
  /** As it was written. */
  readonly parameters: string;
}

export function parseFmtp(value: string): Fmtp | undefined {
  const [format, parameters] = splitWord(value);
  return format === '' ? undefined : { format, parameters };
}

export function serializeFmtp({ format, parameters }: Fmtp): string {
  return `${format} ${parameters}`;
}

const MAX_PARAMETERS = 64;

/** Values by lower-case name; a value that has no name stands under ''. The first of a name counts. */
export function formatParameters(text: string): ReadonlyMap<string, string> {
  const parameters = new Map<string, string>();
  for (const part of text.split(';', MAX_PARAMETERS)) {
    const equals = part.indexOf('=');
    const name = equals === -1 ? '' : part.slice(0, equals).trim().toLowerCase();
    const value = part.slice(equals + 1).trim();
    if ((name !== '' || value !== '') && !parameters.has(name)) parameters.set(name, value);
  }
  return parameters;
}

export function serializeFormatParameters(parameters: ReadonlyMap<string, string>): string {
  return Array.from(parameters, ([name, value]) => (name === '' ? value : `${name}=${value}`)).join(';');
}

/**
 * The events of `0-15,66`, ascending, each 0 … 255; undefined for what cannot be read. No parameters at all stand for 0 to
 * 15, which every receiver has (RFC 4733 §2.4.1).
 */
export function parseTelephoneEvents(parameters: string): readonly number[] | undefined {
  const text = parameters.trim();
  if (text === '') return range(0, 15);
  const events = new Set<number>();
  for (const part of text.split(',', 257)) {
    const [first = '', second = first, ...more] = part.trim().split('-');
    const from = parseInteger(first.trim(), 255);
    const to = parseInteger(second.trim(), 255);
    if (from === undefined || to === undefined || more.length > 0 || to < from) return undefined;
    for (let event = from; event <= to; event++) events.add(event);
  }
  return [...events].sort((a, b) => a - b);
}

/** `0-15,66`. */
export function serializeTelephoneEvents(events: readonly number[]): string {
  const parts: string[] = [];
  const sorted = [...new Set(events)].sort((a, b) => a - b);
  for (let at = 0; at < sorted.length; ) {
    let end = at;
    while (sorted[end + 1] === sorted[end]! + 1) end++;
    parts.push(end === at ? `${sorted[at]}` : `${sorted[at]}-${sorted[end]}`);
    at = end + 1;
  }
  return parts.join(',');
}

/** The payload types that a RED payload carries: `111/111` (RFC 2198 §5). */
export function parseRedundancy(parameters: string): readonly number[] | undefined {
  const parts = parameters.trim().split('/', 33);
  if (!parts.every(isDigits)) return undefined;
  const types = parts.map((part) => parseInteger(part, 127));
  return types.every((type) => type !== undefined) ? types : undefined;
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}
