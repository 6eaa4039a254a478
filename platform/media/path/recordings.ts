// Recordings of what peers say, one for a leg at most: Ogg Opus, so that a minute is 200 KB and a file that was cut off can be played.
import { createWriteStream, type WriteStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import {
  type AudioRate,
  type AudioReceiver,
  type Clip,
  frameSamples,
  oggOpusClip,
  parseOggOpus,
  parseWav,
  Recorder,
  wavClip,
} from '../audio/index.ts';
import type { LegHappening, RecordingWish } from '../messages.ts';
import type { Leg } from './leg.ts';

/** A voice has no more than 8 kHz. */
const RATE: AudioRate = 16_000;
/** An hour of Opus is 12 MB; what is larger was not recorded here. */
const MOST_FILE_BYTES = 64 * 1024 * 1024;

interface Recording {
  readonly wish: RecordingWish;
  readonly recorder: Recorder;
  readonly file: WriteStream;
  readonly ear: AudioReceiver;
  readonly endListening: () => void;
}

export class Recordings {
  readonly #tell: (legId: string, what: LegHappening) => void;
  readonly #byLeg = new Map<Leg, Recording>();
  readonly #frame = new Int16Array(frameSamples(RATE));

  constructor(tell: (legId: string, what: LegHappening) => void) {
    this.#tell = tell;
  }

  has(leg: Leg): boolean {
    return this.#byLeg.has(leg);
  }

  /** @param listen hears what the peer of the leg says. */
  begin(
    leg: Leg,
    wish: RecordingWish,
    listen: (rate: AudioRate) => { readonly ear: AudioReceiver; readonly end: () => void },
  ): void {
    const { ear, end } = listen(RATE);
    const file = createWriteStream(wish.path, { flags: 'wx', mode: 0o600 });
    // A full disk ends the recording, and not the thread of all calls.
    file.on('error', () => void this.end(leg, 'failed'));
    const { maxMs, silenceMs } = wish;
    const recorder = new Recorder({
      rate: RATE,
      format: 'ogg-opus',
      maxMs,
      ...(silenceMs === undefined ? {} : { silenceMs }),
      write: (bytes) => void file.write(bytes),
    });
    this.#byLeg.set(leg, { wish, recorder, file, ear, endListening: end });
  }

  tick(nowMs: number): void {
    for (const [leg, { ear, recorder }] of this.#byLeg) {
      ear.pull(this.#frame, nowMs);
      const why = recorder.hear(this.#frame);
      if (why !== undefined) void this.end(leg, why);
    }
  }

  heardKey(leg: Leg, key: string): void {
    if (this.#byLeg.get(leg)?.wish.endKeys.includes(key) === true) void this.end(leg, key);
  }

  /** @param endedBy a key, `silence`, `max`, `stopped`, `closed`, `failed`. */
  async end(leg: Leg, endedBy: string): Promise<void> {
    const recording = this.#byLeg.get(leg);
    if (recording === undefined) return;
    this.#byLeg.delete(leg);
    const { recorder, file, endListening, wish } = recording;
    endListening();
    const { durationMs, voiceMs, bytes } = recorder.end();
    recorder[Symbol.dispose]();
    file.end();
    // What could not be written is told as failed; there is nobody else to tell.
    const isWritten = await finished(file).then(
      () => true,
      () => false,
    );
    this.#tell(leg.id, {
      kind: 'recorded',
      recordingId: wish.recordingId,
      durationMs: Math.round(durationMs),
      voiceMs: Math.round(voiceMs),
      bytes: isWritten ? bytes : 0,
      endedBy: isWritten ? endedBy : 'failed',
    });
  }
}

/** Sound out of a file; undefined where there is none that can be played. */
export async function clipOf(path: string, rate: AudioRate): Promise<Clip | undefined> {
  const bytes = await stat(path)
    .then(({ size }) => (size <= MOST_FILE_BYTES ? readFile(path) : undefined))
    .catch(() => undefined);
  if (bytes === undefined) return undefined;
  const ogg = parseOggOpus(bytes);
  if (ogg.ok) return oggOpusClip(ogg, rate);
  const wav = parseWav(bytes);
  return wav.ok ? wavClip(wav) : undefined;
}
