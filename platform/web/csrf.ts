// Double-submit token against cross-site requests: a cookie that only this browser holds, repeated in a header that a
// page of another site cannot set. Checked for every unsafe method.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { isSecure } from './origin.ts';

export const CSRF_HEADER = 'x-parley-csrf';
const CSRF_COOKIE = 'parley_csrf';
const TOKEN = /^[A-Za-z0-9_-]{22}$/;

/** Of a route whose address proves by a signature what may be done by it: no cookie gives it any more, so none is abused. */
export const signedLink = { signedLink: true } as const;

export function isSignedLink(request: FastifyRequest): boolean {
  return (request.routeOptions.config as { readonly signedLink?: boolean }).signedLink === true;
}

/** The token of this browser; a new browser is given one with the answer. */
export function csrfToken(request: FastifyRequest, reply: FastifyReply): string {
  const held = request.cookies[CSRF_COOKIE];
  if (held !== undefined && TOKEN.test(held)) return held;
  const token = randomBytes(16).toString('base64url');
  reply.setCookie(CSRF_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(request.raw),
  });
  return token;
}

export function hasCsrfToken(request: FastifyRequest): boolean {
  const cookie = request.cookies[CSRF_COOKIE];
  const header = request.headers[CSRF_HEADER];
  if (cookie === undefined || typeof header !== 'string' || !TOKEN.test(cookie)) return false;
  const expected = Buffer.from(cookie);
  const given = Buffer.from(header);
  return expected.length === given.length && timingSafeEqual(expected, given);
}
