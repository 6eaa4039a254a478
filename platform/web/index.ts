export type { FastifySchema as RouteSchema } from 'fastify';
export type { WebSocket } from 'ws';
export { CSRF_HEADER, csrfToken, signedLink } from './csrf.ts';
export { type WebAddress, WebListenError } from './listeners.ts';
export { type OpenedWebServer, openWebServer, signInRate, type WebServerOptions } from './open-web-server.ts';
export { isLoopback, isSecure, sourceOf } from './origin.ts';
export { FieldProblem, Problem, problemOf, sendFault, statusOf, WebFault, webErrors } from './web-errors.ts';
export type { Routes, SocketRequest, UpgradeTaker, WebServer } from './web-server.ts';
