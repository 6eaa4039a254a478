import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  extendSequence,
  extendTimestamp,
  middleOfNtp,
  ntpOfUnix,
  ReceiveStatistics,
  roundTripMs,
  rtcpIntervalMs,
  SendStatistics,
  sequenceDistance,
  unixOfNtp,
} from './index.ts';

/** 20 ms of G.711 each, sent and received every 20 ms. */
function feed(statistics: ReceiveStatistics, sequences: readonly number[], startMs = 0) {
  return sequences.map((sequence, at) => {
    const place = (startMs + at * 20) / 20;
    return statistics.receive(sequence & 0xffff, place * 160, startMs + at * 20, 160);
  });
}

const run = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

test('RFC 3550 §A.1: a source is valid with its second packet in sequence', () => {
  const statistics = new ReceiveStatistics(8_000);
  assert.deepEqual(feed(statistics, [10, 50, 51]), ['probation', 'probation', 'valid']);
  assert.equal(statistics.isValid, true);
});

test('RFC 3550 §A.3: expected and lost, over the wrap of sequence numbers', () => {
  const statistics = new ReceiveStatistics(8_000);
  feed(statistics, [65_400, ...run(65_401, 200).filter((sequence) => sequence % 10 !== 0)]);
  const block = statistics.report(7, 4_000);
  assert.equal(block.highestSequence, 65_536 + 63);
  assert.equal(block.cumulativeLost, 19);
  assert.equal(block.fractionLost, Math.floor((19 * 256) / 199));
  assert.equal(statistics.counts().packets, 180);
  // Nothing since.
  assert.equal(statistics.report(7, 4_000).fractionLost, 0);
});

test('RFC 3550 §A.3: duplicates make the number lost negative, and the fraction 0', () => {
  const statistics = new ReceiveStatistics(8_000);
  feed(statistics, [1, 2, 3, 3, 3, 2]);
  assert.equal(statistics.report(7, 0).cumulativeLost, -3);
  assert.equal(statistics.report(7, 0).fractionLost, 0);
});

test('RFC 3550 §A.1: a jump is astray, and a restart when the next goes with it', () => {
  const statistics = new ReceiveStatistics(8_000);
  feed(statistics, run(100, 50));
  assert.equal(statistics.receive(30_000, 0, 1_000, 160), 'astray');
  assert.equal(statistics.receive(150, 0, 1_020, 160), 'valid');
  assert.deepEqual(feed(statistics, [40_000, 40_001], 2_000), ['astray', 'restarted']);
  assert.equal(statistics.highestSequence, 40_001);
  assert.equal(statistics.counts().lost, 0);
});

test('RFC 3550 §A.8: jitter grows to what packets come early and late, and is none where they come in time', () => {
  const even = new ReceiveStatistics(8_000);
  feed(even, run(0, 500));
  assert.equal(even.counts().jitterMs, 0);
  const uneven = new ReceiveStatistics(8_000);
  for (let at = 0; at < 500; at++) uneven.receive(at, at * 160, at * 20 + (at % 2) * 10, 160);
  assert.ok(Math.abs(uneven.counts().jitterMs - 10) < 0.1);
  assert.equal(uneven.report(7, 0).jitterTicks, 79);
});

test('packets of one timestamp are no jitter: the event that a key sends for a second', () => {
  const statistics = new ReceiveStatistics(8_000);
  for (let at = 0; at < 50; at++) statistics.receive(at, 800, at * 20, 4);
  assert.equal(statistics.counts().jitterMs, 0);
});

test('RFC 3550 §6.4.1: the report names the sender report, and from it comes the round trip', () => {
  const statistics = new ReceiveStatistics(8_000);
  feed(statistics, run(1, 10));
  const sentMs = Date.UTC(2026, 0, 1, 12);
  const block0 = statistics.report(7, 5_000);
  assert.deepEqual([block0.lastSenderReport, block0.delaySinceLast], [0, 0]);
  assert.equal(roundTripMs(1, block0), undefined);
  statistics.senderReport(ntpOfUnix(sentMs), 5_000);
  const block = statistics.report(7, 7_500);
  assert.equal(block.delaySinceLast, 2.5 * 65_536);
  // 30 ms there, 2.5 s held, 40 ms back.
  const now = middleOfNtp(ntpOfUnix(sentMs + 30 + 2_500 + 40));
  assert.ok(Math.abs(roundTripMs(now, block)! - 70) < 0.1);
  assert.equal(roundTripMs(middleOfNtp(ntpOfUnix(sentMs + 2_495)), block), 0);
  assert.equal(roundTripMs(middleOfNtp(ntpOfUnix(sentMs)), block), undefined);
});

