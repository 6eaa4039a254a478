// Notices that nothing of the other end arrives any more. A browser calls a path lost after five seconds without an answer; by
// then whoever walks out of the Wi-Fi has missed a sentence.

/** Longer than a burst of loss or a busy browser. */
const SILENT_MS = 1_200;
const LOOK_MS = 400;

export interface Arrivals {
  /** When the last packet of sound came, by any clock that only goes on; undefined where none is expected, or none came yet. */
  lastAt(): number | undefined;
}

export class SilenceWatch {
  readonly #looking: ReturnType<typeof setInterval>;

  /**
   * @param patienceMs who was called waits longer, so that not both begin
   * @param onSilent once for each silence: a phone that sends nothing while nobody speaks is no reason to seek for ever
   */
  constructor(arrivals: Arrivals, patienceMs: number, onSilent: () => void) {
    let last: number | undefined;
    let quietMs = 0;
    this.#looking = setInterval(() => {
      const now = arrivals.lastAt();
      const isQuiet = now !== undefined && now === last;
      const before = quietMs;
      quietMs = isQuiet ? quietMs + LOOK_MS : 0;
      last = now;
      const limitMs = SILENT_MS + patienceMs;
      if (quietMs >= limitMs && before < limitMs) onSilent();
    }, LOOK_MS);
  }

  close(): void {
    clearInterval(this.#looking);
  }
}
