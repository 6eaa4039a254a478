// Compound RTCP packets (RFC 3550 §6.1, §A.2), and those of reduced size (RFC 5506 §3.4): split, read, checked and written.
import { mustFit, readU16, readU32 } from '../../bytes/big-endian.ts';
import { readExtendedReport, writeExtendedReport } from './extended-report.ts';
import { feedbackFormat, readFeedback, writeFeedback } from './feedback.ts';
import {
  RTCP_APPLICATION,
  RTCP_EXTENDED_REPORT,
  RTCP_GOODBYE,
  RTCP_PAYLOAD_FEEDBACK,
  RTCP_RECEIVER_REPORT,
  RTCP_SENDER_REPORT,
  RTCP_SOURCE_DESCRIPTION,
  RTCP_TRANSPORT_FEEDBACK,
  type RtcpPacket,
  SDES_ITEMS,
} from './packet.ts';
import { Reader, Writer } from './reader.ts';
import {
  readApplication,
  readGoodbye,
  readReceiverReport,
  readSenderReport,
  readSourceDescription,
  writeApplication,
  writeGoodbye,
  writeReceiverReport,
  writeSenderReport,
  writeSourceDescription,
} from './report.ts';

/** A compound packet has no more parts than this. */
export const MAX_RTCP_PACKETS = 256;

export interface RtcpError {
  readonly ok: false;
  readonly reason: string;
  readonly offset: number;
  /** Those in front of what is wrong. */
  readonly packets: readonly RtcpPacket[];
}

export type RtcpParseResult = { readonly ok: true; readonly packets: readonly RtcpPacket[] } | RtcpError;

export interface RtcpParseOptions {
  /** Feedback may come without a report in front, where `a=rtcp-rsize` was agreed (RFC 5506 §3.1). Default true. */
  readonly isReducedSizeAllowed?: boolean;
}

/**
 * How long the packet at `at` is, with its first word; 0 where none is. With it a compound is walked without reading it:
 * `rtcpType` and `rtcpSsrc` look at each. Allocates nothing.
 */
export function rtcpPacketBytes(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length || bytes[at]! >> 6 !== 2) return 0;
  const length = (readU16(bytes, at + 2) + 1) * 4;
  return at + length > bytes.length ? 0 : length;
}

export function rtcpType(bytes: Uint8Array, at = 0): number {
  return bytes[at + 1]!;
}

/** Who sent it, as most types have it; undefined where it is too short for that. */
export function rtcpSsrc(bytes: Uint8Array, at = 0): number | undefined {
  return at + 8 > bytes.length ? undefined : readU32(bytes, at + 4);
}

/** Reads a datagram of RTCP. Bytes in the values are views of it. */
export function parseRtcp(bytes: Uint8Array, options: RtcpParseOptions = {}): RtcpParseResult {
  const packets: RtcpPacket[] = [];
  const wrong = (reason: string, offset: number): RtcpError => ({ ok: false, reason, offset, packets });
  if (bytes.length === 0) return wrong('nothing at all', 0);
  for (let at = 0; at < bytes.length; ) {
    const length = rtcpPacketBytes(bytes, at);
    if (length === 0) return wrong(frameFault(bytes, at), at);
    if (packets.length === MAX_RTCP_PACKETS) return wrong(`more than ${MAX_RTCP_PACKETS} packets`, at);
    let end = at + length;
    if ((bytes[at]! & 0x20) !== 0) {
      const padding = bytes[end - 1]!;
      // RFC 3550 §6.4.1: only the last packet of a compound is padded.
      if (end !== bytes.length) return wrong('padding before the last packet', at);
      // COMPAT(chromium): padding need not be whole words, as in its transport-wide feedback, until it writes zeros there.
      if (padding === 0 || padding > length - 4)
        return wrong('the padding is longer than the packet', end - 1);
      end -= padding;
    }
    const from = new Reader(bytes, at + 4, end);
    const packet = readPacket(from, bytes[at + 1]!, bytes[at]! & 0x1f);
    if (from.fault !== undefined) return wrong(from.fault.reason, from.fault.offset);
    const isReport = packet.kind === 'sender-report' || packet.kind === 'receiver-report';
    if (at === 0 && !isReport && options.isReducedSizeAllowed === false)
      return wrong('a compound packet begins with a report', 0);
    packets.push(packet);
    at += length;
  }
  return { ok: true, packets };
}

