// How much may be relayed: a bucket of bytes that fills with time. One for each user, one for the whole server.

export class Bandwidth {
  readonly #bytesPerMs: number;
  readonly #burstBytes: number;
  #bytes: number;
  #filledAtMs: number;

  /** What is not used within a second is lost. */
  constructor(bytesPerS: number, nowMs: number) {
    this.#bytesPerMs = bytesPerS / 1000;
    this.#burstBytes = bytesPerS;
    this.#bytes = bytesPerS;
    this.#filledAtMs = nowMs;
  }

  /** False where so many bytes are too many now: the packet is dropped, as a full line would. */
  take(bytes: number, nowMs: number): boolean {
    if (nowMs > this.#filledAtMs) {
      this.#bytes = Math.min(this.#burstBytes, this.#bytes + (nowMs - this.#filledAtMs) * this.#bytesPerMs);
      this.#filledAtMs = nowMs;
    }
    if (this.#bytes < bytes) return false;
    this.#bytes -= bytes;
    return true;
  }
}
