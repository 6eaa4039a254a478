// Who hears whom in a room, measured: each participant is a tone of its own.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { parseRtp } from '@parley/protocol/rtp';
import { AudioReceiver } from './audio-receiver.ts';
import { AudioSender } from './audio-sender.ts';
import type { AudioRate, SoundCodec } from './codec.ts';
import { Mixer } from './mixer.ts';
import { loadOpus } from './opus.ts';
import type { AudioSource, Heard } from './source.ts';
import { levelAt, rmsDb, tone, toneToRestDb } from './testing/measure.ts';
import { PAYLOAD_TYPE, PAYLOADS } from './testing/network.ts';

before(() => loadOpus());

/** A source that speaks a tone while it is told to. */
class Voice implements AudioSource {
  readonly outRate: AudioRate;
  pulls = 0;
  private readonly sound: Int16Array;
  private at = 0;
  dbfs: number | undefined;
  announced: number | undefined;

  constructor(hz: number, outRate: AudioRate, dbfs?: number) {
    this.outRate = outRate;
    this.dbfs = dbfs;
    this.sound = tone(hz, outRate, outRate, 0);
  }

  pull(into: Int16Array): Heard {
    this.pulls++;
    const gain = this.dbfs === undefined ? 0 : 10 ** (this.dbfs / 20);
    for (let at = 0; at < into.length; at++) into[at] = this.sound[this.at++ % this.sound.length]! * gain;
    return this.dbfs === undefined ? 'silence' : 'sound';
  }

  skip(samples: number): void {
    this.at += samples;
  }

  announcedLevel(): number | undefined {
    return this.announced;
  }
}

interface Ear {
  readonly receiver: AudioReceiver;
  readonly heard: number[];
  readonly sequences: number[];
}

function room(codecs: readonly SoundCodec[], rate: AudioRate, ptimes: readonly number[] = []) {
  const mixer = new Mixer({ rate });
  const voices = codecs.map((_, index) => new Voice(400 + index * 150, rate));
  const ears = codecs.map(
    (): Ear => ({
      receiver: new AudioReceiver({ payloads: PAYLOADS, outRate: rate }),
      heard: [],
      sequences: [],
    }),
  );
  for (const [index, codec] of codecs.entries())
    mixer.add(String(index), {
      source: voices[index]!,
      sender: new AudioSender({
        payloadType: PAYLOAD_TYPE[codec],
        codec,
        ssrc: index + 1,
        inRate: rate,
        ptimeMs: ptimes[index] ?? 20,
      }),
    });
  let nowMs = 0;
  const payloads: string[][] = [];
  const run = (forMs: number) => {
    for (const { heard } of ears) heard.length = 0;
    const into = new Int16Array(rate / 50);
    for (const end = nowMs + forMs; nowMs < end; nowMs += 20) {
      const step: string[] = [];
      mixer.step(nowMs, (id, packet) => {
        const ear = ears[Number(id)]!;
        ear.receiver.receive(packet, nowMs);
        const parsed = parseRtp(packet);
        assert.ok(parsed.ok);
        ear.sequences.push(parsed.packet.sequence);
        step[Number(id)] = Buffer.from(parsed.packet.payload).toString('hex');
      });
      payloads.push(step);
      for (const { receiver, heard } of ears) {
        receiver.pull(into, nowMs);
        heard.push(...into);
      }
    }
  };
  const level = (ear: number, who: number) =>
    levelAt(ears[ear]!.heard.slice(rate / 5), rate, 400 + who * 150);
  return { mixer, voices, ears, run, level, payloads };
}

test('three of different codecs hear the others and not themselves', () => {
  const { voices, run, level, mixer } = room(['PCMA', 'G722', 'opus'], 16_000);
  for (const voice of voices) voice.dbfs = -20;
  run(1_000);
  for (const ear of [0, 1, 2])
    for (const who of [0, 1, 2])
      if (ear === who) assert.ok(level(ear, who) < -50, `${ear} hears itself at ${level(ear, who)}`);
      else assert.ok(Math.abs(level(ear, who) - -20) < 1.5, `${ear} hears ${who} at ${level(ear, who)}`);
  mixer[Symbol.dispose]();
});

test('those who are silent are sent the same payload, coded once; numbers go on without a gap when they speak', () => {
  const { voices, run, level, payloads, ears } = room(
    ['PCMU', 'PCMU', 'PCMU', 'PCMU', 'opus', 'opus'],
    16_000,
  );
  voices[0]!.dbfs = -20;
  run(800);
  const last = payloads.at(-1)!;
  assert.ok(last[1] === last[2] && last[2] === last[3] && last[4] === last[5] && last[0] !== last[1]);
  for (const ear of [1, 2, 3, 4, 5]) assert.ok(Math.abs(level(ear, 0) - -20) < 1.5);
  voices[4]!.dbfs = -20;
  run(600);
  assert.ok(Math.abs(level(5, 4) - -20) < 1.5 && level(4, 4) < -45 && Math.abs(level(0, 4) - -20) < 1.5);
  voices[0]!.dbfs = voices[4]!.dbfs = undefined;
  run(4_000);
  const quiet = payloads.at(-1)!;
  assert.ok(quiet[0] === quiet[1] && quiet[4] === quiet[5]);
  for (const { sequences } of ears)
    for (let at = 1; at < sequences.length; at++)
      assert.equal(sequences[at], (sequences[at - 1]! + 1) & 0xffff);
});

