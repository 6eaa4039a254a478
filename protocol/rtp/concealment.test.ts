import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Concealment } from './index.ts';
import { signalToNoiseDb, sine } from './testing/signal.ts';

/** A voice of 125 Hz: a fundamental and its harmonics. */
function voice(samples: number, sampleRate: number): Int16Array {
  const parts = [1, 2, 3, 5].map((harmonic) => sine(samples, 125 * harmonic, sampleRate, 8_000 / harmonic));
  return Int16Array.from({ length: samples }, (_, at) => parts.reduce((sum, part) => sum + part[at]!, 0));
}

function largestStep(samples: ArrayLike<number>): number {
  let largest = 0;
  for (let at = 1; at < samples.length; at++)
    largest = Math.max(largest, Math.abs(samples[at]! - samples[at - 1]!));
  return largest;
}

const energy = (samples: Int16Array) =>
  samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;

for (const sampleRate of [8_000, 16_000]) {
  const frame = sampleRate / 50;
  const whole = voice(sampleRate, sampleRate);
  const feed = (concealment: Concealment, frames: number) => {
    for (let at = 0; at < frames; at++) concealment.heard(whole.slice(at * frame, (at + 1) * frame));
  };

  test(`${sampleRate} Hz: a voice goes on through a gap of 10 ms`, () => {
    const concealment = new Concealment(sampleRate);
    feed(concealment, 10);
    const made = concealment.conceal(new Int16Array(frame / 2));
    const db = signalToNoiseDb(whole.subarray(10 * frame, 10.5 * frame), made);
    assert.ok(db > 15, `${db} dB`);
  });

  test(`${sampleRate} Hz: it does not click, neither at the begin of a gap, nor in it, nor at its end`, () => {
    for (const gap of [1, 2, 3, 5]) {
      const concealment = new Concealment(sampleRate);
      feed(concealment, 10);
      const heard = [...whole.subarray(9 * frame, 10 * frame)];
      for (let at = 0; at < gap; at++) heard.push(...concealment.conceal(new Int16Array(frame)));
      const next = whole.slice((10 + gap) * frame, (11 + gap) * frame);
      concealment.heard(next);
      heard.push(...next);
      assert.ok(largestStep(heard) < 1.6 * largestStep(whole), `${gap} packets: ${largestStep(heard)}`);
    }
  });

  test(`${sampleRate} Hz: it fades, and is silent after 60 ms; then sound fades in`, () => {
    const concealment = new Concealment(sampleRate);
    feed(concealment, 10);
    const levels = [0, 1, 2, 3, 4].map(() => energy(concealment.conceal(new Int16Array(frame))));
    assert.ok(levels[0]! > levels[1]! && levels[1]! > levels[2]!);
    assert.deepEqual(levels.slice(3), [0, 0]);
    const next = whole.slice(15 * frame, 16 * frame);
    concealment.heard(next);
    assert.ok(Math.abs(next[0]!) < 2_000);
    assert.deepEqual(next.slice(-20), whole.slice(16 * frame - 20, 16 * frame));
  });
}

test('sound without gaps is not touched, and silence is concealed by silence', () => {
  const concealment = new Concealment(8_000);
  const sound = voice(160, 8_000);
  const copy = sound.slice();
  concealment.heard(copy);
  assert.deepEqual(copy, sound);
  const silent = new Concealment(8_000);
  assert.ok(silent.conceal(new Int16Array(400)).every((sample) => sample === 0));
  assert.equal(silent.conceal(new Int16Array(0)).length, 0);
});