test('RFC 3550 §4: times of NTP', () => {
  assert.deepEqual(ntpOfUnix(0), { seconds: 2_208_988_800, fraction: 0 });
  assert.deepEqual(ntpOfUnix(500), { seconds: 2_208_988_800, fraction: 2 ** 31 });
  const ms = Date.UTC(2030, 5, 1) + 0.25;
  assert.ok(Math.abs(unixOfNtp(ntpOfUnix(ms)) - ms) < 0.001);
});

test('numbers that wrap are compared the shorter way', () => {
  assert.equal(sequenceDistance(65_535, 1), 2);
  assert.equal(sequenceDistance(1, 65_535), -2);
  assert.equal(extendSequence(65_535, 1), 65_537);
  assert.equal(extendSequence(65_537, 65_535), 65_535);
  assert.equal(extendTimestamp(2 ** 32 + 5, 0xffffffff), 2 ** 32 - 1);
  assert.equal(extendTimestamp(2 ** 32 - 1, 5), 2 ** 32 + 5);
});

test('RFC 3550 §6.3.1: reports take a twentieth of the bandwidth, and are 5 s apart at least', () => {
  const two = {
    sessionBitsPerSecond: 128_000,
    members: 2,
    senders: 2,
    isSender: true,
    averageBytes: 100,
    random: 0.5,
  };
  const factor = Math.E - 1.5;
  assert.ok(Math.abs(rtcpIntervalMs({ ...two, isFirst: false }) - 5_000 / factor) < 0.01);
  assert.ok(Math.abs(rtcpIntervalMs({ ...two, isFirst: true }) - 2_500 / factor) < 0.01);
  assert.ok(Math.abs(rtcpIntervalMs({ ...two, isFirst: false, random: 0 }) - 2_500 / factor) < 0.01);
  // 1,000 listeners share three quarters of 6,400 bit/s.
  const many = rtcpIntervalMs({ ...two, members: 1_001, senders: 1, isSender: false, isFirst: false });
  assert.ok(Math.abs(many - (100 * 8 * 1_000 * 1_000) / 4_800 / factor) < 0.01);
});

test('RFC 7160 §4.1: another clock rate leaves the jitter what it is in milliseconds', () => {
  const statistics = new ReceiveStatistics(8_000);
  for (let at = 0; at < 500; at++) statistics.receive(at, at * 160, at * 20 + (at % 2) * 10, 160);
  const before = statistics.counts().jitterMs;
  statistics.setClockRate(48_000);
  assert.ok(Math.abs(statistics.counts().jitterMs - before) < 1e-9);
  for (let at = 500; at < 520; at++) statistics.receive(at, at * 960, at * 20 + (at % 2) * 10, 160);
  assert.ok(Math.abs(statistics.counts().jitterMs - before) < 1);
  assert.equal(statistics.counts().lost, 0);
});

test('RFC 3550 §6.4.1: a sender report says what was sent, and what the RTP clock is at its own time', () => {
  const statistics = new SendStatistics(7, 8_000);
  assert.equal(statistics.hasSent, false);
  statistics.sent(2 ** 32 - 160, 1_000, 160);
  statistics.sent(0, 1_020, 160);
  assert.equal(statistics.hasSent, true);
  assert.deepEqual(statistics.report(1_520, 500), {
    kind: 'sender-report',
    ssrc: 7,
    ntp: { seconds: 2_208_988_800, fraction: 2 ** 31 },
    rtpTimestamp: 4_000,
    packets: 2,
    payloadBytes: 320,
    reports: [],
    extension: new Uint8Array(0),
  });
});
