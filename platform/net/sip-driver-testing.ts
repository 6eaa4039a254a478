// What the tests of the SIP driver share: servers on loopback, requests, and a peer that speaks raw bytes.
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequest, parseMessage, type SipMessage, type SipRequest } from '@parley/protocol/sip';
import type { Log } from '../observe/log.ts';
import { type Certificates, obtainCertificates } from './certificates.ts';
import { type OpenedSipServer, openSipServer, type SipServerOptions } from './sip-driver.ts';
import type { Destination, SipTransport } from './sip-server.ts';
import { type FakeClock, fakeClock } from './testing.ts';

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

export type TestServer = OpenedSipServer & { readonly clock: FakeClock };

/** A server on free ports of 127.0.0.1 whose time stands still. */
export async function openServer(
  transports: readonly ('udp' | 'tcp' | 'tls')[],
  options: Partial<SipServerOptions> & { readonly clock?: FakeClock } = {},
): Promise<TestServer> {
  const clock = options.clock ?? fakeClock();
  const listen = transports.map((transport) => ({ transport, address: '127.0.0.1', port: 0 }));
  const server = await openSipServer({ listen, log: silent, ...options, clock });
  return Object.assign(server, { clock });
}

export function at(
  server: OpenedSipServer,
  transport: SipTransport,
): Destination & { transport: SipTransport } {
  const found = server.listening.find((listening) => listening.transport === transport);
  if (found === undefined) throw new Error(`it does not listen on ${transport}`);
  return found;
}

/** Of an authority of its own, for localhost. */
export async function newCertificates(): Promise<Certificates> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-sip-'));
  try {
    return await obtainCertificates({ folder, hostNames: [], clock: fakeClock({ at: Date.now() }) });
  } finally {
    await rm(folder, { recursive: true });
  }
}

let lastCall = 0;

export function aRequest(method: string, body = '', headers: readonly [string, string][] = []): SipRequest {
  lastCall += 1;
  return createRequest({
    method,
    uri: 'sip:bob@example.com',
    headers: [
      ['Max-Forwards', '70'],
      ['From', '<sip:alice@example.com>;tag=a1'],
      ['To', '<sip:bob@example.com>'],
      ['Call-ID', `call-${lastCall}`],
      ['CSeq', `1 ${method}`],
      ...headers,
    ],
    body: Buffer.from(body),
  });
}

/** A request as text, with a Via of its own. */
export function rawRequest(method: string, via: string, extra = ''): string {
  lastCall += 1;
  return (
    `${method} sip:bob@example.com SIP/2.0\r\nVia: ${via};branch=z9hG4bK${lastCall}\r\nMax-Forwards: 70\r\n` +
    `From: <sip:alice@example.com>;tag=a1\r\nTo: <sip:bob@example.com>\r\nCall-ID: raw-${lastCall}\r\n` +
    `CSeq: 1 ${method}\r\n${extra}Content-Length: 0\r\n\r\n`
  );
}

/** A TCP peer that writes and reads bytes. */
export class RawPeer {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  text = '';

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setEncoding('utf8');
    socket.on('data', (text: string) => {
      this.text += text;
    });
    // A reset is one of the ways to be closed.
    socket.on('error', () => {});
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  static async open(server: OpenedSipServer): Promise<RawPeer> {
    const { address, port } = at(server, 'tcp');
    const socket = connect({ host: address, port });
    await once(socket, 'connect');
    return new RawPeer(socket);
  }

  async reads(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this.text);
      if (found !== null) return found;
      await once(this.socket, 'data');
    }
  }
}

/** Resolves when `holds()` is true; looks after each turn of the loop. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise<void>((resolve) => setImmediate(resolve));
}

export function parsed(bytes: Uint8Array): SipMessage {
  const result = parseMessage(bytes);
  if (!result.ok) throw new Error(result.reason);
  return result.message;
}
