// Packets of every form, for the properties.
import fc from 'fast-check';
import type { ExtendedBlock, ReportBlock, RtcpPacket, RtpPacket } from '../index.ts';

/** Like values of ours, and not without a prototype. */
export const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record<T, keyof T>(model, { noNullPrototype: true } as { noNullPrototype: true }) as fc.Arbitrary<T>;
export const u8 = fc.integer({ min: 0, max: 255 });
export const u16 = fc.integer({ min: 0, max: 0xffff });
export const u32 = fc.integer({ min: 0, max: 0xffffffff });
export const bytes = (maxLength: number, minLength = 0) => fc.uint8Array({ minLength, maxLength });
export const words = (most: number) =>
  fc
    .integer({ min: 0, max: most })
    .chain((count) => fc.uint8Array({ minLength: count * 4, maxLength: count * 4 }));
const text = fc
  .string({ unit: 'grapheme', maxLength: 20 })
  .filter((each) => each.isWellFormed() && new TextEncoder().encode(each).length <= 255);

export const rtpPacket: fc.Arbitrary<RtpPacket> = record({
  marker: fc.boolean(),
  payloadType: fc.integer({ min: 0, max: 127 }),
  sequence: u16,
  timestamp: u32,
  ssrc: u32,
  csrcs: fc.array(u32, { maxLength: 15 }),
  extension: fc.option(record({ profile: u16, data: words(10) }), { nil: undefined }),
  payload: bytes(300),
  paddingBytes: u8,
}).map((packet) =>
  packet.payloadType >= 64 && packet.payloadType <= 95 ? { ...packet, marker: false } : packet,
);

const report: fc.Arbitrary<ReportBlock> = record({
  ssrc: u32,
  fractionLost: u8,
  cumulativeLost: fc.integer({ min: -(2 ** 23), max: 2 ** 23 - 1 }),
  highestSequence: u32,
  jitterTicks: u32,
  lastSenderReport: u32,
  delaySinceLast: u32,
});
const reports = fc.array(report, { maxLength: 31 });
const ntp = record({ seconds: u32, fraction: u32 });
const head = { senderSsrc: u32, mediaSsrc: u32 };
/** A rate that its mantissa can say. */
const rate = (bits: number) =>
  fc
    .tuple(fc.integer({ min: 0, max: 2 ** bits - 1 }), fc.integer({ min: 0, max: 40 }))
    .map(([mantissa, exponent]) => mantissa * 2 ** exponent);
const range = record({ min: u32, max: u32, mean: u32, deviation: u32 });
const hops = record({ min: u8, max: u8, mean: u8, deviation: u8 });
const signed = fc.integer({ min: -128, max: 127 });

const block: fc.Arbitrary<ExtendedBlock> = fc.oneof(
  record({ type: fc.constant('receiver-reference-time' as const), ntp }),
  record({
    type: fc.constant('delay-since-reference' as const),
    entries: fc.array(record({ ssrc: u32, lastReference: u32, delaySinceLast: u32 }), { maxLength: 5 }),
  }),
  record({
    type: fc.constant('statistics-summary' as const),
    reports: record({
      loss: fc.boolean(),
      duplicates: fc.boolean(),
      jitter: fc.boolean(),
      hops: fc.constantFrom('none' as const, 'ipv4' as const, 'ipv6' as const),
    }),
    ssrc: u32,
    beginSequence: u16,
    endSequence: u16,
    lostPackets: u32,
    duplicatePackets: u32,
    jitterTicks: range,
    hops,
  }),
  record({
    type: fc.constant('voip-metrics' as const),
    ssrc: u32,
    lossRate: u8,
    discardRate: u8,
    burstDensity: u8,
    gapDensity: u8,
    burstMs: u16,
    gapMs: u16,
    roundTripMs: u16,
    endSystemDelayMs: u16,
    signalLevelDb: signed,
    noiseLevelDb: signed,
    residualEchoDb: u8,
    gapThreshold: u8,
    rFactor: u8,
    externalRFactor: u8,
    listeningMosTenths: u8,
    conversationMosTenths: u8,
    concealment: fc.constantFrom(
      'unspecified' as const,
      'disabled' as const,
      'enhanced' as const,
      'standard' as const,
    ),
    jitterBuffer: fc.constantFrom(
      'unknown' as const,
      'reserved' as const,
      'fixed' as const,
      'adaptive' as const,
    ),
    jitterBufferRate: fc.integer({ min: 0, max: 15 }),
    jitterBufferNominalMs: u16,
    jitterBufferMaximumMs: u16,
    jitterBufferAbsoluteMaximumMs: u16,
  }),
  record({
    type: fc.constant('other' as const),
    blockType: u8.filter((type) => type < 4 || type > 7),
    specific: u8,
    data: words(5),
  }),
);

