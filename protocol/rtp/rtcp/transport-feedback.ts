// Transport-wide congestion feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1): which packets of a transport came,
// and when. Senders estimate from it what the path carries.
import { mustFit } from '../../bytes/big-endian.ts';
import type { Reader, Writer } from './reader.ts';

export const TRANSPORT_WIDE_FORMAT = 15;
/** Deltas count quarters of a millisecond. */
export const DELTA_TICK_US = 250;
/** The reference time counts 64 ms. */
export const REFERENCE_TICK_MS = 64;

export interface TransportFeedback {
  readonly kind: 'transport-feedback';
  readonly senderSsrc: number;
  readonly mediaSsrc: number;
  /** The first transport-wide sequence number that is reported. */
  readonly baseSequence: number;
  /** How many numbers are reported, from the base on: 0 … 65,535. */
  readonly packetCount: number;
  /** 24 bits, of 64 ms each, on a clock of the receiver's. */
  readonly referenceTime: number;
  /** 8 bits; counts the packets of feedback. */
  readonly feedbackCount: number;
  /** Those that came, by number. The others did not. */
  readonly arrivals: readonly TransportArrival[];
}

export interface TransportArrival {
  /** 16 bits. */
  readonly sequence: number;
  /** After the arrival before it, or the reference time, in 250 µs: −32,768 … 32,767. */
  readonly deltaTicks: number;
}

const NOT_RECEIVED = 0;
const SMALL = 1;
const LARGE = 2;

/** What is missing costs neither time nor memory: arrivals have a byte of the packet each, at least. */
export function readTransportFeedback(from: Reader): TransportFeedback {
  const baseSequence = from.u16();
  const packetCount = from.u16();
  const time = from.u32();
  const came: { sequence: number; symbol: number }[] = [];
  // Each that came has a byte of delta, at least: more symbols than that are a lie.
  const mostCame = from.left;
  const add = (index: number, symbol: number) => {
    if (symbol === NOT_RECEIVED || index >= packetCount) return;
    if (symbol > LARGE) from.fail('a status that is reserved');
    else if (came.length >= mostCame) from.fail('more arrivals than the packet has deltas');
    else came.push({ sequence: (baseSequence + index) & 0xffff, symbol });
  };
  for (let index = 0; index < packetCount && from.fault === undefined; ) {
    const chunk = from.u16();
    if (chunk < 0x8000) {
      const symbol = chunk >> 13;
      const run = chunk & 0x1fff;
      if (run === 0) from.fail('a run of no packets');
      if (symbol !== NOT_RECEIVED)
        for (let each = 0; each < run && from.fault === undefined; each++) add(index + each, symbol);
      index += run;
    } else if (chunk < 0xc000) {
      for (let bit = 0; bit < 14; bit++) add(index + bit, (chunk >> (13 - bit)) & 1);
      index += 14;
    } else {
      for (let pair = 0; pair < 7; pair++) add(index + pair, (chunk >> (12 - pair * 2)) & 3);
      index += 7;
    }
  }
  const arrivals: TransportArrival[] = [];
  for (const { sequence, symbol } of came) {
    if (from.fault !== undefined) break;
    arrivals.push({ sequence, deltaTicks: symbol === SMALL ? from.u8() : (from.u16() << 16) >> 16 });
  }
  // Zeros up to the next word.
  if (from.left < 4) from.rest();
  else from.fail('more deltas than arrivals');
  return {
    kind: 'transport-feedback',
    senderSsrc: 0,
    mediaSsrc: 0,
    baseSequence,
    packetCount,
    referenceTime: time >>> 8,
    feedbackCount: time & 0xff,
    arrivals,
  };
}

