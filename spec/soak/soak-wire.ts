// The wire of a phone that has bad luck: datagrams that are lost, connections that end in the middle of a message. UDP, TCP,
// TLS and WebSocket, each from an address of its own.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket as NetSocket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { createStreamFramer, parseMessage, type SipMessage, serializeMessage } from '@parley/protocol/sip';
import { WebSocket } from 'ws';
import type { SoakAddresses } from './soak-member.ts';

export const TRANSPORTS = ['udp', 'tcp', 'tls', 'ws'] as const;
export type SoakTransport = (typeof TRANSPORTS)[number];

export interface SoakWire {
  readonly transport: SoakTransport;
  readonly localAddress: string;
  readonly localPort: number;
  send(message: SipMessage): void;
  /** Sends the beginning of it and is gone. */
  breakWith(message: SipMessage): void;
  /** Gone without a word. */
  kill(): void;
  readonly isGone: boolean;
}

export interface WireOptions {
  readonly transport: SoakTransport;
  readonly server: SoakAddresses;
  readonly localAddress: string;
  /** Of datagrams, the share that is lost each way. */
  readonly loss: number;
  random(): number;
  take(message: SipMessage): void;
}

export function openWire(options: WireOptions): Promise<SoakWire> {
  switch (options.transport) {
    case 'udp':
      return openUdp(options);
    case 'ws':
      return openWebSocket(options);
    default:
      return openStream(options);
  }
}

function portOf({ sip }: SoakAddresses, transport: SoakTransport): number {
  return sip.find((one) => one.transport === transport)!.port;
}

async function openUdp({ server, localAddress, loss, random, take }: WireOptions): Promise<SoakWire> {
  const socket = createSocket('udp4');
  socket.on('error', () => {});
  let isGone = false;
  socket.on('message', (bytes) => {
    if (random() >= loss) takeWhole(bytes, take);
  });
  socket.bind(0, localAddress);
  await once(socket, 'listening');
  const port = portOf(server, 'udp');
  const send = (bytes: Uint8Array) => {
    if (!isGone) socket.send(bytes, port, '127.0.0.1', () => {});
  };
  const kill = () => {
    if (!isGone) socket.close();
    isGone = true;
  };
  return {
    transport: 'udp',
    localAddress,
    localPort: socket.address().port,
    get isGone() {
      return isGone;
    },
    send(message) {
      if (random() >= loss) send(serializeMessage(message));
    },
    breakWith(message) {
      const bytes = serializeMessage(message);
      send(bytes.subarray(0, Math.floor(bytes.length * random())));
      kill();
    },
    kill,
  };
}

async function openStream({ transport, server, localAddress, random, take }: WireOptions): Promise<SoakWire> {
  const target = { host: '127.0.0.1', port: portOf(server, transport), localAddress };
  // The certificate is of the server's own authority, which phones are given by hand.
  const socket: NetSocket =
    transport === 'tls' ? connectTls({ ...target, rejectUnauthorized: false }) : connect(target);
  socket.on('error', () => {});
  const framer = createStreamFramer();
  socket.on('data', (bytes: Buffer) => {
    for (const framed of framer.push(bytes)) if (framed.kind === 'message') take(framed.message);
  });
  await once(socket, transport === 'tls' ? 'secureConnect' : 'connect');
  return {
    transport,
    localAddress,
    localPort: socket.localPort ?? 0,
    get isGone() {
      return socket.destroyed;
    },
    send(message) {
      if (!socket.destroyed) socket.write(serializeMessage(message));
    },
    breakWith(message) {
      const bytes = serializeMessage(message);
      socket.write(bytes.subarray(0, 1 + Math.floor((bytes.length - 1) * random())), () => socket.destroy());
    },
    kill: () => socket.destroy(),
  };
}

async function openWebSocket({ server, localAddress, take }: WireOptions): Promise<SoakWire> {
  const url = new URL('/sip', server.web);
  url.protocol = 'ws:';
  const socket = new WebSocket(url, 'sip', { localAddress });
  socket.on('error', () => {});
  socket.on('message', (bytes: Buffer) => takeWhole(bytes, take));
  await once(socket, 'open');
  const isOpen = () => socket.readyState === WebSocket.OPEN;
  return {
    transport: 'ws',
    localAddress,
    localPort: 5060,
    get isGone() {
      return !isOpen();
    },
    send(message) {
      if (isOpen()) socket.send(serializeMessage(message));
    },
    breakWith(message) {
      if (!isOpen()) return;
      // A fragment that is never followed by its end (RFC 6455 §5.4).
      socket.send(serializeMessage(message).subarray(0, 40), { fin: false }, () => socket.terminate());
    },
    kill: () => socket.terminate(),
  };
}

function takeWhole(bytes: Uint8Array, take: (message: SipMessage) => void): void {
  const parsed = parseMessage(new Uint8Array(bytes));
  if (parsed.ok) take(parsed.message);
}
