// Numbers the distinct triples of person, device and kind (licensing rule M2): open addressing on integers, a fraction of
// the memory of a map of texts. Used by access-fold.ts.
const FIRST_CAPACITY = 2048;

export class PairTable {
  /** Triple number + 1, 0 where free. */
  #slots = new Int32Array(FIRST_CAPACITY);
  #triples = new Int32Array(FIRST_CAPACITY * 3);
  size = 0;

  /** The same triple always has the same number; a new one gets the next. */
  numberOf(user: number, device: number, kind: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(user, device, kind) & mask;
    for (;;) {
      const number = this.#slots[slot]! - 1;
      if (number < 0) break;
      const at = number * 3;
      if (this.#triples[at] === user && this.#triples[at + 1] === device && this.#triples[at + 2] === kind)
        return number;
      slot = (slot + 1) & mask;
    }
    this.#triples.set([user, device, kind], this.size * 3);
    this.#slots[slot] = ++this.size;
    // Half full at most: a probe stays short.
    if (this.size * 2 > this.#slots.length) this.#grow();
    return this.size - 1;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const triples = new Int32Array(slots.length * 3);
    triples.set(this.#triples);
    for (let number = 0; number < this.size; number++) {
      const at = number * 3;
      let slot = hash(triples[at]!, triples[at + 1]!, triples[at + 2]!) & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = number + 1;
    }
    this.#slots = slots;
    this.#triples = triples;
  }
}

function hash(user: number, device: number, kind: number): number {
  let mixed = Math.imul(user, 0x9e37_79b1) ^ Math.imul(device, 0x85eb_ca6b) ^ Math.imul(kind, 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x2c1b_3c6d);
  return (mixed ^ (mixed >>> 13)) >>> 0;
}
