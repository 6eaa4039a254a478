// Addresses between text and the 24 bytes that native/udp-batch.c works with: 16 of address (4 for IPv4), 4 of scope id,
// 1 of family. A server hears the same peers again and again, so both ways are remembered.
import { isIP } from 'node:net';
import { ipv6Groups } from './net-address.ts';
import type { DatagramBatch } from './udp-batch-port.ts';

const PEER_BYTES = 24;
const FAMILY = 20;
/** Strangers must not fill our memory. */
const REMEMBERED = 10_000;

export class PeerAddresses {
  readonly #ipv4 = new Map<number, string>();
  readonly #ipv6 = new Map<string, string>();
  readonly #bytes = new Map<string, Uint8Array>();

  textAt(peers: Uint8Array, offset: number): string {
    const family = peers[offset + FAMILY];
    if (family === 0) return '';
    if (family === 6) return this.#ipv6At(peers, offset);
    const [a, b, c, d] = [peers[offset]!, peers[offset + 1]!, peers[offset + 2]!, peers[offset + 3]!];
    const key = a * 0x1000000 + b * 0x10000 + c * 0x100 + d;
    const known = this.#ipv4.get(key);
    if (known !== undefined) return known;
    return remember(this.#ipv4, key, `${a}.${b}.${c}.${d}`);
  }

  /** Puts the addresses of all datagrams of a batch into `peers`. */
  write(batch: DatagramBatch, peers: Uint8Array): void {
    for (let index = 0; index < batch.count; index++) {
      peers.set(this.#bytesOf(batch.addresses[index]!), index * PEER_BYTES);
    }
  }

  #ipv6At(peers: Uint8Array, offset: number): string {
    const bytes = Buffer.from(peers.buffer, peers.byteOffset + offset, FAMILY);
    const key = bytes.toString('latin1');
    const known = this.#ipv6.get(key);
    if (known !== undefined) return known;
    const groups = Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16));
    const scope = new DataView(bytes.buffer, bytes.byteOffset).getUint32(16, true);
    const zone = scope === 0 ? '' : `%${scope}`;
    // The system's own way to write it (RFC 5952 §4).
    return remember(
      this.#ipv6,
      key,
      `${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}${zone}`,
    );
  }

  #bytesOf(address: string): Uint8Array {
    const known = this.#bytes.get(address);
    if (known !== undefined) return known;
    const bytes = new Uint8Array(PEER_BYTES);
    const family = isIP(address);
    bytes[FAMILY] = family;
    if (family === 4) bytes.set(address.split('.').map(Number));
    else if (family === 6) {
      const view = new DataView(bytes.buffer);
      for (const [index, group] of ipv6Groups(address).entries()) view.setUint16(index * 2, group);
      view.setUint32(16, Number(address.split('%')[1] ?? 0) || 0, true);
    }
    return remember(this.#bytes, address, bytes);
  }
}

function remember<K, V>(map: Map<K, V>, key: K, value: V): V {
  if (map.size >= REMEMBERED) map.clear();
  map.set(key, value);
  return value;
}
