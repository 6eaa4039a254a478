// Extended reports (RFC 3611 §3, §4): reference times for receivers, statistics, VoIP metrics. Other blocks are kept as they are.
import { mustFit } from '../../bytes/big-endian.ts';
import type { NtpTime } from './packet.ts';
import type { Reader, Writer } from './reader.ts';

export interface ExtendedReport {
  readonly kind: 'extended-report';
  readonly ssrc: number;
  readonly blocks: readonly ExtendedBlock[];
}

/** When a receiver sent this, so that it can measure round trips too (RFC 3611 §4.4). */
export interface ReceiverReferenceTime {
  readonly type: 'receiver-reference-time';
  readonly ntp: NtpTime;
}

/** The answer to it (RFC 3611 §4.5); the units of `ReportBlock`. */
export interface DelaySinceReference {
  readonly type: 'delay-since-reference';
  readonly entries: readonly {
    readonly ssrc: number;
    readonly lastReference: number;
    readonly delaySinceLast: number;
  }[];
}

/** RFC 3611 §4.6. What `reports` does not name is 0 and says nothing. */
export interface StatisticsSummary {
  readonly type: 'statistics-summary';
  readonly reports: {
    readonly loss: boolean;
    readonly duplicates: boolean;
    readonly jitter: boolean;
    readonly hops: 'none' | 'ipv4' | 'ipv6';
  };
  readonly ssrc: number;
  readonly beginSequence: number;
  /** The one behind the last. */
  readonly endSequence: number;
  readonly lostPackets: number;
  readonly duplicatePackets: number;
  /** In ticks of the RTP clock. */
  readonly jitterTicks: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly deviation: number;
  };
  readonly hops: {
    readonly min: number;
    readonly max: number;
    readonly mean: number;
    readonly deviation: number;
  };
}

/** RFC 3611 §4.7. Rates and densities in 1/256; 127 in levels, R factors and scores is “not known”. */
export interface VoipMetrics {
  readonly type: 'voip-metrics';
  readonly ssrc: number;
  readonly lossRate: number;
  readonly discardRate: number;
  readonly burstDensity: number;
  readonly gapDensity: number;
  readonly burstMs: number;
  readonly gapMs: number;
  readonly roundTripMs: number;
  readonly endSystemDelayMs: number;
  /** dBm0, −128 … 127. */
  readonly signalLevelDb: number;
  readonly noiseLevelDb: number;
  /** Residual echo return loss. */
  readonly residualEchoDb: number;
  /** Loss-free packets that end a burst, usually 16. */
  readonly gapThreshold: number;
  /** 0 … 100. */
  readonly rFactor: number;
  readonly externalRFactor: number;
  /** Ten times the score: 10 … 50. */
  readonly listeningMosTenths: number;
  readonly conversationMosTenths: number;
  readonly concealment: 'unspecified' | 'disabled' | 'enhanced' | 'standard';
  readonly jitterBuffer: 'unknown' | 'reserved' | 'fixed' | 'adaptive';
  /** 0 … 15. */
  readonly jitterBufferRate: number;
  readonly jitterBufferNominalMs: number;
  readonly jitterBufferMaximumMs: number;
  readonly jitterBufferAbsoluteMaximumMs: number;
}

export interface OtherBlock {
  readonly type: 'other';
  /** 0 … 255, and none of those above. */
  readonly blockType: number;
  /** The byte behind it. */
  readonly specific: number;
  /** Whole words. */
  readonly data: Uint8Array;
}

export type ExtendedBlock =
  | ReceiverReferenceTime
  | DelaySinceReference
  | StatisticsSummary
  | VoipMetrics
  | OtherBlock;

const REFERENCE_TIME = 4;
const DELAY_SINCE_REFERENCE = 5;
const STATISTICS = 6;
const VOIP = 7;
const STATISTICS_BYTES = 36;
const VOIP_BYTES = 32;
const HOPS = ['none', 'ipv4', 'ipv6'] as const;
const CONCEALMENT = ['unspecified', 'disabled', 'enhanced', 'standard'] as const;
const JITTER_BUFFER = ['unknown', 'reserved', 'fixed', 'adaptive'] as const;

export function readExtendedReport(from: Reader): ExtendedReport {
  const ssrc = from.u32();
  const blocks: ExtendedBlock[] = [];
  while (from.left >= 4 && from.fault === undefined) {
    const blockType = from.u8();
    const specific = from.u8();
    const bytes = from.u16() * 4;
    if (bytes > from.left) from.fail('a block is cut off');
    else blocks.push(readBlock(from, blockType, specific, bytes));
  }
  if (from.left > 0) from.fail('something is behind the last block');
  return { kind: 'extended-report', ssrc, blocks };
}

function readBlock(from: Reader, blockType: number, specific: number, bytes: number): ExtendedBlock {
  if (blockType === REFERENCE_TIME && bytes === 8)
    return { type: 'receiver-reference-time', ntp: { seconds: from.u32(), fraction: from.u32() } };
  if (blockType === DELAY_SINCE_REFERENCE && bytes % 12 === 0) {
    const entries = [];
    for (let entry = 0; entry < bytes; entry += 12)
      entries.push({ ssrc: from.u32(), lastReference: from.u32(), delaySinceLast: from.u32() });
    return { type: 'delay-since-reference', entries };
  }
  if (blockType === STATISTICS && bytes === STATISTICS_BYTES) {
    const hops = HOPS[(specific >> 3) & 3];
    if (hops !== undefined) return readStatistics(from, specific, hops);
  }
  if (blockType === VOIP && bytes === VOIP_BYTES) return readVoip(from);
  return { type: 'other', blockType, specific, data: from.view(bytes) };
}

