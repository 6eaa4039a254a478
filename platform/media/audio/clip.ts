// Sound that is stored: a prompt, a greeting, music. A clip is opened by each who plays it, and read a piece at a time.

export interface Clip {
  readonly sampleRate: number;
  open(): ClipReader;
}

export interface ClipReader extends Disposable {
  /** @returns how many samples, mono, were put into `into`; 0 at the end. */
  read(into: Int16Array): number;
}

/** Samples in memory. */
export function pcmClip(samples: Int16Array, sampleRate: number): Clip {
  return {
    sampleRate,
    open: () => {
      let at = 0;
      return {
        read: (into) => {
          const count = Math.min(into.length, samples.length - at);
          into.set(samples.subarray(at, at + count));
          at += count;
          return count;
        },
        [Symbol.dispose]: () => {},
      };
    },
  };
}
