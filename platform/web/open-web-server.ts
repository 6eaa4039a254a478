// The web server of one process: one Fastify instance behind an http and an https listener, with every rule that holds
// for all routes (names, origins, tokens, rates, headers, faults). Opened and closed by the host.

import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import Fastify, { type FastifyError, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Clock } from '../net/clock.ts';
import { systemClock } from '../net/clock-system.ts';
import { sourceGroup } from '../net/net-address.ts';
import type { TlsMaterial, TlsSource } from '../net/tls-material.ts';
import type { Log } from '../observe/log.ts';
import type { Metrics } from '../observe/metrics.ts';
import { DOCS_PREFIX, describeApi } from './api-docs.ts';
import { ClientFiles, freshNonce } from './client-files.ts';
import { hasCsrfToken, isSignedLink } from './csrf.ts';
import {
  type ConnectionLimits,
  connectionLimits,
  type Endpoint,
  httpListener,
  httpsListener,
  materialOf,
  type WebAddress,
} from './listeners.ts';
import { hostName, isOurHost, isOurOrigin, sourceOf } from './origin.ts';
import { openSocketDoor, type SocketLimits } from './sockets.ts';
import { compileValidator } from './validation.ts';
import { PROBLEM_TYPE, problemOf, WebFault } from './web-errors.ts';
import type { Routes, WebServer } from './web-server.ts';

export interface WebServerOptions {
  readonly http?: Endpoint;
  readonly https?: Endpoint & { readonly tls: TlsMaterial | TlsSource };
  /** Names that browsers may use for this server besides localhost and addresses. */
  readonly publicHosts: readonly string[];
  readonly log: Log;
  readonly metrics: Metrics;
  readonly version: string;
  readonly clock?: Clock;
  readonly limits?: {
    readonly connections?: Partial<ConnectionLimits>;
    readonly sockets?: Partial<SocketLimits>;
    readonly requestsPerMinute?: number;
  };
}

export interface OpenedWebServer extends WebServer, AsyncDisposable {
  /** Binds the listeners. Every route is declared before. @throws {WebListenError} */
  listen(): Promise<void>;
  readonly addresses: readonly WebAddress[];
}

/** Anyone may make us hold as much for a while, on every connection; routes that need more say so and ask who it is first. */
const BODY_LIMIT_BYTES = 32 * 1024;
/** A body that is refused for its size is let pass up to here, so that the answer arrives. */
const REFUSED_BODY_BYTES = 64 * 1024 * 1024;
const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

const rateHeadersOff = {
  'x-ratelimit-limit': false,
  'x-ratelimit-remaining': false,
  'x-ratelimit-reset': false,
} as const;

/** Routes that hash a password: an office behind one address may come at nine, a guesser may not. */
export const signInRate = { rateLimit: { max: 300, timeWindow: '1 minute' } } as const;

