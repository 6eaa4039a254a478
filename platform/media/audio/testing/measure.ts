// Sounds and their measures, for tests: a tone in, its frequency, level and delay out. Also the ear of plays with real peers.

export function tone(hz: number, rate: number, samples: number, dbfs = -12, from = 0): Int16Array {
  const peak = 32_767 * 10 ** (dbfs / 20);
  return Int16Array.from({ length: samples }, (_, at) =>
    Math.round(peak * Math.sin((2 * Math.PI * hz * (at + from)) / rate)),
  );
}

/** The peak level of one frequency in the sound, in decibels below full scale: a sine of full scale is 0. */
export function levelAt(samples: ArrayLike<number>, rate: number, hz: number): number {
  let [real, imaginary, weight] = [0, 0, 0];
  for (let at = 0; at < samples.length; at++) {
    const window = 0.5 - 0.5 * Math.cos((2 * Math.PI * (at + 0.5)) / samples.length);
    const angle = (2 * Math.PI * hz * at) / rate;
    real += samples[at]! * window * Math.cos(angle);
    imaginary += samples[at]! * window * Math.sin(angle);
    weight += window;
  }
  return 20 * Math.log10(Math.max(1e-9, (2 * Math.hypot(real, imaginary)) / weight / 32_767));
}

/** The strongest frequency between 50 Hz and the half of the rate, to a fraction of a hertz, and its level. */
export function strongest(samples: Int16Array, rate: number): { hz: number; dbfs: number } {
  let size = Math.min(1_024, samples.length);
  let best = { hz: 0, dbfs: Number.NEGATIVE_INFINITY };
  const look = (hz: number) => {
    const dbfs = levelAt(samples.subarray(0, size), rate, hz);
    if (dbfs > best.dbfs) best = { hz, dbfs };
  };
  for (let hz = 50; hz < rate / 2; hz += rate / size / 2) look(hz);
  // Longer pieces say it more exactly, near to what the shorter one said.
  for (;;) {
    const { hz } = best;
    best = { hz, dbfs: levelAt(samples.subarray(0, size), rate, hz) };
    for (let width = rate / size / 2; width > rate / size / 64; width /= 2) {
      const { hz: middle } = best;
      look(middle - width);
      look(middle + width);
    }
    if (size === samples.length) return best;
    size = Math.min(size * 4, samples.length);
  }
}

/** Root of the mean square, in decibels below that of a square wave of full scale. */
export function rmsDb(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < samples.length; at++) sum += samples[at]! ** 2;
  return 10 * Math.log10(Math.max(1e-12, sum / Math.max(1, samples.length)) / 32_767 ** 2);
}

/** How many samples later `heard` is the same as `said`, by the shift at which they are the most alike. */
export function delayBetween(said: ArrayLike<number>, heard: ArrayLike<number>, most: number): number {
  let [best, bestSum] = [0, Number.NEGATIVE_INFINITY];
  for (let shift = 0; shift <= most; shift++) {
    let sum = 0;
    for (let at = 0; at < said.length && at + shift < heard.length; at++)
      sum += said[at]! * heard[at + shift]!;
    if (sum > bestSum) [best, bestSum] = [shift, sum];
  }
  return best;
}

/** Of a tone: how much louder it is than all that is not it. */
export function toneToRestDb(samples: ArrayLike<number>, rate: number, hz: number): number {
  let [real, imaginary] = [0, 0];
  for (let at = 0; at < samples.length; at++) {
    real += samples[at]! * Math.cos((2 * Math.PI * hz * at) / rate);
    imaginary += samples[at]! * Math.sin((2 * Math.PI * hz * at) / rate);
  }
  const [a, b] = [(2 * real) / samples.length, (2 * imaginary) / samples.length];
  let [signal, rest] = [0, 0];
  for (let at = 0; at < samples.length; at++) {
    const angle = (2 * Math.PI * hz * at) / rate;
    const fitted = a * Math.cos(angle) + b * Math.sin(angle);
    signal += fitted ** 2;
    rest += (samples[at]! - fitted) ** 2;
  }
  return 10 * Math.log10(signal / Math.max(1e-9, rest));
}
