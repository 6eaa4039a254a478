// Samples as payloads of one codec and one length: collects what is given until a payload is full. Apart from its packets, so that
// one payload can go to many listeners.
import {
  type AudioRate,
  CLOCK_RATE,
  type EncoderSettings,
  type SoundEncoder,
  soundEncoder,
} from './codec.ts';
import { Resampler } from './resampler.ts';
import { SampleQueue } from './sample-queue.ts';

export interface PayloadFormat extends EncoderSettings {
  /** How long each packet is. Opus: 10, 20, 40 or 60. */
  readonly ptimeMs: number;
  /** Of the samples that are given. */
  readonly inRate: AudioRate;
}

/** The longest frame that may be given at once, and the longest packet. */
const MOST_IN_MS = 60;
export const MOST_PTIME_MS = 60;

export class PayloadEncoder implements Disposable {
  readonly clockRate: number;
  readonly mostBytes: number;
  /** Of one payload, on the clock of RTP. */
  readonly ticks: number;
  private readonly encoder: SoundEncoder;
  private readonly resampler: Resampler | undefined;
  private readonly resampled: Int16Array;
  private readonly queue: SampleQueue;
  private readonly frame: Int16Array;

  constructor(format: PayloadFormat) {
    const isOpus = format.codec === 'opus';
    // Opus codes what it is given; nothing is won by more samples.
    this.encoder = soundEncoder(isOpus ? { ...format, sampleRate: format.inRate } : format);
    const { sampleRate, clockRate } = this.encoder;
    this.clockRate = clockRate;
    this.mostBytes = this.encoder.mostBytes;
    if (!isPtime(format.ptimeMs, isOpus)) throw new RangeError(`no packets of ${format.ptimeMs} ms`);
    this.ticks = (format.ptimeMs * clockRate) / 1_000;
    this.resampler = sampleRate === format.inRate ? undefined : new Resampler(format.inRate, sampleRate);
    this.resampled = new Int16Array(this.resampler === undefined ? 0 : (sampleRate * MOST_IN_MS) / 1_000);
    this.queue = new SampleQueue((sampleRate * (MOST_IN_MS + MOST_PTIME_MS)) / 1_000);
    this.frame = new Int16Array((sampleRate * format.ptimeMs) / 1_000);
  }

  push(samples: Int16Array): void {
    if (this.resampler === undefined) this.queue.push(samples);
    else this.queue.push(this.resampled, this.resampler.resample(samples, this.resampled));
  }

  get isFull(): boolean {
    return this.queue.length >= this.frame.length;
  }

  /**
   * Codes the next payload.
   *
   * @returns how many bytes; 0 where there is silence that need not be sent. Only when `isFull`.
   */
  encode(into: Uint8Array, offset: number): number {
    this.queue.take(this.frame);
    const bytes = this.encoder.encode(this.frame, into, offset);
    return bytes < this.encoder.leastBytes ? 0 : bytes;
  }

  /** Takes the place of another of the same format for a listener, who is to notice as little as can be. */
  follow(other: PayloadEncoder): void {
    if (this.resampler !== undefined && other.resampler !== undefined) this.resampler.follow(other.resampler);
    this.queue.follow(other.queue);
    this.encoder.follow(other.encoder);
  }

  [Symbol.dispose](): void {
    this.encoder[Symbol.dispose]();
  }
}

function isPtime(ptimeMs: number, isOpus: boolean): boolean {
  if (isOpus) return ptimeMs === 10 || ptimeMs === 20 || ptimeMs === 40 || ptimeMs === 60;
  return Number.isInteger(ptimeMs) && ptimeMs >= 10 && ptimeMs <= MOST_PTIME_MS;
}

/** Listeners with the same key can be sent the same payloads. */
export function formatKey(format: PayloadFormat): string {
  const { codec, ptimeMs, inRate, bitrate, complexity, dtx, expectedLossPercent } = format;
  return [codec, ptimeMs, inRate, bitrate, complexity, dtx, expectedLossPercent].join(' ');
}

export function clockRateOf(format: PayloadFormat): number {
  return CLOCK_RATE[format.codec];
}
