// Sound files: what is recorded is played, by ourselves and by others; what is damaged is refused or read as far as it is whole.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { before, test } from 'node:test';
import fc from 'fast-check';
import { type Clip, pcmClip } from './clip.ts';
import { OggReader, OggWriter } from './ogg.ts';
import { oggOpusClip, parseOggOpus } from './ogg-opus.ts';
import { loadOpus } from './opus.ts';
import { Player } from './player.ts';
import { Recorder, type RecorderOptions } from './recorder.ts';
import { fuzz } from './sound-file.fuzz.ts';
import { Tap } from './tap.ts';
import { delayBetween, levelAt, rmsDb, strongest, tone } from './testing/measure.ts';
import { parseWav, wavBytes, wavClip, wavHead } from './wav.ts';

before(() => loadOpus());

function record(said: Int16Array, options: Omit<RecorderOptions, 'write'>) {
  const pieces: Uint8Array[] = [];
  using recorder = new Recorder({ ...options, write: (bytes) => pieces.push(bytes) });
  const frame = options.rate / 50;
  let why: string | undefined;
  for (let at = 0; at < said.length && why === undefined; at += frame)
    why = recorder.hear(said.subarray(at, at + frame));
  const recorded = recorder.end();
  const file = new Uint8Array(Buffer.concat(pieces));
  if (recorded.head !== undefined) file.set(recorded.head);
  assert.equal(file.length, recorded.bytes);
  return { file, pieces, why, ...recorded };
}

function readAll(clip: Clip): Int16Array {
  using reader = clip.open();
  const into = new Int16Array(777);
  const all: number[] = [];
  for (let count = reader.read(into); count > 0; count = reader.read(into))
    all.push(...into.subarray(0, count));
  return Int16Array.from(all);
}

test('WAV: what was recorded is the same, to the sample', () => {
  const said = tone(440, 16_000, 16_000);
  const { file, durationMs, why } = record(said, { rate: 16_000, format: 'wav', maxMs: 60_000 });
  const parsed = parseWav(file);
  assert.ok(parsed.ok);
  assert.deepEqual(
    [parsed.sampleRate, parsed.channels, parsed.durationMs, durationMs, why],
    [16_000, 1, 1_000, 1_000, undefined],
  );
  assert.deepEqual(readAll(wavClip(parsed)), said);
});

