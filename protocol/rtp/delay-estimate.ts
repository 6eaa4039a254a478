// How late the packets of a stream come, and how long to hold them so that most are there in time. Only the last few seconds
// count: so it follows networks that change and clocks that run apart. Used by the jitter buffer.

const WINDOW = 256;
/** How often the figures are made anew, in packets. */
const EVERY = 8;

export class DelayEstimate {
  private readonly transitsMs = new Float64Array(WINDOW);
  private readonly sorted = new Float64Array(WINDOW);
  private readonly quantile: number;
  private count = 0;
  private sinceSort = 0;
  /** The quickest of the window: arrival less timestamp, both in milliseconds. */
  baseMs = 0;
  /** How much later than the quickest all but the latest few are. */
  spreadMs = 0;

  /** @param quantile the share of packets that are to be in time: 0.97 say. */
  constructor(quantile: number) {
    this.quantile = quantile;
  }

  /** @param transitMs arrival less timestamp: only differences count. */
  add(transitMs: number): void {
    this.transitsMs[this.count % WINDOW] = transitMs;
    this.count++;
    if (this.count === 1 || transitMs < this.baseMs) this.baseMs = transitMs;
    this.sinceSort++;
    // The first packets are all that is known: each of them counts at once.
    if (this.sinceSort >= EVERY || this.count <= 2 * EVERY) this.sort();
  }

  private sort(): void {
    this.sinceSort = 0;
    const known = Math.min(this.count, WINDOW);
    const sorted = this.sorted.subarray(0, known);
    sorted.set(this.transitsMs.subarray(0, known));
    sorted.sort();
    this.baseMs = sorted[0]!;
    this.spreadMs = sorted[Math.min(known - 1, Math.floor(known * this.quantile))]! - this.baseMs;
  }

  reset(): void {
    this.count = this.sinceSort = 0;
    this.baseMs = this.spreadMs = 0;
  }
}
