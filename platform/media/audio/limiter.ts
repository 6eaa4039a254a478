// Keeps a sum of voices within 16 bits without harshness: it turns the sound down as fast as a peak needs, and up again slowly.

/** −1 dB below full scale. */
const MOST = 29_204;
/** From down to up again by half in so many frames of 20 ms. */
const RELEASE = 0.92;

export class Limiter {
  private gain = 1;

  /** @param sum of samples of 16 bits. */
  limit(sum: Float64Array, into: Int16Array): void {
    let peak = 0;
    for (let at = 0; at < into.length; at++) {
      const size = Math.abs(sum[at]!);
      if (size > peak) peak = size;
    }
    const wanted = peak > MOST ? MOST / peak : 1;
    const before = this.gain;
    const after = wanted < before ? wanted : 1 - (1 - before) * RELEASE;
    this.gain = Math.min(wanted, after > 0.999 ? 1 : after);
    if (before === 1 && this.gain === 1) {
      for (let at = 0; at < into.length; at++) into[at] = sum[at]!;
      return;
    }
    // Down within the first quarter of the frame, up over the whole of it.
    const ramp = this.gain < before ? into.length / 4 : into.length;
    for (let at = 0; at < into.length; at++) {
      const gain = at < ramp ? before + ((this.gain - before) * at) / ramp : this.gain;
      const sample = sum[at]! * gain;
      into[at] = sample > 32_767 ? 32_767 : sample < -32_768 ? -32_768 : sample;
    }
  }
}
