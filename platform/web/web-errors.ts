// Faults of the web listener itself, and the problem details (RFC 9457 §3) that every fault becomes.
// Used by the listener's own answers and by the `http.ts` of every service.
import { STATUS_CODES } from 'node:http';
import type { FastifyReply } from 'fastify';
import { type Static, Type } from 'typebox';
import { type ErrorTable, errors, type Fault } from '../bus/contract.ts';
import { busErrors } from '../bus/faults.ts';
import { storeErrors } from '../store/store-error.ts';

export const webErrors = errors({
  WEB_BAD_REQUEST: {
    http: 400,
    sentence: 'The request is not understood.',
    remedy: 'Correct the fields that are listed and send it again.',
  },
  WEB_BAD_CSRF: {
    http: 403,
    sentence: 'The request does not carry the token of this browser.',
    remedy: 'Reload the page. Programs read it from GET /api/v1/session and send it as x-parley-csrf.',
  },
  WEB_BAD_ORIGIN: {
    http: 403,
    sentence: 'The request comes from a page of another site.',
    remedy: 'Open Parley at its own address.',
  },
  WEB_NOT_FOUND: {
    http: 404,
    sentence: 'There is nothing at this address.',
    remedy: 'Check the spelling; /api/docs lists every address of the API.',
  },
  WEB_TIMEOUT: {
    http: 408,
    sentence: 'The request did not arrive in time.',
    remedy: 'Check the network connection and try again.',
  },
  WEB_TOO_LARGE: {
    http: 413,
    sentence: 'The request is larger than this address takes.',
    remedy: 'Send less at once.',
  },
  WEB_MEDIA_TYPE: {
    http: 415,
    sentence: 'This kind of content is not taken here.',
    remedy: 'Send application/json.',
  },
  WEB_BAD_HOST: {
    http: 421,
    sentence: 'This server does not answer to that name.',
    remedy: 'Use the address that Parley printed at start, or set hostName in parley.yaml to this name.',
  },
  WEB_TOO_MANY_REQUESTS: {
    http: 429,
    sentence: 'Too many requests came from this network address.',
    remedy: 'Wait for a minute and try again.',
  },
  WEB_HEADERS_TOO_LARGE: {
    http: 431,
    sentence: 'The header of the request is larger than 16 KiB.',
    remedy: 'Clear the cookies of this site and try again.',
  },
  WEB_INTERNAL: {
    http: 500,
    sentence: 'Parley could not do this because of a fault of its own.',
    remedy: 'Try again; if it stays, give your administrator the time of the attempt.',
  },
  WEB_CLOSING: { http: 503, sentence: 'This server is stopping.', remedy: 'Try again in a moment.' },
  WEB_TOO_MANY_SOCKETS: {
    http: 503,
    sentence: 'Too many connections are open from this network address.',
    remedy: 'Close windows that are not needed and try again.',
  },
});

export const FieldProblem = Type.Object({ path: Type.String(), reason: Type.String() });
export type FieldProblem = Static<typeof FieldProblem>;

/** RFC 9457 §3, with our stable code, what to do, and the fields at fault. */
export const Problem = Type.Object({
  type: Type.String(),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String(),
  detail: Type.String(),
  remedy: Type.Optional(Type.String()),
  problems: Type.Optional(Type.Array(FieldProblem)),
});
export type Problem = Static<typeof Problem>;

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

export function problemOf(status: number, fault: Fault, problems?: readonly FieldProblem[]): Problem {
  return {
    // RFC 9457 §4.2.1: with "about:blank" the title is the status phrase; `code` tells problems apart.
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    code: fault.code,
    detail: fault.sentence,
    ...(fault.remedy === undefined ? {} : { remedy: fault.remedy }),
    ...(problems === undefined ? {} : { problems: [...problems] }),
  };
}

/** The HTTP status of a fault, by the tables that are given, ours and the bus's. @throws where none names its code. */
export function statusOf(fault: Fault, tables: readonly ErrorTable[]): number {
  const known: readonly ErrorTable[] = [...tables, webErrors.table, busErrors.table, storeErrors.table];
  for (const table of known) {
    const row = Object.hasOwn(table, fault.code) ? table[fault.code] : undefined;
    if (row !== undefined) return row.http;
  }
  throw new TypeError(`no error table names ${fault.code}`);
}

/** Answers with the fault as problem details. @throws where no table names its code: our own fault, logged as such. */
export function sendFault(reply: FastifyReply, fault: Fault, ...tables: readonly ErrorTable[]): FastifyReply {
  const status = statusOf(fault, tables);
  return reply.code(status).type(PROBLEM_TYPE).send(problemOf(status, fault));
}

/** Thrown inside the listener to leave a hook with a fault of `webErrors`; the error handler answers it. */
export class WebFault extends Error {
  readonly fault: Fault;
  readonly statusCode: number;
  readonly problems: readonly FieldProblem[] | undefined;
  constructor(code: keyof typeof webErrors.table, problems?: readonly FieldProblem[], sentence?: string) {
    super(code);
    this.name = 'WebFault';
    this.fault = webErrors.fault(code, sentence).fault;
    this.statusCode = webErrors.table[code].http;
    this.problems = problems;
  }
}
