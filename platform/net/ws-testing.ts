// The browser's end of a WebSocket as a Connection, by the `ws` library: what ws.ts must get on with. For tests.
import type { WebSocket } from 'ws';
import type { CloseReason, Connection, ConnectionReceiver } from './connection.ts';

export class WebSocketEnd implements Connection {
  readonly transport = 'ws';
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly isFramed = true;
  readonly #socket: WebSocket;
  #reason: CloseReason | undefined;

  /** @param other the end that the server holds. */
  constructor(socket: WebSocket, other: Connection) {
    this.#socket = socket;
    this.localAddress = other.remoteAddress;
    this.localPort = other.remotePort;
    this.remoteAddress = other.localAddress;
    this.remotePort = other.localPort;
    socket.pause();
  }

  get unsentBytes(): number {
    return this.#socket.bufferedAmount;
  }

  start(receiver: ConnectionReceiver): void {
    this.#socket.on('error', () => {});
    this.#socket.on('close', () => receiver.closed(this.#reason ?? 'peer'));
    this.#socket.on('message', (data: Buffer) => receiver.data(data));
    this.#socket.resume();
  }

  send(bytes: Uint8Array): boolean {
    if (this.#socket.readyState !== this.#socket.OPEN) return false;
    this.#socket.send(bytes);
    return true;
  }

  close(reason: CloseReason): void {
    this.#reason ??= reason;
    this.#socket.terminate();
  }
}