function frameFault(bytes: Uint8Array, at: number): string {
  if (at + 4 > bytes.length) return 'shorter than an RTCP header';
  return bytes[at]! >> 6 === 2 ? 'longer than the datagram' : 'not version 2';
}

function readPacket(from: Reader, packetType: number, count: number): RtcpPacket {
  switch (packetType) {
    case RTCP_SENDER_REPORT:
      return readSenderReport(from, count);
    case RTCP_RECEIVER_REPORT:
      return readReceiverReport(from, count);
    case RTCP_SOURCE_DESCRIPTION:
      return readSourceDescription(from, count);
    case RTCP_GOODBYE:
      return readGoodbye(from, count);
    case RTCP_APPLICATION:
      return readApplication(from, count);
    case RTCP_TRANSPORT_FEEDBACK:
    case RTCP_PAYLOAD_FEEDBACK:
      return readFeedback(from, packetType, count);
    case RTCP_EXTENDED_REPORT:
      return readExtendedReport(from);
    default:
      if (packetType < 192 || packetType > 223) from.fail('not an RTCP packet type');
      return { kind: 'unknown', packetType, count, body: from.rest() };
  }
}

/**
 * Writes packets one behind the other.
 *
 * @throws RangeError where a number does not fit its field or data is no whole words.
 */
export function serializeRtcp(packets: readonly RtcpPacket[]): Uint8Array {
  const into = new Writer();
  for (const packet of packets) {
    const begin = into.length;
    const [packetType, count] = headOf(packet);
    mustFit('the count', count, 5);
    into.u8(0x80 | count);
    into.u8(packetType);
    into.u16(0);
    writePacket(into, packet);
    const bytes = into.length - begin;
    if (bytes % 4 !== 0) throw new RangeError(`the ${packet.kind} has no whole words of four bytes`);
    mustFit('the length', bytes / 4 - 1, 16);
    into.u16At(begin + 2, bytes / 4 - 1);
  }
  return into.done();
}

/** The packet type, and the five bits in front of it. */
function headOf(packet: RtcpPacket): [packetType: number, count: number] {
  switch (packet.kind) {
    case 'sender-report':
      return [RTCP_SENDER_REPORT, packet.reports.length];
    case 'receiver-report':
      return [RTCP_RECEIVER_REPORT, packet.reports.length];
    case 'source-description':
      return [RTCP_SOURCE_DESCRIPTION, packet.chunks.length];
    case 'goodbye':
      return [RTCP_GOODBYE, packet.ssrcs.length];
    case 'application':
      return [RTCP_APPLICATION, packet.subtype];
    case 'extended-report':
      return [RTCP_EXTENDED_REPORT, 0];
    case 'unknown':
      return [packet.packetType, packet.count];
    default: {
      const { packetType, format } = feedbackFormat(packet);
      return [packetType, format];
    }
  }
}

function writePacket(into: Writer, packet: RtcpPacket): void {
  switch (packet.kind) {
    case 'sender-report':
      writeSenderReport(into, packet);
      break;
    case 'receiver-report':
      writeReceiverReport(into, packet);
      break;
    case 'source-description':
      writeSourceDescription(into, packet);
      break;
    case 'goodbye':
      writeGoodbye(into, packet);
      break;
    case 'application':
      writeApplication(into, packet);
      break;
    case 'extended-report':
      writeExtendedReport(into, packet);
      break;
    case 'unknown':
      into.put(packet.body);
      break;
    default:
      writeFeedback(into, packet);
      break;
  }
}

/** The canonical name of a source: what ties its streams together (RFC 3550 §6.5.1). */
export function canonicalName(packets: readonly RtcpPacket[], ssrc: number): string | undefined {
  for (const packet of packets) {
    if (packet.kind !== 'source-description') continue;
    const chunk = packet.chunks.find((each) => each.ssrc === ssrc);
    const item = chunk?.items.find(({ type }) => type === SDES_ITEMS.cname);
    if (item !== undefined) return item.text;
  }
  return undefined;
}
