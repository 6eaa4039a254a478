// Each nonce count is good for one request (RFC 7616 §3.4): a recorded request cannot be sent again. Bounded: a forgotten
// nonce is one whose requests could be replayed on this node until it is stale, minutes later.

const NONCES = 50_000;

export class NonceCounts {
  readonly #last = new Map<string, number>();

  /**
   * Takes a count once.
   * @param count undefined for credentials without qop, whose nonce is good for one request.
   * @returns false when this or a higher one was taken before: the client has to be challenged again.
   */
  take(nonce: string, count: number | undefined): boolean {
    const last = this.#last.get(nonce) ?? 0;
    const taken = count ?? 1;
    if (taken <= last) return false;
    this.#last.delete(nonce);
    this.#last.set(nonce, count === undefined ? Number.MAX_SAFE_INTEGER : taken);
    if (this.#last.size > NONCES) {
      const [oldest] = this.#last.keys();
      if (oldest !== undefined) this.#last.delete(oldest);
    }
    return true;
  }
}
