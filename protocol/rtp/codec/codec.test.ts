import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { hex, toHex } from '../testing/hex.ts';
import { signalToNoiseDb, sine, testSignal } from '../testing/signal.ts';
import { A_LAW_SILENCE, decodeG711, encodeG711, MU_LAW_SILENCE, transcodeG711 } from './g711.ts';
import { G722Decoder, G722Encoder } from './g722.ts';
import { opusDurationTicks, parseOpusPacket } from './opus-packet.ts';

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const everySample = Int16Array.from({ length: 65_536 }, (_, at) => at - 32_768);

test('G.711: the values that its tables print', () => {
  assert.deepEqual([...decodeG711('mu', hex('ff7f80008fefbf'))], [0, 0, 32124, -32124, 16764, 132, 1980]);
  assert.deepEqual([...decodeG711('a', hex('d555aa2a80'))], [8, -8, 32256, -32256, 5504]);
  assert.equal(encodeG711('mu', Int16Array.of(0))[0], MU_LAW_SILENCE);
  assert.equal(encodeG711('a', Int16Array.of(0))[0], A_LAW_SILENCE);
});

for (const law of ['mu', 'a'] as const) {
  test(`G.711 ${law}-law: every byte is coded to itself`, () => {
    // µ-law has two zeros, of which the positive one is sent.
    const expected = everyByte.map((byte) => (law === 'mu' && byte === 0x7f ? 0xff : byte));
    assert.deepEqual(encodeG711(law, decodeG711(law, everyByte)), expected);
  });

  test(`G.711 ${law}-law: every sample is heard within half of its step, and louder is never softer`, () => {
    const heard = decodeG711(law, encodeG711(law, everySample));
    for (const [at, sample] of everySample.entries()) {
      const off = Math.abs(heard[at]! - sample);
      // A step is a sixteenth of what its segment begins with; the coder sees the upper 14 or 13 bits.
      assert.ok(off <= Math.abs(sample) / 32 + (law === 'mu' ? 9 : 16), `${sample} is heard as ${heard[at]}`);
      if (at > 0) assert.ok(heard[at]! >= heard[at - 1]!);
    }
  });
}

test('G.711: from law to law and back', () => {
  const bytes = encodeG711('a', testSignal(8_000, 20_000));
  const across = bytes.slice();
  transcodeG711('mu', across);
  assert.deepEqual(across, encodeG711('mu', decodeG711('a', bytes)));
  transcodeG711('a', across);
  const [before, after] = [decodeG711('a', bytes), decodeG711('a', across)];
  for (const [at, sample] of before.entries())
    assert.ok(Math.abs(after[at]! - sample) <= Math.abs(sample) / 16 + 16, `${sample} becomes ${after[at]}`);
});

const references = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../spec/corpora/g722/reference.json'), 'utf8'),
) as { samples: number; peak: number; coded: string; decoded: string; begin: string }[];
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

for (const { samples, peak, coded, decoded, begin } of references)
  test(`G.722: bit by bit what another implementation codes and decodes, at a peak of ${peak}`, () => {
    const bytes = new G722Encoder().encode(testSignal(samples, peak));
    assert.equal(toHex(bytes.subarray(4_096, 4_128)), begin);
    assert.equal(digest(bytes), coded);
    assert.equal(digest(new Uint8Array(new G722Decoder().decode(bytes).buffer)), decoded);
  });

test('G.722: packets of any length give what the whole gives', () => {
  const sound = testSignal(3_200, 8_000);
  const whole = new G722Encoder().encode(sound);
  const encoder = new G722Encoder();
  const decoder = new G722Decoder();
  const heard: number[] = [];
  for (let at = 0; at < sound.length; at += 320) {
    const bytes = encoder.encode(sound.subarray(at, at + 320));
    assert.deepEqual(bytes, whole.subarray(at / 2, at / 2 + 160));
    heard.push(...decoder.decode(bytes));
  }
  assert.deepEqual(heard, [...new G722Decoder().decode(whole)]);
  assert.throws(() => encoder.encode(new Int16Array(3)), RangeError);
});

test('G.722: tones of both bands come through, 22 samples later', () => {
  for (const [frequency, leastDb] of [
    [440, 30],
    [3_000, 25],
    [6_000, 15],
  ] as const) {
    const sound = sine(16_000, frequency, 16_000, 10_000);
    const heard = new G722Decoder().decode(new G722Encoder().encode(sound));
    const db = signalToNoiseDb(sound.subarray(2_000, 15_000), heard.subarray(2_022, 15_022));
    assert.ok(db > leastDb, `${frequency} Hz: ${db} dB`);
  }
});