test('WAV: Python reads ours', { skip: !hasPython() && 'this machine has no Python' }, () => {
  const { file } = record(tone(440, 8_000, 8_000), { rate: 8_000, format: 'wav', maxMs: 60_000 });
  const program =
    'import sys,wave,io; w=wave.open(io.BytesIO(sys.stdin.buffer.read())); print(w.getparams()[:4])';
  assert.equal(
    execFileSync('python3', ['-c', program], { input: file }).toString().trim(),
    '(1, 2, 8000, 8000)',
  );
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['-c', 'import wave'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test('WAV: one that was cut off while it was recorded is played as far as it goes', () => {
  const { pieces } = record(tone(440, 8_000, 8_000), { rate: 8_000, format: 'wav', maxMs: 60_000 });
  const parsed = parseWav(new Uint8Array(Buffer.concat(pieces.slice(0, 26))));
  assert.ok(parsed.ok && parsed.durationMs === 500);
});

for (const [encoding, tag, bits] of [
  ['u8', 1, 8],
  ['s24', 1, 24],
  ['s32', 1, 32],
  ['f32', 3, 32],
  ['mu', 7, 8],
  ['a', 6, 8],
] as const)
  test(`WAV: ${encoding} in stereo is read as one channel`, () => {
    const frames = 4_000;
    const bytes = bits / 8;
    const data = new Uint8Array(frames * 2 * bytes);
    const view = new DataView(data.buffer);
    const left = tone(500, 8_000, frames, -6);
    for (let at = 0; at < frames; at++) {
      const sample = left[at]!;
      const place = at * 2 * bytes;
      if (encoding === 'u8') [data[place], data[place + 1]] = [(sample >> 8) + 128, 128];
      else if (encoding === 'f32') view.setFloat32(place, sample / 32_767, true);
      else if (encoding === 's24') view.setInt16(place + 1, sample, true);
      else if (encoding === 's32') view.setInt16(place + 2, sample, true);
      else
        [data[place], data[place + 1]] =
          encoding === 'mu' ? [sample < 0 ? 0x20 : 0xa0, 0xff] : [sample < 0 ? 0x25 : 0xa5, 0xd5];
    }
    const head = wavHead(8_000, data.length);
    const headView = new DataView(head.buffer);
    headView.setUint16(20, tag, true);
    headView.setUint16(22, 2, true);
    headView.setUint16(34, bits, true);
    const parsed = parseWav(new Uint8Array(Buffer.concat([head, data])));
    assert.ok(parsed.ok && parsed.encoding === encoding);
    const heard = readAll(wavClip(parsed));
    assert.equal(heard.length, frames);
    assert.ok(Math.abs(strongest(heard, 8_000).hz - 500) < 1);
    if (encoding !== 'mu' && encoding !== 'a') assert.ok(Math.abs(levelAt(heard, 8_000, 500) - -12) < 0.3);
  });

test('WAV: what is none says why', () => {
  const reason = (bytes: Uint8Array) => {
    const parsed = parseWav(bytes);
    return parsed.ok ? 'read' : parsed.reason;
  };
  assert.match(reason(new Uint8Array(100)), /no WAV/);
  assert.match(reason(wavHead(8_000, 0).subarray(0, 40)), /no sound|cut off/);
  const odd = wavHead(8_000, 0);
  new DataView(odd.buffer).setUint32(24, 7_919, true);
  assert.match(reason(odd), /7919 Hz/);
  new DataView(odd.buffer).setUint16(20, 85, true);
  assert.match(reason(odd), /not supported/);
});

for (const rate of [8_000, 16_000, 48_000] as const)
  test(`Ogg Opus of ${rate} Hz: as long as it was, at its place, at each rate`, () => {
    const said = Int16Array.from({ length: rate * 1.5 + rate / 100 }, (_, at) =>
      Math.round(6_000 * Math.sin(((at / rate) * 8_000) ** 2 * 0.00002)),
    );
    const { file, durationMs, pieces } = record(said, { rate, format: 'ogg-opus', maxMs: 60_000 });
    assert.equal(durationMs, 1_510);
    assert.ok(pieces.length >= 4 && file.length < 9_000, `${file.length} bytes`);
    const parsed = parseOggOpus(file);
    assert.ok(parsed.ok);
    assert.ok(Math.abs(parsed.durationMs - 1_510) < 0.05, `${parsed.durationMs} ms`);
    const heard = readAll(oggOpusClip(parsed, rate));
    assert.ok(Math.abs(heard.length - said.length) <= 1);
    // No delay either way: what the encoder and the decoder need is skipped.
    const late = new Int16Array(heard.length + 100);
    late.set(heard, 100);
    assert.ok(Math.abs(delayBetween(said, late, 200) - 100) <= (rate / 1_000) * 0.5);
    const other = new Player(oggOpusClip(parsed, 48_000), 48_000);
    other.pull(new Int16Array(960));
    other[Symbol.dispose]();
  });

test('a recording ends at its most, or in silence', () => {
  const loud = tone(300, 8_000, 40_000);
  assert.equal(record(loud, { rate: 8_000, format: 'wav', maxMs: 2_000 }).why, 'max');
  assert.equal(record(loud, { rate: 8_000, format: 'wav', maxMs: 2_000 }).durationMs, 2_000);
  const said = new Int16Array(80_000);
  said.set(loud.subarray(0, 16_000));
  const ended = record(said, { rate: 8_000, format: 'ogg-opus', maxMs: 60_000, silenceMs: 3_000 });
  assert.equal(ended.why, 'silence');
  assert.ok(Math.abs(ended.durationMs - 5_300) <= 40, `${ended.durationMs} ms`);
});

test('a tap hears what goes by, and what would be skipped', () => {
  const tap = new Tap(new Player(pcmClip(tone(440, 8_000, 8_000), 8_000), 8_000));
  let samples = 0;
  const end = tap.listen((frame, heard) => {
    if (heard === 'sound' && rmsDb(frame) > -20) samples += frame.length;
  });
  tap.pull(new Int16Array(160), 0);
  tap.skip(160, 20);
  end();
  tap.pull(new Int16Array(160), 40);
  assert.equal(samples, 320);
});

test('Ogg: packets of any size survive pages; a damaged page costs its packets only', () => {
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 1_000 }), { minLength: 1, maxLength: 40 }),
      fc.nat(),
      (packets, chance) => {
        const pages: Uint8Array[] = [];
        const writer = new OggWriter(chance, (page) => pages.push(page));
        for (const [index, packet] of packets.entries()) {
          writer.add(packet, index + 1);
          if (index % 7 === chance % 7) writer.flush();
        }
        writer.end(packets.length);
        const read = (bytes: Uint8Array) => {
          const reader = new OggReader(bytes);
          const found: string[] = [];
          for (let packet = reader.next(); packet !== undefined; packet = reader.next())
            found.push(Buffer.from(packet.data).toString('hex'));
          return found;
        };
        const wanted = packets.map((packet) => Buffer.from(packet).toString('hex'));
        const file = Buffer.concat(pages);
        assert.deepEqual(read(file), wanted);
        file[chance % file.length]! ^= 0x40;
        for (const packet of read(file)) assert.ok(wanted.includes(packet));
      },
    ),
  );
});

test('any bytes: nothing throws, nothing is read for ever', () => {
  const { file } = record(tone(440, 8_000, 4_000), { rate: 8_000, format: 'ogg-opus', maxMs: 60_000 });
  const seeds = [file, new Uint8Array(Buffer.concat([wavHead(8_000, 200), wavBytes(tone(440, 8_000, 100))]))];
  fc.assert(
    fc.property(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 8 }),
      fc.nat(),
      (seed, changes, cut) => {
        const bytes = seed.slice();
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        fuzz(bytes.subarray(0, cut % (bytes.length + 1)));
        fuzz(bytes);
      },
    ),
    { numRuns: 200 },
  );
});

test('a file of nothing but wrong pages is given up in time', () => {
  const page = new Uint8Array(27 + 255).fill(255);
  page.set([0x4f, 0x67, 0x67, 0x53, 0]);
  const file = new Uint8Array(5_000_000);
  for (let at = 0; at + page.length < file.length; at += page.length) file.set(page, at);
  const started = performance.now();
  assert.equal(new OggReader(file).next(), undefined);
  assert.ok(performance.now() - started < 3_000);
});
