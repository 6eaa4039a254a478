// What callers and listeners hear where no words are: short melodies of a bell, made here so that they belong to nobody. Pure.
import { wavBytes, wavHead } from '@parley/platform/media/audio';

const RATE = 8_000;
/** 14 dB below full scale, as loud as a voice. */
const PEAK = 32_767 * 10 ** (-14 / 20);
/** Softly on, so that nothing clicks. */
const RISE_S = 0.008;

/** Half tones from the A of 440 Hz, or nothing; for so many milliseconds. */
type Note = readonly [halfTones: number | undefined, forMs: number];

const MELODIES = {
  /** Before the tone, where the person has no greeting of their own. */
  greeting: [
    [3, 260],
    [7, 260],
    [10, 260],
    [15, 520],
    [12, 260],
    [10, 260],
    [7, 780],
    [undefined, 300],
  ],
  /** After the message: it is kept. */
  kept: [
    [7, 140],
    [12, 140],
    [15, 300],
  ],
  /** The mailbox takes no more. */
  full: [
    [3, 220],
    [0, 220],
    [-4, 220],
    [-9, 500],
    [undefined, 300],
    [3, 220],
    [0, 220],
    [-4, 220],
    [-9, 600],
  ],
  askPin: [
    [10, 150],
    [10, 150],
    [15, 250],
  ],
  wrong: [
    [-9, 180],
    [-10, 400],
  ],
  /** Before a message that is new. */
  unheard: [
    [7, 130],
    [15, 130],
    [7, 130],
    [15, 260],
    [undefined, 250],
  ],
  /** Before one that was heard. */
  heard: [
    [7, 300],
    [undefined, 250],
  ],
  /** Behind the last one. */
  noMore: [
    [10, 200],
    [7, 200],
    [3, 450],
  ],
  /** What next? Keys are waited for. */
  choose: [[15, 200]],
  saved: [
    [10, 120],
    [15, 220],
  ],
  deleted: [
    [3, 120],
    [-4, 260],
  ],
} satisfies Readonly<Record<string, readonly Note[]>>;

export type Prompt = keyof typeof MELODIES;

/** By which media hosts know it; it changes with the melody. */
export const promptId = (prompt: Prompt): string => `voicemail-${prompt}-1`;

const made = new Map<Prompt, Buffer>();

/** A WAV file. */
export function promptSound(prompt: Prompt): Buffer {
  const known = made.get(prompt);
  if (known !== undefined) return known;
  const samples = compose(MELODIES[prompt]);
  const file = Buffer.concat([wavHead(RATE, samples.length * 2), wavBytes(samples)]);
  made.set(prompt, file);
  return file;
}

function compose(notes: readonly Note[]): Int16Array {
  const totalMs = notes.reduce((sum, [, forMs]) => sum + forMs, 0);
  const samples = new Float64Array(Math.round((totalMs * RATE) / 1_000));
  let from = 0;
  for (const [halfTones, forMs] of notes) {
    const count = Math.round((forMs * RATE) / 1_000);
    if (halfTones !== undefined) ring(samples, from, 440 * 2 ** (halfTones / 12));
    from += count;
  }
  // The last note is not cut off in the middle of its swing.
  const fade = Math.min(samples.length, RATE * 0.05);
  for (let left = 0; left < fade; left++) samples[samples.length - 1 - left]! *= left / fade;
  return Int16Array.from(samples, (sample) => Math.max(-32_768, Math.min(32_767, Math.round(sample * PEAK))));
}

/** A bell that sounds on under what comes after it. */
function ring(samples: Float64Array, from: number, hz: number): void {
  for (let at = from; at < samples.length; at++) {
    const s = (at - from) / RATE;
    const loudness = Math.min(1, s / RISE_S) * Math.exp(-s * 5);
    const turn = 2 * Math.PI * hz * s;
    samples[at]! += loudness * (0.75 * Math.sin(turn) + 0.2 * Math.sin(2 * turn) * Math.exp(-s * 4));
  }
}
