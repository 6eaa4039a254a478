// Streams as a receiver sees them: whatever they are fed from, they go on; what was lost is sent again; clocks of peers are followed.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  buildExtension,
  ntpOfUnix,
  readExtensions,
  rtpExtensionAt,
  rtpMarker,
  rtpSequence,
  rtpSsrc,
  rtpTimestamp,
  serializeRtp,
} from '@parley/protocol/rtp';
import fc from 'fast-check';
import { ExtensionMap } from './extension-map.ts';
import { IncomingStream, PeerClock } from './incoming-stream.ts';
import { OutgoingStream } from './outgoing-stream.ts';
import { SentPackets } from './sent-packets.ts';

const BARE = { marker: false, payloadType: 0, ssrc: 5, csrcs: [], extension: undefined, paddingBytes: 0 };

function packet(sequence: number, timestamp: number): Uint8Array {
  return serializeRtp({ ...BARE, sequence, timestamp, payload: new Uint8Array(4) });
}

function sends(
  stream: OutgoingStream,
  origin: { epoch: number },
  sequence: number,
  timestamp: number,
  nowMs: number,
) {
  const bytes = packet(sequence & 0xffff, timestamp >>> 0);
  const own = stream.adopt(bytes, origin, sequence & 0xffff, timestamp >>> 0, 8, nowMs, true);
  return {
    own,
    sequence: rtpSequence(bytes),
    timestamp: rtpTimestamp(bytes),
    marker: rtpMarker(bytes),
    ssrc: rtpSsrc(bytes),
  };
}

test('sources that begin anywhere are one stream: sequence by one, timestamps by the time that passed', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          sequence: fc.nat(65_535),
          timestamp: fc.nat(2 ** 32 - 1),
          gapMs: fc.integer({ min: 0, max: 9_000 }),
        }),
        {
          minLength: 1,
          maxLength: 8,
        },
      ),
      fc.nat(2 ** 32 - 1),
      (sources, chance) => {
        const stream = new OutgoingStream(8_000, () => chance);
        let nowMs = 0;
        let last: ReturnType<typeof sends> | undefined;
        for (const { sequence, timestamp, gapMs } of sources) {
          const origin = { epoch: 1 };
          nowMs += gapMs;
          for (let step = 0; step < 3; step++, nowMs += 20) {
            const sent = sends(stream, origin, sequence + step, timestamp + step * 160, nowMs);
            assert.equal(sent.ssrc, stream.ssrc);
            assert.equal(sent.marker, step === 0);
            if (last !== undefined) {
              assert.equal((sent.sequence - last.sequence) & 0xffff, 1);
              const ticks = (sent.timestamp - last.timestamp) >>> 0;
              if (step > 0) assert.equal(ticks, 160);
              else assert.equal(ticks, Math.max(1, (gapMs + 20) * 8));
            }
            last = sent;
          }
        }
      },
    ),
  );
});

test('what was lost on the way to us is a gap, what comes late is in its place, and what is of the source before is nowhere', () => {
  const stream = new OutgoingStream(8_000, () => 7);
  const [one, two] = [{ epoch: 1 }, { epoch: 1 }];
  const first = sends(stream, one, 100, 0, 0);
  const third = sends(stream, one, 102, 320, 40);
  assert.equal(third.sequence - first.sequence, 2);
  assert.equal(sends(stream, one, 101, 160, 41).sequence, first.sequence + 1);
  const next = sends(stream, two, 5_000, 0, 60);
  assert.equal(next.sequence, third.sequence + 1);
  assert.equal(sends(stream, two, 4_999, 0, 61).own, -1);
  assert.deepEqual(stream.offsetOf(one), undefined);
  two.epoch++;
  assert.equal(
    sends(stream, two, 9, 9, 80).sequence,
    next.sequence + 1,
    'a source that restarted goes on, too',
  );
});

test('another SSRC takes over with its second packet in a row; a stray one does not', () => {
  const stream = new IncomingStream(8_000);
  const heard = (ssrc: number, sequence: number) =>
    stream.receive(ssrc, sequence, sequence * 160, 160, sequence * 20);
  assert.equal(heard(1, 1), true);
  assert.equal(heard(2, 50), false);
  assert.equal(heard(1, 2), true);
  assert.equal(heard(2, 51), false);
  assert.equal(heard(2, 52), true);
  assert.equal(stream.ssrc, 2);
});

test('the clock of a peer is that of its fastest report', () => {
  const clock = new PeerClock();
  assert.equal(clock.timeOf(1_000), undefined);
  clock.reported(500_000, 1_080);
  clock.reported(501_000, 2_020);
  assert.equal(clock.timeOf(2_020), 501_000);
  clock.reported(502_000, 3_500);
  assert.equal(Math.abs(clock.timeOf(3_020)! - 502_000) <= 1, true);
  const stream = new IncomingStream(90_000);
  stream.senderReport(ntpOfUnix(1_700_000_000_000), 77, 10);
  assert.equal(stream.report?.timestamp, 77);
  assert.ok(Math.abs(stream.report.unixMs - 1_700_000_000_000) < 1);
});

test('RFC 4585 §6.2.1: what was sent is found again, once in a round trip, until others took its place', () => {
  const sent = new SentPackets();
  for (let sequence = 0; sequence < 300; sequence++) sent.keep(sequence, Uint8Array.of(sequence & 0xff));
  assert.deepEqual(sent.find(299, 0, 50), Uint8Array.of(299 & 0xff));
  assert.equal(sent.find(299, 49, 50), 'recent');
  assert.notEqual(sent.find(299, 50, 50), 'recent');
  assert.equal(sent.find(10, 0, 50), undefined);
});

test('RFC 8285 §4.2: extensions get the numbers of the other leg, and what it did not take becomes padding', () => {
  const data = (byte: number) => Uint8Array.of(byte, byte);
  const extension = buildExtension([
    { id: 1, data: data(1) },
    { id: 2, data: data(2) },
    { id: 3, data: data(3) },
  ]);
  const bytes = serializeRtp({ ...BARE, extension, sequence: 1, timestamp: 1, payload: Uint8Array.of(9) });
  const map = new ExtensionMap();
  map.set(
    [
      { uri: 'a', id: 1 },
      { uri: 'b', id: 2 },
      { uri: 'c', id: 3 },
    ],
    [
      { uri: 'c', id: 1 },
      { uri: 'a', id: 5 },
    ],
  );
  assert.equal(map.apply(bytes, bytes.length), bytes.length);
  const at = rtpExtensionAt(bytes);
  const read = readExtensions({ profile: 0xbede, data: bytes.subarray(at + 4, bytes.length - 1) });
  assert.ok(read.ok);
  assert.deepEqual(read.elements, [
    { id: 5, data: data(1) },
    { id: 1, data: data(3) },
  ]);
  assert.equal(bytes.at(-1), 9);

  map.set([{ uri: 'a', id: 5 }], []);
  const length = map.apply(bytes, bytes.length);
  assert.deepEqual(
    bytes.subarray(0, length),
    serializeRtp({ ...BARE, sequence: 1, timestamp: 1, payload: Uint8Array.of(9) }),
    'towards who takes none, none are left',
  );
});
