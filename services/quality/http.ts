// The books of calls and how they went, over HTTP: a list, one call with all that was measured, and a file. Administrators
// only. The only file of this service that sees HTTP.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { type Routes, sendFault } from '@parley/platform/web';
import { type Static, Type } from 'typebox';
import { authenticationErrors, checkSignIn } from '../authentication/contract.ts';
import { CallRecord, callErrors, listRecords, showRecord } from '../calls/contract.ts';
import { UserId } from '../identity/contract.ts';
import { provisioningErrors } from '../provisioning/contract.ts';
import { SIGN_IN_COOKIE } from '../web-access/contract.ts';
import { csvOfCalls } from './call-csv.ts';
import { ofRecord, qualityErrors, Summary, summaryOf } from './contract.ts';
import { isBad } from './rules/bad.ts';

const BASE = '/api/v1/admin/calls';
const TAG = 'Calls';
const LIMIT = 100;
const PAGE = 200;
/** A page of bad calls looks through so many others at most; the next one goes on from there. */
const PAGES_LOOKED_THROUGH = 10;
const MOST_IN_FILE = 10_000;
const tables = [
  qualityErrors.table,
  callErrors.table,
  provisioningErrors.table,
  authenticationErrors.table,
] as const;

const Filter = {
  userId: Type.Optional(UserId),
  since: Type.Optional(Type.Integer({ description: 'Unix milliseconds.' })),
  before: Type.Optional(Type.Integer({ description: 'Begun before; `next` of the page before this one.' })),
  bad: Type.Optional(Type.Boolean({ description: 'Only those that went badly.' })),
};
const ListQuery = Type.Object({
  ...Filter,
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE, description: '100 unless given.' })),
});
const Listed = Type.Object({
  ...CallRecord.properties,
  ...Type.Pick(Summary, ['worstMos', 'mostLost', 'stars']).properties,
});
export type ListedCall = Static<typeof Listed>;
const ListReply = Type.Object({ calls: Type.Array(Listed), next: Type.Optional(Type.Integer()) });
const Params = Type.Object({ recordId: Type.String({ maxLength: 64 }) });
const ShowReply = Type.Object({ ...showRecord.reply.properties, ...ofRecord.reply.properties });
const FileQuery = Type.Object(Filter);

type Asked = Static<typeof ListQuery>;

export function declareQuality(routes: Routes, bus: Bus): void {
  routes.route({
    method: 'GET',
    url: BASE,
    schema: {
      tags: [TAG],
      summary: 'Calls, the latest first, with the worst that was measured of each',
      querystring: ListQuery,
      response: { 200: ListReply },
    },
    handler: async (request, answer) => {
      const administrator = await administratorOf(bus, request.cookies[SIGN_IN_COOKIE]);
      if (!administrator.ok) return sendFault(answer, administrator.fault, ...tables);
      const page = await pageOf(bus, request.query as Asked);
      answer.header('cache-control', 'no-store');
      return page.ok ? answer.send(page.value) : sendFault(answer, page.fault, ...tables);
    },
  });
  routes.route({
    method: 'GET',
    url: `${BASE}/:recordId`,
    schema: {
      tags: [TAG],
      summary: 'One call: who was in it, why it went where it went, and what each end measured',
      params: Params,
      response: { 200: ShowReply },
    },
    handler: async (request, answer) => {
      const administrator = await administratorOf(bus, request.cookies[SIGN_IN_COOKIE]);
      if (!administrator.ok) return sendFault(answer, administrator.fault, ...tables);
      const shown = await oneCall(bus, (request.params as Static<typeof Params>).recordId);
      answer.header('cache-control', 'no-store');
      return shown.ok ? answer.send(shown.value) : sendFault(answer, shown.fault, ...tables);
    },
  });
  routes.route({
    method: 'GET',
    url: '/api/v1/admin/calls.csv',
    schema: {
      tags: [TAG],
      summary: 'The same list as a file, a line for each call, ten thousand at most',
      querystring: FileQuery,
    },
    handler: async (request, answer) => {
      const administrator = await administratorOf(bus, request.cookies[SIGN_IN_COOKIE]);
      if (!administrator.ok) return sendFault(answer, administrator.fault, ...tables);
      const calls: ListedCall[] = [];
      let { before, ...filter } = request.query as Static<typeof FileQuery>;
      for (;;) {
        const asked = { ...filter, limit: PAGE, ...(before === undefined ? {} : { before }) };
        const page = await pageOf(bus, asked);
        if (!page.ok) return sendFault(answer, page.fault, ...tables);
        calls.push(...page.value.calls);
        before = page.value.next;
        if (before === undefined || calls.length >= MOST_IN_FILE) break;
      }
      return answer
        .type('text/csv; charset=utf-8')
        .header('content-disposition', 'attachment; filename="calls.csv"')
        .header('cache-control', 'no-store')
        .send(csvOfCalls(calls.slice(0, MOST_IN_FILE)));
    },
  });
}

async function pageOf(
  bus: Bus,
  { limit = LIMIT, bad = false, before: begunBefore, ...filter }: Asked,
): Promise<Outcome<Static<typeof ListReply>>> {
  const calls: ListedCall[] = [];
  let before = begunBefore;
  for (let looked = 0; looked < PAGES_LOOKED_THROUGH; looked += 1) {
    const wanted = bad ? PAGE : limit;
    const listed = await bus.call(listRecords, {
      ...filter,
      limit: wanted,
      ...(before === undefined ? {} : { before }),
    });
    if (!listed.ok) return listed;
    const { records, more } = listed.value;
    const summed = await bus.call(summaryOf, { recordIds: records.map(({ recordId }) => recordId) });
    if (!summed.ok) return summed;
    for (const [index, record] of records.entries()) {
      const summary = summed.value.summaries[index];
      if (summary === undefined || (bad && !isBad(summary))) continue;
      if (calls.length >= limit && record.startedAt !== before) return done({ calls, next: before! });
      calls.push({ ...record, ...summary });
      before = record.startedAt;
    }
    if (!more) return done({ calls });
    before = records.at(-1)!.startedAt;
    if (!bad || calls.length >= limit) return done({ calls, next: before });
  }
  return before === undefined ? done({ calls }) : done({ calls, next: before });
}

async function oneCall(bus: Bus, recordId: string): Promise<Outcome<Static<typeof ShowReply>>> {
  const shown = await bus.call(showRecord, { recordId });
  if (!shown.ok) return shown;
  const quality = await bus.call(ofRecord, { recordId });
  return quality.ok ? done({ ...shown.value, ...quality.value }) : quality;
}

async function administratorOf(bus: Bus, token: string | undefined): Promise<Outcome<string>> {
  if (token === undefined || token.length > 200)
    return authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED');
  const checked = await bus.call(checkSignIn, { token });
  if (!checked.ok) return checked;
  const { userId, administrator } = checked.value;
  return administrator ? done(userId) : provisioningErrors.fault('PROVISIONING_NOT_ADMINISTRATOR');
}