/** Sequence numbers that each come after the one before, within half of the circle. */
const lost = fc
  .tuple(u16, fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 30 }))
  .map(([first, steps]) => {
    const numbers = [first];
    for (const step of steps) numbers.push((numbers.at(-1)! + step) & 0xffff);
    return numbers;
  });

const transportFeedback = record({
  ...head,
  baseSequence: u16,
  statuses: fc.array(
    fc.option(fc.oneof({ weight: 5, arbitrary: u8 }, fc.integer({ min: -(2 ** 15), max: 2 ** 15 - 1 })), {
      nil: undefined,
      freq: 3,
    }),
    { maxLength: 100 },
  ),
  referenceTime: fc.integer({ min: 0, max: 2 ** 24 - 1 }),
  feedbackCount: u8,
}).map(({ statuses, ...rest }) => ({
  kind: 'transport-feedback' as const,
  ...rest,
  packetCount: statuses.length,
  arrivals: statuses.flatMap((deltaTicks, index) =>
    deltaTicks === undefined ? [] : [{ sequence: (rest.baseSequence + index) & 0xffff, deltaTicks }],
  ),
}));

export const rtcpPacket: fc.Arbitrary<RtcpPacket> = fc.oneof(
  record({
    kind: fc.constant('sender-report' as const),
    ssrc: u32,
    ntp,
    rtpTimestamp: u32,
    packets: u32,
    payloadBytes: u32,
    reports,
    extension: words(3),
  }),
  record({ kind: fc.constant('receiver-report' as const), ssrc: u32, reports, extension: words(3) }),
  record({
    kind: fc.constant('source-description' as const),
    chunks: fc.array(
      record({
        ssrc: u32,
        items: fc.array(record({ type: fc.integer({ min: 1, max: 255 }), text }), { maxLength: 5 }),
      }),
      { maxLength: 31 },
    ),
  }),
  record({
    kind: fc.constant('goodbye' as const),
    ssrcs: fc.array(u32, { maxLength: 31 }),
    reason: fc.option(text, { nil: undefined }),
  }),
  record({
    kind: fc.constant('application' as const),
    subtype: fc.integer({ min: 0, max: 31 }),
    ssrc: u32,
    name: fc.stringMatching(/^[A-Za-z0-9]{4}$/),
    data: words(10),
  }),
  record({ kind: fc.constant('nack' as const), ...head, lost }),
  record({ kind: fc.constant('picture-loss' as const), ...head }),
  record({
    kind: fc.constant('full-intra-request' as const),
    ...head,
    entries: fc.array(record({ ssrc: u32, sequence: u8 }), { maxLength: 5 }),
  }),
  record({
    kind: fc.constantFrom('rate-limit-request' as const, 'rate-limit-notification' as const),
    ...head,
    entries: fc.array(
      record({ ssrc: u32, bitsPerSecond: rate(17), overheadBytes: fc.integer({ min: 0, max: 511 }) }),
      { maxLength: 5 },
    ),
  }),
  record({
    kind: fc.constant('rate-estimate' as const),
    ...head,
    bitsPerSecond: rate(18),
    ssrcs: fc.array(u32, { maxLength: 20 }),
  }),
  transportFeedback,
  record({
    kind: fc.constant('feedback' as const),
    ...head,
    packetType: fc.constantFrom(205 as const, 206 as const),
    format: fc.integer({ min: 5, max: 14 }),
    information: words(5),
  }),
  record({
    kind: fc.constant('extended-report' as const),
    ssrc: u32,
    blocks: fc.array(block, { maxLength: 6 }),
  }),
  record({
    kind: fc.constant('unknown' as const),
    packetType: fc.oneof(fc.integer({ min: 192, max: 199 }), fc.integer({ min: 208, max: 223 })),
    count: fc.integer({ min: 0, max: 31 }),
    body: words(5),
  }),
);
