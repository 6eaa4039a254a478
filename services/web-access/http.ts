// HTTP beside the socket: the session, signing in and out, the first administrator, photos, and a person's own password
// and devices.
import type { Bus } from '@parley/platform/bus';
import type { Clock } from '@parley/platform/clock';
import { done, type Outcome, type RequestOf } from '@parley/platform/contract';
import {
  csrfToken,
  isLoopback,
  isSecure,
  type Routes,
  sendFault,
  signInRate,
  sourceOf,
} from '@parley/platform/web';
import { Type } from 'typebox';
import * as authentication from '../authentication/contract.ts';
import { getPhoto, getUser, identityErrors, UserId } from '../identity/contract.ts';
import { imErrors } from '../im/contract.ts';
import { alertAnswer, answerAlert } from './alert-answer.ts';
import { Session, SIGN_IN_COOKIE } from './contract.ts';
import { DEVICE_COOKIE, DEVICE_COOKIE_S, deviceOfCookie, newDeviceCookie } from './device.ts';

type Request = Parameters<typeof csrfToken>[0];
type Reply = Parameters<typeof csrfToken>[1];

export interface HttpContext {
  readonly bus: Bus;
  readonly clock: Clock;
  readonly domain: string;
  /** Where a phone registers. */
  readonly sip: NonNullable<Session['sip']>;
}

interface SignedIn {
  readonly userId: string;
  readonly signInId: string;
}

const { authenticationErrors } = authentication;
const tables = [authenticationErrors.table, identityErrors.table, imErrors.table] as const;
const Nothing = Type.Object({});
const Devices = Type.Object({ devices: Type.Array(authentication.Device) });

export function declareRoutes(routes: Routes, context: HttpContext): void {
  declareSession(routes, context);
  declareSignIn(routes, context);
  declarePhotos(routes, context);
  declareOwnAccount(routes, context);
  declareAlerts(routes, context);
}

function declareSession(routes: Routes, context: HttpContext): void {
  const schema = {
    tags: ['Session'],
    summary: 'Who is signed in, and the token for writing',
    response: { 200: Session },
  };
  routes.get('/api/v1/session', { schema }, async (request, reply) =>
    answer(reply, await sessionOf(context, request, reply)),
  );
}

function declareSignIn(routes: Routes, context: HttpContext): void {
  const { bus } = context;
  const credentials = Type.Object({
    address: Type.String({ minLength: 1, maxLength: 254 }),
    password: Type.String({ minLength: 1, maxLength: 1024 }),
  });

  routes.post(
    '/api/v1/sign-in',
    {
      schema: { tags: ['Session'], summary: 'Sign in', body: credentials, response: { 200: Session } },
      config: signInRate,
    },
    async (request, reply) => answer(reply, await signIn(context, request, reply, request.body)),
  );

  routes.post(
    '/api/v1/first-run',
    {
      schema: {
        tags: ['Session'],
        summary: 'Make the first administrator and sign in',
        body: Type.Object({
          address: Type.String({ minLength: 1, maxLength: 254 }),
          name: Type.String({ minLength: 1, maxLength: 200 }),
          password: Type.String({ minLength: 1, maxLength: 1024 }),
          code: Type.Optional(Type.String({ maxLength: 64 })),
        }),
        response: { 200: Session },
      },
      config: signInRate,
    },
    async (request, reply) => {
      const made = await bus.call(authentication.createFirstAdministrator, {
        ...request.body,
        source: sourceOf(request.raw),
      });
      if (!made.ok) return answer(reply, made);
      return answer(reply, await signIn(context, request, reply, request.body));
    },
  );

  routes.post(
    '/api/v1/sign-out',
    { schema: { tags: ['Session'], summary: 'Sign out in this browser', response: { 200: Nothing } } },
    async (request, reply) => {
      const who = await signedIn(context, request);
      reply.clearCookie(SIGN_IN_COOKIE, { path: '/' });
      if (!who.ok) return answer(reply, done({}));
      return answer(reply, await bus.call(authentication.signOut, { signInId: who.value.signInId }));
    },
  );

  routes.post(
    '/api/v1/sign-out-everywhere',
    {
      schema: {
        tags: ['Session'],
        summary: 'Sign out in every browser',
        response: { 200: Type.Object({ ended: Type.Integer() }) },
      },
    },
    async (request, reply) => {
      const who = await signedIn(context, request);
      if (!who.ok) return answer(reply, who);
      reply.clearCookie(SIGN_IN_COOKIE, { path: '/' });
      return answer(reply, await bus.call(authentication.signOutEverywhere, { userId: who.value.userId }));
    },
  );
}

function declarePhotos(routes: Routes, context: HttpContext): void {
  routes.get(
    '/api/v1/photos/:userId',
    {
      schema: {
        tags: ['People'],
        summary: 'The photo of a person',
        params: Type.Object({ userId: UserId }),
        querystring: Type.Object({ v: Type.Optional(Type.String({ maxLength: 64 })) }),
      },
    },
    async (request, reply) => {
      const who = await signedIn(context, request);
      if (!who.ok) return answer(reply, who);
      const photo = await context.bus.call(getPhoto, { userId: request.params.userId });
      if (!photo.ok) return answer(reply, photo);
      // `v` changes with the photo, so an answer for it holds for ever; only this browser may keep it.
      const kept =
        request.query.v === undefined ? 'private, no-cache' : 'private, max-age=31536000, immutable';
      return reply
        .header('cache-control', kept)
        .type(photo.value.mediaType)
        .send(Buffer.from(photo.value.data, 'base64'));
    },
  );
}

