// IP addresses between text and bytes. Text is what sockets and candidates have, bytes are what STUN carries.
import { readU16, writeU16 } from '../bytes/big-endian.ts';

/** An IP address without brackets and zone, IPv6 as RFC 5952 §4 writes it, and a port of 0 … 65535. */
export interface TransportAddress {
  readonly address: string;
  readonly port: number;
}

/** Of an address: 4, 6, or 0 for what is none. Allocates nothing. */
export function ipFamily(text: string): 0 | 4 | 6 {
  const written = writeIpAddress(text, scratch, 0);
  return written === 4 ? 4 : written === 16 ? 6 : 0;
}

const scratch = new Uint8Array(16);

/**
 * Writes the 4 or 16 bytes of an address; the zone of an IPv6 address (`%eth0`) is left out. Allocates nothing.
 *
 * @returns how many bytes were written; 0 where the text is no address.
 */
export function writeIpAddress(text: string, bytes: Uint8Array, at: number): 0 | 4 | 16 {
  if (text.length > 64) return 0;
  return text.includes(':') ? writeIpv6(text, bytes, at) : writeIpv4(text, 0, text.length, bytes, at);
}

function writeIpv4(text: string, from: number, to: number, bytes: Uint8Array, at: number): 0 | 4 {
  let part = 0;
  let digits = 0;
  let count = 0;
  for (let i = from; i <= to; i++) {
    const code = i < to ? text.charCodeAt(i) : 0x2e;
    if (code === 0x2e) {
      if (digits === 0 || count === 4) return 0;
      bytes[at + count++] = part;
      part = 0;
      digits = 0;
      continue;
    }
    // A leading zero is octal to some and decimal to others: to us it is no address.
    if (code < 0x30 || code > 0x39 || (digits > 0 && part === 0)) return 0;
    part = part * 10 + code - 0x30;
    digits++;
    if (part > 255) return 0;
  }
  return count === 4 ? 4 : 0;
}

function writeIpv6(text: string, bytes: Uint8Array, at: number): 0 | 16 {
  const zone = text.indexOf('%');
  const end = zone === -1 ? text.length : zone;
  let written = 0;
  let gapAt = -1;
  let i = 0;
  if (text.startsWith('::')) {
    gapAt = 0;
    i = 2;
  }
  while (i < end) {
    if (written === 16) return 0;
    let value = 0;
    let digits = 0;
    const begin = i;
    for (; i < end; i++) {
      const digit = hexDigit(text.charCodeAt(i));
      if (digit === -1) break;
      value = value * 16 + digit;
      if (++digits > 4) return 0;
    }
    if (i < end && text.charCodeAt(i) === 0x2e) {
      if (written > 12 || writeIpv4(text, begin, end, bytes, at + written) === 0) return 0;
      written += 4;
      break;
    }
    if (digits === 0) return 0;
    writeU16(bytes, at + written, value);
    written += 2;
    if (i === end) break;
    if (text.charCodeAt(i) !== 0x3a) return 0;
    i++;
    if (i < end && text.charCodeAt(i) === 0x3a) {
      if (gapAt !== -1) return 0;
      gapAt = written;
      i++;
    } else if (i === end) return 0;
  }
  if (gapAt === -1) return written === 16 ? 16 : 0;
  if (written === 16) return 0;
  bytes.copyWithin(at + 16 - (written - gapAt), at + gapAt, at + written);
  bytes.fill(0, at + gapAt, at + 16 - (written - gapAt));
  return 16;
}

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** The text of the 4 or 16 bytes at `at`; IPv6 as RFC 5952 §4 writes it, IPv4 inside IPv6 as §5 does. */
export function readIpAddress(bytes: Uint8Array, at: number, length: 4 | 16): string {
  if (length === 4) return `${bytes[at]}.${bytes[at + 1]}.${bytes[at + 2]}.${bytes[at + 3]}`;
  const groups: number[] = [];
  for (let i = 0; i < 16; i += 2) groups.push(readU16(bytes, at + i));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return `::ffff:${readIpAddress(bytes, at + 12, 4)}`;
  const [gapAt, gapLength] = longestGap(groups);
  const write = (some: readonly number[]) => some.map((group) => group.toString(16)).join(':');
  if (gapLength < 2) return write(groups);
  return `${write(groups.slice(0, gapAt))}::${write(groups.slice(gapAt + gapLength))}`;
}

/** RFC 5952 §4.2.3: the longest run of zeros, the first of several. */
function longestGap(groups: readonly number[]): readonly [at: number, length: number] {
  let [bestAt, bestLength] = [0, 0];
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > bestLength) [bestAt, bestLength] = [i, length];
    i += length;
  }
  return [bestAt, bestLength];
}