/** @throws RangeError where arrivals are not in order, or outside of what is reported. */
export function writeTransportFeedback(into: Writer, packet: TransportFeedback): void {
  const { baseSequence, packetCount, arrivals } = packet;
  mustFit('the base sequence number', baseSequence, 16);
  mustFit('the number of packets', packetCount, 16);
  mustFit('the reference time', packet.referenceTime, 24);
  mustFit('the count of feedback', packet.feedbackCount, 8);
  const symbols = new Uint8Array(packetCount);
  let last = -1;
  for (const { sequence, deltaTicks } of arrivals) {
    const index = (sequence - baseSequence) & 0xffff;
    if (index <= last || index >= packetCount)
      throw new RangeError(`the arrival of ${sequence} is out of order or not of this packet`);
    mustFit('the delta', deltaTicks + 2 ** 15, 16);
    symbols[index] = deltaTicks >= 0 && deltaTicks <= 255 ? SMALL : LARGE;
    last = index;
  }
  into.u16(baseSequence);
  into.u16(packetCount);
  into.u32(((packet.referenceTime << 8) | packet.feedbackCount) >>> 0);
  writeChunks(into, symbols);
  for (const { deltaTicks } of arrivals) {
    if (deltaTicks >= 0 && deltaTicks <= 255) into.u8(deltaTicks);
    else into.u16(deltaTicks & 0xffff);
  }
  into.align();
}

/** In each place the form that covers most: a run, fourteen statuses of a bit, or seven of two bits. */
function writeChunks(into: Writer, symbols: Uint8Array): void {
  for (let at = 0; at < symbols.length; ) {
    const symbol = symbols[at]!;
    let run = 1;
    while (run < 0x1fff && symbols[at + run] === symbol) run++;
    const vector = symbols.subarray(at, at + 14);
    const isOneBit = vector.every((each) => each <= SMALL);
    if (run >= (isOneBit ? 14 : 7) || run >= vector.length) {
      into.u16((symbol << 13) | run);
      at += run;
    } else if (isOneBit) {
      into.u16(vector.reduce((chunk, each, index) => chunk | (each << (13 - index)), 0x8000));
      at += 14;
    } else {
      into.u16(
        vector.subarray(0, 7).reduce((chunk, each, index) => chunk | (each << (12 - index * 2)), 0xc000),
      );
      at += 7;
    }
  }
}

/** A packet that came: its number with the count of its wraps, and when. */
export interface TransportPacketArrival {
  readonly extendedSequence: number;
  readonly arrivalUs: number;
}

/**
 * What a receiver reports of these packets.
 *
 * @param arrivals in the order of their numbers, each number once; 1,000 or so at a time.
 * @param base the first number to report: the one behind the last report, so that what is missing in between is told too.
 * @returns packets to send: more than one where arrivals are more than 8 s apart, or the numbers more than 8,000.
 */
export function transportFeedbackOf(
  arrivals: readonly TransportPacketArrival[],
  base: number,
  head: { readonly senderSsrc: number; readonly mediaSsrc: number; readonly feedbackCount: number },
): TransportFeedback[] {
  const packets: TransportFeedback[] = [];
  let at = 0;
  let first = base;
  while (at < arrivals.length) {
    const begin = arrivals[at]!;
    if (begin.extendedSequence < first) {
      at++;
      continue;
    }
    if (begin.extendedSequence - first >= 8_000) first = begin.extendedSequence;
    const reference = Math.floor(begin.arrivalUs / 1000 / REFERENCE_TICK_MS);
    let clockTicks = (reference * REFERENCE_TICK_MS * 1000) / DELTA_TICK_US;
    const reported: TransportArrival[] = [];
    let next = first;
    for (; at < arrivals.length; at++) {
      const { extendedSequence, arrivalUs } = arrivals[at]!;
      const deltaTicks = Math.round(arrivalUs / DELTA_TICK_US) - clockTicks;
      if (deltaTicks < -32_768 || deltaTicks > 32_767 || extendedSequence - first >= 8_000) break;
      if (extendedSequence < next) continue;
      reported.push({ sequence: extendedSequence & 0xffff, deltaTicks });
      clockTicks += deltaTicks;
      next = extendedSequence + 1;
    }
    packets.push({
      kind: 'transport-feedback',
      senderSsrc: head.senderSsrc,
      mediaSsrc: head.mediaSsrc,
      baseSequence: first & 0xffff,
      packetCount: next - first,
      referenceTime: ((reference % 2 ** 24) + 2 ** 24) % 2 ** 24,
      feedbackCount: (head.feedbackCount + packets.length) & 0xff,
      arrivals: reported,
    });
    first = next;
  }
  return packets;
}
