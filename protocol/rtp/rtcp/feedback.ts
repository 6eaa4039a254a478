// Feedback of receivers: lost packets, broken pictures, rates (RFC 4585 §6, RFC 5104 §4.2, §4.3, and the REMB draft that browsers
// speak). What came when is in transport-feedback.ts.
import { mustFit } from '../../bytes/big-endian.ts';
import { sequenceDistance } from '../sequence.ts';
import type { Reader, Writer } from './reader.ts';
import {
  readTransportFeedback,
  TRANSPORT_WIDE_FORMAT,
  type TransportFeedback,
  writeTransportFeedback,
} from './transport-feedback.ts';

interface FeedbackHead {
  readonly senderSsrc: number;
  /** Of whose media it is said; 0 where the entries say it. */
  readonly mediaSsrc: number;
}

/** Packets that did not come (RFC 4585 §6.2.1). */
export interface Nack extends FeedbackHead {
  readonly kind: 'nack';
  /** Sequence numbers, each after the one before. */
  readonly lost: readonly number[];
}

/** The picture cannot be shown: send a whole one (RFC 4585 §6.3.1). */
export interface PictureLoss extends FeedbackHead {
  readonly kind: 'picture-loss';
}

/** Send a whole picture, for a new viewer say (RFC 5104 §4.3.1). */
export interface FullIntraRequest extends FeedbackHead {
  readonly kind: 'full-intra-request';
  /** `sequence` (8 bits) grows with each new request and stays in repetitions. */
  readonly entries: readonly { readonly ssrc: number; readonly sequence: number }[];
}

export interface RateEntry {
  readonly ssrc: number;
  /** 17 significant bits: written rounded down. */
  readonly bitsPerSecond: number;
  /** Bytes of headers for each packet that are counted: 0 … 511. */
  readonly overheadBytes: number;
}

/** Do not send more than this (RFC 5104 §4.2.1); the answer to it (RFC 5104 §4.2.2). */
export interface RateLimit extends FeedbackHead {
  readonly kind: 'rate-limit-request' | 'rate-limit-notification';
  readonly entries: readonly RateEntry[];
}

/** What a receiver estimates that its path carries (REMB). */
export interface RateEstimate extends FeedbackHead {
  readonly kind: 'rate-estimate';
  /** 18 significant bits: written rounded down. */
  readonly bitsPerSecond: number;
  /** 255 at most. */
  readonly ssrcs: readonly number[];
}

/** A format that nothing here knows, as it came. */
export interface OtherFeedback extends FeedbackHead {
  readonly kind: 'feedback';
  readonly packetType: 205 | 206;
  /** 0 … 31. */
  readonly format: number;
  /** Whole words. */
  readonly information: Uint8Array;
}

export type FeedbackPacket =
  | Nack
  | PictureLoss
  | FullIntraRequest
  | RateLimit
  | RateEstimate
  | TransportFeedback
  | OtherFeedback;

const NACK = 1;
const RATE_LIMIT_REQUEST = 3;
const RATE_LIMIT_NOTIFICATION = 4;
const PICTURE_LOSS = 1;
const FULL_INTRA_REQUEST = 4;
const APPLICATION_LAYER = 15;
/** “REMB”. */
const REMB = 0x52454d42;

export function readFeedback(from: Reader, packetType: 205 | 206, format: number): FeedbackPacket {
  const head = { senderSsrc: from.u32(), mediaSsrc: from.u32() };
  if (packetType === 205) {
    if (format === NACK) return { kind: 'nack', ...head, lost: readLost(from) };
    if (format === RATE_LIMIT_REQUEST)
      return { kind: 'rate-limit-request', ...head, entries: readRates(from) };
    if (format === RATE_LIMIT_NOTIFICATION)
      return { kind: 'rate-limit-notification', ...head, entries: readRates(from) };
    if (format === TRANSPORT_WIDE_FORMAT) return { ...readTransportFeedback(from), ...head };
  } else {
    if (format === PICTURE_LOSS && from.left === 0) return { kind: 'picture-loss', ...head };
    if (format === FULL_INTRA_REQUEST)
      return { kind: 'full-intra-request', ...head, entries: readIntra(from) };
    if (format === APPLICATION_LAYER && from.left >= 8 && peekU32(from) === REMB)
      return { kind: 'rate-estimate', ...head, ...readEstimate(from) };
  }
  return { kind: 'feedback', ...head, packetType, format, information: from.rest() };
}

function peekU32(from: Reader): number {
  const { at } = from;
  const value = from.u32();
  from.at = at;
  return value;
}

function readLost(from: Reader): number[] {
  const lost: number[] = [];
  while (from.left >= 4) {
    const first = from.u16();
    const following = from.u16();
    lost.push(first);
    for (let bit = 0; bit < 16; bit++)
      if ((following & (1 << bit)) !== 0) lost.push((first + bit + 1) & 0xffff);
  }
  return lost;
}

