// What an actor hears, measured: the strongest tone and its level, waited for until it is the right one; and how long a sound is on
// its way. Pages and phones listen each in their own way, and what is made of it is the same.
import assert from 'node:assert/strict';

export interface Heard {
  readonly hz: number;
  /** The loudest there can be is 0 dB. */
  readonly level: number;
}

/** What is heard in the next moment; null where nobody is connected. */
export type Listen = () => Promise<Heard | null>;

const DEADLINE_MS = 12_000;
const SILENCE_DB = -80;
const NOTHING: Heard = { hz: 0, level: -200 };
const EXACT_HZ = 15;

/** Waits until that tone arrives, or none (null). */
export async function hearsTone(listen: Listen, hz: number | null): Promise<Heard> {
  return await until(`${hz ?? 'nothing'} Hz was to arrive`, listen, (heard) => {
    const isSilent = heard.level < SILENCE_DB;
    return hz === null ? isSilent : !isSilent && Math.abs(heard.hz - hz) < EXACT_HZ;
  });
}

/** Something arrives that is none of the tones of the actors: the bars of broken chords lie between these. */
export async function hearsMusic(listen: Listen): Promise<void> {
  await until('music was to arrive', listen, ({ hz, level }) => level > SILENCE_DB && hz > 160 && hz < 540);
}

async function until(what: string, listen: Listen, isIt: (heard: Heard) => boolean): Promise<Heard> {
  const deadline = Date.now() + DEADLINE_MS;
  for (;;) {
    const heard = await listen();
    if (heard !== null && isIt(heard)) return heard;
    assert.ok(Date.now() < deadline, `${what}: ${JSON.stringify(heard)}`);
  }
}

/** The slices in which a tone is looked for: 10 Hz apart are told apart. */
const SLICE_S = 0.1;
const STEP_HZ = 10;

/** The strongest tone of any tenth of a second of these samples. */
export function loudestIn(samples: Int16Array, rate: number): Heard {
  const length = Math.round(rate * SLICE_S);
  let best = NOTHING;
  for (let at = 0; at + length <= samples.length; at += length) {
    const slice = samples.subarray(at, at + length);
    for (let hz = 50; hz < Math.min(4_000, rate / 2); hz += STEP_HZ) {
      const level = levelAt(slice, hz, rate);
      if (level > best.level) best = { hz, level };
    }
  }
  return best;
}

/** How strong one frequency is (Goertzel). */
function levelAt(samples: Int16Array, hz: number, rate: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let [before, last] = [0, 0];
  for (const sample of samples) {
    const next = sample + coefficient * last - before;
    before = last;
    last = next;
  }
  const power = before * before + last * last - coefficient * before * last;
  const amplitude = (2 * Math.sqrt(Math.max(power, 0))) / samples.length;
  return 20 * Math.log10(Math.max(amplitude / 32_768, 1e-10));
}
