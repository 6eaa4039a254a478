// From one sample rate to another by a polyphase filter (Kaiser window). Between 8, 16 and 48 kHz, what lies below 3.4 kHz of an
// 8 kHz side (6.8 of 16) passes within 0.1 dB, and images and aliases are 60 dB down outside of the last 15 % below half of the lower rate.
// One for each stream: it remembers the last samples. Delay: 12 samples of the lower rate.

/** Taps for each sample of the lower rate. */
const TAPS = 24;
/** For 60 dB of attenuation. */
const KAISER_BETA = 5.65;
/** More phases than any pair of rates between 8 and 48 kHz has; other pairs are refused. */
const MOST_PHASES = 640;

interface Filter {
  /** Samples that come out for `down` that go in. */
  readonly up: number;
  readonly down: number;
  readonly taps: number;
  /** For each phase its taps, the newest sample first. */
  readonly coefficients: Float64Array;
}

const filters = new Map<string, Filter>();

function filterOf(from: number, to: number): Filter {
  const key = `${from}:${to}`;
  const known = filters.get(key);
  if (known !== undefined) return known;
  const made = design(from, to);
  filters.set(key, made);
  return made;
}

function design(from: number, to: number): Filter {
  const common = greatestCommonDivisor(from, to);
  const [up, down] = [to / common, from / common];
  if (up > MOST_PHASES || down > MOST_PHASES) throw new RangeError(`no filter from ${from} to ${to} Hz`);
  const taps = down > up ? Math.ceil((TAPS * down) / up) : TAPS;
  const length = taps * up;
  const coefficients = new Float64Array(length);
  // Half of the lower rate is where the filter is 6 dB down, in cycles for each sample of the common multiple of both.
  const cutoff = 0.5 / Math.max(up, down);
  const middle = (length - 1) / 2;
  for (let at = 0; at < length; at++) {
    const phase = at % up;
    const x = at - middle;
    const sinc = x === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * x) / (Math.PI * x);
    coefficients[phase * taps + Math.floor(at / up)] = sinc * up * kaiser(x / (middle + 0.5));
  }
  return { up, down, taps, coefficients };
}

/** @param x −1 … 1. */
function kaiser(x: number): number {
  return bessel(KAISER_BETA * Math.sqrt(Math.max(0, 1 - x * x))) / bessel(KAISER_BETA);
}

/** The modified Bessel function of order 0. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let n = 1; term > sum * 1e-12; n++) {
    term *= (x / (2 * n)) ** 2;
    sum += term;
  }
  return sum;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

export class Resampler {
  readonly from: number;
  readonly to: number;
  private readonly filter: Filter;
  /** The last samples, then those that are given. */
  private line: Float64Array;
  /** How far the next sample that comes out is behind the first that is given next, in steps of the common multiple. */
  private ahead = 0;

  constructor(from: number, to: number) {
    this.from = from;
    this.to = to;
    this.filter = filterOf(from, to);
    this.line = new Float64Array(this.filter.taps - 1 + from / 50);
  }

  /** How many samples come out at most for so many. */
  mostOut(samples: number): number {
    return Math.ceil((samples * this.filter.up) / this.filter.down) + 1;
  }

  /** @returns how many samples it has put into `into`: over time as many as the rates say. */
  resample(samples: Int16Array, into: Int16Array): number {
    const { up, down, taps, coefficients } = this.filter;
    const past = taps - 1;
    if (this.line.length < past + samples.length) {
      const longer = new Float64Array(past + samples.length);
      longer.set(this.line.subarray(0, past));
      this.line = longer;
    }
    const { line } = this;
    for (let at = 0; at < samples.length; at++) line[past + at] = samples[at]!;
    const end = samples.length * up;
    let made = 0;
    let next = this.ahead;
    for (; next < end; next += down) {
      const phase = next % up;
      const newest = past + (next - phase) / up;
      const first = phase * taps;
      let sum = 0;
      for (let tap = 0; tap < taps; tap++) sum += coefficients[first + tap]! * line[newest - tap]!;
      into[made++] = sum > 32_767 ? 32_767 : sum < -32_768 ? -32_768 : Math.round(sum);
    }
    this.ahead = next - end;
    line.copyWithin(0, samples.length, samples.length + past);
    return made;
  }

  /** Goes on where another between the same rates is. */
  follow(other: Resampler): void {
    if (other.filter !== this.filter) throw new RangeError('the other is between other rates');
    const past = this.filter.taps - 1;
    this.line.set(other.line.subarray(0, past));
    this.ahead = other.ahead;
  }

  /** Forgets the past: another stream begins. */
  reset(): void {
    this.line.fill(0);
    this.ahead = 0;
  }
}

/** A whole sound at once, without the delay of the filter. */
export function resampleAll(samples: Int16Array, from: number, to: number): Int16Array {
  const steps = resampleInSteps(samples, from, to);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** So much is resampled in about a millisecond. */
const STEP_SAMPLES = 2_000;

/** The same, for who has other things to do in between. */
export function* resampleInSteps(
  samples: Int16Array,
  from: number,
  to: number,
): Generator<undefined, Int16Array> {
  if (from === to) return samples;
  const resampler = new Resampler(from, to);
  const delay = Math.round((TAPS / 2) * (to / Math.min(from, to)));
  const tail = new Int16Array(Math.ceil((TAPS / 2) * (from / Math.min(from, to))) + 1);
  const length = Math.round((samples.length * to) / from);
  const out = new Int16Array(resampler.mostOut(samples.length) + resampler.mostOut(tail.length));
  let made = 0;
  for (let at = 0; at < samples.length; at += STEP_SAMPLES) {
    made += resampler.resample(samples.subarray(at, at + STEP_SAMPLES), out.subarray(made));
    yield;
  }
  resampler.resample(tail, out.subarray(made));
  return out.slice(delay, delay + length);
}
