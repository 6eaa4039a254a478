// Plays a clip: at the rate of the listener, once or again and again.
import type { Clip, ClipReader } from './clip.ts';
import type { AudioRate } from './codec.ts';
import { Resampler } from './resampler.ts';
import { SampleQueue } from './sample-queue.ts';
import { frameSamples, type Heard, type Playing } from './source.ts';

export class Player implements Playing, Disposable {
  readonly outRate: AudioRate;
  isEnded = false;
  private readonly clip: Clip;
  private readonly loops: boolean;
  private readonly queue: SampleQueue;
  private readonly piece: Int16Array;
  private readonly resampled: Int16Array;
  private readonly resampler: Resampler | undefined;
  private reader: ClipReader | undefined;
  /** Samples since the clip began: an empty one is not begun again for ever. */
  private played = 0;

  constructor(clip: Clip, outRate: AudioRate, options: { readonly loop?: boolean } = {}) {
    this.clip = clip;
    this.outRate = outRate;
    this.loops = options.loop ?? false;
    this.piece = new Int16Array(Math.round(frameSamples(clip.sampleRate)));
    this.resampler = clip.sampleRate === outRate ? undefined : new Resampler(clip.sampleRate, outRate);
    this.resampled = new Int16Array(this.resampler?.mostOut(this.piece.length) ?? 0);
    this.queue = new SampleQueue(frameSamples(outRate) * 8);
    this.reader = clip.open();
  }

  pull(into: Int16Array): Heard {
    while (this.queue.length < into.length && !this.isEnded) this.readOn();
    const taken = this.queue.take(into);
    into.fill(0, taken);
    return taken === 0 ? 'silence' : 'sound';
  }

  private readOn(): void {
    const count = this.reader?.read(this.piece) ?? 0;
    this.played += count;
    if (count > 0) {
      if (this.resampler === undefined) this.queue.push(this.piece, count);
      else {
        const made = this.resampler.resample(this.piece.subarray(0, count), this.resampled);
        this.queue.push(this.resampled, made);
      }
      return;
    }
    this.reader?.[Symbol.dispose]();
    this.reader = undefined;
    if (this.loops && this.played > 0) this.reader = this.clip.open();
    else this.isEnded = true;
    this.played = 0;
  }

  [Symbol.dispose](): void {
    this.reader?.[Symbol.dispose]();
    this.reader = undefined;
    this.isEnded = true;
  }
}
