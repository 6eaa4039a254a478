import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hex, toHex } from '../testing/hex.ts';
import { parseRtcp, serializeRtcp } from './compound.ts';
import type { RtcpPacket } from './packet.ts';
import { type TransportFeedback, transportFeedbackOf } from './transport-feedback.ts';

const one = (bytes: string) => parseRtcp(hex(bytes)).packets[0];
const head = { senderSsrc: 1, mediaSsrc: 2 };

test('RFC 4585 §6.2.1: a lost packet and those after it, over the wrap', () => {
  const packet: RtcpPacket = { kind: 'nack', ...head, lost: [65_534, 65_535, 0, 14, 15] };
  assert.equal(toHex(serializeRtcp([packet])), '81cd00040000000100000002fffe8003000f0000');
  assert.deepEqual(one('81cd00040000000100000002fffe8003000f0000'), packet);
});

test('RFC 4585 §6.3.1, RFC 5104 §4.3.1: a picture that is lost, and one that is asked for', () => {
  assert.deepEqual(one('81ce00020000000100000002'), { kind: 'picture-loss', ...head });
  assert.deepEqual(one('84ce000400000001000000000000000307000000'), {
    kind: 'full-intra-request',
    senderSsrc: 1,
    mediaSsrc: 0,
    entries: [{ ssrc: 3, sequence: 7 }],
  });
});

test('RFC 5104 §4.2.1: a rate has 17 significant bits, and is rounded down', () => {
  const request = (bitsPerSecond: number): RtcpPacket => ({
    kind: 'rate-limit-request',
    ...head,
    entries: [{ ssrc: 3, bitsPerSecond, overheadBytes: 40 }],
  });
  assert.equal(toHex(serializeRtcp([request(128_000)])), '83cd000400000001000000020000000303e80028');
  const [read] = parseRtcp(serializeRtcp([request(2_000_001)])).packets;
  assert.deepEqual(read, request(2_000_000));
});

test('REMB as browsers send it', () => {
  const read = one('8fce00050000000100000000 52454d42 010a1234 00000003'.replaceAll(' ', ''));
  assert.deepEqual(read, {
    kind: 'rate-estimate',
    senderSsrc: 1,
    mediaSsrc: 0,
    bitsPerSecond: ((2 << 16) | 0x1234) * 4,
    ssrcs: [3],
  });
  // Another application's layer feedback stays what it is.
  assert.equal(one('8fce0004000000010000000058585858 00000000'.replaceAll(' ', ''))?.kind, 'feedback');
});

test('transport-wide feedback: a run, one bit each, two bits each', () => {
  // 5 received in a run.
  const run = one('8fcd00060000000100000002 0010 0005 000001 07 2005 04 08 0c 10 14 00'.replaceAll(' ', ''));
  assert.deepEqual((run as TransportFeedback).arrivals, [
    { sequence: 16, deltaTicks: 4 },
    { sequence: 17, deltaTicks: 8 },
    { sequence: 18, deltaTicks: 12 },
    { sequence: 19, deltaTicks: 16 },
    { sequence: 20, deltaTicks: 20 },
  ]);
  assert.equal((run as TransportFeedback).feedbackCount, 7);
  assert.equal((run as TransportFeedback).referenceTime, 1);
  const bits = one('8fcd00050000000100000002 0000 000e 000000 00 b000 04 04'.replaceAll(' ', ''));
  assert.deepEqual(
    (bits as TransportFeedback).arrivals.map(({ sequence }) => sequence),
    [0, 1],
  );
});

test('transport-wide feedback: what lies costs nothing', () => {
  // 65,535 packets reported as received, and no delta.
  const many = `8fcd000500000001000000020000ffff00000000${'3fff'.repeat(2)}`;
  assert.equal(parseRtcp(hex(many)).ok, false);
  // 65,535 reported as missing.
  const none = `8fcd000900000001000000020000ffff00000000${'1fff'.repeat(9)}0000`;
  const read = parseRtcp(hex(none));
  assert.ok(read.ok, JSON.stringify(read));
  assert.deepEqual((read.packets[0] as TransportFeedback).arrivals, []);
  // A run of none would never end.
  assert.equal(parseRtcp(hex('8fcd00050000000100000002000000010000000020000000')).ok, false);
});

test('what came, as feedback: times are kept to 250 µs, and what is missing is told', () => {
  const arrivals = [
    { extendedSequence: 65_534, arrivalUs: 1_000_000 },
    { extendedSequence: 65_536, arrivalUs: 1_020_100 },
    { extendedSequence: 65_537, arrivalUs: 1_019_900 },
    { extendedSequence: 65_540, arrivalUs: 20_000_000 },
  ];
  const packets = transportFeedbackOf(arrivals, 65_533, { ...head, feedbackCount: 255 });
  assert.deepEqual(
    packets.map(({ baseSequence, packetCount, feedbackCount }) => [baseSequence, packetCount, feedbackCount]),
    [
      [65_533, 5, 255],
      [2, 3, 0],
    ],
  );
  const read = parseRtcp(serializeRtcp(packets)).packets as TransportFeedback[];
  assert.deepEqual(read, packets);
  const times = read.flatMap(({ referenceTime, arrivals: told }) => {
    let us = referenceTime * 64_000;
    return told.map(({ sequence, deltaTicks }) => {
      us += deltaTicks * 250;
      return [sequence, us];
    });
  });
  assert.deepEqual(times, [
    [65_534, 1_000_000],
    [0, 1_020_000],
    [1, 1_020_000],
    [4, 20_000_000],
  ]);
});
