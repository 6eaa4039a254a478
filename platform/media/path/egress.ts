// Packets on their way out: gathered while one turn of the loop lasts, and handed to their port as one batch.
import { DatagramBatch, type UdpBatchPort } from '../../net/udp-batch-port.ts';

const PACKETS = 64;
/** A packet of the largest that Ethernet carries, and its tag. */
export const SLOT_BYTES = 1_664;

export class Egress {
  readonly #batch = new DatagramBatch(PACKETS, PACKETS * SLOT_BYTES);
  #port: UdpBatchPort | undefined;
  /** Packets that found no room in the queue of their port. */
  dropped = 0;

  /**
   * Copies a packet in, to be changed where it is then and ended by `finish`.
   *
   * @returns the copy, with `tailBytes` behind it for a tag.
   */
  begin(
    port: UdpBatchPort,
    address: string,
    number: number,
    packet: Uint8Array,
    tailBytes: number,
  ): Uint8Array {
    if (port !== this.#port || this.#batch.count === PACKETS) this.flush();
    this.#port = port;
    const batch = this.#batch;
    const index = batch.count;
    if (!batch.addWithTail(packet, tailBytes, address, number)) {
      this.flush();
      this.#port = port;
      batch.addWithTail(packet, tailBytes, address, number);
      return batch.payload(0);
    }
    return batch.payload(index);
  }

  /** The packet that was begun last has this length now; 0 takes it back. */
  finish(length: number): void {
    if (length === 0) this.#batch.takeBack();
    else this.#batch.lengths[this.#batch.count - 1] = length;
  }

  flush(): void {
    const batch = this.#batch;
    if (batch.count > 0 && this.#port !== undefined) this.dropped += batch.count - this.#port.send(batch);
    batch.clear();
    this.#port = undefined;
  }
}