function writeLost(into: Writer, lost: readonly number[]): void {
  for (let index = 0; index < lost.length; ) {
    const first = lost[index]!;
    mustFit('the sequence number', first, 16);
    let following = 0;
    let last = 0;
    for (index++; index < lost.length; index++) {
      const distance = sequenceDistance(first, lost[index]!);
      if (distance <= last || distance > 16) break;
      following |= 1 << (distance - 1);
      last = distance;
    }
    into.u16(first);
    into.u16(following);
  }
}

/** A number as mantissa and power of two, as large as fits and not larger than the number. */
function floatOf(value: number, bits: number): { mantissa: number; exponent: number } {
  if (!(value >= 0) || value === Number.POSITIVE_INFINITY) throw new RangeError(`${value} is no rate`);
  let mantissa = Math.floor(value);
  let exponent = 0;
  for (; mantissa >= 2 ** bits; exponent++) mantissa = Math.floor(mantissa / 2);
  if (exponent > 63) throw new RangeError(`${value} bit/s is too much to write`);
  return { mantissa, exponent };
}

function readRates(from: Reader): RateEntry[] {
  const entries: RateEntry[] = [];
  while (from.left >= 8) {
    const ssrc = from.u32();
    const word = from.u32();
    const bitsPerSecond = ((word >>> 9) & 0x1ffff) * 2 ** (word >>> 26);
    entries.push({ ssrc, bitsPerSecond, overheadBytes: word & 0x1ff });
  }
  return entries;
}

function writeRates(into: Writer, entries: readonly RateEntry[]): void {
  for (const { ssrc, bitsPerSecond, overheadBytes } of entries) {
    mustFit('the overhead', overheadBytes, 9);
    const { mantissa, exponent } = floatOf(bitsPerSecond, 17);
    into.u32(ssrc);
    into.u32(((exponent << 26) | (mantissa << 9) | overheadBytes) >>> 0);
  }
}

function readIntra(from: Reader): { ssrc: number; sequence: number }[] {
  const entries: { ssrc: number; sequence: number }[] = [];
  while (from.left >= 8) {
    entries.push({ ssrc: from.u32(), sequence: from.u8() });
    from.view(3);
  }
  return entries;
}

function readEstimate(from: Reader): { bitsPerSecond: number; ssrcs: number[] } {
  from.u32();
  const count = from.u8();
  const high = from.u8();
  const mantissa = ((high & 3) << 16) | from.u16();
  const ssrcs: number[] = [];
  for (let index = 0; index < count && from.fault === undefined; index++) ssrcs.push(from.u32());
  return { bitsPerSecond: mantissa * 2 ** (high >> 2), ssrcs };
}

function writeEstimate(into: Writer, { bitsPerSecond, ssrcs }: RateEstimate): void {
  mustFit('the number of sources', ssrcs.length, 8);
  const { mantissa, exponent } = floatOf(bitsPerSecond, 18);
  into.u32(REMB);
  into.u8(ssrcs.length);
  into.u8((exponent << 2) | (mantissa >> 16));
  into.u16(mantissa & 0xffff);
  for (const ssrc of ssrcs) into.u32(ssrc);
}

/** Which type and format a packet is written with. */
export function feedbackFormat(packet: FeedbackPacket): { packetType: 205 | 206; format: number } {
  switch (packet.kind) {
    case 'nack':
      return { packetType: 205, format: NACK };
    case 'rate-limit-request':
      return { packetType: 205, format: RATE_LIMIT_REQUEST };
    case 'rate-limit-notification':
      return { packetType: 205, format: RATE_LIMIT_NOTIFICATION };
    case 'transport-feedback':
      return { packetType: 205, format: TRANSPORT_WIDE_FORMAT };
    case 'picture-loss':
      return { packetType: 206, format: PICTURE_LOSS };
    case 'full-intra-request':
      return { packetType: 206, format: FULL_INTRA_REQUEST };
    case 'rate-estimate':
      return { packetType: 206, format: APPLICATION_LAYER };
    case 'feedback':
      return { packetType: packet.packetType, format: packet.format };
  }
}

export function writeFeedback(into: Writer, packet: FeedbackPacket): void {
  into.u32(packet.senderSsrc);
  into.u32(packet.mediaSsrc);
  switch (packet.kind) {
    case 'nack':
      writeLost(into, packet.lost);
      break;
    case 'rate-limit-request':
    case 'rate-limit-notification':
      writeRates(into, packet.entries);
      break;
    case 'transport-feedback':
      writeTransportFeedback(into, packet);
      break;
    case 'picture-loss':
      break;
    case 'full-intra-request':
      for (const { ssrc, sequence } of packet.entries) {
        mustFit('the sequence number of the request', sequence, 8);
        into.u32(ssrc);
        into.u32((sequence << 24) >>> 0);
      }
      break;
    case 'rate-estimate':
      writeEstimate(into, packet);
      break;
    case 'feedback':
      into.put(packet.information);
      break;
  }
}
