// The http and https sockets of the web server: their bounds in size, time and number, and clear texts for a taken
// port or a bad certificate. One handler answers on both.
import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  STATUS_CODES,
} from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Fault } from '../bus/contract.ts';
import { plainAddress, sourceGroup } from '../net/net-address.ts';
import { afterFirstBytes } from '../net/tls.ts';
import type { TlsMaterial, TlsSource } from '../net/tls-material.ts';
import { PROBLEM_TYPE, problemOf, webErrors } from './web-errors.ts';

export interface Endpoint {
  readonly address: string;
  /** 0 takes a free port. */
  readonly port: number;
}
export interface ConnectionLimits {
  readonly total: number;
  /** An office behind one address may be large. */
  readonly perSource: number;
  /** How long a request may take to arrive: its header, and all of it. */
  readonly headerMs: number;
  readonly requestMs: number;
}
export interface WebAddress {
  readonly protocol: 'http' | 'https';
  readonly address: string;
  readonly port: number;
}

const HANDSHAKE_MS = 10_000;

export const connectionLimits: ConnectionLimits = {
  total: 20_000,
  perSource: 4_000,
  headerMs: 10_000,
  requestMs: 30_000,
};

function serverOptions(limits: ConnectionLimits) {
  return {
    maxHeaderSize: 16 * 1024,
    headersTimeout: limits.headerMs,
    requestTimeout: limits.requestMs,
    keepAliveTimeout: 65_000,
    connectionsCheckingInterval: Math.min(2_000, limits.headerMs),
    // RFC 9110 §7.8: an upgrade that we do not know (h2c) is ignored, and the request answered as it is.
    shouldUpgradeCallback: ({ headers }: IncomingMessage) => headers.upgrade?.toLowerCase() === 'websocket',
  };
}

/** The port, the address or the certificate cannot be used; `sentence` and `remedy` are for the terminal. */
export class WebListenError extends Error {
  readonly code: string;
  readonly sentence: string;
  readonly remedy: string;
  constructor(code: string, sentence: string, remedy: string, cause: unknown) {
    super(`${sentence} ${remedy}`, { cause });
    this.name = 'WebListenError';
    this.code = code;
    this.sentence = sentence;
    this.remedy = remedy;
  }
}

export interface Listener extends AsyncDisposable {
  readonly server: Server;
  listen(): Promise<void>;
  readonly address: WebAddress | undefined;
}

export function httpListener(
  endpoint: Endpoint,
  limits: ConnectionLimits,
  handler: RequestListener,
): Listener {
  const server = createServer(serverOptions(limits), (request, response) => {
    if (!isOverLimit(request.socket)) return handler(request, response);
    const { fault } = webErrors.fault('WEB_TOO_MANY_SOCKETS');
    response.writeHead(503, { 'content-type': PROBLEM_TYPE, connection: 'close' });
    response.end(JSON.stringify(problemOf(503, fault)));
  });
  return listener('http', server, endpoint, limits);
}

/** @throws {WebListenError} `WEB_BAD_CERTIFICATE` when certificate and key are unreadable or do not fit together. */
export function httpsListener(
  endpoint: Endpoint & { readonly tls: TlsMaterial | TlsSource },
  limits: ConnectionLimits,
  handler: RequestListener,
): Listener {
  const { tls } = endpoint;
  const { certPem, keyPem } = materialOf(tls);
  const secure = {
    cert: certPem,
    key: keyPem,
    minVersion: 'TLSv1.2' as const,
    handshakeTimeout: HANDSHAKE_MS,
  };
  try {
    const server = createTlsServer({ ...serverOptions(limits), ...secure }, handler);
    deferHandshakes(server);
    const renewal = 'current' in tls ? tls.onChange((next) => renew(server, next)) : undefined;
    server.once('close', () => renewal?.[Symbol.dispose]());
    return listener('https', server, endpoint, limits);
  } catch (cause) {
    throw new WebListenError(
      'WEB_BAD_CERTIFICATE',
      'The TLS certificate and its key cannot be used together.',
      'Check tls.cert and tls.key in parley.yaml: PEM files, the key that belongs to the certificate.',
      cause,
    );
  }
}

/** A handshake begins with the peer's first bytes, which have to come in time (see afterFirstBytes for why). */
function deferHandshakes(server: TlsServer): void {
  const listeners = server.listeners('connection');
  server.removeAllListeners('connection');
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => socket.destroy());
    socket.setTimeout(HANDSHAKE_MS, () => socket.destroy());
    afterFirstBytes(socket, () => {
      socket.setTimeout(0);
      socket.removeAllListeners('timeout');
      for (const listener of listeners) listener.call(server, socket);
    });
  });
}

export function materialOf(tls: TlsMaterial | TlsSource): TlsMaterial {
  return 'current' in tls ? tls.current : tls;
}

/** Connections that live keep the certificate that they began with. */
function renew(server: TlsServer, { certPem, keyPem }: TlsMaterial): void {
  server.setSecureContext({ cert: certPem, key: keyPem, minVersion: 'TLSv1.2' });
}

