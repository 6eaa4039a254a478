// How many bytes of messages that are not whole yet are held, altogether and for one source: many peers with half a
// message each must not fill the memory in the time that they have to finish. Used by sip-streams.ts.
import { sourceGroup } from './net-address.ts';

export interface UnfinishedLimits {
  readonly totalBytes: number;
  readonly sourceBytes: number;
}

export class UnfinishedBytes {
  readonly #limits: UnfinishedLimits;
  readonly #bySource = new Map<string, number>();
  #total = 0;

  constructor(limits: UnfinishedLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  /** The account of one connection: told what it holds after each arrival, and closed with it. */
  account(remoteAddress: string) {
    const source = sourceGroup(remoteAddress);
    let held = 0;
    const hold = (bytes: number) => {
      const ofSource = (this.#bySource.get(source) ?? 0) + bytes - held;
      this.#total += bytes - held;
      held = bytes;
      if (ofSource === 0) this.#bySource.delete(source);
      else this.#bySource.set(source, ofSource);
      return ofSource <= this.#limits.sourceBytes && this.#total <= this.#limits.totalBytes;
    };
    return {
      /** @returns false when this is more than may be held. */
      hold,
      [Symbol.dispose]: () => void hold(0),
    };
  }
}
