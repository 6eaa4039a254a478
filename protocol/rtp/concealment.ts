// Packet loss concealment for waveform codecs: G.711, and decoded sound of any other. The last pitch periods are repeated, more of them
// the longer it lasts, and fade out; when sound comes back it is faded in over them (the idea of ITU-T G.711 Appendix I).
// One for each stream. Nothing is delayed by it.

/** Pitch of voices: 66 … 200 Hz. */
const SHORTEST_PERIOD_MS = 5;
const LONGEST_PERIOD_MS = 15;
/** How much of the past is compared to find the pitch. */
const COMPARED_MS = 20;
/** After so long one more period is repeated, up to three. */
const MORE_PERIODS_MS = 10;
const MOST_PERIODS = 3;
/** Fading begins here, and ends in silence after 50 ms more. */
const FULL_MS = 10;
const FADE_MS = 50;

export class Concealment {
  private readonly perMs: number;
  private readonly shortest: number;
  private readonly longest: number;
  /** The last samples that were heard. */
  private readonly history: Int16Array;
  /** The same when the gap began. */
  private readonly past: Int16Array;
  /** What is repeated. */
  private readonly cycle: Float64Array;
  private cycleLength = 0;
  private cycleAt = 0;
  private period = 0;
  private periods = 0;
  private concealed = 0;
  /** How far the first repeated sample is from where the last one led to; fades out over a quarter of a period. */
  private step = 0;

  /** @param sampleRate per second; 8,000 for G.711. */
  constructor(sampleRate: number) {
    this.perMs = sampleRate / 1000;
    this.shortest = Math.round(SHORTEST_PERIOD_MS * this.perMs);
    this.longest = Math.round(LONGEST_PERIOD_MS * this.perMs);
    this.history = new Int16Array(Math.round(COMPARED_MS * this.perMs) + MOST_PERIODS * this.longest);
    this.past = new Int16Array(this.history.length);
    this.cycle = new Float64Array(MOST_PERIODS * this.longest);
  }

  /** Sound that came. Behind a gap its begin is changed where it is, so that it joins what was made up. */
  heard(samples: Int16Array): void {
    if (this.concealed > 0) this.join(samples);
    this.remember(samples);
  }

  private join(samples: Int16Array): void {
    // 4 ms more for each 10 ms of gap behind the first (ITU-T G.711 Appendix I, clause I.2.7).
    const gapMs = this.concealed / this.perMs;
    const fade = Math.min(
      samples.length,
      Math.round(this.period / 4 + 4 * this.perMs * Math.max(0, Math.min(10, gapMs - 10) / 10)),
    );
    for (let at = 0; at < fade; at++) {
      const share = (at + 1) / (fade + 1);
      samples[at] = Math.round(this.next() * (1 - share) + samples[at]! * share);
    }
    this.concealed = 0;
  }

  /**
   * Makes up sound for a packet that is missing.
   *
   * @param into filled wholly.
   */
  conceal(into: Int16Array): Int16Array {
    for (let at = 0; at < into.length; at++) {
      if (this.concealed === 0) this.begin();
      into[at] = this.next();
    }
    this.remember(into);
    return into;
  }

  private begin(): void {
    this.past.set(this.history);
    this.period = this.findPeriod();
    this.periods = 1;
    this.fillCycle();
    const { history } = this;
    // Where the sound led to, taken as a line through its last samples.
    const last = history.at(-1)!;
    this.step = last + (last - history.at(-2)!) * 0.5 - this.cycle[0]!;
  }

  private next(): number {
    const ms = this.concealed / this.perMs;
    if (this.periods < MOST_PERIODS && ms >= this.periods * MORE_PERIODS_MS) {
      const phase = this.cycleAt % this.period;
      this.periods++;
      this.fillCycle();
      this.cycleAt = phase;
    }
    const quarter = this.period / 4;
    const step = this.concealed < quarter ? this.step * (1 - this.concealed / quarter) : 0;
    const sample = this.cycle[this.cycleAt]! + step;
    this.cycleAt = (this.cycleAt + 1) % this.cycleLength;
    this.concealed++;
    const gain = ms <= FULL_MS ? 1 : Math.max(0, 1 - (ms - FULL_MS) / FADE_MS);
    return Math.max(-32_768, Math.min(32_767, Math.round(sample * gain)));
  }

  /** The shift at which the past is the most like itself. Coarse first, then each shift around the best. */
  private findPeriod(): number {
    const { shortest, longest } = this;
    let best = longest;
    let bestLikeness = Number.NEGATIVE_INFINITY;
    const look = (shift: number) => {
      const likeness = this.likeness(shift);
      if (likeness <= bestLikeness) return;
      bestLikeness = likeness;
      best = shift;
    };
    const stride = Math.max(1, Math.round(this.perMs / 4));
    for (let shift = shortest; shift <= longest; shift += stride) look(shift);
    const coarse = best;
    for (
      let shift = Math.max(shortest, coarse - stride);
      shift <= Math.min(longest, coarse + stride);
      shift++
    )
      look(shift);
    return best;
  }

  private likeness(shift: number): number {
    const { history } = this;
    const from = history.length - Math.round(COMPARED_MS * this.perMs);
    let product = 0;
    let energy = 1;
    for (let at = from; at < history.length; at++) {
      const before = history[at - shift]!;
      product += history[at]! * before;
      energy += before * before;
    }
    return product / Math.sqrt(energy);
  }

  /** The last periods, their end blended into what is before their begin, so that they can be repeated without a click. */
  private fillCycle(): void {
    const { past, cycle, period } = this;
    this.cycleLength = this.periods * period;
    const begin = past.length - this.cycleLength;
    for (let at = 0; at < this.cycleLength; at++) cycle[at] = past[begin + at]!;
    const blend = Math.floor(period / 4);
    for (let at = 0; at < blend; at++) {
      const share = (at + 1) / (blend + 1);
      const place = this.cycleLength - blend + at;
      cycle[place] = cycle[place]! * (1 - share) + past[begin - blend + at]! * share;
    }
    this.cycleAt = 0;
  }

  private remember(samples: Int16Array): void {
    const { history } = this;
    if (samples.length >= history.length) {
      history.set(samples.subarray(samples.length - history.length));
      return;
    }
    history.copyWithin(0, samples.length);
    history.set(samples, history.length - samples.length);
  }
}
