// Which packets have been received (RFC 3711 §3.3.2): a row of bits behind the highest index.

/** RFC 3711 §3.3.2: MUST be at least 64. */
export const REPLAY_WINDOW = 128;

export class ReplayWindow {
  private readonly bits: Uint32Array;
  /** Up to 48 bits; −1 before the first. */
  highest = -1;

  /** @param size a multiple of 32, at least 64. */
  constructor(size: number = REPLAY_WINDOW) {
    if (size < 64 || size % 32 !== 0) throw new RangeError(`a window of ${size} packets`);
    this.bits = new Uint32Array(size / 32);
  }

  /** @returns undefined for a packet that is to be taken. Changes nothing: a packet counts once it is authentic. */
  check(index: number): 'replayed' | 'too-old' | undefined {
    if (index > this.highest) return undefined;
    const size = this.bits.length * 32;
    if (index <= this.highest - size) return 'too-old';
    const place = index % size;
    return (this.bits[place >> 5]! & (1 << (place & 31))) === 0 ? undefined : 'replayed';
  }

  /** Marks a packet that `check` has let pass. */
  add(index: number): void {
    const size = this.bits.length * 32;
    if (index > this.highest) {
      if (index - this.highest >= size) this.bits.fill(0);
      else
        for (let each = this.highest + 1; each < index; each++) {
          const place = each % size;
          this.bits[place >> 5]! &= ~(1 << (place & 31));
        }
      this.highest = index;
    }
    const place = index % size;
    this.bits[place >> 5]! |= 1 << (place & 31);
  }

  /** Everything up to `index` counts as received. */
  close(index: number): void {
    this.highest = index;
    this.bits.fill(0xffff_ffff);
  }
}
