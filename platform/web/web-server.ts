// The web listener of one process (Fastify underneath): routes from TypeBox schemas, problem-details errors,
// OpenAPI, strict Content-Security-Policy, cookies, rate limits, and WebSocket upgrades.

import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify';
import type { WebSocket } from 'ws';
import type { Fault } from '../bus/contract.ts';

export type Routes = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

export interface SocketRequest {
  readonly request: IncomingMessage;
  readonly source: string;
  readonly cookies: Readonly<Record<string, string | undefined>>;
}

export interface UpgradeTaker {
  /** Sites besides our own whose pages may come; `*` for all. */
  readonly origins: readonly string[];
  take(request: IncomingMessage, stream: Duplex, head: Buffer): void;
}

export interface WebServer {
  /** Version of Parley, as the API description says it. */
  readonly version: string;
  /** Routes declare TypeBox schemas and `tags`; they appear in /api/openapi.json and /api/docs. */
  readonly routes: Routes;
  /** Accepts WebSocket upgrades on one path. `admit` runs before the handshake; a fault becomes the HTTP answer. */
  socket(
    path: string,
    admit: (
      request: SocketRequest,
    ) => Promise<
      | { readonly ok: true; readonly value: unknown }
      | { readonly ok: false; readonly fault: Fault; readonly http: number }
    >,
    onOpen: (socket: WebSocket, admitted: unknown, request: SocketRequest) => void,
  ): void;
  /**
   * Hands over the WebSocket upgrades of one path for a protocol that keeps its own connections, after the checks that
   * hold for every socket: names, Origin, rate and number. From then on they are the taker's, to answer and to close.
   */
  upgrade(path: string, taker: UpgradeTaker): void;
  /** Serves a built client: `index.html` for every path below `prefix` that is no file, hashed assets cached for ever. */
  client(prefix: string, folder: string): void;
}
