import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  checkRtp,
  checkRtpHeader,
  datagramKind,
  parseRtp,
  type RtpPacket,
  rtpCsrc,
  rtpHeaderBytes,
  rtpPayload,
  rtpPayloadBytes,
  rtpSequence,
  serializeRtp,
  setRtpMarker,
  setRtpPayloadType,
  setRtpSequence,
  setRtpSsrc,
  setRtpTimestamp,
  staticPayloadType,
  writeRtp,
} from './index.ts';
import { rtpPacket } from './testing/arbitrary.ts';
import { hex, toHex } from './testing/hex.ts';

const plain: RtpPacket = {
  marker: false,
  payloadType: 0,
  sequence: 1,
  timestamp: 160,
  ssrc: 0xcafebabe,
  csrcs: [],
  extension: undefined,
  payload: hex('ffffffff'),
  paddingBytes: 0,
};

test('RFC 3550 §5.1: a packet that was written is read as the same packet', () => {
  fc.assert(
    fc.property(rtpPacket, (packet) => {
      assert.deepEqual(parseRtp(serializeRtp(packet)), { ok: true, packet });
    }),
  );
});

test('RFC 3550 §5.1: every field stands where the figure has it', () => {
  const bytes = serializeRtp({
    marker: true,
    payloadType: 96,
    sequence: 0x1234,
    timestamp: 0xdecafbad,
    ssrc: 0xcafebabe,
    csrcs: [1, 0xffffffff],
    extension: { profile: 0xbede, data: hex('10ff0000') },
    payload: hex('abcd'),
    paddingBytes: 2,
  });
  assert.equal(toHex(bytes), 'b2e01234decafbadcafebabe00000001ffffffffbede000110ff0000abcd0002');
  assert.equal(rtpHeaderBytes(bytes), 28);
  assert.equal(rtpPayloadBytes(bytes), 2);
  assert.equal(rtpCsrc(bytes, 1), 0xffffffff);
});

test('a packet that is passed on is changed where it is', () => {
  const bytes = serializeRtp({ ...plain, marker: true, csrcs: [7] });
  setRtpSequence(bytes, 65_535);
  setRtpTimestamp(bytes, 0xffffffff);
  setRtpSsrc(bytes, 5);
  setRtpPayloadType(bytes, 111);
  const changed = {
    ...plain,
    csrcs: [7],
    sequence: 65_535,
    timestamp: 0xffffffff,
    ssrc: 5,
    payloadType: 111,
  };
  assert.deepEqual(parseRtp(bytes), { ok: true, packet: { ...changed, marker: true } });
  setRtpMarker(bytes, false);
  assert.deepEqual(parseRtp(bytes), { ok: true, packet: changed });
  assert.equal(rtpPayload(bytes).buffer, bytes.buffer);
});

for (const [what, bytes, reason] of [
  ['nothing', '', 'shorter than an RTP header'],
  ['11 bytes', '8000000000000000000000', 'shorter than an RTP header'],
  ['version 1', '400000010000000200000003', 'not version 2'],
  ['a sender report', '80c800010000000200000003', 'an RTCP packet'],
  [
    'two sources of which one is there',
    '82000001000000020000000300000004',
    'the list of contributing sources is cut off',
  ],
  ['an extension without a head', '900000010000000200000003bede', 'the header extension is cut off'],
  [
    'an extension that ends behind the packet',
    '900000010000000200000003bede0001',
    'the header extension is cut off',
  ],
  ['padding that counts 0', 'a0000001000000020000000300', 'the padding is longer than the payload'],
  ['padding longer than the payload', 'a0000001000000020000000302', 'the padding is longer than the payload'],
] as const)
  test(`RFC 3550 §A.1: ${what} is no packet`, () => {
    const wrong = checkRtp(hex(bytes));
    assert.equal(wrong?.reason, reason);
    assert.equal(parseRtp(hex(bytes)), wrong);
  });

test('RFC 3550 §5.1: a packet of padding alone has an empty payload', () => {
  const packet = { ...plain, payload: new Uint8Array(0), paddingBytes: 255 };
  assert.deepEqual(parseRtp(serializeRtp(packet)), { ok: true, packet });
});

test('what cannot be written is our own fault', () => {
  const into = new Uint8Array(100);
  for (const wrong of [
    { payloadType: 128 },
    { sequence: 65_536 },
    { timestamp: -1 },
    { ssrc: 2 ** 32 },
    { csrcs: new Array(16).fill(1) },
    { paddingBytes: 256 },
    { extension: { profile: 1, data: hex('00') } },
    { payloadType: 72, marker: true },
  ])
    assert.throws(() => writeRtp({ ...plain, ...wrong }, into), RangeError);
  assert.throws(() => writeRtp(plain, into, 90), RangeError);
});

test('the header of SRTP is checked without its padding, which is encrypted', () => {
  const bytes = hex('a0000001000000020000000300');
  assert.equal(checkRtpHeader(bytes), undefined);
  assert.equal(rtpSequence(bytes), 1);
});

test('RFC 7983 §7, RFC 5761 §4: each byte that begins a datagram', () => {
  const kinds = Array.from({ length: 256 }, (_, first) => datagramKind(Uint8Array.of(first, 0)));
  const runs: [string | undefined, number][] = [];
  for (const kind of kinds) {
    const last = runs.at(-1);
    if (last !== undefined && last[0] === kind) last[1]++;
    else runs.push([kind, 1]);
  }
  assert.deepEqual(runs, [
    ['stun', 4],
    [undefined, 12],
    ['zrtp', 4],
    ['dtls', 44],
    ['turn-channel', 16],
    [undefined, 48],
    ['rtp', 64],
    [undefined, 64],
  ]);
  assert.deepEqual(
    [191, 192, 200, 206, 223, 224].map((second) => datagramKind(Uint8Array.of(0x80, second))),
    ['rtp', 'rtcp', 'rtcp', 'rtcp', 'rtcp', 'rtp'],
  );
  assert.equal(datagramKind(new Uint8Array(1)), undefined);
});

test('RFC 3551 §6: payload types that need no SDP', () => {
  const text = (payloadType: number) => {
    const known = staticPayloadType(payloadType);
    return known && `${known.encoding}/${known.clockRate}`;
  };
  assert.deepEqual([0, 8, 9, 13, 18, 34, 1, 96].map(text), [
    'PCMU/8000',
    'PCMA/8000',
    'G722/8000',
    'CN/8000',
    'G729/8000',
    'H263/90000',
    undefined,
    undefined,
  ]);
});
