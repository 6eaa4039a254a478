// UDP by the batch: one call hands over an array of datagrams in shared memory and one callback brings an array back
// (design.md, decision 5). Implemented by udp-dgram.ts everywhere and by udp-native.ts, which fills the slabs in place.
import type { DatagramSieve } from './datagram-sieve.ts';

/**
 * A fixed piece of memory with a descriptor for each datagram in it. The arrays stand side by side so that native code
 * can fill them in place. Not a queue: it is filled, handed over whole, and filled again.
 */
export class DatagramBatch {
  readonly slab: Uint8Array;
  readonly offsets: Uint32Array;
  readonly lengths: Uint32Array;
  /** How long a received datagram has waited in the system's queue; 0 where the port cannot tell. */
  readonly agesUs: Uint32Array;
  readonly ports: Uint16Array;
  /** 1 where the datagram was longer than the port's `maxDatagramBytes` and only its beginning is here. */
  readonly truncated: Uint8Array;
  /** IP addresses in text; IPv4 is never written as IPv6. */
  readonly addresses: string[];
  /** The address of ours that it was sent to; empty where the port cannot tell. */
  readonly localAddresses: string[];
  /** Views of before: packets of one kind are equally long, and a new view each is garbage. */
  readonly #views: (Uint8Array | undefined)[];
  #count = 0;
  #usedBytes = 0;

  constructor(capacity: number, slabBytes: number) {
    this.slab = new Uint8Array(new SharedArrayBuffer(slabBytes));
    this.offsets = new Uint32Array(new SharedArrayBuffer(capacity * 4));
    this.lengths = new Uint32Array(new SharedArrayBuffer(capacity * 4));
    this.agesUs = new Uint32Array(new SharedArrayBuffer(capacity * 4));
    this.ports = new Uint16Array(new SharedArrayBuffer(capacity * 2));
    this.truncated = new Uint8Array(new SharedArrayBuffer(capacity));
    this.addresses = new Array<string>(capacity).fill('');
    this.localAddresses = new Array<string>(capacity).fill('');
    this.#views = new Array<Uint8Array | undefined>(capacity).fill(undefined);
  }

  get count(): number {
    return this.#count;
  }

  get capacity(): number {
    return this.addresses.length;
  }

  /** Copies a datagram in. False when it has no room: hand the batch over and clear it first. */
  add(bytes: Uint8Array, address: string, port: number, truncated = false): boolean {
    const index = this.#count;
    if (index === this.capacity || this.#usedBytes + bytes.length > this.slab.length) return false;
    this.slab.set(bytes, this.#usedBytes);
    this.offsets[index] = this.#usedBytes;
    this.lengths[index] = bytes.length;
    this.ports[index] = port;
    this.addresses[index] = address;
    this.truncated[index] = truncated ? 1 : 0;
    this.#count = index + 1;
    this.#usedBytes += bytes.length;
    return true;
  }

  /** Like `add`, with room behind the bytes for what will be appended; `lengths` says then how long it is. */
  addWithTail(bytes: Uint8Array, tailBytes: number, address: string, port: number): boolean {
    if (this.#usedBytes + bytes.length + tailBytes > this.slab.length || !this.add(bytes, address, port))
      return false;
    this.lengths[this.#count - 1]! += tailBytes;
    this.#usedBytes += tailBytes;
    return true;
  }

  /** Takes back what was added last. */
  takeBack(): void {
    if (this.#count > 0) this.#usedBytes = this.offsets[--this.#count]!;
  }

  /** Says that native code has put so many datagrams in. */
  filled(count: number): void {
    this.#count = count;
    this.#usedBytes = this.slab.length;
  }

  /** A view into the slab, valid until the batch is cleared. */
  payload(index: number): Uint8Array {
    const offset = this.offsets[index]!;
    const length = this.lengths[index]!;
    const known = this.#views[index];
    if (known !== undefined && known.byteOffset === offset && known.length === length) return known;
    const view = this.slab.subarray(offset, offset + length);
    this.#views[index] = view;
    return view;
  }

  clear(): void {
    this.#count = 0;
    this.#usedBytes = 0;
  }
}

export interface UdpPortOptions {
  /** An IP address; `::` takes IPv4 as well. */
  readonly address: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** Called with everything that one turn of the loop brought. The batch is reused as soon as this returns. */
  receive(batch: DatagramBatch): void;
  /** The system refused a datagram that `send` had taken (no route, too long). */
  sendFailed?(address: string, port: number, systemCode: string): void;
  /** What of SIP the port may drop before anybody sees it, where it can. */
  readonly sieve?: DatagramSieve;
  /** Longer datagrams are cut to this and marked. */
  readonly maxDatagramBytes?: number;
  /** What may wait to be sent; beyond it `send` takes no more. */
  readonly maxQueuedBytes?: number;
}

/** Disposing closes the socket once what was taken has been handed to the system; nothing is received after it began. */
export interface UdpBatchPort extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
  /**
   * Takes the datagrams in order until the queue is full.
   * @returns how many were taken; the others are not sent. The batch may be cleared at once.
   */
  send(batch: DatagramBatch): number;
  readonly queuedBytes: number;
  /** Datagrams that found no room in the system's queue, as of the last that did; undefined where the port cannot tell. */
  readonly overflowed?: number;
}

/** @throws {NetError} when the port cannot be had. */
export type OpenUdpPort = (options: UdpPortOptions) => Promise<UdpBatchPort>;

export const udpDefaults = {
  /** The most that UDP can carry over IPv4. */
  maxDatagramBytes: 65_507,
  maxQueuedBytes: 4 * 1024 * 1024,
} as const;
