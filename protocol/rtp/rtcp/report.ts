// Sender and receiver reports, source descriptions, goodbyes and packets of applications (RFC 3550 §6.4 – §6.7).
import { mustFit } from '../../bytes/big-endian.ts';
import type {
  ApplicationPacket,
  Goodbye,
  ReceiverReport,
  ReportBlock,
  SenderReport,
  SourceDescription,
} from './packet.ts';
import { type Reader, shortText, type Writer } from './reader.ts';

function readReports(from: Reader, count: number): ReportBlock[] {
  const reports: ReportBlock[] = [];
  for (let index = 0; index < count && from.fault === undefined; index++) {
    const ssrc = from.u32();
    const lost = from.u32();
    reports.push({
      ssrc,
      fractionLost: lost >>> 24,
      cumulativeLost: (lost << 8) >> 8,
      highestSequence: from.u32(),
      jitterTicks: from.u32(),
      lastSenderReport: from.u32(),
      delaySinceLast: from.u32(),
    });
  }
  return reports;
}

function writeReports(into: Writer, reports: readonly ReportBlock[]): void {
  for (const block of reports) {
    mustFit('the fraction lost', block.fractionLost, 8);
    mustFit('the number lost', block.cumulativeLost + 2 ** 23, 24);
    into.u32(block.ssrc);
    into.u32(((block.fractionLost << 24) | (block.cumulativeLost & 0xffffff)) >>> 0);
    into.u32(block.highestSequence);
    into.u32(block.jitterTicks);
    into.u32(block.lastSenderReport);
    into.u32(block.delaySinceLast);
  }
}

export function readSenderReport(from: Reader, count: number): SenderReport {
  return {
    kind: 'sender-report',
    ssrc: from.u32(),
    ntp: { seconds: from.u32(), fraction: from.u32() },
    rtpTimestamp: from.u32(),
    packets: from.u32(),
    payloadBytes: from.u32(),
    reports: readReports(from, count),
    extension: from.rest(),
  };
}

export function writeSenderReport(into: Writer, packet: SenderReport): void {
  into.u32(packet.ssrc);
  into.u32(packet.ntp.seconds);
  into.u32(packet.ntp.fraction);
  into.u32(packet.rtpTimestamp);
  into.u32(packet.packets);
  into.u32(packet.payloadBytes);
  writeReports(into, packet.reports);
  into.put(packet.extension);
}

export function readReceiverReport(from: Reader, count: number): ReceiverReport {
  return {
    kind: 'receiver-report',
    ssrc: from.u32(),
    reports: readReports(from, count),
    extension: from.rest(),
  };
}

export function writeReceiverReport(into: Writer, packet: ReceiverReport): void {
  into.u32(packet.ssrc);
  writeReports(into, packet.reports);
  into.put(packet.extension);
}

export function readSourceDescription(from: Reader, count: number): SourceDescription {
  const chunks: { ssrc: number; items: { type: number; text: string }[] }[] = [];
  for (let index = 0; index < count && from.fault === undefined; index++) {
    const begin = from.at;
    const chunk = { ssrc: from.u32(), items: [] as { type: number; text: string }[] };
    for (let type = from.u8(); type !== 0 && from.fault === undefined; type = from.u8())
      chunk.items.push({ type, text: from.text(from.u8()) });
    // RFC 3550 §6.5: null octets up to the next word, one at least, which has just been read.
    while ((from.at - begin) % 4 !== 0 && from.fault === undefined) from.u8();
    chunks.push(chunk);
  }
  if (from.left > 0) from.fail('something is behind the last source');
  return { kind: 'source-description', chunks };
}

export function writeSourceDescription(into: Writer, { chunks }: SourceDescription): void {
  for (const { ssrc, items } of chunks) {
    const begin = into.length;
    into.u32(ssrc);
    for (const { type, text } of items) {
      mustFit('the type of the item', type, 8);
      if (type === 0) throw new RangeError('0 ends the items and is the type of none');
      const bytes = shortText('the item', text);
      into.u8(type);
      into.u8(bytes.length);
      into.put(bytes);
    }
    into.u8(0);
    into.align(begin);
  }
}

export function readGoodbye(from: Reader, count: number): Goodbye {
  const ssrcs: number[] = [];
  for (let index = 0; index < count && from.fault === undefined; index++) ssrcs.push(from.u32());
  const reason = from.left > 0 ? from.text(from.u8()) : undefined;
  return { kind: 'goodbye', ssrcs, reason };
}

export function writeGoodbye(into: Writer, { ssrcs, reason }: Goodbye): void {
  for (const ssrc of ssrcs) into.u32(ssrc);
  if (reason === undefined) return;
  const bytes = shortText('the reason', reason);
  into.u8(bytes.length);
  into.put(bytes);
  into.align();
}

export function readApplication(from: Reader, subtype: number): ApplicationPacket {
  return {
    kind: 'application',
    subtype,
    ssrc: from.u32(),
    name: String.fromCharCode(...from.view(4)),
    data: from.rest(),
  };
}

export function writeApplication(into: Writer, { ssrc, name, data }: ApplicationPacket): void {
  if (!/^[\0-\xff]{4}$/s.test(name)) throw new RangeError('the name of an application has four characters');
  into.u32(ssrc);
  into.put(Uint8Array.from(name, (character) => character.charCodeAt(0)));
  into.put(data);
}
