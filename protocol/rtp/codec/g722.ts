// G.722 at 64 kbit/s (ITU-T G.722; payload RFC 3551 §4.5.2): 16 kHz of sound in 8,000 bytes a second. Each byte has two samples:
// six bits of the lower half of the spectrum, two of the upper. Both ways keep state: one encoder and one decoder for each stream.
import { clamp16, G722Band } from './g722-band.ts';
import {
  HIGH_INVERSE,
  HIGH_LEVEL,
  HIGH_STEP,
  LOW_INVERSE_4,
  LOW_INVERSE_6,
  LOW_LEVELS,
  LOW_STEP,
  QMF,
} from './g722-tables.ts';

const TAPS = 24;

/** The delay line of the filter that halves and joins the spectrum, twice over so that it is always in one piece. */
class DelayLine {
  private readonly samples = new Int32Array(2 * TAPS);
  private at = 0;
  /** Of the odd taps, and of the even ones, after `push`. */
  odd = 0;
  even = 0;

  follow(other: DelayLine): void {
    this.samples.set(other.samples);
    this.at = other.at;
  }

  push(first: number, second: number): void {
    const { samples } = this;
    samples[this.at] = samples[this.at + TAPS] = first;
    samples[this.at + 1] = samples[this.at + 1 + TAPS] = second;
    this.at = (this.at + 2) % TAPS;
    let odd = 0;
    let even = 0;
    for (let tap = 0; tap < TAPS / 2; tap++) {
      odd += samples[this.at + 2 * tap]! * QMF[tap]!;
      even += samples[this.at + 2 * tap + 1]! * QMF[TAPS / 2 - 1 - tap]!;
    }
    this.odd = odd;
    this.even = even;
  }
}

export class G722Encoder {
  private readonly low = new G722Band('low');
  private readonly high = new G722Band('high');
  private readonly line = new DelayLine();

  /** Takes the place of the other for its listener, whose decoder goes on as if it were that. */
  follow(other: G722Encoder): void {
    this.low.follow(other.low);
    this.high.follow(other.high);
    this.line.follow(other.line);
  }

  /**
   * @param samples 16 bits at 16 kHz, an even number of them.
   * @param into half as many bytes, at least; made where it is not given.
   * @throws RangeError for an odd number of samples.
   */
  encode(samples: Int16Array, into: Uint8Array = new Uint8Array(samples.length / 2)): Uint8Array {
    if (samples.length % 2 !== 0) throw new RangeError('G.722 codes two samples in a byte');
    const { line } = this;
    for (let at = 0; at < samples.length; at += 2) {
      line.push(samples[at]!, samples[at + 1]!);
      const low = this.encodeLow((line.even + line.odd) >> 14);
      into[at >> 1] = (this.encodeHigh((line.even - line.odd) >> 14) << 6) | low;
    }
    return into;
  }

  private encodeLow(sample: number): number {
    const { low } = this;
    const difference = clamp16(sample - low.prediction);
    const magnitude = difference >= 0 ? difference : ~difference;
    let level = 1;
    while (level < LOW_LEVELS.length && magnitude >= (LOW_LEVELS[level]! * low.step) >> 12) level++;
    // Codes count down from the outside to the inside; the negative ones are 4 … 31 and then 62, 63.
    const code = difference >= 0 ? 62 - level : level < 3 ? 64 - level : 34 - level;
    const four = code >> 2;
    const known = (low.step * LOW_INVERSE_4[four]!) >> 15;
    low.adaptStep(LOW_STEP[four]!);
    low.update(known);
    return code;
  }

  private encodeHigh(sample: number): number {
    const { high } = this;
    const difference = clamp16(sample - high.prediction);
    const magnitude = difference >= 0 ? difference : ~difference;
    const isOuter = magnitude >= (HIGH_LEVEL * high.step) >> 12;
    const code = (difference >= 0 ? 2 : 0) | (isOuter ? 0 : 1);
    const known = (high.step * HIGH_INVERSE[code]!) >> 15;
    high.adaptStep(HIGH_STEP[code]!);
    high.update(known);
    return code;
  }
}

export class G722Decoder {
  private readonly low = new G722Band('low');
  private readonly high = new G722Band('high');
  private readonly line = new DelayLine();

  /**
   * @param into twice as many samples as bytes, at least; made where it is not given.
   * @returns samples of 16 bits at 16 kHz.
   */
  decode(bytes: Uint8Array, into: Int16Array = new Int16Array(bytes.length * 2)): Int16Array {
    const { line } = this;
    for (let at = 0; at < bytes.length; at++) {
      const low = this.decodeLow(bytes[at]! & 63);
      const high = this.decodeHigh(bytes[at]! >> 6);
      line.push(low + high, low - high);
      into[at * 2] = clamp16(line.even >> 11);
      into[at * 2 + 1] = clamp16(line.odd >> 11);
    }
    return into;
  }

  private decodeLow(code: number): number {
    const { low } = this;
    const sample = low.prediction + ((low.step * LOW_INVERSE_6[code]!) >> 15);
    const four = code >> 2;
    const known = (low.step * LOW_INVERSE_4[four]!) >> 15;
    low.adaptStep(LOW_STEP[four]!);
    low.update(known);
    return sample > 16_383 ? 16_383 : sample < -16_384 ? -16_384 : sample;
  }

  private decodeHigh(code: number): number {
    const { high } = this;
    const known = (high.step * HIGH_INVERSE[code]!) >> 15;
    const sample = high.prediction + known;
    high.adaptStep(HIGH_STEP[code]!);
    high.update(known);
    return sample > 16_383 ? 16_383 : sample < -16_384 ? -16_384 : sample;
  }
}
