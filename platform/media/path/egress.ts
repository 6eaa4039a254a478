// Packets on their way out: gathered while one turn of the loop lasts, and handed to the system at once.
import { HubBatch, type HubSocket, type UdpHub } from '../../net/udp-hub.ts';

const PACKETS = 256;
/** A packet of the largest that Ethernet carries, and its tag. */
export const SLOT_BYTES = 1_664;

export class Egress {
  readonly #batch = new HubBatch(PACKETS, PACKETS * SLOT_BYTES);
  readonly #hub: UdpHub;
  /** Packets that could not leave at once. */
  dropped = 0;

  constructor(hub: UdpHub) {
    this.#hub = hub;
  }

  /**
   * Copies a packet in, to be changed where it is then and ended by `finish`.
   *
   * @returns the copy, with `tailBytes` behind it for a tag.
   */
  begin(socket: HubSocket, address: string, port: number, packet: Uint8Array, tailBytes: number): Uint8Array {
    const batch = this.#batch;
    if (!batch.addWithTail(packet, tailBytes, address, port)) {
      this.flush();
      batch.addWithTail(packet, tailBytes, address, port);
    }
    const index = batch.count - 1;
    batch.sockets[index] = socket.id;
    return batch.payload(index);
  }

  /** The packet that was begun last has this length now; 0 takes it back. */
  finish(length: number): void {
    if (length === 0) this.#batch.takeBack();
    else this.#batch.lengths[this.#batch.count - 1] = length;
  }

  flush(): void {
    const batch = this.#batch;
    if (batch.count === 0) return;
    this.dropped += batch.count - this.#hub.send(batch);
    batch.clear();
  }
}
