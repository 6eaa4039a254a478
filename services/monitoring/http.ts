// The traces over HTTP: the list, a ladder, full texts, files, and who has opened texts. Administrators only. The only
// file of this service that sees HTTP.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { type RouteSchema, type Routes, sendFault } from '@parley/platform/web';
import { type Static, type TSchema, Type } from 'typebox';
import { authenticationErrors, checkSignIn } from '../authentication/contract.ts';
import { provisioningErrors } from '../provisioning/contract.ts';
import { SIGN_IN_COOKIE } from '../web-access/contract.ts';
import { listCalls, listOpenings, monitoringErrors, showLadder, TraceFilter, TraceText } from './contract.ts';
import { collectTexts, exportCalls } from './trace-export.ts';

const BASE = '/api/v1/admin/traces';
const TAG = 'SIP messages';
const DEADLINE_MS = 20_000;
const LIMIT = 200;
const tables = [monitoringErrors.table, provisioningErrors.table, authenticationErrors.table] as const;

const CallId = Type.String({ minLength: 1, maxLength: 1024 });
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: '200 unless given.' }));

interface Operation<Q extends TSchema, R extends TSchema> {
  readonly path: string;
  readonly summary: string;
  readonly query: Q;
  readonly reply: R;
  readonly work: (query: Static<Q>, userId: string) => Promise<Outcome<Static<R>>>;
}

export function declareTraces(routes: Routes, bus: Bus): void {
  const options = { deadlineMs: DEADLINE_MS };

  function declare<Q extends TSchema, R extends TSchema>(operation: Operation<Q, R>): void {
    const { path, summary, query, reply, work } = operation;
    const schema: RouteSchema = { tags: [TAG], summary, querystring: query, response: { 200: reply } };
    routes.route({
      method: 'GET',
      url: `${BASE}${path}`,
      schema,
      handler: async (request, answer) => {
        const administrator = await administratorOf(bus, request.cookies[SIGN_IN_COOKIE]);
        if (!administrator.ok) return sendFault(answer, administrator.fault, ...tables);
        const outcome = await work(request.query as Static<Q>, administrator.value);
        answer.header('cache-control', 'no-store');
        return outcome.ok ? answer.send(outcome.value) : sendFault(answer, outcome.fault, ...tables);
      },
    });
  }

  declare({
    path: '',
    summary: 'Recent calls, messages and registrations over SIP, the latest first',
    query: Type.Object({ ...TraceFilter.properties, limit: Limit }),
    reply: listCalls.reply,
    work: ({ limit = LIMIT, ...filter }) => bus.call(listCalls, { filter, limit }, options),
  });
  declare({
    path: '/ladder',
    summary: 'The messages with one Call-ID as a sequence of steps between those who took part',
    query: Type.Object({ callId: CallId }),
    reply: showLadder.reply,
    work: (query) => bus.call(showLadder, query, options),
  });
  declare({
    path: '/texts',
    summary: 'The full text of messages with one Call-ID, secrets masked; it is recorded who asked',
    query: Type.Object({
      callId: CallId,
      id: Type.Optional(Type.String({ maxLength: 80, description: 'One message; all without it.' })),
    }),
    reply: Type.Object({ texts: Type.Array(TraceText) }),
    work: async ({ callId, id }, userId) => {
      const texts = await collectTexts(bus, {
        actor: userId,
        purpose: 'view',
        callId,
        ...(id === undefined ? {} : { ids: [id] }),
      });
      return texts.ok ? done({ texts: texts.value }) : texts;
    },
  });
  declare({
    path: '/openings',
    summary: 'Who has opened the full text of messages, the latest first',
    query: Type.Object({ before: Type.Optional(Type.Number()), limit: Limit }),
    reply: listOpenings.reply,
    work: ({ limit = LIMIT, ...query }) => bus.call(listOpenings, { ...query, limit }, options),
  });

  routes.route({
    method: 'GET',
    url: `${BASE}/export`,
    schema: {
      tags: [TAG],
      summary:
        'The messages with one Call-ID as a file: text, or a capture for Wireshark; it is recorded who asked',
      querystring: Type.Object({
        callId: CallId,
        format: Type.Union([Type.Literal('text'), Type.Literal('pcap')]),
      }),
    },
    handler: async (request, answer) => {
      const administrator = await administratorOf(bus, request.cookies[SIGN_IN_COOKIE]);
      if (!administrator.ok) return sendFault(answer, administrator.fault, ...tables);
      const { callId, format } = request.query as { callId: string; format: 'text' | 'pcap' };
      const file = await exportCalls(bus, { actor: administrator.value, callIds: [callId], format });
      if (!file.ok) return sendFault(answer, file.fault, ...tables);
      const [type, ending] =
        format === 'text' ? ['text/plain; charset=utf-8', 'txt'] : ['application/vnd.tcpdump.pcap', 'pcap'];
      const name = callId.replace(/[^A-Za-z0-9.-]/g, '_').slice(0, 60);
      return answer
        .type(type)
        .header('content-disposition', `attachment; filename="sip-${name}.${ending}"`)
        .header('cache-control', 'no-store')
        .send(Buffer.from(file.value));
    },
  });
}

async function administratorOf(bus: Bus, token: string | undefined): Promise<Outcome<string>> {
  if (token === undefined || token.length > 200)
    return authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED');
  const checked = await bus.call(checkSignIn, { token });
  if (!checked.ok) return checked;
  const { userId, administrator } = checked.value;
  return administrator ? done(userId) : provisioningErrors.fault('PROVISIONING_NOT_ADMINISTRATOR');
}
