// Two ends of one connection in memory, for tests of what stands above: same promises as a socket, no system below.
import type { CloseReason, Connection, ConnectionReceiver } from './connection.ts';

export interface LoopbackOptions {
  /** True: chunks arrive as they were sent, like WebSocket frames. */
  readonly isFramed?: boolean;
  readonly maxUnsentBytes?: number;
}

class LoopbackEnd implements Connection {
  readonly transport;
  readonly localAddress = '127.0.0.1';
  readonly remoteAddress = '127.0.0.1';
  readonly localPort: number;
  readonly remotePort: number;
  readonly isFramed: boolean;
  peer: LoopbackEnd | undefined;
  #receiver: ConnectionReceiver | undefined;
  #arrived: Uint8Array[] = [];
  #arrivedBytes = 0;
  #reason: CloseReason | undefined;
  readonly #maxUnsentBytes: number;

  constructor(localPort: number, remotePort: number, options: LoopbackOptions) {
    this.localPort = localPort;
    this.remotePort = remotePort;
    this.isFramed = options.isFramed ?? false;
    this.transport = this.isFramed ? ('ws' as const) : ('tcp' as const);
    this.#maxUnsentBytes = options.maxUnsentBytes ?? 1024 * 1024;
  }

  get unsentBytes(): number {
    return this.peer === undefined ? 0 : this.peer.#arrivedBytes;
  }

  start(receiver: ConnectionReceiver): void {
    this.#receiver = receiver;
    this.#wake();
  }

  send(bytes: Uint8Array): boolean {
    if (this.#reason !== undefined || this.peer === undefined) return false;
    this.peer.#arrived.push(bytes.slice());
    this.peer.#arrivedBytes += bytes.length;
    if (this.peer.#arrivedBytes > this.#maxUnsentBytes) {
      this.close('not-reading');
      return false;
    }
    this.peer.#wake();
    return true;
  }

  close(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#end(reason);
    if (this.peer !== undefined) this.peer.#end('peer');
  }

  #end(reason: CloseReason): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#wake();
  }

  /** Delivers in a turn of its own, as a socket would. */
  #wake(): void {
    setImmediate(() => {
      const receiver = this.#receiver;
      if (receiver === undefined) return;
      const isEndedHere = this.#reason !== undefined && this.#reason !== 'peer';
      const arrived = isEndedHere ? [] : this.#arrived;
      this.#arrived = [];
      this.#arrivedBytes = 0;
      for (const bytes of arrived) receiver.data(bytes);
      if (this.#reason === undefined) return;
      this.#receiver = undefined;
      receiver.closed(this.#reason);
    });
  }
}

export function loopbackPair(options: LoopbackOptions = {}): readonly [Connection, Connection] {
  const left = new LoopbackEnd(1, 2, options);
  const right = new LoopbackEnd(2, 1, options);
  left.peer = right;
  right.peer = left;
  return [left, right];
}
