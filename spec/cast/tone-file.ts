// Sound for the microphones of actors, as WAV files of 16 bits, mono.
import { writeFile } from 'node:fs/promises';

const LEVEL = 0.5;
/** On for so long, off for so long: nothing takes beats for noise, as browsers do with a steady tone. */
const BEAT_S = { on: 0.35, off: 0.15 };

/** Beats of one tone for a browser's make-believe microphone; they repeat without a click. */
export async function writeTone(path: string, hz: number): Promise<void> {
  const period = BEAT_S.on + BEAT_S.off;
  await writeSound(path, { rate: 48_000, forS: 2 }, (atS) =>
    atS % period < BEAT_S.on ? Math.sin(2 * Math.PI * hz * atS) * LEVEL : 0,
  );
}

/** A steady tone for a phone. @param rate of the phone's codec */
export async function writeSteadyTone(path: string, hz: number, rate: number): Promise<void> {
  await writeSound(path, { rate, forS: 60 }, (atS) => Math.sin(2 * Math.PI * hz * atS) * LEVEL);
}

async function writeSound(
  path: string,
  { rate, forS }: { readonly rate: number; readonly forS: number },
  valueAt: (atS: number) => number,
): Promise<void> {
  const samples = rate * forS;
  const data = Buffer.alloc(44 + samples * 2);
  data.write('RIFF', 0);
  data.writeUInt32LE(36 + samples * 2, 4);
  data.write('WAVEfmt ', 8);
  for (const [value, at] of [
    [16, 16],
    [rate, 24],
    [rate * 2, 28],
  ] as const)
    data.writeUInt32LE(value, at);
  for (const [value, at] of [
    [1, 20],
    [1, 22],
    [2, 32],
    [16, 34],
  ] as const)
    data.writeUInt16LE(value, at);
  data.write('data', 36);
  data.writeUInt32LE(samples * 2, 40);
  for (let n = 0; n < samples; n += 1) data.writeInt16LE(Math.round(valueAt(n / rate) * 32_767), 44 + n * 2);
  await writeFile(path, data);
}
