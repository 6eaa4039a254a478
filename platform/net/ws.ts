// SIP over WebSocket (RFC 7118 §4): upgrades with the subprotocol `sip`, one message a frame. Hung on the web listener or
// any http server; used by sip-driver.ts.
import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock } from './clock.ts';
import {
  type CloseReason,
  type Connection,
  type ConnectionLimits,
  type ConnectionReceiver,
  isGentle,
} from './connection.ts';
import { plainAddress } from './net-address.ts';

export interface WebSocketPeer {
  readonly isSecure: boolean;
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** RFC 6455 §7.4.1. */
const closeCodes: Partial<Record<CloseReason, number>> = { malformed: 1008, shutdown: 1001 };

export function webSocketConnection(
  socket: WebSocket,
  peer: WebSocketPeer,
  clock: Clock,
  limits: ConnectionLimits,
): Connection {
  let reason: CloseReason | undefined;
  let receiver: ConnectionReceiver | undefined;
  let isClosed = false;
  let linger: Disposable | undefined;
  socket.pause();
  socket.on('error', () => {
    reason ??= 'error';
  });
  socket.on('close', () => {
    isClosed = true;
    linger?.[Symbol.dispose]();
    receiver?.closed(reason ?? 'peer');
  });

  function close(why: CloseReason): void {
    if (reason !== undefined || isClosed) return;
    reason = why;
    // A paused socket would never see the peer's answer to our close.
    if (socket.isPaused) socket.resume();
    if (!isGentle(why)) {
      socket.terminate();
      return;
    }
    linger = clock.after(limits.lingerMs, () => socket.terminate());
    socket.close(closeCodes[why]);
  }

  return {
    transport: peer.isSecure ? 'wss' : 'ws',
    localAddress: peer.localAddress,
    localPort: peer.localPort,
    remoteAddress: peer.remoteAddress,
    remotePort: peer.remotePort,
    isFramed: true,
    get unsentBytes() {
      return socket.bufferedAmount;
    },
    start(given) {
      receiver = given;
      if (isClosed) {
        given.closed(reason ?? 'peer');
        return;
      }
      socket.on('message', (data: Buffer) => {
        if (reason === undefined) given.data(data);
      });
      socket.resume();
    },
    send(bytes) {
      if (reason !== undefined || socket.readyState !== socket.OPEN) return false;
      // RFC 7118 §4.2 allows both kinds of frame; browsers read text without a conversion of their own.
      socket.send(bytes, { binary: !isUtf8(bytes) });
      if (socket.bufferedAmount <= limits.maxUnsentBytes) return true;
      close('not-reading');
      return false;
    },
    close,
  };
}

export interface SipUpgradeOptions {
  readonly clock: Clock;
  readonly limits: ConnectionLimits;
  readonly maxMessageBytes: number;
  /** True when the http server speaks TLS, or a proxy before it does. */
  readonly isSecure: boolean;
  accept(connection: Connection): void;
}

/** An `upgrade` listener. A client that does not offer the subprotocol `sip` gets 400 (RFC 7118 §4.1). */
export function sipUpgrade(options: SipUpgradeOptions) {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: options.maxMessageBytes,
    perMessageDeflate: false,
    handleProtocols: () => 'sip',
  });
  return (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
    if (!offered.includes('sip')) {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    server.handleUpgrade(request, socket, head, (webSocket) => {
      const { localAddress = '', localPort = 0, remoteAddress = '', remotePort = 0 } = request.socket;
      const peer = {
        isSecure: options.isSecure,
        localAddress: plainAddress(localAddress),
        localPort,
        remoteAddress: plainAddress(remoteAddress),
        remotePort,
      };
      options.accept(webSocketConnection(webSocket, peer, options.clock, options.limits));
    });
  };
}
