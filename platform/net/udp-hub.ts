// Many UDP sockets that live as one: what a wake brought to any of them comes in one batch, and one batch leaves through any of
// them. For media (decision 0030). Implemented by udp-hub-native.ts, and over any batch port by udp-hub-ports.ts.
import { DatagramBatch } from './udp-batch-port.ts';

/** A batch that says of each datagram through which socket it came, or is to go. */
export class HubBatch extends DatagramBatch {
  /** Numbers of sockets. */
  readonly sockets: Uint32Array;

  constructor(capacity: number, slabBytes: number) {
    super(capacity, slabBytes);
    this.sockets = new Uint32Array(new SharedArrayBuffer(capacity * 4));
  }
}

export interface HubSocketOptions {
  /** An IP address; `::` takes IPv4 as well. */
  readonly address: string;
  /** 0 takes a free port. */
  readonly port: number;
  /** What may wait in the system until it is read. */
  readonly bufferBytes: number;
}

/** Disposing closes it: nothing is received from then on. */
export interface HubSocket extends AsyncDisposable {
  /** Its number in batches, free for another one once it is closed. */
  readonly id: number;
  readonly port: number;
}

export interface UdpHubOptions {
  /** What is longer is dropped. */
  readonly maxDatagramBytes: number;
  /** The batch is reused as soon as this returns. Sockets are neither opened nor closed meanwhile. */
  receive(batch: HubBatch): void;
}

/** Disposing closes its sockets. */
export interface UdpHub extends AsyncDisposable {
  /** @throws {NetError} when the port cannot be had. */
  open(options: HubSocketOptions): Promise<HubSocket>;
  /**
   * Sends at once. What cannot leave at once is dropped: sound that waits is late.
   * @returns how many left. The batch may be cleared at once.
   */
  send(batch: HubBatch): number;
}

export type OpenUdpHub = (options: UdpHubOptions) => Promise<UdpHub>;

/** Numbers for sockets: one that was given back is taken again before a new one. */
export class SocketNumbers {
  readonly #free: number[] = [];
  #next = 0;

  take(): number {
    return this.#free.pop() ?? this.#next++;
  }

  giveBack(id: number): void {
    this.#free.push(id);
  }
}
