import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { serializeRtp } from '../packet.ts';
import { serializeRtcp } from '../rtcp/compound.ts';
import { rtcpPacket, rtpPacket } from '../testing/arbitrary.ts';
import { toHex } from '../testing/hex.ts';
import { SrtpContext, type SrtpContextOptions } from './context.ts';
import { nodeCipher } from './node-cipher.ts';
import {
  dtlsKeyBytes,
  SRTP_PROFILES,
  type SrtpProfile,
  srtpKeyOfSdes,
  srtpKeysOfDtls,
  srtpProfile,
  srtpProfileOfDtls,
} from './profile.ts';
import { ReplayWindow } from './replay-window.ts';

const counter = srtpProfile('AES_CM_128_HMAC_SHA1_80')!;
const masterOf = (profile: SrtpProfile) => ({
  key: new Uint8Array(profile.keyBytes).fill(1),
  salt: new Uint8Array(profile.saltBytes).fill(2),
});
const context = (profile = counter, more: Partial<SrtpContextOptions> = {}) =>
  new SrtpContext({ profile, master: masterOf(profile), cipher: nodeCipher, ...more });

function rtp(sequence: number, ssrc = 7): Uint8Array {
  return serializeRtp({
    marker: false,
    payloadType: 0,
    sequence,
    timestamp: sequence * 160,
    ssrc,
    csrcs: [],
    extension: undefined,
    payload: new Uint8Array(160).fill(sequence),
    paddingBytes: 0,
  });
}

function protect(sender: SrtpContext, plain: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(plain.length + sender.rtpOverheadBytes);
  buffer.set(plain);
  const length = sender.protectRtp(buffer, plain.length);
  assert.equal(length, buffer.length);
  return buffer;
}

function protectRtcp(sender: SrtpContext, plain: Uint8Array): Uint8Array {
  const buffer = new Uint8Array(plain.length + sender.rtcpOverheadBytes);
  buffer.set(plain);
  assert.equal(sender.protectRtcp(buffer, plain.length), buffer.length);
  return buffer;
}

for (const profile of SRTP_PROFILES) {
  test(`${profile.name}: what was protected is unprotected, and nothing else is`, () => {
    const rtpOrRtcp = fc.oneof(
      rtpPacket.map((packet) => ({ isRtcp: false, bytes: serializeRtp(packet) })),
      rtcpPacket
        .map((packet) => ({ isRtcp: true, bytes: serializeRtcp([packet]) }))
        .filter(({ bytes }) => bytes.length >= 8),
    );
    const property = fc.property(
      rtpOrRtcp,
      fc.nat(),
      fc.boolean(),
      ({ isRtcp, bytes: plain }, place, hasKey) => {
        const more = hasKey ? { keyIdentifier: Uint8Array.of(0, 1) } : {};
        const sender = context(profile, more);
        const receiver = context(profile, more);
        const bytes = isRtcp ? protectRtcp(sender, plain) : protect(sender, plain);
        const open = (copy: Uint8Array) =>
          isRtcp ? receiver.unprotectRtcp(copy) : receiver.unprotectRtp(copy);
        const bent = bytes.slice();
        bent[place % bent.length]! ^= 1 << (place % 8);
        assert.equal(typeof open(bent), 'string');
        assert.equal(receiver.sourceCount, 0);
        assert.equal(open(bytes), plain.length);
        assert.equal(toHex(bytes.subarray(0, plain.length)), toHex(plain));
      },
    );
    fc.assert(property, { numRuns: 40 });
  });
}

test('RFC 3711 §3.3.1: sequence numbers wrap, packets come out of order around it, and each is taken once', () => {
  const sender = context();
  const packets = Array.from({ length: 200 }, (_, at) => protect(sender, rtp((65_436 + at) & 0xffff)));
  assert.equal(sender.rolloverCounter(7), 1);
  const receiver = context();
  const open = (at: number) => receiver.unprotectRtp(packets[at]!.slice());
  const order = [...packets.keys()].map((at) => at ^ 3);
  for (const at of order) assert.equal(open(at), 172);
  for (const at of [199, 100, 72]) assert.equal(open(at), 'replayed');
  assert.equal(open(0), 'too-old');
  assert.equal(receiver.rolloverCounter(7), 1);
});

test('a forged packet far ahead does not move the rollover counter', () => {
  const sender = context();
  const receiver = context();
  const first = protect(sender, rtp(65_000));
  assert.equal(receiver.unprotectRtp(first), 172);
  const forged = protect(
    context(counter, { master: { ...masterOf(counter), key: new Uint8Array(16) } }),
    rtp(100),
  );
  assert.equal(receiver.unprotectRtp(forged), 'not-authentic');
  assert.equal(receiver.unprotectRtp(protect(sender, rtp(65_001))), 172);
  assert.equal(receiver.rolloverCounter(7), 0);
});

