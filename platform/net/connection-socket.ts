// A Node socket as a Connection: what TCP, TLS and WebSocket have in common. Made by tcp.ts, tls.ts and ws.ts. There may be
// tens of thousands, so a connection is one object: its listeners are shared functions that find it on the socket.
import type { Socket } from 'node:net';
import type { Clock } from './clock.ts';
import {
  type CloseReason,
  type Connection,
  type ConnectionLimits,
  type ConnectionReceiver,
  isGentle,
} from './connection.ts';
import { plainAddress } from './net-address.ts';
import type { SipTransport } from './sip-server.ts';

/** When the system starts to ask a silent peer whether it is there. */
const probeAfterMs = 120_000;

const connectionOf = Symbol('connection');
interface OwnedSocket extends Socket {
  [connectionOf]?: SocketConnection;
}

export interface PeerAddress {
  readonly remoteAddress: string;
  readonly remotePort: number;
}

export class SocketConnection implements Connection {
  readonly transport: SipTransport;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
  protected readonly socket: Socket;
  protected readonly limits: ConnectionLimits;
  protected receiver: ConnectionReceiver | undefined;
  /** Why it ends or has ended. */
  protected reason: CloseReason | undefined;
  readonly #clock: Clock;
  #isClosed = false;
  #linger: Disposable | undefined;

  /** @param peer where it is behind a proxy that said so; else what the socket says. */
  constructor(
    socket: Socket,
    transport: SipTransport,
    clock: Clock,
    limits: ConnectionLimits,
    peer: PeerAddress = {
      remoteAddress: plainAddress(socket.remoteAddress ?? ''),
      remotePort: socket.remotePort ?? 0,
    },
  ) {
    this.socket = socket;
    this.transport = transport;
    this.localAddress = plainAddress(socket.localAddress ?? '');
    this.localPort = socket.localPort ?? 0;
    this.remoteAddress = peer.remoteAddress;
    this.remotePort = peer.remotePort;
    this.#clock = clock;
    this.limits = limits;
    socket.setNoDelay(true);
    socket.setKeepAlive(true, probeAfterMs);
    socket.pause();
    (socket as OwnedSocket)[connectionOf] = this;
    socket.on('error', failed);
    socket.on('close', closed);
  }

  get isFramed(): boolean {
    return false;
  }

  get unsentBytes(): number {
    return this.socket.writableLength;
  }

  start(receiver: ConnectionReceiver): void {
    this.receiver = receiver;
    if (this.#isClosed) {
      receiver.closed(this.reason ?? 'peer');
      return;
    }
    this.socket.on('data', arrived);
    this.socket.resume();
  }

  send(bytes: Uint8Array): boolean {
    if (this.reason !== undefined || this.#isClosed || !this.socket.writable) return false;
    this.socket.write(bytes);
    if (this.socket.writableLength <= this.limits.maxUnsentBytes) return true;
    this.close('not-reading');
    return false;
  }

  close(why: CloseReason): void {
    if (this.reason !== undefined || this.#isClosed) return;
    this.reason = why;
    if (!isGentle(why)) {
      this.socket.destroy();
      return;
    }
    this.linger();
    this.part(why);
  }

  /** The last words go out; whoever does not take them in time is cut. */
  protected linger(): void {
    this.#linger ??= this.#clock.after(this.limits.lingerMs, () => this.socket.destroy());
  }

  /** Ends it after what was sent. */
  protected part(why: CloseReason): void {
    if (why === 'shutdown') this.socket.destroySoon();
    else {
      // Closing with bytes unread would reset the connection, and the peer might never read our answer.
      this.socket.end();
      this.socket.resume();
    }
  }

  /** Bytes of the socket, also while it ends. */
  arrived(bytes: Uint8Array): void {
    if (this.reason === undefined) this.receiver?.data(bytes);
  }

  failed(): void {
    this.reason ??= 'error';
  }

  closed(): void {
    this.#isClosed = true;
    this.#linger?.[Symbol.dispose]();
    this.receiver?.closed(this.reason ?? 'peer');
  }
}

function arrived(this: OwnedSocket, bytes: Buffer): void {
  this[connectionOf]?.arrived(bytes);
}

function failed(this: OwnedSocket): void {
  this[connectionOf]?.failed();
}

function closed(this: OwnedSocket): void {
  this[connectionOf]?.closed();
}
