// Even ports for the RTP of phones, out of a range: handed out in turn, so that what is late for one call does not fall into the next.

export class PhonePorts {
  readonly #free: number[] = [];
  readonly size: number;

  constructor({ from, to }: { readonly from: number; readonly to: number }) {
    for (let port = from + (from % 2); port + 1 <= to; port += 2) this.#free.push(port);
    this.size = this.#free.length;
  }

  /** @returns the RTP port of a pair; undefined when all are in use. */
  take(): number | undefined {
    return this.#free.shift();
  }

  giveBack(port: number): void {
    this.#free.push(port);
  }
}
