// Sound that a browser's make-believe microphone gives: beats of one tone, so that nothing takes it for noise.
import { writeFile } from 'node:fs/promises';

const RATE = 48_000;
const FOR_S = 2;
const LEVEL = 0.5;
/** On for so long, off for so long. */
const BEAT_S = { on: 0.35, off: 0.15 };

/** Writes a WAV file of 16 bits, mono, that repeats without a click. */
export async function writeTone(path: string, hz: number): Promise<void> {
  const samples = RATE * FOR_S;
  const data = Buffer.alloc(44 + samples * 2);
  data.write('RIFF', 0);
  data.writeUInt32LE(36 + samples * 2, 4);
  data.write('WAVEfmt ', 8);
  for (const [value, at] of [
    [16, 16],
    [RATE, 24],
    [RATE * 2, 28],
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
  for (let n = 0; n < samples; n += 1) {
    const inBeat = (n / RATE) % (BEAT_S.on + BEAT_S.off) < BEAT_S.on;
    const value = inBeat ? Math.sin((2 * Math.PI * hz * n) / RATE) * LEVEL : 0;
    data.writeInt16LE(Math.round(value * 32_767), 44 + n * 2);
  }
  await writeFile(path, data);
}
