// The API over HTTP: POST /api/v1/licensing/<operation> for people who are signed in and have a role, and the exports.
// The only file of this service that sees HTTP.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import type { ServiceContext } from '@parley/platform/host';
import { type Routes, sendFault } from '@parley/platform/web';
import { Type } from 'typebox';
import { authenticationErrors, checkSignIn } from '../authentication/contract.ts';
import { SIGN_IN_COOKIE } from '../web-access/contract.ts';
import {
  licensingErrors,
  type OperationName,
  type OperationReply,
  type OperationRequest,
  operationCommand,
  operations,
} from './contract.ts';
import { type ExportName, type ExportPorts, exportFiles } from './exports.ts';
import { csvPieces, joinReports } from './rules/import-chunks.ts';
import { Day } from './rules/model.ts';

export interface LicensingWebPorts extends ExportPorts {
  readonly clock: ServiceContext['clock'];
}

const BASE = '/api/v1/licensing';
const TAG = 'Licences';
/** The verification of a long audit, an import, the bulk assignment of thousands. */
const DEADLINE_MS = 120_000;
const IMPORT_LIMIT_BYTES = 52 * 1024 * 1024;
const ASSIGN_LIMIT_BYTES = 2 * 1024 * 1024;
const tables = [licensingErrors.table, authenticationErrors.table] as const;

const Headers = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 180,
      description: 'The answer is kept for a day and given again to the same request with the same key.',
    }),
  ),
});

export function declareLicensing(routes: Routes, ports: LicensingWebPorts): void {
  const { bus, clock } = ports;
  const asking = new WeakMap<object, string>();
  for (const name of Object.keys(operations) as OperationName[]) {
    const { kind, summary, request: body, reply } = operations[name];
    const limit = bodyLimits[name];
    routes.route({
      method: 'POST',
      url: `${BASE}/${name}`,
      ...(limit === undefined ? {} : { bodyLimit: limit }),
      schema: {
        tags: [TAG],
        summary,
        body,
        ...(kind === 'act' ? { headers: Headers } : {}),
        response: { 200: reply },
      },
      // Before the body is read: strangers must not fill our memory.
      preParsing: async (request, answer) => {
        const actor = await actorOf(bus, request.cookies[SIGN_IN_COOKIE], name);
        if (actor.ok) asking.set(request, actor.value);
        else await sendFault(answer, actor.fault, ...tables);
      },
      handler: async (request, answer) => {
        const actor = asking.get(request);
        if (actor === undefined) throw new Error('a request came past the check of who asks');
        const given = request.headers['idempotency-key'];
        const key = kind === 'act' && typeof given === 'string' ? given : undefined;
        const outcome =
          name === 'import'
            ? await importInPieces(bus, actor, request.body as OperationRequest<'import'>, key)
            : await ask(bus, name, { actor, request: request.body, ...(key === undefined ? {} : { key }) });
        return outcome.ok ? answer.send(outcome.value) : sendFault(answer, outcome.fault, ...tables);
      },
    });
  }
  routes.route({
    method: 'GET',
    url: `${BASE}/export/:file`,
    schema: {
      tags: [TAG],
      summary: 'The position, the entitlements or a list as a file',
      params: Type.Object({
        file: Type.Union((Object.keys(exportFiles) as ExportName[]).map((file) => Type.Literal(file))),
      }),
      querystring: Type.Object({ asOf: Type.Optional(Day), download: Type.Optional(Type.Boolean()) }),
    },
    handler: async (request, answer) => {
      const actor = await actorOf(bus, request.cookies[SIGN_IN_COOKIE], 'my-roles');
      if (!actor.ok) return sendFault(answer, actor.fault, ...tables);
      const { file } = request.params as { file: ExportName };
      const { asOf, download = false } = request.query as { asOf?: string; download?: boolean };
      const madeAt = new Date(clock.wallNow()).toISOString();
      const made = await exportFiles[file]({ ...ports, actor: actor.value, madeAt, asOf });
      if (!made.ok) return sendFault(answer, made.fault, ...tables);
      const { type, content } = made.value;
      const isShown = !download && (file === 'position.html' || file === 'position.pdf');
      // The printed page brings its own style sheet, and nothing else may run or load in it.
      if (file === 'position.html')
        answer.header(
          'content-security-policy',
          "default-src 'none'; style-src 'unsafe-inline'; sandbox allow-modals",
        );
      return answer
        .type(type)
        .header('content-disposition', `${isShown ? 'inline' : 'attachment'}; filename="${file}"`)
        .header('cache-control', 'no-store')
        .send(typeof content === 'string' ? content : Buffer.from(content));
    },
  });
}

const bodyLimits: Readonly<Partial<Record<OperationName, number>>> = {
  import: IMPORT_LIMIT_BYTES,
  assign: ASSIGN_LIMIT_BYTES,
  evaluate: ASSIGN_LIMIT_BYTES,
};

/** Who is signed in. A large body is only read from who may send one. */
async function actorOf(bus: Bus, token: string | undefined, name: OperationName): Promise<Outcome<string>> {
  if (token === undefined || token.length > 200)
    return authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED');
  const checked = await bus.call(checkSignIn, { token });
  if (!checked.ok) return checked;
  const { userId } = checked.value;
  if (bodyLimits[name] === undefined) return done(userId);
  const mine = await ask(bus, 'my-roles', { actor: userId, request: {} });
  if (!mine.ok) return mine;
  const { administrator, roles } = mine.value;
  const isAllowed =
    administrator || roles.some((role) => (operations[name].roles as readonly string[]).includes(role));
  return isAllowed ? done(userId) : licensingErrors.fault('LICENCE_NOT_YOUR_ROLE');
}

function ask<N extends OperationName>(
  bus: Bus,
  name: N,
  request: { readonly actor: string; readonly request: unknown; readonly key?: string },
): Promise<Outcome<OperationReply<N>>> {
  return bus.call(operationCommand(name), request as never, { deadlineMs: DEADLINE_MS }) as Promise<
    Outcome<OperationReply<N>>
  >;
}

/** Each piece fits into a message of the bus and is written by itself; a piece that is sent again is not written again. */
async function importInPieces(
  bus: Bus,
  actor: string,
  { csv, ...request }: OperationRequest<'import'>,
  key: string | undefined,
): Promise<Outcome<OperationReply<'import'>>> {
  const reports = [];
  for (const [index, piece] of csvPieces(csv).entries()) {
    const own = key === undefined ? {} : { key: `${key}#${index}` };
    const answer = await ask(bus, 'import', { actor, request: { ...request, csv: piece.csv }, ...own });
    if (!answer.ok) return answer;
    reports.push({ piece, report: answer.value });
  }
  return done(joinReports(reports));
}
