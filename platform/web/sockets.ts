// WebSocket upgrades (RFC 6455 §4.2) on the web listeners: admission, bounds in size, number and backlog, and liveness.
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocket, WebSocketServer } from 'ws';
import type { Fault } from '../bus/contract.ts';
import type { Clock } from '../net/clock.ts';
import { sourceGroup } from '../net/net-address.ts';
import { type RateLimit, SourceRate } from '../net/source-rate.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { answerRaw, isOverLimit } from './listeners.ts';
import { isAllowedOrigin, isOurHost, sourceOf } from './origin.ts';
import { TextSocket } from './text-socket.ts';
import { webErrors } from './web-errors.ts';
import type { SocketRequest, UpgradeTaker, WebServer } from './web-server.ts';

export interface SocketLimits {
  readonly perSource: number;
  /** What may wait for a peer that does not read. */
  readonly backlogBytes: number;
  readonly payloadBytes: number;
  /** Of each source: an office may come back at once, a guesser may not ask for ever. */
  readonly handshakes: RateLimit;
  /** Every peer is asked so often whether it is there, and let go when it has not answered until it is asked again. */
  readonly pingIntervalMs: number;
}

const CLOSE_TIMEOUT_MS = 5_000;

interface SocketPath {
  readonly admit: Parameters<WebServer['socket']>[1];
  readonly onOpen: Parameters<WebServer['socket']>[2];
}

export interface SocketDoor {
  readonly open: WebServer['socket'];
  readonly upgrade: WebServer['upgrade'];
  attach(server: Server): void;
  /** Says 1001 to every peer and waits for their close, within a bound. */
  close(): Promise<void>;
}

export function openSocketDoor(options: {
  readonly publicHosts: ReadonlySet<string>;
  readonly limits: SocketLimits;
  readonly parseCookies: (header: string) => Record<string, string | undefined>;
  readonly clock: Clock;
  readonly log: Log;
  readonly metrics: Metrics;
}): SocketDoor {
  const { publicHosts, limits, clock, log } = options;
  const paths = new Map<string, SocketPath | UpgradeTaker>();
  const perSource = new Map<string, number>();
  const answered = new WeakSet<WebSocket>();
  const handshakes = new SourceRate(limits.handshakes);
  const gauge = options.metrics.gauge('parley_web_sockets', 'WebSockets open now.');
  let closing = false;

  /** A peer that reads slower than we write is let go before its backlog fills our memory. */
  class BoundedWebSocket extends TextSocket {
    override send(data: Parameters<WebSocket['send']>[0]): void {
      if (this.readyState !== WebSocket.OPEN) return;
      const bufferedBytes = this.backlogBytes;
      if (bufferedBytes > limits.backlogBytes) {
        log.warn({ bufferedBytes }, 'a WebSocket peer does not read; it is let go');
        this.close(1013, 'too slow');
        return;
      }
      super.send(data);
    }
  }

  // `closeTimeout` is newer than the package of its types.
  const serverOptions: ServerOptions<typeof BoundedWebSocket> & { readonly closeTimeout: number } = {
    noServer: true,
    maxPayload: limits.payloadBytes,
    perMessageDeflate: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    WebSocket: BoundedWebSocket,
  };
  const server = new WebSocketServer(serverOptions);

  function checkLiveness(): Disposable {
    return clock.after(limits.pingIntervalMs, () => {
      for (const socket of server.clients) {
        if (answered.delete(socket)) socket.ping();
        else socket.terminate();
      }
      if (!closing) liveness = checkLiveness();
    });
  }
  let liveness = checkLiveness();

  function refusal(
    request: IncomingMessage,
    source: string,
    origins: readonly string[],
  ): { http: number; fault: Fault } | undefined {
    const refuse = (code: keyof typeof webErrors.table) => ({
      http: webErrors.table[code].http,
      fault: webErrors.fault(code).fault,
    });
    if (closing) return refuse('WEB_CLOSING');
    if (!isOurHost(request.headers.host, publicHosts)) return refuse('WEB_BAD_HOST');
    if (!isAllowedOrigin(request.headers.origin, request.headers.host, publicHosts, origins))
      return refuse('WEB_BAD_ORIGIN');
    if (!handshakes.take(source, clock.now())) return refuse('WEB_TOO_MANY_REQUESTS');
    if ((perSource.get(source) ?? 0) >= limits.perSource || isOverLimit(request.socket))
      return refuse('WEB_TOO_MANY_SOCKETS');
    return undefined;
  }

  async function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): Promise<void> {
    endWithErrors(stream);
    const path = paths.get((request.url ?? '').split('?', 1)[0]!);
    if (path === undefined) {
      answerRaw(stream, 404, webErrors.fault('WEB_NOT_FOUND').fault);
      return;
    }
    const source = sourceOf(request);
    const group = sourceGroup(source);
    const refused = refusal(request, group, 'take' in path ? path.origins : []);
    if (refused !== undefined) {
      answerRaw(stream, refused.http, refused.fault);
      return;
    }
    count(stream, group);
    if ('take' in path) {
      path.take(request, stream, head);
      return;
    }
    const socketRequest: SocketRequest = {
      request,
      source,
      cookies: options.parseCookies(request.headers.cookie ?? ''),
    };
    const admitted = await path.admit(socketRequest);
    if (stream.destroyed) return;
    if (!admitted.ok) {
      answerRaw(stream, admitted.http, admitted.fault);
      return;
    }
    if (closing) {
      answerRaw(stream, 503, webErrors.fault('WEB_CLOSING').fault);
      return;
    }
    server.handleUpgrade(request, stream, head, (socket) => {
      socket.carryOn(stream);
      follow(socket, source);
      path.onOpen(socket, admitted.value, socketRequest);
    });
  }

  // What lives as long as a socket is made in functions of their own: a listener holds whatever another one beside it
  // names, and the request of the upgrade is 2 KB.

  function endWithErrors(stream: Duplex): void {
    stream.on('error', () => stream.destroy());
  }

  /** Counted before it is admitted, so that many at once cannot pass the limit meanwhile. */
  function count(stream: Duplex, group: string): void {
    perSource.set(group, (perSource.get(group) ?? 0) + 1);
    stream.on('close', () => {
      const left = (perSource.get(group) ?? 1) - 1;
      if (left === 0) perSource.delete(group);
      else perSource.set(group, left);
    });
  }

  function follow(socket: BoundedWebSocket, source: string): void {
    answered.add(socket);
    gauge.set(server.clients.size);
    const answers = () => answered.add(socket);
    socket.on('pong', answers);
    socket.on('message', answers);
    socket.on('error', (error) => log.debug({ source, reason: error.message }, 'WebSocket failed'));
    socket.on('close', () => gauge.set(server.clients.size));
  }

  return {
    open(path, admit, onOpen) {
      paths.set(path, { admit, onOpen });
    },
    upgrade(path, taker) {
      paths.set(path, taker);
    },
    attach(httpServer) {
      httpServer.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
        upgrade(request, stream, head).catch((error: unknown) => {
          log.error({ error }, 'a WebSocket could not be admitted');
          answerRaw(stream, 500, webErrors.fault('WEB_INTERNAL').fault);
        });
      });
    },
    async close() {
      closing = true;
      liveness[Symbol.dispose]();
      const gone = [...server.clients].map(
        (socket) =>
          new Promise<void>((resolve) => {
            socket.once('close', () => resolve());
            socket.close(1001, 'server is stopping');
          }),
      );
      await Promise.all(gone);
    },
  };
}
