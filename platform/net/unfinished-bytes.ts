// How many bytes of messages that are not whole yet are held, altogether and for one source: many peers with half a
// message each must not fill the memory in the time that they have to finish. Used by sip-stream.ts.
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

  /** One connection of that source holds so many bytes instead of so many. @returns false when that is more than may be. */
  change(remoteAddress: string, beforeBytes: number, nowBytes: number): boolean {
    const source = sourceGroup(remoteAddress);
    const ofSource = (this.#bySource.get(source) ?? 0) + nowBytes - beforeBytes;
    this.#total += nowBytes - beforeBytes;
    if (ofSource === 0) this.#bySource.delete(source);
    else this.#bySource.set(source, ofSource);
    return ofSource <= this.#limits.sourceBytes && this.#total <= this.#limits.totalBytes;
  }
}
