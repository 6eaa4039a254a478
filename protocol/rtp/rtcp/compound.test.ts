import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rtcpPacket } from '../testing/arbitrary.ts';
import { hex, toHex } from '../testing/hex.ts';
import {
  canonicalName,
  MAX_RTCP_PACKETS,
  parseRtcp,
  rtcpPacketBytes,
  rtcpSsrc,
  serializeRtcp,
} from './compound.ts';
import type { RtcpPacket } from './packet.ts';

const empty = new Uint8Array(0);
const receiverReport: RtcpPacket = { kind: 'receiver-report', ssrc: 1, reports: [], extension: empty };

test('packets that were written are read as the same packets', () => {
  fc.assert(
    fc.property(fc.array(rtcpPacket, { minLength: 1, maxLength: 5 }), (packets) => {
      const bytes = serializeRtcp(packets);
      assert.deepEqual(parseRtcp(bytes), { ok: true, packets });
      let count = 0;
      for (let at = 0; at < bytes.length; at += rtcpPacketBytes(bytes, at)) count++;
      assert.equal(count, packets.length);
    }),
    { numRuns: 300 },
  );
});

test('RFC 3550 §6.4.1: a sender report with what it says of another source', () => {
  const bytes = hex(
    '81c8000c 00000001 e1a2b3c4 80000000 000000a0 00000064 00003e80 00000002 40fffffe 00010005 0000000c 12345678 00010000',
  );
  const parsed = parseRtcp(bytes);
  assert.deepEqual(parsed.packets, [
    {
      kind: 'sender-report',
      ssrc: 1,
      ntp: { seconds: 0xe1a2b3c4, fraction: 0x80000000 },
      rtpTimestamp: 160,
      packets: 100,
      payloadBytes: 16_000,
      reports: [
        {
          ssrc: 2,
          fractionLost: 64,
          cumulativeLost: -2,
          highestSequence: 0x10005,
          jitterTicks: 12,
          lastSenderReport: 0x12345678,
          delaySinceLast: 65_536,
        },
      ],
      extension: empty,
    },
  ]);
  assert.equal(rtcpSsrc(bytes), 1);
});

test('RFC 3550 §6.5: a canonical name, with its zeros up to the next word', () => {
  const parsed = parseRtcp(hex('80c9000100000001 81ca0003000000010104616c69630000'));
  assert.ok(parsed.ok);
  assert.equal(canonicalName(parsed.packets, 1), 'alic');
  assert.equal(canonicalName(parsed.packets, 2), undefined);
  assert.equal(toHex(serializeRtcp(parsed.packets)), '80c900010000000181ca0003000000010104616c69630000');
});

test('RFC 3550 §6.6: goodbye with a reason', () => {
  const parsed = parseRtcp(hex('80c9000100000001 81cb0003000000010562796521210000'));
  assert.deepEqual(parsed.packets[1], { kind: 'goodbye', ssrcs: [1], reason: 'bye!!' });
});

test('RFC 3550 §A.2: a compound packet begins with a report; RFC 5506 §3.4: one of reduced size need not', () => {
  const picture = serializeRtcp([{ kind: 'picture-loss', senderSsrc: 1, mediaSsrc: 2 }]);
  assert.equal(parseRtcp(picture, { isReducedSizeAllowed: false }).ok, false);
  assert.equal(parseRtcp(picture).ok, true);
  assert.equal(parseRtcp(serializeRtcp([receiverReport]), { isReducedSizeAllowed: false }).ok, true);
});

for (const [what, bytes, reason, offset] of [
  ['nothing', '', 'nothing at all', 0],
  ['three bytes', '80c900', 'shorter than an RTCP header', 0],
  ['version 3', 'c0c9000100000001', 'not version 2', 0],
  ['a length behind the end', '80c9000200000001', 'longer than the datagram', 0],
  ['a second packet that is no packet', '80c900010000000100000000', 'not version 2', 8],
  ['a report that is not there', '81c9000100000001', 'a field is cut off', 8],
  ['a type of RTP', '8000000100000001', 'not an RTCP packet type', 4],
  ['an item longer than its packet', '81ca0002000000010109616c', 'a field is cut off', 10],
  ['a reason longer than its packet', '80cb0001ff616263', 'a field is cut off', 5],
  ['padding that counts 0', 'a0c9000200000001 00000000', 'the padding is longer than the packet', 11],
  [
    'padding before the last',
    'a0c900020000000100000004 80c9000100000001',
    'padding before the last packet',
    0,
  ],
  ['a block longer than its packet', '80cf00020000000104000002', 'a block is cut off', 12],
] as const)
  test(`${what} is refused, with what was before it`, () => {
    const parsed = parseRtcp(hex(bytes));
    assert.ok(!parsed.ok);
    assert.equal(parsed.reason, reason);
    assert.equal(parsed.offset, offset);
    assert.equal(parsed.packets.length, offset === 8 && reason === 'not version 2' ? 1 : 0);
  });

test('RFC 3550 §6.4.1: padding of the last packet is left out', () => {
  const parsed = parseRtcp(hex('80c9000100000001 a0cb0002000000010000 0004'.replaceAll('a0cb', 'a1cb')));
  assert.deepEqual(parsed.packets[1], { kind: 'goodbye', ssrcs: [1], reason: undefined });
});

test('a datagram has a bound of packets', () => {
  const bytes = new Uint8Array((MAX_RTCP_PACKETS + 1) * 4);
  for (let at = 0; at < bytes.length; at += 4) bytes.set([0x80, 203, 0, 0], at);
  assert.equal(parseRtcp(bytes).packets.length, MAX_RTCP_PACKETS);
  assert.equal(parseRtcp(bytes).ok, false);
  assert.equal(parseRtcp(bytes.subarray(4)).ok, true);
});

test('what cannot be written is our own fault', () => {
  for (const packet of [
    { ...receiverReport, extension: hex('00') },
    { kind: 'goodbye', ssrcs: new Array(32).fill(1), reason: undefined },
    { kind: 'goodbye', ssrcs: [], reason: 'x'.repeat(256) },
    { kind: 'application', subtype: 0, ssrc: 1, name: 'abc', data: empty },
    { kind: 'rate-estimate', senderSsrc: 1, mediaSsrc: 0, bitsPerSecond: Number.NaN, ssrcs: [] },
  ] satisfies RtcpPacket[])
    assert.throws(() => serializeRtcp([packet]), RangeError);
});
