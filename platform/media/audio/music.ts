// Music on hold, made here so that it belongs to nobody: soft chords under single notes of a bell, 32 seconds that join without a seam.
// The bell and most of the chords lie where a telephone hears (300 … 3,400 Hz); 24 dB below full scale.
import type { Clip } from './clip.ts';
import { pcmClip } from './clip.ts';
import type { AudioRate } from './codec.ts';
import { resampleInSteps } from './resampler.ts';

/** Nothing in it is above 3 kHz. */
const RATE = 8_000;
const BAR_S = 4;
const LOUDNESS_DBFS = -24;
/** Envelopes are straight lines over so many samples: 4 ms. */
const STEP = 32;
/** Half tones from the A of 440 Hz: Cmaj9, Am9, Fmaj9, G sus, then the way home by Em7 and Dm9. */
const CHORDS: readonly (readonly number[])[] = [
  [-9, -5, -2, 2],
  [-12, -9, -5, 2],
  [-16, -9, -5, -2],
  [-14, -9, -7, 0],
  [-9, -5, -2, 5],
  [-17, -10, -5, -2],
  [-19, -12, -9, -5],
  [-14, -9, -7, -2],
];
/** Notes of the bell in each bar: when, in quarters, and which, in half tones. Few, so that nobody hums along for an hour. */
const MELODY: readonly (readonly (readonly [quarter: number, note: number])[])[] = [
  [
    [0, 7],
    [1.5, 10],
    [3, 14],
  ],
  [
    [0.5, 12],
    [2, 7],
  ],
  [
    [0, 7],
    [1, 10],
    [2.5, 12],
  ],
  [
    [1, 10],
    [3, 5],
  ],
  [
    [0, 7],
    [1.5, 14],
    [3, 10],
  ],
  [
    [0.5, 7],
    [2, 2],
  ],
  [
    [0, 3],
    [1.5, 5],
    [2.5, 7],
  ],
  [[1, 5]],
];

const hertz = (halfTones: number): number => 440 * 2 ** (halfTones / 12);

class Loop {
  readonly samples: Float64Array;

  constructor(seconds: number) {
    this.samples = new Float64Array(Math.round(seconds * RATE));
  }

  /** A partial with its envelope, over the end of the loop into its begin. */
  add(hz: number, fromS: number, forS: number, envelope: (s: number) => number): void {
    const { samples } = this;
    const count = Math.round(forS * RATE);
    const turn = (2 * Math.PI * hz) / RATE;
    const twice = 2 * Math.cos(turn);
    // A sine by recurrence: each sample out of the two before it.
    let [before, now] = [-Math.sin(turn), 0];
    let at = Math.round(fromS * RATE) % samples.length;
    for (let index = 0; index < count; index += STEP) {
      let gain = envelope(index / RATE);
      const change = (envelope((index + STEP) / RATE) - gain) / STEP;
      for (let step = 0; step < STEP; step++, gain += change) {
        samples[at] = samples[at]! + now * gain;
        const next = twice * now - before;
        before = now;
        now = next;
        if (++at === samples.length) at = 0;
      }
    }
  }
}

function pad(loop: Loop, note: number, fromS: number): void {
  const lasts = BAR_S + 1.6;
  const swell = (s: number) => Math.sin(Math.PI * Math.min(1, s / lasts)) ** 1.2;
  // Two voices a little apart: together they breathe.
  for (const cents of [-4, 4]) {
    const hz = hertz(note + cents / 100);
    loop.add(hz, fromS, lasts, (s) => 0.5 * swell(s));
    loop.add(hz * 2, fromS, lasts, (s) => 0.13 * swell(s) ** 2);
  }
}

function bell(loop: Loop, note: number, fromS: number): void {
  const ring = (multiple: number, loudness: number, decay: number, lasts: number) =>
    loop.add(hertz(note) * multiple, fromS, lasts, (s) => {
      const edges = Math.min(1, s / 0.012, Math.max(0, lasts - s) / 0.3);
      return loudness * edges * Math.exp(-s * decay);
    });
  ring(1, 0.55, 1.7, 3);
  ring(2, 0.14, 3, 2);
  ring(3, 0.05, 6, 1);
}

/** In steps of a few milliseconds. */
function* compose(): Generator<undefined, Int16Array> {
  const loop = new Loop(CHORDS.length * BAR_S);
  for (const [bar, chord] of CHORDS.entries()) {
    for (const note of chord) {
      pad(loop, note, bar * BAR_S);
      yield;
    }
    for (const [quarter, note] of MELODY[bar] ?? []) bell(loop, note, bar * BAR_S + quarter * (BAR_S / 4));
    yield;
  }
  let power = 0;
  for (const sample of loop.samples) power += sample * sample;
  const gain = (32_767 * 10 ** (LOUDNESS_DBFS / 20)) / Math.sqrt(power / loop.samples.length);
  return Int16Array.from(loop.samples, (sample) => Math.round(sample * gain));
}

let composed: Int16Array | undefined;
const clips = new Map<AudioRate, Clip>();

function* make(rate: AudioRate): Generator<undefined, Clip> {
  const known = clips.get(rate);
  if (known !== undefined) return known;
  composed ??= yield* compose();
  const clip = pcmClip(yield* resampleInSteps(composed, RATE, rate), rate);
  const first = clips.get(rate) ?? clip;
  clips.set(rate, first);
  return first;
}

/** The same clip for everybody in this thread. Where nobody has made it ready, this takes a tenth of a second. */
export function musicOnHold(rate: AudioRate): Clip {
  const making = make(rate);
  for (;;) {
    const step = making.next();
    if (step.done === true) return step.value;
  }
}

/** Makes it ready for all rates, a little at a time, so that no packet waits for it. @param pause lets others work. */
export async function prepareMusic(pause: () => Promise<unknown>): Promise<void> {
  for (const rate of [8_000, 16_000, 48_000] as const)
    for (const making = make(rate); making.next().done !== true; ) await pause();
}
