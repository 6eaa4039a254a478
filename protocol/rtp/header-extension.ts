// Elements of the RTP header extension (RFC 8285 §4.2, §4.3): found in the bytes of a packet that is passed on, read as
// values, and made. Which number means what is negotiated in SDP (`a=extmap`); what the elements say is in extension-data.ts.
import { mustFit, readU16 } from '../bytes/big-endian.ts';
import { type RtpError, type RtpExtension, rtpExtensionAt } from './packet.ts';

const ONE_BYTE = 0xbede;
/** Its last four bits belong to the application ("appbits"). */
const TWO_BYTE = 0x1000;

export interface ExtensionElement {
  /** 1 … 14, or 1 … 255 in the two-byte form. */
  readonly id: number;
  /** 1 … 16 bytes, or 0 … 255 in the two-byte form. */
  readonly data: Uint8Array;
}

/**
 * Where the data of an element begins in a checked packet, or −1. Allocates nothing; `extensionLength` says how long it is.
 * A broken extension has the elements in front of what is broken.
 */
export function findExtension(packet: Uint8Array, id: number): number {
  const at = rtpExtensionAt(packet);
  if (at === -1) return -1;
  const profile = readU16(packet, at);
  const end = at + 4 + readU16(packet, at + 2) * 4;
  const isOneByte = profile === ONE_BYTE;
  if (!isOneByte && (profile & 0xfff0) !== TWO_BYTE) return -1;
  for (let next = at + 4; next < end; ) {
    const step = isOneByte ? oneByteStep(packet, next, end) : twoByteStep(packet, next, end);
    if (step <= 0) return -1;
    const found = isOneByte ? packet[next]! >> 4 : packet[next]!;
    if (found === id && id !== 0) return next + (isOneByte ? 1 : 2);
    next += step;
  }
  return -1;
}

/** How long the data is that `findExtension` found at `dataAt`. */
export function extensionLength(packet: Uint8Array, dataAt: number): number {
  return readU16(packet, rtpExtensionAt(packet)) === ONE_BYTE
    ? (packet[dataAt - 1]! & 0x0f) + 1
    : packet[dataAt - 1]!;
}

/** The data of an element as a view of the packet, or undefined. */
export function extensionData(packet: Uint8Array, id: number): Uint8Array | undefined {
  const at = findExtension(packet, id);
  return at === -1 ? undefined : packet.subarray(at, at + extensionLength(packet, at));
}

/** How far the next element is; 0 ends the list, −1 says that it is cut off. */
function oneByteStep(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at]!;
  if (first === 0) return 1;
  // RFC 8285 §4.2: 15 ends it; so does padding that says it has a length.
  if (first >> 4 === 15 || first >> 4 === 0) return 0;
  const step = 2 + (first & 0x0f);
  return at + step > end ? -1 : step;
}

function twoByteStep(bytes: Uint8Array, at: number, end: number): number {
  if (bytes[at] === 0) return 1;
  if (at + 2 > end) return -1;
  const step = 2 + bytes[at + 1]!;
  return at + step > end ? -1 : step;
}

export type ExtensionsResult =
  | {
      readonly ok: true;
      /** `other` is an extension of neither form, as RFC 3550 §5.3.1 allows it; it has no elements. */
      readonly form: 'one-byte' | 'two-byte' | 'other';
      readonly elements: readonly ExtensionElement[];
    }
  /** `offset` counts from the begin of the data. */
  | RtpError;

/** All elements, in their order. Their data are views. */
export function readExtensions({ profile, data }: RtpExtension): ExtensionsResult {
  const isOneByte = profile === ONE_BYTE;
  if (!isOneByte && (profile & 0xfff0) !== TWO_BYTE) return { ok: true, form: 'other', elements: [] };
  const elements: ExtensionElement[] = [];
  for (let at = 0; at < data.length; ) {
    const step = isOneByte ? oneByteStep(data, at, data.length) : twoByteStep(data, at, data.length);
    if (step === 0) break;
    if (step < 0) return { ok: false, reason: 'an element of the header extension is cut off', offset: at };
    const id = isOneByte ? data[at]! >> 4 : data[at]!;
    if (id !== 0) elements.push({ id, data: data.subarray(at + (isOneByte ? 1 : 2), at + step) });
    at += step;
  }
  return { ok: true, form: isOneByte ? 'one-byte' : 'two-byte', elements };
}

/**
 * The extension with these elements: in the one-byte form where all of them fit it, else in the two-byte form, which
 * may be sent only to who has agreed to it (RFC 8285 §6, `a=extmap-allow-mixed`).
 *
 * @throws RangeError for a number that is none, or data that is too long.
 */
export function buildExtension(elements: readonly ExtensionElement[]): RtpExtension {
  const isOneByte = elements.every(
    ({ id, data }) => id >= 1 && id <= 14 && data.length >= 1 && data.length <= 16,
  );
  const headBytes = isOneByte ? 1 : 2;
  const bytes = elements.reduce((sum, { data }) => sum + headBytes + data.length, 0);
  mustFit('the length of the header extension', Math.ceil(bytes / 4), 16);
  const all = new Uint8Array(Math.ceil(bytes / 4) * 4);
  let at = 0;
  for (const { id, data } of elements) {
    mustFit('the number of the element', id, 8);
    mustFit('the length of the element', data.length, 8);
    if (id === 0) throw new RangeError('0 is padding and the number of no element');
    if (isOneByte) all[at] = (id << 4) | (data.length - 1);
    else {
      all[at] = id;
      all[at + 1] = data.length;
    }
    all.set(data, at + headBytes);
    at += headBytes + data.length;
  }
  return { profile: isOneByte ? ONE_BYTE : TWO_BYTE, data: all };
}