export async function openWebServer(options: WebServerOptions): Promise<OpenedWebServer> {
  const { log } = options;
  const publicHosts = new Set(options.publicHosts.map((host) => hostName(host) ?? host.toLowerCase()));
  const nonces = new WeakMap<ServerResponse, string>();
  let handler: RequestListener | undefined;
  let primary: Server | undefined;
  let closing = false;
  const limits = { ...connectionLimits, ...options.limits?.connections };
  const handle: RequestListener = (request, response) => handler?.(request, response);
  const listeners = [
    ...(options.http === undefined ? [] : [httpListener(options.http, limits, handle)]),
    ...(options.https === undefined ? [] : [httpsListener(options.https, limits, handle)]),
  ];

  const routes: Routes = Fastify({
    logger: false,
    bodyLimit: BODY_LIMIT_BYTES,
    routerOptions: { maxParamLength: 300 },
    return503OnClosing: false,
    clientErrorHandler: () => undefined,
    // A path that is no path: answered before any hook has run.
    frameworkErrors: (error, request, reply) =>
      sendError(error, request, reply.headers({ 'x-content-type-options': 'nosniff' }), log),
    serverFactory(listener) {
      handler = listener;
      primary = listeners[0]?.server;
      if (primary === undefined) throw new TypeError('a web server needs an http or an https endpoint');
      return primary;
    },
  }).withTypeProvider<TypeBoxTypeProvider>();

  routes.setValidatorCompiler(compileValidator);
  routes.setSerializerCompiler(() => JSON.stringify);
  routes.setErrorHandler((error: FastifyError | WebFault, request, reply) =>
    sendError(error, request, reply, log),
  );

  await routes.register(cookie);
  await registerHeaders(routes, nonces);
  routes.addHook('onRequest', async (request) => {
    if (closing) throw new WebFault('WEB_CLOSING');
    if (!isOurHost(request.headers.host, publicHosts)) throw new WebFault('WEB_BAD_HOST');
    if (SAFE_METHODS.has(request.method)) return;
    if (!isOurOrigin(request.headers.origin, request.headers.host, publicHosts))
      throw new WebFault('WEB_BAD_ORIGIN');
    if (!isSignedLink(request) && !hasCsrfToken(request)) throw new WebFault('WEB_BAD_CSRF');
  });
  routes.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
  measure(routes, options.metrics);
  await routes.register(rateLimit, {
    global: true,
    max: options.limits?.requestsPerMinute ?? 6_000,
    timeWindow: '1 minute',
    keyGenerator: (request) => sourceGroup(sourceOf(request.raw)),
    errorResponseBuilder: () => new WebFault('WEB_TOO_MANY_REQUESTS'),
    // Only who is refused needs figures, and Retry-After has the one that counts.
    addHeaders: rateHeadersOff,
    addHeadersOnExceeding: rateHeadersOff,
  });
  await describeApi(routes, options.version);
  routes.setNotFoundHandler({ preHandler: routes.rateLimit() }, (request, reply) =>
    sendError(new WebFault('WEB_NOT_FOUND'), request, reply, log),
  );
  if (options.https !== undefined) offerCertificate(routes, options.https.tls);

  const door = openSocketDoor({
    publicHosts,
    limits: {
      perSource: 2_000,
      backlogBytes: 4 * 1024 * 1024,
      payloadBytes: 256 * 1024,
      handshakes: { perSecond: 50, burst: 4_000 },
      pingIntervalMs: 30_000,
      ...options.limits?.sockets,
    },
    parseCookies: (header) => routes.parseCookie(header),
    clock: options.clock ?? systemClock,
    log,
    metrics: options.metrics,
  });
  for (const { server } of listeners) door.attach(server);

  let disposed: Promise<void> | undefined;
  return {
    version: options.version,
    routes,
    socket: door.open,
    upgrade: door.upgrade,
    client(prefix, folder) {
      serveClient(routes, prefix, new ClientFiles(folder, (reply) => nonceOf(nonces, reply.raw)));
    },
    async listen() {
      await routes.ready();
      for (const listener of listeners) await listener.listen();
    },
    get addresses() {
      return listeners.flatMap((listener) => listener.address ?? []);
    },
    [Symbol.asyncDispose]() {
      closing = true;
      disposed ??= Promise.all([
        routes.close(),
        door.close(),
        ...listeners.map((listener) => listener[Symbol.asyncDispose]()),
      ]).then(() => undefined);
      return disposed;
    },
  };
}

function nonceOf(nonces: WeakMap<ServerResponse, string>, response: ServerResponse): string {
  const nonce = nonces.get(response) ?? freshNonce();
  nonces.set(response, nonce);
  return nonce;
}

