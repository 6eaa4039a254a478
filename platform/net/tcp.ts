// TCP listeners and clients (RFC 3261 §18). Used by sip-streams.ts.
import { connect } from 'node:net';
import type { Connection } from './connection.ts';
import { SocketConnection } from './connection-socket.ts';
import {
  type ConnectOptions,
  connected,
  type ListenOptions,
  listenForSockets,
  type StreamListener,
} from './stream-listener.ts';

export function listenTcp(options: ListenOptions): Promise<StreamListener> {
  return listenForSockets(options, (socket) =>
    options.accept(new SocketConnection(socket, 'tcp', options.clock, options.limits)),
  );
}

/** Rejects with the system's error when there is no connection in time. */
export async function connectTcp(options: ConnectOptions): Promise<Connection> {
  const socket = connect({ host: options.address, port: options.port });
  await connected(socket, 'connect', options);
  return new SocketConnection(socket, 'tcp', options.clock, options.limits);
}
