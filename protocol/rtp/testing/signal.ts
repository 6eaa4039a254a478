// Sounds for tests, made of whole numbers only: the same on every machine.

/** Two gliding triangles with noise on them, and pauses: 16 bits, as loud as `peak`. */
export function testSignal(samples: number, peak: number): Int16Array {
  const signal = new Int16Array(samples);
  let state = 1;
  let phase = 0;
  for (let at = 0; at < samples; at++) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    phase += 40 + ((at >> 6) % 700);
    const triangle = Math.abs((phase & 0xffff) - 32_768) * 2 - 32_768;
    const noise = (state >>> 16) - 32_768;
    const loudness = (at >> 11) % 4;
    signal[at] = Math.trunc(((triangle * 3 + noise) * loudness * peak) / (12 * 32_768));
  }
  return signal;
}

/** @param frequency per second. */
export function sine(samples: number, frequency: number, sampleRate: number, peak: number): Int16Array {
  return Int16Array.from({ length: samples }, (_, at) =>
    Math.round(peak * Math.sin((2 * Math.PI * frequency * at) / sampleRate)),
  );
}

/** How much louder the sound is than what `other` differs from it, in decibels. */
export function signalToNoiseDb(sound: ArrayLike<number>, other: ArrayLike<number>): number {
  let signal = 0;
  let noise = 0;
  for (let at = 0; at < sound.length; at++) {
    signal += sound[at]! ** 2;
    noise += (sound[at]! - other[at]!) ** 2;
  }
  return 10 * Math.log10(signal / Math.max(1e-9, noise));
}