test('the loudest four of eight are heard', () => {
  const { voices, run, level, mixer } = room(Array<SoundCodec>(9).fill('PCMA'), 16_000);
  for (const [index, voice] of voices.entries()) if (index < 8) voice.dbfs = -40 + index * 3;
  run(1_000);
  assert.deepEqual(
    mixer.speakers().map(({ id }) => id),
    ['7', '6', '5', '4'],
  );
  assert.ok(level(8, 7) > -22 && level(8, 4) > -31 && level(8, 1) < -50);
});

test('a sum that is too loud is turned down, not cut off', () => {
  const { voices, run, level, ears } = room(['PCMA', 'PCMA', 'PCMA', 'PCMA', 'PCMA'], 16_000);
  for (const [index, voice] of voices.entries()) if (index < 4) voice.dbfs = -4;
  run(1_000);
  const heard = ears[4]!.heard.slice(3_200);
  assert.ok(Math.max(...heard) < 32_000);
  const [first, second] = [level(4, 0), level(4, 3)];
  assert.ok(Math.abs(first - second) < 1 && first > -15, `${first} and ${second}`);
  // What is neither of the tones is distortion.
  const tones = [0, 1, 2, 3].reduce((sum, who) => sum + 10 ** (level(4, who) / 10) / 2, 0);
  const rest = 10 ** (rmsDb(heard) / 10) - tones;
  assert.ok(10 * Math.log10(tones / Math.max(1e-9, rest)) > 15, `${rest} of ${tones}`);
});

test('who is muted is not heard, and hears; who says that it is silent is not decoded', () => {
  const { voices, run, level, mixer } = room(['PCMA', 'PCMA', 'opus', 'PCMA'], 16_000);
  for (const voice of voices) voice.dbfs = -20;
  voices[3]!.announced = 90;
  mixer.mute('1', true);
  run(600);
  assert.ok(level(0, 1) < -50 && level(1, 0) > -22 && level(0, 2) > -22);
  assert.equal(voices[3]!.pulls, 0);
  voices[3]!.announced = 20;
  run(600);
  assert.ok(level(0, 3) > -22);
});

test('packets of other lengths are served too, and who leaves is silent', () => {
  const { voices, run, level, mixer } = room(['PCMA', 'PCMU', 'opus', 'G722'], 48_000, [10, 30, 60, 20]);
  for (const voice of voices) voice.dbfs = -20;
  run(1_200);
  for (const ear of [0, 1, 2, 3])
    for (const who of [0, 1, 2, 3])
      if (ear !== who)
        assert.ok(Math.abs(level(ear, who) - -20) < 1.5, `${ear} hears ${who} at ${level(ear, who)}`);
  mixer.remove('0');
  run(800);
  assert.ok(level(2, 0) < -50 && level(2, 1) > -22);
});

/** What is not the tone in each frame of 20 ms, in decibels below full scale. */
function besideTone(heard: Int16Array, rate: number, hz: number): number[] {
  const frame = rate / 50;
  return Array.from({ length: heard.length / frame }, (_, index) => {
    const piece = heard.subarray(index * frame, (index + 1) * frame);
    const ratio = toneToRestDb(piece, rate, hz);
    return rmsDb(piece) - ratio;
  });
}

for (const [codec, mostDb] of [
  ['PCMU', -50],
  ['G722', -50],
  ['opus', -27],
] as const)
  test(`who begins to speak in ${codec} and ends hears the other without a click`, () => {
    const rate = 16_000;
    using mixer = new Mixer({ rate });
    const [other, voice] = [new Voice(440, rate, -20), new Voice(700, rate)];
    const sender = (ssrc: number) =>
      new AudioSender({ payloadType: PAYLOAD_TYPE[codec], codec, ssrc, inRate: rate });
    using receiver = new AudioReceiver({ payloads: PAYLOADS, outRate: rate });
    mixer.add('other', { source: other });
    mixer.add('ear', { source: voice, sender: sender(1) });
    mixer.add('third', { sender: sender(2) });
    mixer.add('fourth', {});
    const heard = new Int16Array(rate * 4);
    for (let step = 0; step < 200; step++) {
      voice.dbfs = step >= 60 && step < 100 ? -20 : undefined;
      mixer.step(step * 20, (id, packet) => {
        if (id === 'ear') receiver.receive(packet, step * 20);
      });
      receiver.pull(heard.subarray(step * 320, (step + 1) * 320), step * 20);
    }
    const beside = besideTone(heard.subarray(rate / 2), rate, 440);
    assert.ok(Math.max(...beside) < mostDb, beside.map(Math.round).join(' '));
  });

test('a seat of another rate is refused', () => {
  assert.throws(() => new Mixer({ rate: 16_000 }).add('a', { source: new Voice(400, 8_000) }), RangeError);
});
