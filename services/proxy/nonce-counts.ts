// Each nonce count is good for one request (RFC 7616 §3.4): a recorded request cannot be sent again. Bounded in memory:
// what is so old that it is forgotten counts as used up. Used by authenticate.ts.

/** Of our own nonces, the last so many; a power of two. */
const OWN_NONCES = 2 ** 18;
/** Of other front ends: two generations of as many, of which the older one is forgotten as a whole. */
const OTHERS_A_GENERATION = 20_000;
const USED_UP = 2 ** 32 - 1;
const BASE = 36;

export class NonceCounts {
  readonly #prefix: string;
  readonly #size: number;
  /** The last count of each of our own nonces, at its number in a ring. */
  readonly #own: Uint32Array;
  #made = 0;
  readonly #others: OtherCounts;

  /**
   * @param prefix what no other front end has, or this one had before: how its own nonces are known.
   * @param startedMs other nonces that were made until then may have been used here before.
   */
  constructor(prefix: string, startedMs: number, own = OWN_NONCES, others = OTHERS_A_GENERATION) {
    this.#prefix = prefix;
    this.#size = own;
    this.#own = new Uint32Array(own);
    this.#others = new OtherCounts(startedMs, others);
  }

  /** The id of the next nonce: letters and digits. */
  next(): string {
    this.#made += 1;
    this.#own[this.#made % this.#size] = 0;
    return this.#prefix + this.#made.toString(BASE);
  }

  /**
   * Takes a count once.
   * @param id of a nonce that was found to be ours or another front end's.
   * @param count undefined for credentials without qop, whose nonce is good for one request.
   * @returns false when this or a higher one was taken before, or may have been: the client has to be challenged again.
   */
  take(id: string, madeMs: number, count: number | undefined): boolean {
    if (!id.startsWith(this.#prefix)) return this.#others.take(id, madeMs, count);
    const number = Number.parseInt(id.slice(this.#prefix.length), BASE);
    if (!(number > this.#made - this.#size)) return false;
    const place = number % this.#size;
    if ((count ?? 1) <= this.#own[place]!) return false;
    this.#own[place] = count ?? USED_UP;
    return true;
  }
}

class OtherCounts {
  readonly #most: number;
  #young = new Map<string, number>();
  #old = new Map<string, number>();
  /** When the last nonce of each generation was made. */
  #youngMadeMs = 0;
  #oldMadeMs = 0;
  /** Nonces that were made until then, and are not known, may have been used. */
  #forgottenMs: number;

  constructor(startedMs: number, most: number) {
    this.#forgottenMs = startedMs;
    this.#most = most;
  }

  take(id: string, madeMs: number, count: number | undefined): boolean {
    const young = this.#young.get(id);
    const last = young ?? this.#old.get(id);
    if (last === undefined ? madeMs <= this.#forgottenMs : (count ?? 1) <= last) return false;
    this.#young.set(id, count ?? USED_UP);
    if (madeMs > this.#youngMadeMs) this.#youngMadeMs = madeMs;
    if (young === undefined && this.#young.size > this.#most) this.#age();
    return true;
  }

  #age(): void {
    this.#forgottenMs = Math.max(this.#forgottenMs, this.#oldMadeMs);
    this.#old = this.#young;
    this.#oldMadeMs = this.#youngMadeMs;
    this.#young = new Map();
    this.#youngMadeMs = 0;
  }
}
