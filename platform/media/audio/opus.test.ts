import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import { parseOpusPacket } from '@parley/protocol/rtp';
import { loadOpus, OpusDecoder, OpusEncoder } from './opus.ts';
import { levelAt, rmsDb, tone } from './testing/measure.ts';

before(() => loadOpus());

/** A voice: a gliding pitch with its harmonics, so that the encoder takes it for one. */
function voice(samples: number, rate: number): Int16Array {
  let phase = 0;
  return Int16Array.from({ length: samples }, (_, at) => {
    phase += (2 * Math.PI * (130 + 25 * Math.sin(at / rate / 0.2))) / rate;
    let sum = 0;
    for (let harmonic = 1; harmonic < 16; harmonic++) sum += Math.sin(harmonic * phase) / harmonic;
    return Math.round(5_000 * sum);
  });
}

test('what was coded for one rate is decoded at each', () => {
  using encoder = new OpusEncoder({ sampleRate: 16_000 });
  const packet = new Uint8Array(1_275);
  const said = tone(500, 16_000, 16_000);
  for (const rate of [8_000, 12_000, 16_000, 24_000, 48_000] as const) {
    using decoder = new OpusDecoder(rate);
    const heard = new Int16Array(rate);
    for (let at = 0; at < 50; at++) {
      const bytes = encoder.encode(said.subarray(at * 320, at * 320 + 320), packet);
      const frame = heard.subarray((at * rate) / 50, ((at + 1) * rate) / 50);
      assert.equal(decoder.decode(packet.subarray(0, bytes), frame), rate / 50);
    }
    assert.ok(Math.abs(levelAt(heard.subarray(rate / 2), rate, 500) - -12) < 1);
  }
});

test('a lost packet is taken out of the one behind it, better than it is made up', () => {
  using encoder = new OpusEncoder({ sampleRate: 16_000, expectedLossPercent: 20, bitrate: 24_000 });
  const said = voice(32_000, 16_000);
  const packets = Array.from({ length: 100 }, (_, at) => {
    const packet = new Uint8Array(1_275);
    return packet.subarray(0, encoder.encode(said.subarray(at * 320, at * 320 + 320), packet));
  });
  assert.ok(
    packets.some((packet) => {
      const parsed = parseOpusPacket(packet);
      return parsed.ok && parsed.hasRedundancy;
    }),
  );
  const listen = (isRepaired: boolean): { readonly frame: Int16Array; readonly at: number }[] => {
    using decoder = new OpusDecoder(16_000);
    return packets.map((packet, at) => {
      const frame = new Int16Array(320);
      if (at % 7 !== 5) decoder.decode(packet, frame);
      else decoder.conceal(frame, 320, isRepaired ? packets[at + 1] : undefined);
      return { frame, at };
    });
  };
  const whole = (() => {
    using decoder = new OpusDecoder(16_000);
    return packets.map((packet) => {
      const frame = new Int16Array(320);
      decoder.decode(packet, frame);
      return frame;
    });
  })();
  const errorDb = (frames: ReturnType<typeof listen>) =>
    rmsDb(
      Int16Array.from(
        frames
          .filter(({ at }) => at % 7 === 5 && at > 10)
          .flatMap(({ frame, at }) => [...frame.map((sample, index) => sample - whole[at]![index]!)]),
      ),
    );
  const [repaired, madeUp] = [errorDb(listen(true)), errorDb(listen(false))];
  assert.ok(repaired < madeUp - 2, `${repaired} dB of error against ${madeUp}`);
});

test('rubbish gives no samples and no exception', () => {
  using decoder = new OpusDecoder(48_000);
  const into = new Int16Array(5_760);
  assert.equal(decoder.decode(Uint8Array.of(3, 63), into), 0);
  assert.equal(decoder.decode(new Uint8Array(4_000), into), 0);
  assert.ok(decoder.conceal(into, 960) > 0);
});

test('a frame that is none is our own fault, and so is a codec that was disposed of', () => {
  const encoder = new OpusEncoder({ sampleRate: 48_000 });
  assert.throws(() => encoder.encode(new Int16Array(100), new Uint8Array(1_275)), RangeError);
  encoder[Symbol.dispose]();
  encoder[Symbol.dispose]();
  assert.throws(() => encoder.encode(new Int16Array(960), new Uint8Array(1_275)), /disposed/);
});

test('memory of codecs that were disposed of is used again', () => {
  const grow = () => {
    for (let index = 0; index < 300; index++) {
      using _encoder = new OpusEncoder({ sampleRate: 48_000 });
      using _decoder = new OpusDecoder(48_000);
    }
    return process.memoryUsage().external;
  };
  const before = grow();
  assert.ok(grow() - before < 1_000_000);
});

test('it works in a worker thread', async () => {
  const file = new URL('./opus.ts', import.meta.url).href;
  const worker = new Worker(
    `import { parentPort } from 'node:worker_threads';
     const { loadOpus, OpusEncoder } = await import(${JSON.stringify(file)});
     await loadOpus();
     using encoder = new OpusEncoder({ sampleRate: 48_000 });
     parentPort.postMessage(encoder.encode(new Int16Array(960), new Uint8Array(1275)));`,
    { eval: true },
  );
  const bytes = await new Promise((resolve, reject) => worker.once('message', resolve).once('error', reject));
  await worker.terminate();
  assert.ok(Number(bytes) > 0);
});
