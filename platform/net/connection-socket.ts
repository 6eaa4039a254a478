// A Node socket as a Connection: what TCP and TLS have in common. Made by tcp.ts and tls.ts.
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

/** When the system starts to ask a silent peer whether it is there. */
const probeAfterMs = 120_000;

export function socketConnection(
  socket: Socket,
  transport: 'tcp' | 'tls',
  clock: Clock,
  limits: ConnectionLimits,
): Connection {
  let reason: CloseReason | undefined;
  let receiver: ConnectionReceiver | undefined;
  let isClosed = false;
  let linger: Disposable | undefined;

  socket.setNoDelay(true);
  socket.setKeepAlive(true, probeAfterMs);
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
    if (!isGentle(why)) {
      socket.destroy();
      return;
    }
    linger = clock.after(limits.lingerMs, () => socket.destroy());
    if (why === 'shutdown') socket.destroySoon();
    else {
      // Closing with bytes unread would reset the connection, and the peer might never read our answer.
      socket.end();
      socket.resume();
    }
  }

  return {
    transport,
    localAddress: plainAddress(socket.localAddress ?? ''),
    localPort: socket.localPort ?? 0,
    remoteAddress: plainAddress(socket.remoteAddress ?? ''),
    remotePort: socket.remotePort ?? 0,
    isFramed: false,
    get unsentBytes() {
      return socket.writableLength;
    },
    start(given) {
      receiver = given;
      if (isClosed) {
        given.closed(reason ?? 'peer');
        return;
      }
      socket.on('data', (bytes: Buffer) => {
        if (reason === undefined) given.data(bytes);
      });
      socket.resume();
    },
    send(bytes) {
      if (reason !== undefined || isClosed || !socket.writable) return false;
      socket.write(bytes);
      if (socket.writableLength <= limits.maxUnsentBytes) return true;
      close('not-reading');
      return false;
    },
    close,
  };
}
