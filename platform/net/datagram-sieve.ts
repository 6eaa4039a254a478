// What a UDP port may drop by itself while this process has too much to do: new work by share, and what of it has waited for
// long. In memory that native code reads and writes (native/sieve.h); a port that cannot leaves it all to sip-gate.ts.

const THRESHOLD = 0;
const SALT = 1;
const STALE_US = 2;
/** Then what was dropped as stale, and the longest wait in µs. */
const DROPPED = 3;
const WORDS = 6;

export class DatagramSieve {
  readonly words = new Uint32Array(new SharedArrayBuffer(WORDS * 4));

  /** @param staleMs new work that has waited so long was sent again. */
  constructor(staleMs: number) {
    this.words[STALE_US] = staleMs * 1000;
  }

  /** From now on, that share of new work is dropped: the one that `Overload.refuses` with the same salt. */
  close(share: number, salt: number): void {
    this.words[THRESHOLD] = share * 0x1_0000_0000;
    this.words[SALT] = salt;
  }

  /** Nothing is dropped until it is closed again. @returns what was dropped meanwhile, and the longest that anything waited. */
  open(): { readonly dropped: number; readonly droppedStale: number; readonly longestMs: number } {
    const [dropped = 0, droppedStale = 0, longestUs = 0] = this.words.subarray(DROPPED);
    this.words[THRESHOLD] = 0;
    this.words.fill(0, DROPPED);
    return { dropped, droppedStale, longestMs: longestUs / 1000 };
  }
}
