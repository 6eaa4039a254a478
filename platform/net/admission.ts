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
  | { readonly ok: false; readonly full: 'total' | 'source' };

export class Admission {
  readonly #limits: AdmissionLimits;
  readonly #bySource = new Map<string, number>();
  #total = 0;

  constructor(limits: AdmissionLimits) {
    this.#limits = limits;
  }

  get total(): number {
    return this.#total;
  }

  admit(remoteAddress: string): Admitted {
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
