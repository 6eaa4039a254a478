// Header extensions of one leg under the numbers of another (RFC 8285 §4.2): renumbered where they stand; what the other leg
// did not agree to becomes padding. Towards who takes none they are cut out: some phones refuse a packet with padding there.
import { rtpExtensionAt } from '@parley/protocol/rtp';

interface Extension {
  readonly uri: string;
  readonly id: number;
}

const ONE_BYTE = 0xbede;
/** RFC 3550 §5.1: the X bit. */
const HAS_EXTENSION = 0x10;

export class ExtensionMap {
  readonly #ids = new Uint8Array(16);
  #isSame = true;
  #isNone = true;

  set(from: readonly Extension[], to: readonly Extension[]): void {
    this.#ids.fill(0);
    this.#isNone = to.length === 0;
    this.#isSame = from.length === to.length;
    for (const { uri, id } of from) {
      const own = to.find((each) => each.uri === uri)?.id ?? 0;
      // Numbers beyond 14 need the two-byte form, which nobody was offered.
      if (id < 15 && own < 15) this.#ids[id] = own;
      if (own !== id) this.#isSame = false;
    }
  }

  /** @param packet may be longer than the packet in it. @returns the length of that from now on. */
  apply(packet: Uint8Array, length: number): number {
    const at = rtpExtensionAt(packet);
    if (at === -1) return length;
    const end = at + 4 + ((packet[at + 2]! << 8) | packet[at + 3]!) * 4;
    if (this.#isNone) {
      packet[0] = packet[0]! & ~HAS_EXTENSION;
      packet.copyWithin(at, end, length);
      return length - (end - at);
    }
    if (this.#isSame) return length;
    this.#renumber(packet, at, end);
    return length;
  }

  #renumber(packet: Uint8Array, at: number, end: number): void {
    if (((packet[at]! << 8) | packet[at + 1]!) !== ONE_BYTE) {
      packet.fill(0, at + 4, end);
      return;
    }
    for (let next = at + 4; next < end; ) {
      const id = packet[next]! >> 4;
      const bytes = packet[next] === 0 ? 1 : 2 + (packet[next]! & 0x0f);
      if (id === 15 || next + bytes > end) break;
      const own = this.#ids[id]!;
      if (own === 0) packet.fill(0, next, next + bytes);
      else packet[next] = (own << 4) | (packet[next]! & 0x0f);
      next += bytes;
    }
  }
}