function declareOwnAccount(routes: Routes, context: HttpContext): void {
  const { bus } = context;
  const tags = ['Own account'];

  routes.post(
    '/api/v1/password',
    {
      schema: {
        tags,
        summary: 'Change the own password; the own other sign-ins end',
        body: Type.Object({
          oldPassword: Type.String({ minLength: 1, maxLength: 1024 }),
          newPassword: Type.String({ minLength: 1, maxLength: 1024 }),
        }),
        response: { 200: Nothing },
      },
      config: signInRate,
    },
    async (request, reply) =>
      forMe(context, request, reply, ({ userId, signInId }) =>
        bus.call(authentication.changePassword, { ...request.body, userId, signInId }),
      ),
  );

  routes.get(
    '/api/v1/devices',
    { schema: { tags, summary: 'The own devices', response: { 200: Devices } } },
    async (request, reply) =>
      forMe(context, request, reply, ({ userId }) => bus.call(authentication.listDevices, { userId })),
  );

  routes.post(
    '/api/v1/devices',
    {
      schema: {
        tags,
        summary: 'Add a device; its password is shown once',
        body: Type.Object({
          name: Type.String({ minLength: 1, maxLength: 100 }),
          expiresAt: Type.Optional(
            Type.Integer({ description: 'Unix milliseconds; never if it is left out.' }),
          ),
        }),
        response: { 200: authentication.addDevice.reply },
      },
    },
    async (request, reply) =>
      forMe(context, request, reply, ({ userId }) => {
        const { name, expiresAt } = request.body;
        return bus.call(authentication.addDevice, {
          userId,
          name,
          ...(expiresAt === undefined ? {} : { expiresAt }),
        });
      }),
  );

  routes.delete(
    '/api/v1/devices/:deviceId',
    {
      schema: {
        tags,
        summary: 'Take a device its password',
        params: Type.Object({ deviceId: Type.String({ maxLength: 64 }) }),
        response: { 200: Nothing },
      },
    },
    async (request, reply) =>
      forMe(context, request, reply, ({ userId }) =>
        bus.call(authentication.revokeDevice, { userId, deviceId: request.params.deviceId }),
      ),
  );
}

/** The buttons of a notification work in the service worker, which has no socket. */
function declareAlerts(routes: Routes, context: HttpContext): void {
  routes.post(
    '/api/v1/alerts/answer',
    { schema: { ...alertAnswer, response: { 200: Nothing } } },
    async (request, reply) =>
      forMe(context, request, reply, ({ userId }) => {
        const deviceId = deviceOfCookie(request.cookies[DEVICE_COOKIE]);
        return answerAlert(context.bus, { userId, deviceId }, request.body);
      }),
  );
}

function answer(reply: Reply, outcome: Outcome<unknown>): Reply {
  return outcome.ok ? reply.send(outcome.value) : sendFault(reply, outcome.fault, ...tables);
}

async function forMe(
  context: HttpContext,
  request: Request,
  reply: Reply,
  work: (who: SignedIn) => Promise<Outcome<unknown>>,
): Promise<Reply> {
  const who = await signedIn(context, request);
  return answer(reply, who.ok ? await work(who.value) : who);
}

async function signedIn({ bus }: HttpContext, request: Request): Promise<Outcome<SignedIn>> {
  const token = request.cookies[SIGN_IN_COOKIE];
  if (token === undefined || token.length > 200)
    return authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED');
  return bus.call(authentication.checkSignIn, { token });
}

async function signIn(
  context: HttpContext,
  request: Request,
  reply: Reply,
  { address, password }: { readonly address: string; readonly password: string },
): Promise<Outcome<Session>> {
  const given: RequestOf<typeof authentication.signIn> = {
    address: address.trim(),
    password,
    source: sourceOf(request.raw),
    userAgent: (request.headers['user-agent'] ?? '').slice(0, 300),
  };
  const signed = await context.bus.call(authentication.signIn, given);
  if (!signed.ok) return signed;
  const { token, expiresAt } = signed.value;
  reply.setCookie(SIGN_IN_COOKIE, token, {
    path: '/',
    httpOnly: true,
    sameSite: 'strict',
    secure: isSecure(request.raw),
    maxAge: Math.floor((expiresAt - context.clock.wallNow()) / 1000),
  });
  return session(context, request, reply, signed.value.userId);
}

/** Given once, and kept for as long as the browser is used. */
function nameDevice(request: Request, reply: Reply): void {
  const held = request.cookies[DEVICE_COOKIE];
  reply.setCookie(DEVICE_COOKIE, deviceOfCookie(held) === null ? newDeviceCookie() : (held ?? ''), {
    path: '/',
    httpOnly: true,
    sameSite: 'lax',
    secure: isSecure(request.raw),
    maxAge: DEVICE_COOKIE_S,
  });
}

/** What a page reads at start: a browser whose sign-in is over reads that it is not signed in, which is no fault. */
async function sessionOf(context: HttpContext, request: Request, reply: Reply): Promise<Outcome<Session>> {
  const who = await signedIn(context, request);
  if (who.ok) return session(context, request, reply, who.value.userId);
  const isOver = Object.hasOwn(authenticationErrors.table, who.fault.code);
  return isOver ? session(context, request, reply, undefined) : who;
}

async function session(
  { bus, domain, sip }: HttpContext,
  request: Request,
  reply: Reply,
  userId: string | undefined,
): Promise<Outcome<Session>> {
  const basis = { local: isLoopback(sourceOf(request.raw)), domain, csrf: csrfToken(request, reply) };
  if (userId === undefined) {
    const first = await bus.call(authentication.firstRun, {});
    return first.ok ? done({ ...basis, signedIn: false, firstRun: first.value.needed }) : first;
  }
  nameDevice(request, reply);
  const user = await bus.call(getUser, { userId });
  return user.ok ? done({ ...basis, signedIn: true, firstRun: false, user: user.value, sip }) : user;
}
