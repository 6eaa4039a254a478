// Images of messages over HTTP: PUT by who wants to send one, GET by who is in its conversation. The bytes go to and come
// from im in pieces, because the bus carries no more at once.
import { createHash } from 'node:crypto';
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome, type ReplyOf } from '@parley/platform/contract';
import { type Routes, sendFault } from '@parley/platform/web';
import { Type } from 'typebox';
import * as authentication from '../authentication/contract.ts';
import * as im from '../im/contract.ts';
import { SIGN_IN_COOKIE, webAccessErrors } from './contract.ts';

type Reply = Parameters<typeof sendFault>[0];

const PATH = '/api/v1/conversations/:conversationId/images/:imageId';
const MEDIA_TYPES = ['image/png', 'image/jpeg', 'image/webp', 'image/gif'];
const tables = [authentication.authenticationErrors.table, im.imErrors.table, webAccessErrors.table] as const;
const params = Type.Object({
  conversationId: Type.String({ maxLength: 64 }),
  imageId: Type.String({ pattern: '^[A-Za-z0-9-]{16,64}$' }),
});
/** Images that this process holds in memory while they come in, 10 MB each at most. */
const AT_ONCE = 16;
const AT_ONCE_A_PERSON = 4;

export function declareImages(routes: Routes, bus: Bus): void {
  for (const type of MEDIA_TYPES)
    routes.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, take) => take(null, body));
  declarePut(routes, bus);
  declareGet(routes, bus);
}

function declarePut(routes: Routes, bus: Bus): void {
  /** Who sends what is being read, by request. */
  const coming = new Map<object, string>();

  function admit(request: object, userId: string): boolean {
    const own = [...coming.values()].filter((id) => id === userId).length;
    if (coming.size >= AT_ONCE || own >= AT_ONCE_A_PERSON) return false;
    coming.set(request, userId);
    return true;
  }

  routes.route({
    method: 'PUT',
    url: PATH,
    bodyLimit: im.IMAGE_LIMIT_BYTES,
    schema: {
      tags: ['Messages'],
      summary: 'Put an image on the server, to be sent in a message of this conversation',
      consumes: MEDIA_TYPES,
      params,
      querystring: Type.Object({ name: Type.Optional(Type.String({ maxLength: 200 })) }),
      response: { 200: im.MessageImage },
    },
    // Before the body is read: strangers must not fill our memory.
    preParsing: async (request, reply) => {
      const who = await userOf(bus, request.cookies[SIGN_IN_COOKIE]);
      if (!who.ok) await sendFault(reply, who.fault, ...tables);
      else if (!admit(request, who.value))
        await sendFault(reply, webAccessErrors.fault('WEB_TOO_FAST').fault, ...tables);
    },
    onResponse: async (request) => void coming.delete(request),
    onRequestAbort: async (request) => void coming.delete(request),
    handler: async (request, reply) => {
      const userId = coming.get(request);
      const { body } = request;
      if (userId === undefined) throw new Error('an image came past the check of who sends it');
      const { conversationId, imageId } = request.params as { conversationId: string; imageId: string };
      const { name = '' } = request.query as { name?: string };
      if (!Buffer.isBuffer(body) || body.length === 0)
        return sendFault(reply, im.imErrors.fault('IM_BAD_IMAGE').fault, ...tables);
      const put = await putImage(bus, { userId, conversationId, imageId }, name, body);
      return put.ok ? reply.send(put.value) : sendFault(reply, put.fault, ...tables);
    },
  });
}

interface Which {
  readonly userId: string;
  readonly conversationId: string;
  readonly imageId: string;
}

async function putImage(
  bus: Bus,
  which: Which,
  name: string,
  bytes: Buffer,
): Promise<Outcome<im.MessageImage>> {
  const piece = (nth: number) =>
    bytes.subarray(nth * im.IMAGE_PIECE_BYTES, (nth + 1) * im.IMAGE_PIECE_BYTES).toString('base64');
  const hash = createHash('sha256').update(bytes).digest('hex');
  const offered = await bus.call(im.offerImage, {
    ...which,
    name,
    bytes: bytes.length,
    hash,
    head: piece(0),
  });
  if (!offered.ok) return offered;
  if (offered.value.wanted)
    for (let nth = 0; nth * im.IMAGE_PIECE_BYTES < bytes.length; nth++) {
      const put = await bus.call(im.putImagePiece, { ...which, nth, data: piece(nth) });
      if (!put.ok) return put;
    }
  return done(offered.value.image);
}

function declareGet(routes: Routes, bus: Bus): void {
  routes.get(
    PATH,
    {
      schema: { tags: ['Messages'], summary: 'An image of a message in a conversation of one’s own', params },
    },
    async (request, reply) => {
      const who = await userOf(bus, request.cookies[SIGN_IN_COOKIE]);
      if (!who.ok) return sendFault(reply, who.fault, ...tables);
      const which = { userId: who.value, ...request.params };
      const first = await bus.call(im.getImagePiece, { ...which, nth: 0 });
      if (!first.ok) return sendFault(reply, first.fault, ...tables);
      return await sendImage(bus, which, first.value, request.headers['if-none-match'], reply);
    },
  );
}

async function sendImage(
  bus: Bus,
  which: Which,
  first: ReplyOf<typeof im.getImagePiece>,
  heldTag: string | undefined,
  reply: Reply,
): Promise<Reply> {
  const { mediaType, name, hash, bytes } = first;
  const tag = `"${hash}"`;
  reply
    // Asked again each time, because who may see it may change; what has not changed is not sent again.
    .header('cache-control', 'private, no-cache')
    .header('etag', tag)
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header(
      'content-disposition',
      `inline; filename*=UTF-8''${encodeURIComponent(name).replace(/['()*]/g, '_')}`,
    )
    .type(mediaType);
  if (heldTag === tag) return reply.code(304).send();
  const parts = [Buffer.from(first.data, 'base64')];
  for (let nth = 1; nth * im.IMAGE_PIECE_BYTES < bytes; nth++) {
    const piece = await bus.call(im.getImagePiece, { ...which, nth });
    if (!piece.ok) return sendFault(reply, piece.fault, ...tables);
    parts.push(Buffer.from(piece.value.data, 'base64'));
  }
  return reply.send(Buffer.concat(parts));
}

async function userOf(bus: Bus, token: string | undefined): Promise<Outcome<string>> {
  if (token === undefined || token.length > 200)
    return authentication.authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED');
  const checked = await bus.call(authentication.checkSignIn, { token });
  return checked.ok ? done(checked.value.userId) : checked;
}