function listener(
  protocol: 'http' | 'https',
  server: Server,
  endpoint: Endpoint,
  limits: ConnectionLimits,
): Listener {
  const open = limitConnections(server, protocol, limits);
  server.on('clientError', refuseClient);
  let closed: Promise<void> | undefined;
  return {
    server,
    get address() {
      const bound = server.address() as AddressInfo | null;
      return bound === null ? undefined : { protocol, address: bound.address, port: bound.port };
    },
    listen: () =>
      new Promise((resolve, reject) => {
        server.once('error', (cause: NodeJS.ErrnoException) =>
          reject(listenError(cause, protocol, endpoint)),
        );
        server.listen({ port: endpoint.port, host: endpoint.address }, () => {
          server.removeAllListeners('error');
          resolve();
        });
      }),
    [Symbol.asyncDispose]() {
      closed ??= new Promise<void>((resolve) => {
        if (!server.listening) return resolve();
        // What is still answering gets a moment; a connection that will not end is cut.
        const cut = setTimeout(() => {
          for (const socket of open) socket.destroy();
        }, 5_000);
        server.close(() => {
          clearTimeout(cut);
          resolve();
        });
      });
      return closed;
    },
  };
}

/** Connections too many of one source that are told so if they ask for something soon. The rest of a flood is closed. */
const overLimit = new WeakSet<Duplex>();
const TOLD_AT_ONCE = 100;
const TOLD_WITHIN_MS = 2_000;

export function isOverLimit(socket: Duplex): boolean {
  return overLimit.has(socket);
}

function limitConnections(
  server: Server,
  protocol: 'http' | 'https',
  limits: ConnectionLimits,
): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  let told = 0;
  function refuse(socket: Socket): void {
    // Before a TLS handshake nothing can be said, and the handshake would be the greater part of the work.
    if (protocol === 'https' || told >= TOLD_AT_ONCE || open.size >= limits.total) {
      socket.destroy();
      return;
    }
    overLimit.add(socket);
    told += 1;
    const cut = setTimeout(() => socket.destroy(), TOLD_WITHIN_MS);
    socket.once('close', () => {
      clearTimeout(cut);
      told -= 1;
    });
  }
  const perSource = new Map<string, number>();
  server.on('connection', (socket: Socket) => {
    const source = sourceGroup(plainAddress(socket.remoteAddress ?? ''));
    const held = perSource.get(source) ?? 0;
    if (open.size >= limits.total || held >= limits.perSource) {
      refuse(socket);
      return;
    }
    open.add(socket);
    perSource.set(source, held + 1);
    socket.on('close', () => {
      open.delete(socket);
      const left = (perSource.get(source) ?? 1) - 1;
      if (left === 0) perSource.delete(source);
      else perSource.set(source, left);
    });
  });
  return open;
}

/** Sockets that were refused and still send: what comes is let pass, within a bound, so that the answer arrives. */
const refused = new WeakMap<Duplex, { readonly fromBytes: number }>();
const REFUSED_DRAIN_BYTES = 4 * 1024 * 1024;
const REFUSED_DRAIN_MS = 2_000;

/** A peer whose bytes are no request, too large a header, or half a request and then silence. */
function refuseClient(error: NodeJS.ErrnoException, socket: Duplex): void {
  const bytesRead = (socket as Socket).bytesRead ?? 0;
  const before = refused.get(socket);
  if (before !== undefined) {
    if (bytesRead - before.fromBytes > REFUSED_DRAIN_BYTES) socket.destroy();
    return;
  }
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  refused.set(socket, { fromBytes: bytesRead });
  if (error.code === 'HPE_HEADER_OVERFLOW')
    answerRaw(socket, 431, webErrors.fault('WEB_HEADERS_TOO_LARGE').fault);
  else if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    answerRaw(socket, 408, webErrors.fault('WEB_TIMEOUT').fault);
  else answerRaw(socket, 400, webErrors.fault('WEB_BAD_REQUEST', 'This is not an HTTP request.').fault);
}

/** Answers outside of any request object: refused upgrades, and bytes that never became a request. */
export function answerRaw(socket: Duplex, status: number, fault: Fault): void {
  const body = JSON.stringify(problemOf(status, fault));
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Error'}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  // Closing on unread bytes would reset the connection and take the answer with it.
  const cut = setTimeout(() => socket.destroy(), REFUSED_DRAIN_MS);
  socket.once('close', () => clearTimeout(cut));
  socket.once('end', () => socket.destroy());
  socket.resume();
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function listenError(
  cause: NodeJS.ErrnoException,
  protocol: string,
  { address, port }: Endpoint,
): WebListenError {
  if (cause.code === 'EADDRINUSE')
    return new WebListenError(
      'WEB_PORT_TAKEN',
      `Port ${port} of ${address} is used by another program.`,
      `Stop that program, or choose another port: listen.${protocol}.port in parley.yaml.`,
      cause,
    );
  if (cause.code === 'EACCES')
    return new WebListenError(
      'WEB_PORT_FORBIDDEN',
      `Port ${port} may not be opened by this user.`,
      `Choose a port above 1023: listen.${protocol}.port in parley.yaml.`,
      cause,
    );
  return new WebListenError(
    'WEB_ADDRESS_UNUSABLE',
    `The address ${address} cannot be used here (${cause.code ?? cause.message}).`,
    `Set listen.${protocol}.address in parley.yaml to an address of this machine.`,
    cause,
  );
}
