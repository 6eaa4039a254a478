// What TCP and TLS listeners and clients are given and give back. Implemented by tcp.ts and tls.ts.
import { createServer, type Server, type Socket } from 'node:net';
import type { Admission } from './admission.ts';
import type { Clock } from './clock.ts';
import type { Connection, ConnectionLimits } from './connection.ts';
import { plainAddress } from './net-address.ts';
import { type Endpoint, listenError } from './net-error.ts';

/** Disposing stops listening; connections that were accepted live on, their owner closes them. */
export interface StreamListener extends AsyncDisposable {
  readonly address: string;
  readonly port: number;
}

export type RefusedBecause = 'total' | 'source' | 'banned' | 'handshake';

export interface ListenOptions extends Endpoint {
  readonly clock: Clock;
  readonly limits: ConnectionLimits;
  readonly admission: Admission;
  accept(connection: Connection): void;
  refused?(because: RefusedBecause, remoteAddress: string): void;
}

export interface ConnectOptions extends Endpoint {
  readonly clock: Clock;
  readonly limits: ConnectionLimits;
  readonly timeoutMs: number;
}

/** Connections that wait for the process while it is busy. */
const backlog = 1024;

/** Listens and hands over the sockets that are admitted. @throws {NetError} when the port cannot be had. */
export async function listenForSockets(
  options: ListenOptions,
  accept: (socket: Socket) => void,
): Promise<StreamListener> {
  const server = createServer({ pauseOnConnect: false });
  server.on('connection', (socket) => {
    const remoteAddress = plainAddress(socket.remoteAddress ?? '');
    const admitted = options.admission.admit(remoteAddress);
    if (!admitted.ok) {
      // A reset leaves nothing behind here; the refused are many when it matters.
      socket.on('error', () => {});
      socket.resetAndDestroy();
      options.refused?.(admitted.full, remoteAddress);
      return;
    }
    // Not `once`, which holds three objects more for each of tens of thousands of connections; releasing is idempotent.
    socket.on('close', admitted.release);
    accept(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenError(error, 'TCP', options)));
    server.listen({ host: options.address, port: options.port, backlog, exclusive: true }, resolve);
  });
  server.removeAllListeners('error');
  // A passing shortage (no file descriptors) must not end the process; the listener goes on.
  server.on('error', () => {});
  const bound = server.address() as { address: string; port: number };
  return {
    address: bound.address,
    port: bound.port,
    async [Symbol.asyncDispose]() {
      stopListening(server);
    },
  };
}

/** The port is free at once; `close` would wait for every accepted connection. */
function stopListening(server: Server): void {
  if (server.listening) server.close();
}

/** Waits until `socket` emits `ready`, no longer than the time allowed. Rejects with the system's error. */
export function connected(
  socket: Socket,
  ready: 'connect' | 'secureConnect',
  options: ConnectOptions,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = options.clock.after(options.timeoutMs, () => {
      socket.destroy(Object.assign(new Error('connecting took too long'), { code: 'ETIMEDOUT' }));
    });
    socket.once('error', (error) => {
      timer[Symbol.dispose]();
      reject(error);
    });
    socket.once('close', () => {
      timer[Symbol.dispose]();
      reject(Object.assign(new Error('closed while connecting'), { code: 'ECONNRESET' }));
    });
    socket.once(ready, () => {
      timer[Symbol.dispose]();
      resolve();
    });
  });
}