async function registerHeaders(routes: Routes, nonces: WeakMap<ServerResponse, string>): Promise<void> {
  const policy = {
    defaultSrc: ["'self'"],
    imgSrc: ["'self'", 'data:', 'blob:'],
    styleSrc: [
      "'self'",
      (_request: IncomingMessage, response: ServerResponse) => `'nonce-${nonceOf(nonces, response)}'`,
    ],
    connectSrc: ["'self'"],
    objectSrc: ["'none'"],
    frameAncestors: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'self'"],
  };
  await routes.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: policy },
    // Said below, where the connection is known to be encrypted.
    hsts: false,
    referrerPolicy: { policy: 'same-origin' },
    xFrameOptions: { action: 'deny' },
  });
  routes.addHook('onRequest', async (request, reply) => {
    if (request.protocol === 'https') reply.header('strict-transport-security', 'max-age=31536000');
    const route = request.routeOptions.url ?? '';
    if (route.startsWith('/api/')) reply.header('cache-control', 'no-store');
    // The documentation page styles its own elements; its scripts obey the same policy as ours.
    if (!route.startsWith(DOCS_PREFIX)) return;
    const said = String(reply.raw.getHeader('content-security-policy'));
    reply.raw.setHeader(
      'content-security-policy',
      said.replace(/style-src [^;]+/, "style-src 'self' 'unsafe-inline'"),
    );
  });
}

function measure(routes: Routes, metrics: Metrics): void {
  const seconds = metrics.histogram(
    'parley_web_request_seconds',
    'Time from a request to the end of its answer.',
    [0.005, 0.02, 0.1, 0.5, 2, 10],
    ['method', 'route', 'status'],
  );
  routes.addHook('onResponse', async (request, reply) => {
    seconds.observe(reply.elapsedTime / 1000, {
      method: request.method,
      route: request.routeOptions.url ?? 'none',
      status: String(reply.statusCode),
    });
  });
}

function serveClient(routes: Routes, prefix: string, files: ClientFiles): void {
  const root = prefix.endsWith('/') ? prefix : `${prefix}/`;
  if (root !== '/')
    routes.get(root.slice(0, -1), { schema: { hide: true } }, (_request, reply) => reply.redirect(root, 308));
  routes.get<{ Params: { '*': string } }>(`${root}*`, { schema: { hide: true } }, async (request, reply) => {
    if (request.url.startsWith('/api/') || !(await files.send(request.params['*'], request, reply)))
      reply.callNotFound();
    return reply;
  });
}

function offerCertificate(routes: Routes, tls: TlsMaterial | TlsSource): void {
  const schema = {
    tags: ['Setup'],
    summary: 'The certificate of this server’s own authority, to install on devices',
  };
  routes.get('/api/v1/ca.pem', { schema }, (_request, reply) => {
    const { caPem } = materialOf(tls);
    // A certificate of a public authority needs no installing.
    if (caPem === undefined) throw new WebFault('WEB_NOT_FOUND');
    return reply
      .type('application/x-x509-ca-cert')
      .header('content-disposition', 'attachment; filename="parley-ca.pem"')
      .send(caPem);
  });
}

/** Every error of the listener and its plugins as problem details; ours are logged, a peer's are its own affair. */
function sendError(
  error: FastifyError | WebFault,
  request: FastifyRequest,
  reply: FastifyReply,
  log: Log,
): FastifyReply {
  const told = error instanceof WebFault ? error : webFaultOf(error);
  if (told.statusCode >= 500)
    log.error({ error, method: request.method, route: request.routeOptions.url }, 'a request failed');
  // Closing on unread bytes would reset the connection and take the answer with it; Node reads past a body that nobody
  // wanted, within the time that a request may take.
  if (Number(request.headers['content-length']) <= REFUSED_BODY_BYTES) reply.removeHeader('connection');
  return reply
    .code(told.statusCode)
    .type(PROBLEM_TYPE)
    .send(problemOf(told.statusCode, told.fault, told.problems));
}

function webFaultOf(error: FastifyError): WebFault {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return new WebFault('WEB_TOO_LARGE');
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return new WebFault('WEB_MEDIA_TYPE');
  const status = error.statusCode ?? 500;
  if (status === 404) return new WebFault('WEB_NOT_FOUND');
  return status < 500
    ? new WebFault('WEB_BAD_REQUEST', undefined, error.message)
    : new WebFault('WEB_INTERNAL');
}
