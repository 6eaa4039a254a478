// The sound of voicemail over HTTP, for its person alone: messages and the greeting in byte ranges (RFC 9110 §14), so that the
// player can seek; and a greeting that the browser brings.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { type Routes, sendFault } from '@parley/platform/web';
import { Type } from 'typebox';
import * as authentication from '../authentication/contract.ts';
import * as voicemail from '../voicemail/contract.ts';
import { byteRange } from './byte-range.ts';
import { SIGN_IN_COOKIE, webAccessErrors } from './contract.ts';

type Reply = Parameters<typeof sendFault>[0];
type Piece = { readonly data: string; readonly totalBytes: number; readonly mediaType: string };

const GREETING_PATH = '/api/v1/voicemail-greeting';
const tags = ['Voicemail'];
const tables = [
  authentication.authenticationErrors.table,
  voicemail.voicemailErrors.table,
  webAccessErrors.table,
] as const;
/** Greetings that this process holds in memory while they come in. */
const AT_ONCE = 8;

export function declareVoicemail(routes: Routes, bus: Bus): void {
  routes.get(
    '/api/v1/voicemail/:voicemailId',
    {
      schema: {
        tags,
        summary: 'The sound of a voice message of one’s own',
        params: Type.Object({ voicemailId: Type.String({ pattern: '^[A-Za-z0-9-]{8,64}$' }) }),
      },
    },
    async ({ cookies, headers, params }, reply) => {
      const who = await userOf(bus, cookies[SIGN_IN_COOKIE]);
      if (!who.ok) return sendFault(reply, who.fault, ...tables);
      const which = { userId: who.value, voicemailId: params.voicemailId };
      return sendSound(reply, headers.range, (offset) =>
        bus.call(voicemail.readVoicemail, { ...which, offset }),
      );
    },
  );
  routes.get(
    GREETING_PATH,
    { schema: { tags, summary: 'The greeting of one’s own that callers hear' } },
    async ({ cookies, headers }, reply) => {
      const who = await userOf(bus, cookies[SIGN_IN_COOKIE]);
      if (!who.ok) return sendFault(reply, who.fault, ...tables);
      return sendSound(reply, headers.range, (offset) =>
        bus.call(voicemail.readGreeting, { userId: who.value, offset }),
      );
    },
  );
  declarePut(routes, bus);
}

function declarePut(routes: Routes, bus: Bus): void {
  /** Who brings one now, by request. */
  const coming = new Map<object, string>();
  for (const type of ['audio/wav', 'audio/ogg'])
    routes.addContentTypeParser(type, { parseAs: 'buffer' }, (_request, body, take) => take(null, body));
  routes.route({
    method: 'PUT',
    url: GREETING_PATH,
    bodyLimit: voicemail.GREETING_MOST_BYTES,
    schema: {
      tags,
      summary: 'A greeting of one’s own: WAV or Ogg Opus, up to two minutes',
      consumes: ['audio/wav', 'audio/ogg'],
      response: { 200: voicemail.Mailbox },
    },
    // Before the body is read: strangers must not fill our memory.
    preParsing: async (request, reply) => {
      const who = await userOf(bus, request.cookies[SIGN_IN_COOKIE]);
      if (!who.ok) await sendFault(reply, who.fault, ...tables);
      else if (coming.size >= AT_ONCE || [...coming.values()].includes(who.value))
        await sendFault(reply, webAccessErrors.fault('WEB_TOO_FAST').fault, ...tables);
      else coming.set(request, who.value);
    },
    onResponse: async (request) => void coming.delete(request),
    onRequestAbort: async (request) => void coming.delete(request),
    handler: async (request, reply) => {
      const userId = coming.get(request);
      const { body } = request;
      if (userId === undefined) throw new Error('a greeting came past the check of who sends it');
      if (!Buffer.isBuffer(body) || body.length === 0)
        return sendFault(reply, voicemail.voicemailErrors.fault('VOICEMAIL_BAD_AUDIO').fault, ...tables);
      const put = await putGreeting(bus, userId, body);
      return put.ok ? reply.send(put.value) : sendFault(reply, put.fault, ...tables);
    },
  });
}

async function putGreeting(bus: Bus, userId: string, sound: Buffer): Promise<Outcome<voicemail.Mailbox>> {
  const uploadId = crypto.randomUUID();
  const totalBytes = sound.length;
  for (let offset = 0; ; offset += voicemail.AUDIO_PIECE_BYTES) {
    const data = sound.subarray(offset, offset + voicemail.AUDIO_PIECE_BYTES).toString('base64');
    const put = await bus.call(voicemail.putGreeting, { userId, uploadId, offset, totalBytes, data });
    if (!put.ok || offset + voicemail.AUDIO_PIECE_BYTES >= totalBytes) return put;
  }
}

/** Sends what was asked for, as far as it goes; a browser asks again for the rest. */
async function sendSound(
  reply: Reply,
  asked: string | undefined,
  read: (offset: number) => Promise<Outcome<Piece>>,
): Promise<Reply> {
  const first = await read(0);
  if (!first.ok) return sendFault(reply, first.fault, ...tables);
  const { totalBytes, mediaType } = first.value;
  reply
    .header('accept-ranges', 'bytes')
    // Who may hear it may change, and a shared computer must not keep it.
    .header('cache-control', 'private, no-store')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('x-content-type-options', 'nosniff');
  const range = byteRange(asked, totalBytes);
  if (range === 'beyond') return reply.code(416).header('content-range', `bytes */${totalBytes}`).send();
  const { from, to } = range ?? { from: 0, to: totalBytes - 1 };
  const parts: Buffer[] = [];
  for (let at = from; at <= to; ) {
    const piece = at === 0 ? first : await read(at);
    if (!piece.ok) return sendFault(reply, piece.fault, ...tables);
    const bytes = Buffer.from(piece.value.data, 'base64').subarray(0, to + 1 - at);
    // What was cut meanwhile would never be whole.
    if (bytes.length === 0) return sendFault(reply, gone(), ...tables);
    parts.push(bytes);
    at += bytes.length;
  }
  if (range !== undefined) reply.code(206).header('content-range', `bytes ${from}-${to}/${totalBytes}`);
  return reply.type(mediaType).send(Buffer.concat(parts));
}

function gone() {
  return voicemail.voicemailErrors.fault('VOICEMAIL_GONE').fault;
}

async function userOf(bus: Bus, token: string | undefined): Promise<Outcome<string>> {
  if (token === undefined || token.length > 200)
    return authentication.authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED');
  const checked = await bus.call(authentication.checkSignIn, { token });
  return checked.ok ? done(checked.value.userId) : checked;
}
