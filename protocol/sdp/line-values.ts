// The values of single lines: origin, connection, bandwidth, times (RFC 8866 §5.2 to §5.11). Each parser takes what stands
// behind `=`; undefined is what cannot be read. Used by the parser and the serializer.
import type {
  Bandwidth,
  Connection,
  Origin,
  RepeatTime,
  TimeDescription,
  TimeZoneAdjustment,
} from './description.ts';
import { parseInteger, wordsOf } from './grammar.ts';

const MAX = Number.MAX_SAFE_INTEGER;

/**
 * COMPAT(gateways that write a display name as username): spaces in the username are read from the right until such
 * peers are gone; RFC 8866 §5.2 has none.
 */
export function parseOrigin(text: string): Origin | undefined {
  const words = wordsOf(text);
  if (words.length < 6) return undefined;
  const [sessionId, sessionVersion, netType, addressType, address] = words.slice(-5) as [
    string,
    string,
    string,
    string,
    string,
  ];
  const username = words.slice(0, -5).join(' ');
  return { username, sessionId, sessionVersion, netType, addressType, address };
}

export function serializeOrigin(origin: Origin): string {
  const { username, sessionId, sessionVersion, netType, addressType, address } = origin;
  return `${username} ${sessionId} ${sessionVersion} ${netType} ${addressType} ${address}`;
}

export function parseConnection(text: string): Connection | undefined {
  const [netType, addressType, place, ...more] = wordsOf(text);
  if (netType === undefined || addressType === undefined || place === undefined || more.length > 0)
    return undefined;
  const [address = '', first, second, ...others] = place.split('/');
  if (address === '' || address.length > 255 || others.length > 0) return undefined;
  if (first === undefined) return { netType, addressType, address };
  if (addressType === 'IP6') {
    // RFC 8866 §5.7: IPv6 multicast has no time to live.
    const count = parseInteger(first, 65_535);
    return count === undefined || second !== undefined ? undefined : { netType, addressType, address, count };
  }
  const ttl = parseInteger(first, 255);
  if (ttl === undefined) return undefined;
  if (second === undefined) return { netType, addressType, address, ttl };
  const count = parseInteger(second, 65_535);
  return count === undefined ? undefined : { netType, addressType, address, ttl, count };
}

export function serializeConnection({ netType, addressType, address, ttl, count }: Connection): string {
  const behind = [ttl, count].filter((each) => each !== undefined).map((each) => `/${each}`);
  return `${netType} ${addressType} ${address}${behind.join('')}`;
}

export function parseBandwidth(text: string): Bandwidth | undefined {
  const colon = text.indexOf(':');
  const value = parseInteger(text.slice(colon + 1).trim(), MAX);
  const type = text.slice(0, colon).trim();
  return colon < 1 || type === '' || value === undefined ? undefined : { type, value };
}

export function serializeBandwidth({ type, value }: Bandwidth): string {
  return `${type}:${value}`;
}

/** Without its `r=` lines. */
export function parseTime(text: string): TimeDescription | undefined {
  const [first, second, ...more] = wordsOf(text);
  const start = parseInteger(first, MAX);
  const stop = parseInteger(second, MAX);
  if (start === undefined || stop === undefined || more.length > 0) return undefined;
  return { start, stop, repeats: [] };
}

export function serializeTime({ start, stop }: TimeDescription): string {
  return `${start} ${stop}`;
}

export function parseRepeat(text: string): RepeatTime | undefined {
  const [intervalS, durationS, ...offsetsS] = wordsOf(text).map(parseTypedTime);
  if (intervalS === undefined || durationS === undefined || offsetsS.length === 0) return undefined;
  if (intervalS < 0 || durationS < 0) return undefined;
  return offsetsS.every((each) => each !== undefined) ? { intervalS, durationS, offsetsS } : undefined;
}

export function serializeRepeat({ intervalS, durationS, offsetsS }: RepeatTime): string {
  return [intervalS, durationS, ...offsetsS].join(' ');
}

export function parseTimeZones(text: string): TimeZoneAdjustment[] | undefined {
  const words = wordsOf(text);
  if (words.length === 0 || words.length % 2 !== 0) return undefined;
  const adjustments: TimeZoneAdjustment[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const time = parseInteger(words[at], MAX);
    const offsetS = parseTypedTime(words[at + 1] ?? '');
    if (time === undefined || offsetS === undefined) return undefined;
    adjustments.push({ time, offsetS });
  }
  return adjustments;
}

export function serializeTimeZones(adjustments: readonly TimeZoneAdjustment[]): string {
  return adjustments.map(({ time, offsetS }) => `${time} ${offsetS}`).join(' ');
}

const unitS: Readonly<Record<string, number>> = { d: 86_400, h: 3_600, m: 60, s: 1 };

/** `7d`, `-1h`, `3600`: seconds (RFC 8866 §5.10). */
function parseTypedTime(text: string): number | undefined {
  const isNegative = text.startsWith('-');
  const unit = unitS[text.at(-1) ?? ''];
  const digits = text.slice(isNegative ? 1 : 0, unit === undefined ? undefined : -1);
  const value = parseInteger(digits, MAX / 86_400);
  if (value === undefined) return undefined;
  const seconds = value * (unit ?? 1);
  return isNegative && seconds !== 0 ? -seconds : seconds;
}
