// The clients of a TURN server as their wires see them: a UDP peer, or a connection whose bytes are cut into messages. Used by
// turn-driver.ts.
import { StunFramer, type TurnClient, type TurnTransport } from '@parley/protocol/ice';
import type { Clock } from './clock.ts';
import type { CloseReason, Connection } from './connection.ts';
import { ConnectionWatch, type WatchLimits } from './connection-watch.ts';

/** A client to which can be sent. Bytes are copied before `send` returns. */
export interface WiredClient extends TurnClient {
  /** The address of ours that it has reached. */
  readonly localAddress: string;
  send(bytes: Uint8Array): void;
}

export class UdpTurnClient implements WiredClient {
  readonly transport = 'udp';
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly key: string;
  readonly #wire: (bytes: Uint8Array, address: string, port: number) => void;

  constructor(
    address: string,
    port: number,
    localAddress: string,
    wire: (bytes: Uint8Array, address: string, port: number) => void,
  ) {
    this.address = address;
    this.port = port;
    this.localAddress = localAddress;
    this.key = `udp ${address} ${port}`;
    this.#wire = wire;
  }

  send(bytes: Uint8Array): void {
    this.#wire(bytes, this.address, this.port);
  }
}

/** What waits for a client that does not read: beyond it packets are dropped, as a full line would. */
const MAX_UNSENT_BYTES = 256 * 1024;
export const STREAM_LIMITS = { maxUnsentBytes: 2 * MAX_UNSENT_BYTES, lingerMs: 1_000 } as const;
/** RFC 8656 §3.2: an allocation lives an hour at most without a word, and its connection as long. */
const WATCH: WatchLimits = {
  idleMs: 3_700_000,
  slowPeerMs: 15_000,
  firstMessageMs: 15_000,
  askMs: Number.POSITIVE_INFINITY,
};

let connections = 0;

/** Owned by the driver; ends with its connection. */
export class StreamTurnClient implements WiredClient {
  readonly transport: TurnTransport;
  readonly address: string;
  readonly port: number;
  readonly localAddress: string;
  readonly key: string;
  readonly #connection: Connection;
  readonly #framer = new StunFramer();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.transport = connection.transport === 'tls' ? 'tls' : 'tcp';
    this.address = connection.remoteAddress;
    this.port = connection.remotePort;
    this.localAddress = connection.localAddress;
    this.key = `connection ${connections++}`;
  }

  start(clock: Clock, take: (bytes: Uint8Array) => void, closed: (reason: CloseReason) => void): void {
    const watch = new ConnectionWatch(clock, WATCH, true, {
      close: (reason) => this.#connection.close(reason),
      canBeAsked: false,
      ask: () => {},
    });
    this.#connection.start({
      data: (bytes) => {
        let whole = 0;
        const isRight = this.#framer.push(bytes, (message) => {
          whole++;
          take(message);
        });
        watch.heard(whole, this.#framer.heldBytes > 0);
        if (!isRight) this.#connection.close('malformed');
      },
      closed: (reason) => {
        watch[Symbol.dispose]();
        closed(reason);
      },
    });
  }

  send(bytes: Uint8Array): void {
    if (this.#connection.unsentBytes < MAX_UNSENT_BYTES) this.#connection.send(bytes.slice());
  }

  close(): void {
    this.#connection.close('shutdown');
  }
}