function readStatistics(from: Reader, specific: number, hops: (typeof HOPS)[number]): StatisticsSummary {
  return {
    type: 'statistics-summary',
    reports: {
      loss: (specific & 0x80) !== 0,
      duplicates: (specific & 0x40) !== 0,
      jitter: (specific & 0x20) !== 0,
      hops,
    },
    ssrc: from.u32(),
    beginSequence: from.u16(),
    endSequence: from.u16(),
    lostPackets: from.u32(),
    duplicatePackets: from.u32(),
    jitterTicks: { min: from.u32(), max: from.u32(), mean: from.u32(), deviation: from.u32() },
    hops: { min: from.u8(), max: from.u8(), mean: from.u8(), deviation: from.u8() },
  };
}

function readVoip(from: Reader): VoipMetrics {
  const numbers = {
    type: 'voip-metrics' as const,
    ssrc: from.u32(),
    lossRate: from.u8(),
    discardRate: from.u8(),
    burstDensity: from.u8(),
    gapDensity: from.u8(),
    burstMs: from.u16(),
    gapMs: from.u16(),
    roundTripMs: from.u16(),
    endSystemDelayMs: from.u16(),
    signalLevelDb: (from.u8() << 24) >> 24,
    noiseLevelDb: (from.u8() << 24) >> 24,
    residualEchoDb: from.u8(),
    gapThreshold: from.u8(),
    rFactor: from.u8(),
    externalRFactor: from.u8(),
    listeningMosTenths: from.u8(),
    conversationMosTenths: from.u8(),
  };
  const configuration = from.u8();
  from.u8();
  return {
    ...numbers,
    concealment: CONCEALMENT[configuration >> 6]!,
    jitterBuffer: JITTER_BUFFER[(configuration >> 4) & 3]!,
    jitterBufferRate: configuration & 15,
    jitterBufferNominalMs: from.u16(),
    jitterBufferMaximumMs: from.u16(),
    jitterBufferAbsoluteMaximumMs: from.u16(),
  };
}

export function writeExtendedReport(into: Writer, { ssrc, blocks }: ExtendedReport): void {
  into.u32(ssrc);
  for (const block of blocks) {
    const begin = into.length;
    writeBlock(into, block);
    into.u16At(begin + 2, (into.length - begin) / 4 - 1);
  }
}

function writeBlock(into: Writer, block: ExtendedBlock): void {
  const head = (blockType: number, specific = 0) => {
    into.u8(blockType);
    into.u8(specific);
    into.u16(0);
  };
  switch (block.type) {
    case 'receiver-reference-time':
      head(REFERENCE_TIME);
      into.u32(block.ntp.seconds);
      into.u32(block.ntp.fraction);
      break;
    case 'delay-since-reference':
      head(DELAY_SINCE_REFERENCE);
      for (const { ssrc, lastReference, delaySinceLast } of block.entries)
        for (const word of [ssrc, lastReference, delaySinceLast]) into.u32(word);
      break;
    case 'statistics-summary':
      head(STATISTICS, statisticsFlags(block));
      writeStatistics(into, block);
      break;
    case 'voip-metrics':
      head(VOIP);
      writeVoip(into, block);
      break;
    case 'other':
      mustFit('the type of the block', block.blockType, 8);
      if (block.data.length % 4 !== 0) throw new RangeError('a block has whole words of four bytes');
      head(block.blockType, block.specific);
      into.put(block.data);
      break;
  }
}

function statisticsFlags({ reports }: StatisticsSummary): number {
  const flags = (reports.loss ? 0x80 : 0) | (reports.duplicates ? 0x40 : 0) | (reports.jitter ? 0x20 : 0);
  return flags | (HOPS.indexOf(reports.hops) << 3);
}

function writeStatistics(into: Writer, block: StatisticsSummary): void {
  const { jitterTicks, hops } = block;
  into.u32(block.ssrc);
  into.u16(block.beginSequence);
  into.u16(block.endSequence);
  into.u32(block.lostPackets);
  into.u32(block.duplicatePackets);
  for (const word of [jitterTicks.min, jitterTicks.max, jitterTicks.mean, jitterTicks.deviation])
    into.u32(word);
  for (const byte of [hops.min, hops.max, hops.mean, hops.deviation]) into.u8(byte);
}

function writeVoip(into: Writer, block: VoipMetrics): void {
  mustFit('the rate of the jitter buffer', block.jitterBufferRate, 4);
  into.u32(block.ssrc);
  for (const byte of [block.lossRate, block.discardRate, block.burstDensity, block.gapDensity]) into.u8(byte);
  for (const word of [block.burstMs, block.gapMs, block.roundTripMs, block.endSystemDelayMs])
    into.u16(Math.min(word, 0xffff));
  into.u8(block.signalLevelDb & 0xff);
  into.u8(block.noiseLevelDb & 0xff);
  into.u8(block.residualEchoDb);
  into.u8(block.gapThreshold);
  into.u8(block.rFactor);
  into.u8(block.externalRFactor);
  into.u8(block.listeningMosTenths);
  into.u8(block.conversationMosTenths);
  const modes =
    (CONCEALMENT.indexOf(block.concealment) << 6) | (JITTER_BUFFER.indexOf(block.jitterBuffer) << 4);
  into.u8(modes | block.jitterBufferRate);
  into.u8(0);
  into.u16(block.jitterBufferNominalMs);
  into.u16(block.jitterBufferMaximumMs);
  into.u16(block.jitterBufferAbsoluteMaximumMs);
}