test('G.722: whatever the bytes, there is sound of 16 bits', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 500 }),
      (bytes) => new G722Decoder().decode(bytes).length === 2 * bytes.length,
    ),
  );
});

const toc = (configuration: number, code: number, isStereo = false) =>
  (configuration << 3) | (isStereo ? 4 : 0) | code;

test('RFC 6716 §3.1: mode, bandwidth, channels and length of frames', () => {
  const read = (configuration: number, isStereo = false) => {
    const packet = parseOpusPacket(Uint8Array.of(toc(configuration, 0, isStereo), 0, 0));
    assert.ok(packet.ok);
    return [packet.mode, packet.bandwidthHz, packet.frameMs, packet.channels, packet.durationTicks];
  };
  assert.deepEqual(read(0), ['silk', 4_000, 10, 1, 480]);
  assert.deepEqual(read(7), ['silk', 6_000, 60, 1, 2_880]);
  assert.deepEqual(read(9), ['silk', 8_000, 20, 1, 960]);
  assert.deepEqual(read(13), ['hybrid', 12_000, 20, 1, 960]);
  assert.deepEqual(read(14, true), ['hybrid', 20_000, 10, 2, 480]);
  assert.deepEqual(read(16), ['celt', 4_000, 2.5, 1, 120]);
  assert.deepEqual(read(31, true), ['celt', 20_000, 20, 2, 960]);
});

test('RFC 6716 §3.2: frames in each of the four ways', () => {
  const frames = (bytes: number[]) => {
    const packet = parseOpusPacket(Uint8Array.from(bytes));
    return packet.ok ? [packet.frames, packet.durationMs] : packet.reason;
  };
  assert.deepEqual(frames([toc(31, 1), 1, 2, 3, 4]), [2, 40]);
  assert.deepEqual(frames([toc(31, 2), 1, 2, 3, 4]), [2, 40]);
  assert.deepEqual(frames([toc(31, 3), 3, 1, 2, 3]), [3, 60]);
  assert.deepEqual(frames([toc(31, 3), 0x83, 1, 2, 9, 9, 9, 9]), [3, 60]);
  assert.deepEqual(frames([toc(31, 3), 0x42, 3, 9, 9, 0, 0, 0]), [2, 40]);
  assert.equal(frames([]), 'an Opus packet has one byte at least');
  assert.equal(frames([toc(31, 1), 1]), 'two equal frames in an odd number of bytes');
  assert.equal(frames([toc(31, 2), 5, 1]), 'the first frame is cut off');
  assert.equal(frames([toc(31, 2), 252]), 'the length of the first frame is cut off');
  assert.equal(frames([toc(31, 3)]), 'the number of frames is cut off');
  assert.equal(frames([toc(31, 3), 0]), 'no frames');
  assert.equal(frames([toc(31, 3), 7]), 'longer than 120 ms');
  assert.equal(frames([toc(31, 3), 2, 1]), 'the frames are not equal');
  assert.equal(frames([toc(31, 3), 0x41, 200]), 'the padding is longer than the packet');
  assert.equal(frames([toc(31, 3), 0x41, 255]), 'the length of the padding is cut off');
  assert.equal(frames([toc(31, 0), ...new Array(1_276).fill(1)]), 'a frame is too long');
});

test('RFC 6716 §2.1.9, §2.1.7: silence, and the packet before once more', () => {
  const read = (...bytes: number[]) => {
    const packet = parseOpusPacket(Uint8Array.from(bytes));
    assert.ok(packet.ok);
    return [packet.isSilence, packet.hasRedundancy];
  };
  assert.deepEqual(read(toc(31, 0)), [true, false]);
  assert.deepEqual(read(toc(9, 0), 0), [true, false]);
  assert.deepEqual(read(toc(9, 0), 0x80, 1, 2), [false, false]);
  assert.deepEqual(read(toc(9, 0), 0x40, 1, 2), [false, true]);
  assert.deepEqual(read(toc(9, 0, true), 0x10, 1, 2), [false, true]);
  assert.deepEqual(read(toc(31, 0), 0xff, 1, 2), [false, false]);
});

test('the length of an Opus packet by its first bytes agrees with all of it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
      const packet = parseOpusPacket(bytes);
      if (packet.ok) assert.equal(opusDurationTicks(bytes), packet.durationTicks);
    }),
    { numRuns: 500 },
  );
  assert.equal(opusDurationTicks(new Uint8Array(0)), 0);
});

test('a G.722 encoder that follows another goes on with its very bytes', () => {
  const said = testSignal(3_200, 12_000);
  const [first, second] = [new G722Encoder(), new G722Encoder()];
  first.encode(said.subarray(0, 1_600));
  second.follow(first);
  assert.deepEqual(second.encode(said.subarray(1_600)), first.encode(said.subarray(1_600)));
});
