// One band of G.722: adaptive differential pulse code modulation with a step that follows the signal and a predictor of two
// poles and six zeros (ITU-T G.722, clauses 3.3 – 3.6, 6.2.1). Encoder and decoder hold one for each band, and they move alike.
import { STEP_OF_LOGARITHM } from './g722-tables.ts';

/** To 16 bits. */
export function clamp16(value: number): number {
  return value > 32_767 ? 32_767 : value < -32_768 ? -32_768 : value;
}

const ZEROS = 6;

export class G722Band {
  /** What is expected next; the difference to it is what is coded. */
  prediction = 0;
  step: number;
  private readonly mostLogarithm: number;
  private readonly stepShift: number;
  private logarithm = 0;
  /** Of the poles. */
  private a1 = 0;
  private a2 = 0;
  private readonly b = new Int32Array(ZEROS);
  /** The last differences. */
  private readonly d = new Int32Array(ZEROS);
  /** The last reconstructed samples, and what of them the zeros alone gave. */
  private r1 = 0;
  private r2 = 0;
  private p1 = 0;
  private p2 = 0;
  private zeros = 0;

  constructor(band: 'low' | 'high') {
    this.step = band === 'low' ? 32 : 8;
    this.mostLogarithm = band === 'low' ? 18_432 : 22_528;
    this.stepShift = band === 'low' ? 8 : 10;
  }

  /** Goes on where the other is. */
  follow(other: G722Band): void {
    this.prediction = other.prediction;
    this.step = other.step;
    this.logarithm = other.logarithm;
    this.a1 = other.a1;
    this.a2 = other.a2;
    this.b.set(other.b);
    this.d.set(other.d);
    this.r1 = other.r1;
    this.r2 = other.r2;
    this.p1 = other.p1;
    this.p2 = other.p2;
    this.zeros = other.zeros;
  }

  /** The step for the next sample (blocks LOGSCL and SCALEL, LOGSCH and SCALEH). */
  adaptStep(change: number): void {
    const logarithm = ((this.logarithm * 127) >> 7) + change;
    this.logarithm = logarithm < 0 ? 0 : Math.min(logarithm, this.mostLogarithm);
    const mantissa = STEP_OF_LOGARITHM[(this.logarithm >> 6) & 31]!;
    const shift = this.stepShift - (this.logarithm >> 11);
    this.step = (shift < 0 ? mantissa << -shift : mantissa >> shift) << 2;
  }

  /** Takes the difference that both sides know, and predicts the next sample (blocks RECONS … PREDIC). */
  update(difference: number): void {
    const reconstructed = clamp16(this.prediction + difference);
    const partial = clamp16(this.zeros + difference);
    const sign = partial >> 15;
    const same1 = sign === this.p1 >> 15;
    const same2 = sign === this.p2 >> 15;

    // UPPOL2: the second pole is between −3/4 and 3/4.
    const quadruple = clamp16(this.a1 << 2);
    const turned = Math.min(32_767, same1 ? -quadruple : quadruple);
    const a2 = (same2 ? 128 : -128) + (turned >> 7) + ((this.a2 * 32_512) >> 15);
    this.a2 = a2 > 12_288 ? 12_288 : a2 < -12_288 ? -12_288 : a2;
    // UPPOL1: the first leaves both within the unit circle.
    const a1 = clamp16((same1 ? 192 : -192) + ((this.a1 * 32_640) >> 15));
    const most = clamp16(15_360 - this.a2);
    this.a1 = a1 > most ? most : a1 < -most ? -most : a1;

    // UPZERO and FILTEZ, the newest difference first.
    const { b, d } = this;
    const gain = difference === 0 ? 0 : 128;
    const differenceSign = difference >> 15;
    for (let each = 0; each < ZEROS; each++) {
      const change = d[each]! >> 15 === differenceSign ? gain : -gain;
      b[each] = clamp16(change + ((b[each]! * 32_640) >> 15));
    }
    let zeros = 0;
    for (let each = ZEROS - 1; each > 0; each--) {
      d[each] = d[each - 1]!;
      zeros += (b[each]! * clamp16(d[each]! * 2)) >> 15;
    }
    d[0] = difference;
    zeros += (b[0]! * clamp16(difference * 2)) >> 15;
    this.zeros = clamp16(zeros);

    this.r2 = this.r1;
    this.r1 = reconstructed;
    this.p2 = this.p1;
    this.p1 = partial;
    // FILTEP.
    const poles = ((this.a1 * clamp16(this.r1 * 2)) >> 15) + ((this.a2 * clamp16(this.r2 * 2)) >> 15);
    this.prediction = clamp16(clamp16(poles) + this.zeros);
  }
}
