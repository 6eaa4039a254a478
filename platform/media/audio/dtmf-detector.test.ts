import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeG711, encodeG711 } from '@parley/protocol/rtp';
import { DtmfDetector } from './dtmf-detector.ts';
import { musicOnHold } from './music.ts';
import { Player } from './player.ts';
import { ToneSource } from './tone-source.ts';
import { DTMF_COLUMNS, DTMF_ROWS, keyTones, toneOf } from './tones.ts';

const ALL = '123A456B789C*0#D';

function keysIn(samples: Int16Array, rate: number): { pressed: string; durations: number[] } {
  const detector = new DtmfDetector(rate);
  let pressed = '';
  const durations: number[] = [];
  for (let at = 0; at < samples.length; at += rate / 50)
    for (const news of detector.hear(samples.subarray(at, at + rate / 50)))
      if (news.kind === 'pressed') pressed += news.key;
      else durations.push(news.durationMs);
  return { pressed, durations };
}

function press(
  keys: string,
  rate: 8_000 | 16_000 | 48_000,
  pressMs: number,
  gapMs: number,
  dbfs = -13,
): Int16Array {
  const sound = new Int16Array((rate * (keys.length + 1) * (pressMs + gapMs)) / 1_000);
  new ToneSource(keyTones(keys, pressMs, gapMs), rate, { dbfs }).pull(sound);
  return sound;
}

/** Two sines, as loud as said. */
function pair(low: number, high: number, lowDb: number, highDb: number, ms = 100): Int16Array {
  const [a, b] = [32_767 * 10 ** (lowDb / 20), 32_767 * 10 ** (highDb / 20)];
  return Int16Array.from({ length: ms * 8 + 800 }, (_, at) =>
    at >= ms * 8
      ? 0
      : Math.round(
          a * Math.sin((2 * Math.PI * low * at) / 8_000) + b * Math.sin((2 * Math.PI * high * at) / 8_000),
        ),
  );
}

for (const rate of [8_000, 16_000, 48_000] as const)
  test(`every key is heard once, at ${rate} Hz, loud and soft`, () => {
    for (const dbfs of [-3, -13, -28]) {
      const { pressed, durations } = keysIn(press(ALL, rate, 80, 60, dbfs), rate);
      assert.equal(pressed, ALL, `${dbfs} dB`);
      assert.ok(
        durations.every((ms) => Math.abs(ms - 80) <= 26),
        durations.join(),
      );
    }
  });

test('keys of 45 ms are heard through G.711 and noise 15 dB below, the same twice is twice', () => {
  const keys = `${ALL}1199`;
  const sound = press(keys, 8_000, 45, 45, -10);
  let state = 7;
  for (let at = 0; at < sound.length; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    sound[at] = sound[at]! + ((state >>> 16) - 32_768) * 0.05;
  }
  assert.equal(keysIn(decodeG711('a', encodeG711('a', sound)), 8_000).pressed, keys);
});

test('frequencies may be off by 1.5 %, and twist be as Q.24 says; what is beyond is no key', () => {
  for (const [row, low] of DTMF_ROWS.entries())
    for (const [column, high] of DTMF_COLUMNS.entries()) {
      const key = ALL[row * 4 + column]!;
      for (const factor of [0.986, 1.014])
        assert.equal(keysIn(pair(low * factor, high * factor, -16, -16), 8_000).pressed, key);
      assert.equal(keysIn(pair(low, high, -12, -19), 8_000).pressed, key);
      assert.equal(keysIn(pair(low, high, -19, -15.5), 8_000).pressed, key);
      assert.equal(keysIn(pair(low, high, -10, -22), 8_000).pressed, '');
      assert.equal(keysIn(pair(low, high, -22, -14), 8_000).pressed, '');
      assert.equal(keysIn(pair(low * 1.05, high * 1.05, -16, -16), 8_000).pressed, '');
    }
});

test('what is too short, too soft or one tone only is no key', () => {
  assert.equal(keysIn(press(ALL, 8_000, 20, 60), 8_000).pressed, '');
  assert.equal(keysIn(press(ALL, 8_000, 80, 60, -45), 8_000).pressed, '');
  assert.equal(keysIn(pair(697, 1_209, -13, -90), 8_000).pressed, '');
});

test('voices, music and tones of the line are no keys', () => {
  const sounds: Int16Array[] = [];
  const music = new Int16Array(32 * 8_000);
  const player = new Player(musicOnHold(8_000), 8_000);
  for (let at = 0; at < music.length; at += 160) player.pull(music.subarray(at, at + 160));
  sounds.push(music);
  for (const country of ['eu', 'us', 'gb'] as const)
    for (const name of ['ringback', 'busy', 'dial'] as const) {
      const sound = new Int16Array(8_000 * 4);
      new ToneSource(toneOf(name, country), 8_000).pull(sound);
      sounds.push(sound);
    }
  // A minute of a voice that glides over all pitches, with vowels that pass through the frequencies of the keys.
  let phase = 0;
  sounds.push(
    Int16Array.from({ length: 8_000 * 60 }, (_, at) => {
      const t = at / 8_000;
      const pitch = 180 + 90 * Math.sin(t * 0.7) + 20 * Math.sin(t * 5);
      phase += (2 * Math.PI * pitch) / 8_000;
      const [first, second] = [500 + 350 * Math.sin(t * 1.3), 1_350 + 450 * Math.sin(t * 1.7)];
      let sum = 0;
      for (let harmonic = 1; harmonic * pitch < 3_600; harmonic++) {
        const hz = harmonic * pitch;
        const gain = 1 / (1 + ((hz - first) / 90) ** 2) + 0.6 / (1 + ((hz - second) / 110) ** 2);
        sum += gain * Math.sin(harmonic * phase);
      }
      return Math.round(7_000 * sum * (0.5 + 0.5 * Math.sin(t * 9)));
    }),
  );
  for (const sound of sounds) assert.equal(keysIn(sound, 8_000).pressed, '');
});