test('a sender does not use a number twice, unless it repeats', () => {
  const sender = context();
  protect(sender, rtp(5));
  const again = new Uint8Array(200);
  again.set(rtp(5));
  assert.equal(sender.protectRtp(again, 172), 'replayed');
  const repeating = context(counter, { isRepeatAllowed: true });
  assert.equal(toHex(protect(repeating, rtp(5))), toHex(protect(repeating, rtp(5))));
});

test('another process goes on where one ended', () => {
  const sender = context();
  for (const sequence of [65_534, 65_535, 0, 1]) protect(sender, rtp(sequence));
  const receiver = context();
  receiver.resume(7, { rtpIndex: 65_537, rtcpIndex: -1 });
  assert.deepEqual(sender.position(7), { rtpIndex: 65_537, rtcpIndex: -1 });
  const next = context();
  next.resume(7, sender.position(7)!);
  assert.equal(receiver.unprotectRtp(protect(next, rtp(2))), 172);
  assert.equal(receiver.rolloverCounter(7), 1);
});

test('RFC 3711 §9.2: a key that is worn out protects nothing more', () => {
  const sender = context();
  sender.resume(7, { rtpIndex: 2 ** 48 - 1, rtcpIndex: 2 ** 31 - 1 });
  const buffer = new Uint8Array(200);
  buffer.set(rtp(0));
  assert.equal(sender.protectRtp(buffer, 172), 'key-worn-out');
  const report = serializeRtcp([
    { kind: 'receiver-report', ssrc: 7, reports: [], extension: new Uint8Array(0) },
  ]);
  buffer.set(report);
  assert.equal(sender.protectRtcp(buffer, report.length), 'key-worn-out');
});

test('sources have a bound, and only authentic ones count', () => {
  const sender = context();
  const receiver = context(counter, { maxSources: 2 });
  for (const ssrc of [1, 2]) assert.equal(receiver.unprotectRtp(protect(sender, rtp(1, ssrc))), 172);
  assert.equal(receiver.unprotectRtp(protect(sender, rtp(1, 3))), 'too-many-sources');
  receiver.forget(1);
  assert.equal(receiver.unprotectRtp(protect(sender, rtp(2, 3))), 172);
});

test('another key identifier is another key', () => {
  const sender = context(counter, { keyIdentifier: Uint8Array.of(1) });
  const receiver = context(counter, { keyIdentifier: Uint8Array.of(2) });
  assert.equal(receiver.unprotectRtp(protect(sender, rtp(1))), 'unknown-key');
});

test('what is too short or no packet is malformed; a buffer without room is our own fault', () => {
  const receiver = context();
  for (const length of [0, 11, 12, 21]) {
    const bytes = new Uint8Array(length).fill(0x80);
    assert.equal(receiver.unprotectRtp(bytes), 'malformed');
    assert.equal(receiver.unprotectRtcp(bytes), 'malformed');
  }
  assert.throws(() => receiver.protectRtp(rtp(1), 172), RangeError);
  assert.throws(
    () => context(counter, { master: { key: new Uint8Array(15), salt: new Uint8Array(14) } }),
    RangeError,
  );
});

test('RFC 3711 §3.3.2: the window of replays agrees with a list of all packets', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 300 }), (indices) => {
      const window = new ReplayWindow(64);
      const seen = new Set<number>();
      let highest = -1;
      for (const index of indices) {
        const expected = seen.has(index) ? 'replayed' : undefined;
        assert.equal(window.check(index), index <= highest - 64 ? 'too-old' : expected);
        if (window.check(index) !== undefined) continue;
        window.add(index);
        seen.add(index);
        highest = Math.max(highest, index);
      }
    }),
  );
});

test('RFC 4568 §6.1, RFC 5764 §4.2: keys as SDP and DTLS bring them', () => {
  const inline = Uint8Array.from({ length: 30 }, (_, at) => at);
  assert.deepEqual(srtpKeyOfSdes(counter, inline), { key: inline.slice(0, 16), salt: inline.slice(16) });
  assert.equal(srtpKeyOfSdes(counter, inline.subarray(1)), undefined);
  const profile = srtpProfileOfDtls(7)!;
  assert.equal(profile.name, 'AEAD_AES_128_GCM');
  const exported = Uint8Array.from({ length: dtlsKeyBytes(profile) }, (_, at) => at);
  const keys = srtpKeysOfDtls(profile, exported)!;
  assert.deepEqual(
    [keys.client.key[0], keys.server.key[0], keys.client.salt[0], keys.server.salt[0]],
    [0, 16, 32, 44],
  );
  assert.equal(srtpKeysOfDtls(profile, exported.subarray(1)), undefined);
});
