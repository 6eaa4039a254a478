// Keys by ear (ITU-T Q.23, Q.24): which pair of tones is there, and nothing else. For peers that send their keys as sound.
// Goertzel's filters over blocks of 12.75 ms; two blocks in a row are a key, so that 40 ms are heard and 20 are not.
import { DTMF_COLUMNS, DTMF_KEYS, DTMF_ROWS } from './tones.ts';

export interface KeyHeard {
  readonly kind: 'pressed' | 'released';
  readonly key: string;
  /** Of a key that was released. */
  readonly durationMs: number;
}

const BLOCK_MS = 12.75;
/** Of a tone by itself, below full scale: −30 dBm0 or so. */
const SOFTEST_DBFS = -40;
/** How much louder the lower tone may be than the upper one, and the other way round (Q.24: 8 and 4 dB). */
const NORMAL_TWIST = 10 ** (8.5 / 10);
const REVERSE_TWIST = 10 ** (4.5 / 10);
/** The tone is so much louder than the others of its group. */
const ABOVE_GROUP = 10 ** (8 / 10);
/** The share of all sound that the two tones are. Voices have more beside them. */
const SHARE = 0.7;
const HITS = 2;
const MISSES = 2;

export class DtmfDetector {
  private readonly coefficients: Float64Array;
  private readonly first = new Float64Array(8);
  private readonly second = new Float64Array(8);
  private readonly powers = new Float64Array(8);
  private readonly block: number;
  private readonly softest: number;
  private energy = 0;
  private at = 0;
  private candidate: string | undefined;
  private hits = 0;
  private misses = 0;
  private pressed: string | undefined;
  private blocks = 0;

  /** @param rate samples in a second. */
  constructor(rate: number) {
    this.block = Math.round((rate * BLOCK_MS) / 1_000);
    this.coefficients = Float64Array.from(
      [...DTMF_ROWS, ...DTMF_COLUMNS],
      (hz) => 2 * Math.cos((2 * Math.PI * hz) / rate),
    );
    this.softest = ((32_767 * 10 ** (SOFTEST_DBFS / 20) * this.block) / 2) ** 2;
  }

  /** @returns what is new by these samples; mostly nothing. */
  hear(samples: Int16Array): readonly KeyHeard[] {
    const { first, second, coefficients } = this;
    const news: KeyHeard[] = [];
    for (let from = 0; from < samples.length; ) {
      const to = Math.min(samples.length, from + this.block - this.at);
      for (let tone = 0; tone < 8; tone++) {
        const coefficient = coefficients[tone]!;
        let [before, now] = [second[tone]!, first[tone]!];
        for (let index = from; index < to; index++) {
          const next = coefficient * now - before + samples[index]!;
          before = now;
          now = next;
        }
        second[tone] = before;
        first[tone] = now;
      }
      for (let index = from; index < to; index++) this.energy += samples[index]! * samples[index]!;
      this.at += to - from;
      from = to;
      if (this.at === this.block) this.judge(news);
    }
    return news;
  }

  private judge(news: KeyHeard[]): void {
    const key = this.keyOfBlock();
    this.first.fill(0);
    this.second.fill(0);
    this.energy = this.at = 0;
    if (this.pressed !== undefined) {
      this.blocks++;
      this.misses = key === this.pressed ? 0 : this.misses + 1;
      if (this.misses >= MISSES) this.release(news);
    }
    this.hits = key !== undefined && key === this.candidate ? this.hits + 1 : 1;
    this.candidate = key;
    if (key === undefined || key === this.pressed || this.hits < HITS) return;
    if (this.pressed !== undefined) this.release(news);
    this.pressed = key;
    this.blocks = this.hits;
    this.misses = 0;
    news.push({ kind: 'pressed', key, durationMs: 0 });
  }

  private release(news: KeyHeard[]): void {
    const durationMs = Math.round((this.blocks - this.misses) * BLOCK_MS);
    news.push({ kind: 'released', key: this.pressed!, durationMs });
    this.pressed = undefined;
  }

  private keyOfBlock(): string | undefined {
    const { first, second, coefficients, powers } = this;
    for (let tone = 0; tone < 8; tone++) {
      const [now, before] = [first[tone]!, second[tone]!];
      powers[tone] = now * now + before * before - coefficients[tone]! * now * before;
    }
    const [row, column] = [this.loudest(0), this.loudest(4)];
    if (row === -1 || column === -1) return undefined;
    const [low, high] = [powers[row]!, powers[column]!];
    if (low > high * NORMAL_TWIST || high > low * REVERSE_TWIST) return undefined;
    if ((low + high) * 2 < SHARE * this.energy * this.block) return undefined;
    return DTMF_KEYS[row]?.[column - 4];
  }

  /** Of four tones; −1 where none stands out. */
  private loudest(from: number): number {
    let best = from;
    for (let tone = from + 1; tone < from + 4; tone++)
      if (this.powers[tone]! > this.powers[best]!) best = tone;
    const power = this.powers[best]!;
    if (power < this.softest) return -1;
    for (let tone = from; tone < from + 4; tone++)
      if (tone !== best && this.powers[tone]! * ABOVE_GROUP > power) return -1;
    return best;
  }
}
