// What is played: tones with their cadence, clips at any rate, music on hold, the echo.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pcmClip } from './clip.ts';
import { Echo, Silence } from './echo.ts';
import { musicOnHold, prepareMusic } from './music.ts';
import { Player } from './player.ts';
import { type AudioSource, frameSamples, type Heard } from './source.ts';
import { delayBetween, levelAt, rmsDb, strongest, tone } from './testing/measure.ts';
import { ToneSource } from './tone-source.ts';
import { keyTones, toneOf } from './tones.ts';
import { VoiceActivity } from './voice-activity.ts';

function play(source: AudioSource, forMs: number): { sound: Int16Array; kinds: Heard[] } {
  const frame = frameSamples(source.outRate);
  const sound = new Int16Array((source.outRate * forMs) / 1_000);
  const kinds: Heard[] = [];
  for (let at = 0; at < sound.length; at += frame)
    kinds.push(source.pull(sound.subarray(at, at + frame), (at * 1_000) / source.outRate));
  return { sound, kinds };
}

test('ringback of Europe is 425 Hz for a second in five, and its edges are soft', () => {
  const { sound, kinds } = play(new ToneSource(toneOf('ringback'), 8_000), 11_000);
  for (const [fromS, isOn] of [
    [0, true],
    [2, false],
    [4, false],
    [5, true],
    [7, false],
    [10, true],
  ] as const) {
    const piece = sound.subarray(fromS * 8_000 + 100, fromS * 8_000 + 7_900);
    assert.equal(levelAt(piece, 8_000, 425) > -14, isOn, `at ${fromS} s`);
    assert.equal(rmsDb(piece) > -60, isOn);
  }
  assert.equal(kinds.filter((kind) => kind === 'sound').length, 150);
  let step = 0;
  for (let at = 1; at < sound.length; at++) step = Math.max(step, Math.abs(sound[at]! - sound[at - 1]!));
  // The steepest slope of the sine itself.
  assert.ok(step <= 32_767 * 10 ** (-13 / 20) * ((2 * Math.PI * 425) / 8_000) * 1.05);
});

test('ringback of the United States has two frequencies', () => {
  const { sound } = play(new ToneSource(toneOf('ringback', 'us'), 16_000), 2_000);
  for (const hz of [440, 480]) assert.ok(Math.abs(levelAt(sound, 16_000, hz) - -19) < 0.5);
  assert.ok(levelAt(sound, 16_000, 425) < -40);
});

test('keys are pairs of tones with pauses, and end', () => {
  const source = new ToneSource(keyTones('1d'), 8_000);
  const { sound } = play(source, 400);
  assert.ok(source.isEnded);
  for (const hz of [697, 1_209]) assert.ok(levelAt(sound.subarray(0, 800), 8_000, hz) > -21);
  for (const hz of [941, 1_633]) assert.ok(levelAt(sound.subarray(1_440, 2_240), 8_000, hz) > -21);
  assert.ok(rmsDb(sound.subarray(800, 1_440)) < -80 && rmsDb(sound.subarray(2_240)) < -80);
});

test('a clip is played at the rate of the listener, once', () => {
  for (const [from, to] of [
    [44_100, 8_000],
    [11_025, 16_000],
    [8_000, 48_000],
    [16_000, 16_000],
  ] as const) {
    const player = new Player(pcmClip(tone(500, from, from), from), to);
    const { sound, kinds } = play(player, 1_200);
    assert.ok(Math.abs(strongest(sound.subarray(0, to * 0.9), to).hz - 500) < 1);
    assert.ok(Math.abs(kinds.filter((kind) => kind === 'sound').length - 50) <= 1);
    assert.ok(player.isEnded && rmsDb(sound.subarray(to * 1.1)) < -80);
  }
});

test('a clip that is looped has no gap, and an empty one ends', () => {
  const clip = pcmClip(tone(500, 8_000, 800), 8_000);
  const { sound } = play(new Player(clip, 8_000, { loop: true }), 1_000);
  assert.deepEqual(
    sound,
    tone(500, 8_000, 8_000).map((_, at) => tone(500, 8_000, 800)[at % 800]!),
  );
  const empty = new Player(pcmClip(new Int16Array(0), 8_000), 8_000, { loop: true });
  assert.equal(empty.pull(new Int16Array(160)), 'silence');
  assert.ok(empty.isEnded);
});

test('music on hold: its loudness, within what a telephone hears, never near the limit, without a seam', () => {
  const { sound } = play(new Player(musicOnHold(16_000), 16_000, { loop: true }), 64_000);
  const loop = sound.subarray(0, 32 * 16_000);
  assert.deepEqual(loop, sound.subarray(32 * 16_000));
  assert.ok(Math.abs(rmsDb(loop) - -24) < 0.2, `${rmsDb(loop)} dB`);
  assert.ok(loop.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0) < 32_767 * 10 ** (-8 / 20));
  // No second is silent or much louder than the others; the step over the seam is one of many like it.
  for (let at = 0; at < loop.length; at += 16_000) {
    const db = rmsDb(loop.subarray(at, at + 16_000));
    assert.ok(db > -31 && db < -19, `${db} dB in second ${at / 16_000}`);
  }
  let steepest = 0;
  for (let at = 1; at < loop.length; at++) steepest = Math.max(steepest, Math.abs(loop[at]! - loop[at - 1]!));
  assert.ok(Math.abs(loop[0]! - loop.at(-1)!) <= steepest);
  assert.equal(musicOnHold(16_000), musicOnHold(16_000));
  const narrow = play(new Player(musicOnHold(8_000), 8_000), 4_000).sound;
  assert.ok(Math.abs(rmsDb(narrow) - rmsDb(loop.subarray(0, 64_000))) < 1);
});

test('music on hold is made ready in steps, while others work, and is the same', async () => {
  let steps = 0;
  await prepareMusic(async () => void steps++);
  assert.ok(steps > 100, `${steps} steps`);
  assert.equal(musicOnHold(48_000), musicOnHold(48_000));
  const { sound } = play(new Player(musicOnHold(48_000), 48_000), 4_000);
  assert.ok(Math.abs(rmsDb(sound) - -24) < 6, `${rmsDb(sound)} dB`);
});

test('the echo says back what it hears a second later', () => {
  const said = Int16Array.from({ length: 8_000 }, (_, at) => Math.round(6_000 * Math.sin(at * at * 0.00003)));
  const { sound, kinds } = play(new Echo(new Player(pcmClip(said, 8_000), 8_000)), 2_600);
  assert.equal(delayBetween(said, sound, 12_000), 8_000);
  assert.equal(kinds.at(-1), 'silence');
  assert.equal(rmsDb(play(new Silence(8_000), 100).sound) < -100, true);
});

test('a voice is told from the noise of a room, and from a louder room once that is learnt', () => {
  const activity = new VoiceActivity();
  const hear = (db: number, forMs: number) => {
    let active = 0;
    for (let at = 0; at < forMs; at += 20) if (activity.hear(db, 20)) active += 20;
    return active;
  };
  assert.equal(hear(127, 1_000), 0);
  assert.equal(hear(62, 2_000), 0);
  assert.equal(hear(30, 1_000), 1_000);
  assert.equal(hear(62, 1_000), 300);
  hear(45, 60_000);
  assert.equal(hear(45, 1_000), 0);
  assert.equal(hear(25, 500), 500);
});
