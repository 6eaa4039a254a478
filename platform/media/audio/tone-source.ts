// A tone as a source of sound: sines that begin and end softly, in the cadence that the tone has.
import type { AudioRate } from './codec.ts';
import type { Heard, Playing } from './source.ts';
import type { Tone, ToneSegment } from './tones.ts';

/** So long a tone rises and falls: without it each edge is a click. */
const EDGE_MS = 4;
const MOST_FREQUENCIES = 4;

export interface ToneOptions {
  /** All frequencies together, decibels below full scale. Default −13: about −10 dBm0 (ITU-T E.180 §4). */
  readonly dbfs?: number;
}

export class ToneSource implements Playing {
  readonly outRate: AudioRate;
  isEnded = false;
  private readonly tone: Tone;
  private readonly peak: number;
  private readonly phases = new Float64Array(MOST_FREQUENCIES);
  private segment = 0;
  /** Samples of the segment that are over. */
  private at = 0;

  constructor(tone: Tone, outRate: AudioRate, options: ToneOptions = {}) {
    if (tone.segments.some(({ hz, forMs }) => hz.length > MOST_FREQUENCIES || !(forMs > 0)))
      throw new RangeError('a segment has four frequencies at most, and lasts');
    this.tone = tone;
    this.outRate = outRate;
    this.peak = 32_767 * 10 ** ((options.dbfs ?? -13) / 20);
    this.isEnded = tone.segments.length === 0;
  }

  pull(into: Int16Array): Heard {
    let heard: Heard = 'silence';
    for (let index = 0; index < into.length; ) {
      const segment = this.tone.segments[this.segment];
      if (this.isEnded || segment === undefined) {
        into.fill(0, index);
        return heard;
      }
      const length = Math.max(1, Math.round((segment.forMs * this.outRate) / 1_000));
      const count = Math.min(length - this.at, into.length - index);
      if (segment.hz.length === 0) into.fill(0, index, index + count);
      else {
        this.fill(into, index, count, segment, length);
        heard = 'sound';
      }
      index += count;
      this.at += count;
      if (this.at === length) this.next();
    }
    return heard;
  }

  private fill(into: Int16Array, from: number, count: number, { hz }: ToneSegment, length: number): void {
    const { phases, outRate } = this;
    const peak = this.peak / hz.length;
    const edge = (EDGE_MS * outRate) / 1_000;
    const isSteady = this.tone.segments.length === 1 && this.tone.repeats;
    for (let index = 0; index < count; index++) {
      let sum = 0;
      for (let tone = 0; tone < hz.length; tone++) {
        sum += Math.sin(phases[tone]!);
        phases[tone] = phases[tone]! + (2 * Math.PI * hz[tone]!) / outRate;
      }
      const at = this.at + index;
      const gain = isSteady ? 1 : Math.min(1, (at + 1) / edge, (length - at) / edge);
      into[from + index] = Math.round(sum * peak * gain);
    }
    for (let tone = 0; tone < phases.length; tone++) phases[tone] = phases[tone]! % (2 * Math.PI);
  }

  private next(): void {
    this.at = 0;
    this.segment++;
    if (this.segment < this.tone.segments.length) return;
    if (this.tone.repeats) this.segment = 0;
    else this.isEnded = true;
  }
}
