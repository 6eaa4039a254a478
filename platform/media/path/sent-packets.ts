// Packets of video that were sent, for who missed them (RFC 4585 §6.2.1): a ring of the last ones, before they were protected.

/** About two seconds of a picture of 1 Mbit/s. */
const PACKETS = 256;
const SLOT_BYTES = 1_536;

export class SentPackets {
  #slab: Uint8Array | undefined;
  readonly #sequences = new Int32Array(PACKETS).fill(-1);
  readonly #lengths = new Uint16Array(PACKETS);
  readonly #resentAtMs = new Float64Array(PACKETS);

  keep(sequence: number, packet: Uint8Array): void {
    if (packet.length > SLOT_BYTES) return;
    this.#slab ??= new Uint8Array(PACKETS * SLOT_BYTES);
    const place = sequence % PACKETS;
    this.#slab.set(packet, place * SLOT_BYTES);
    this.#sequences[place] = sequence;
    this.#lengths[place] = packet.length;
    this.#resentAtMs[place] = Number.NEGATIVE_INFINITY;
  }

  /**
   * @param againMs how long ago it must have been sent again at least: a round trip.
   * @returns a view that is valid until the next `keep`; `'recent'` when it is on its way already.
   */
  find(sequence: number, nowMs: number, againMs: number): Uint8Array | 'recent' | undefined {
    const place = sequence % PACKETS;
    if (this.#slab === undefined || this.#sequences[place] !== sequence) return undefined;
    if (nowMs - this.#resentAtMs[place]! < againMs) return 'recent';
    this.#resentAtMs[place] = nowMs;
    return this.#slab.subarray(place * SLOT_BYTES, place * SLOT_BYTES + this.#lengths[place]!);
  }
}
