// How many connections one listener holds: altogether, and from one source. Asked before anything is read or any TLS
// handshake begins.
import { sourceGroup } from './net-address.ts';

export interface AdmissionLimits {
  readonly total: number;
  /** An office behind one address may be large. */
  readonly perSource: number;
}

export type Admitted =
  | { readonly ok: true; readonly release: () => void }
  | { readonly ok: false; readonly full: 'total' | 'source' | 'banned' };

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #bySource = new Map<string, number>();
  readonly #isBanned: (remoteAddress: string) => boolean;
  #total = 0;

  constructor(limits: AdmissionLimits, isBanned: (remoteAddress: string) => boolean = () => false) {
    this.#limits = limits;
    this.#isBanned = isBanned;
  }

  get total(): number {
    return this.#total;
  }

  admit(remoteAddress: string): Admitted {
    if (this.#isBanned(remoteAddress)) return { ok: false, full: 'banned' };
    const source = sourceGroup(remoteAddress);
    const held = this.#bySource.get(source) ?? 0;
    if (this.#total >= this.#limits.total) return { ok: false, full: 'total' };
    if (held >= this.#limits.perSource) return { ok: false, full: 'source' };
    this.#total += 1;
    this.#bySource.set(source, held + 1);
    let isHeld = true;
    return {
      ok: true,
      release: () => {
        if (!isHeld) return;
        isHeld = false;
        this.#total -= 1;
        const left = this.#bySource.get(source)! - 1;
        if (left === 0) this.#bySource.delete(source);
        else this.#bySource.set(source, left);
      },
    };
  }
}
