// SIP over WebSocket (RFC 7118 §4, RFC 6455 §4.2): upgrades with the subprotocol `sip`, one message a frame. Hung on the
// web listeners by the host, or on any http server; its connections go to the SIP driver.

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from './clock.ts';
import type { CloseReason, Connection, ConnectionLimits } from './connection.ts';
import { type PeerAddress, SocketConnection } from './connection-socket.ts';
import { plainAddress } from './net-address.ts';
import {
  CLOSE_CODES,
  closeFrame,
  type OwnFrame,
  type WebSocketEvent,
  WebSocketReader,
  webSocketFrame,
} from './web-socket-frames.ts';

const closeCodes: Partial<Record<CloseReason, number>> = {
  malformed: CLOSE_CODES.policyViolation,
  shutdown: CLOSE_CODES.goingAway,
};
/** Pongs that wait for a peer that asks and does not read; RFC 6455 §5.5.3 lets us answer the latest ping only. */
const maxUnsentPongBytes = 16 * 1024;

export class WebSocketConnection extends SocketConnection {
  readonly #reader: WebSocketReader;
  #hasSentClose = false;

  constructor(
    socket: Socket,
    transport: 'ws' | 'wss',
    maxMessageBytes: number,
    clock: Clock,
    limits: ConnectionLimits,
    peer: PeerAddress,
  ) {
    super(socket, transport, clock, limits, peer);
    // An http server leaves our half open when the peer has ended its own.
    socket.allowHalfOpen = false;
    socket.setTimeout(0);
    this.#reader = new WebSocketReader(maxMessageBytes);
  }

  override get isFramed(): boolean {
    return true;
  }

  override send(bytes: Uint8Array): boolean {
    // RFC 7118 §4.2 allows both kinds of frame; browsers read text without a conversion of their own.
    return super.send(webSocketFrame(isUtf8(bytes) ? 'text' : 'binary', bytes));
  }

  ping(): void {
    if (this.reason === undefined) this.#write('ping');
  }

  protected override part(why: CloseReason): void {
    this.#sayClose(closeCodes[why] ?? CLOSE_CODES.normal);
    // The peer answers with a close of its own (RFC 6455 §7.1.2), which a paused socket would never see.
    this.socket.resume();
  }

  override arrived(bytes: Uint8Array): void {
    for (const event of this.#reader.push(bytes)) this.#take(event);
    if (this.reason === undefined) this.receiver?.heard?.(this.#reader.heldBytes, this.#reader.isUnfinished);
  }

  #take(event: WebSocketEvent): void {
    switch (event.kind) {
      case 'message':
        if (this.reason === undefined) this.receiver?.data(event.bytes);
        break;
      case 'ping':
        if (this.reason === undefined && this.unsentBytes <= maxUnsentPongBytes)
          this.#write('pong', event.bytes);
        break;
      case 'pong':
        break;
      case 'close':
        this.reason ??= 'peer';
        this.#sayClose(event.code === CLOSE_CODES.noStatus ? CLOSE_CODES.normal : event.code);
        this.socket.end();
        this.linger();
        break;
      case 'broken':
        this.reason ??= 'malformed';
        this.#sayClose(event.code);
        this.socket.end();
        this.linger();
    }
  }

  #sayClose(code: number): void {
    if (this.#hasSentClose || !this.socket.writable) return;
    this.#hasSentClose = true;
    this.socket.write(closeFrame(code));
  }

  #write(kind: OwnFrame, payload?: Uint8Array): void {
    if (this.socket.writable) this.socket.write(webSocketFrame(kind, payload));
  }
}

export interface SipUpgradeOptions {
  readonly clock: Clock;
  readonly limits: ConnectionLimits;
  readonly maxMessageBytes: number;
  /** True when the http server speaks TLS, or a proxy before it does. */
  readonly isSecure: boolean | ((request: IncomingMessage) => boolean);
  /** The peer's address where a proxy is before us; without it, what the socket says. */
  readonly sourceOf?: (request: IncomingMessage) => string;
  accept(connection: Connection): void;
}

/** An `upgrade` listener. A client that does not offer the subprotocol `sip` gets 400 (RFC 7118 §4.1). */
export function sipUpgrade(options: SipUpgradeOptions) {
  const { clock, limits, maxMessageBytes, isSecure, accept } = options;
  return (request: IncomingMessage, stream: Duplex, head: Buffer): void => {
    const socket = stream as Socket;
    const refusal = refusalOf(request);
    if (refusal !== undefined) {
      socket.on('error', () => {});
      socket.end(refusal);
      return;
    }
    socket.write(acceptance(request.headers['sec-websocket-key']!));
    const secure = typeof isSecure === 'boolean' ? isSecure : isSecure(request);
    const named = options.sourceOf?.(request) ?? '';
    const peer = {
      remoteAddress: isIP(named) === 0 ? plainAddress(socket.remoteAddress ?? '') : named,
      remotePort: socket.remotePort ?? 0,
    };
    // What came with the upgrade is the first that is read.
    if (head.length > 0) socket.unshift(head);
    accept(new WebSocketConnection(socket, secure ? 'wss' : 'ws', maxMessageBytes, clock, limits, peer));
  };
}

/** RFC 6455 §4.2.1, §4.4. */
function refusalOf({ method, headers }: IncomingMessage): string | undefined {
  if (headers['sec-websocket-version'] !== '13')
    return answer('426 Upgrade Required', ['Sec-WebSocket-Version: 13', 'Upgrade: websocket'], '');
  const key = headers['sec-websocket-key'];
  if (method !== 'GET' || key === undefined || !/^[+/0-9A-Za-z]{22}==$/.test(key))
    return answer('400 Bad Request', [], 'This is no WebSocket handshake.');
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  if (!offered.includes('sip'))
    return answer('400 Bad Request', [], 'Offer the WebSocket subprotocol sip (RFC 7118 §4.1).');
  return undefined;
}

function answer(status: string, fields: readonly string[], text: string): string {
  const body = text === '' ? '' : `${text}\n`;
  const head = [
    `HTTP/1.1 ${status}`,
    ...fields,
    'Connection: close',
    'Content-Type: text/plain',
    `Content-Length: ${body.length}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** RFC 6455 §4.2.2. */
function acceptance(key: string): string {
  const proof = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
  const head = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${proof}`,
    'Sec-WebSocket-Protocol: sip',
  ];
  return `${head.join('\r\n')}\r\n\r\n`;
}
