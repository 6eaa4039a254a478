import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Resampler, resampleAll } from './resampler.ts';
import { delayBetween, levelAt, rmsDb, strongest, tone, toneToRestDb } from './testing/measure.ts';

const pairs = [
  [8_000, 16_000],
  [16_000, 8_000],
  [8_000, 48_000],
  [48_000, 8_000],
  [16_000, 48_000],
  [48_000, 16_000],
] as const;

/** In frames of 20 ms, as the audio path does it. */
function inFrames(samples: Int16Array, from: number, to: number): Int16Array {
  const resampler = new Resampler(from, to);
  const frame = from / 50;
  const out = new Int16Array(Math.ceil((samples.length * to) / from) + 1);
  let made = 0;
  for (let at = 0; at < samples.length; at += frame)
    made += resampler.resample(samples.subarray(at, at + frame), out.subarray(made));
  return out.subarray(0, made);
}

for (const [from, to] of pairs) {
  const lower = Math.min(from, to);
  test(`${from} → ${to} Hz: 50 ms are 50 ms, and speech passes within 0.1 dB`, () => {
    assert.equal(inFrames(tone(1_000, from, from), from, to).length, to);
    for (const share of [0.025, 0.125, 0.3, 0.425]) {
      const hz = lower * share;
      const out = inFrames(tone(hz, from, from / 2), from, to).subarray(to / 20);
      assert.ok(Math.abs(levelAt(out, to, hz) - -12) < 0.1, `${hz} Hz at ${levelAt(out, to, hz)}`);
      assert.ok(toneToRestDb(out, to, hz) > 55, `${hz} Hz is ${toneToRestDb(out, to, hz)} dB clean`);
    }
  });
}

for (const [from, to] of pairs.filter(([a, b]) => a > b))
  test(`${from} → ${to} Hz: what the lower rate cannot say is 60 dB down`, () => {
    for (const share of [0.575, 0.7, 0.9]) {
      const out = inFrames(tone(to * share, from, from / 2), from, to).subarray(to / 20);
      assert.ok(rmsDb(out) < -12 - 3 - 58, `${to * share} Hz leaves ${rmsDb(out)}`);
    }
  });

test('a whole sound keeps its place: no delay, no end cut off', () => {
  for (const [from, to] of [...pairs, [44_100, 48_000], [44_100, 16_000], [22_050, 8_000]] as const) {
    const out = resampleAll(tone(440, from, from / 2), from, to);
    assert.equal(out.length, to / 2);
    assert.ok(Math.abs(strongest(out, to).hz - 440) < 0.5);
    assert.ok(delayBetween(tone(440, to, to / 2), out, 3) <= 1);
  }
});

test('the delay is 12 samples of the lower rate', () => {
  const noise = Int16Array.from({ length: 4_000 }, (_, at) => Math.round(8_000 * Math.sin(at * at * 0.0005)));
  assert.ok(
    Math.abs(delayBetween(resampleAll(noise, 16_000, 48_000), inFrames(noise, 16_000, 48_000), 100) - 36) <=
      2,
  );
});

test('a rate that nobody has is refused', () => {
  assert.throws(() => new Resampler(8_000, 47_999), RangeError);
});

test('one that follows another goes on as that would', () => {
  const said = tone(700, 44_100, 4_410);
  const [first, second] = [new Resampler(44_100, 16_000), new Resampler(44_100, 16_000)];
  const [a, b] = [new Int16Array(1_000), new Int16Array(1_000)];
  first.resample(said.subarray(0, 2_001), a);
  second.follow(first);
  assert.equal(first.resample(said.subarray(2_001), a), second.resample(said.subarray(2_001), b));
  assert.deepEqual(a, b);
});
