// Policies over HTTP, for administrators: all scopes, what holds for one person and why, and the record of changes. The
// only file of this service that sees HTTP.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { type RouteSchema, type Routes, sendFault } from '@parley/platform/web';
import { type Static, type TSchema, Type } from 'typebox';
import { authenticationErrors, checkSignIn } from '../authentication/contract.ts';
import { UserId } from '../identity/contract.ts';
import { provisioningErrors } from '../provisioning/contract.ts';
import { SIGN_IN_COOKIE } from '../web-access/contract.ts';
import {
  changePolicy,
  DEFAULTS,
  effectivePolicy,
  Policy,
  policyChanges,
  policyErrors,
  policySnapshot,
  Scope,
  SettingChanges,
  Settings,
} from './contract.ts';

const BASE = '/api/v1/admin/policies';
const TAG = 'Policies';
const LIMIT_BYTES = 64 * 1024;
const tables = [policyErrors.table, provisioningErrors.table, authenticationErrors.table] as const;

interface Operation<B extends TSchema, R extends TSchema> {
  readonly method: 'GET' | 'PATCH';
  readonly path: string;
  readonly summary: string;
  readonly params?: TSchema;
  readonly body?: B;
  readonly reply: R;
  readonly work: (given: {
    readonly params: { readonly userId: string };
    readonly body: Static<B>;
    readonly administrator: string;
  }) => Promise<Outcome<Static<R>>>;
}

export function declarePolicies(routes: Routes, bus: Bus): void {
  const asking = new WeakMap<object, string>();

  function declare<B extends TSchema, R extends TSchema>(operation: Operation<B, R>): void {
    const { method, path, summary, params, body, reply, work } = operation;
    const schema: RouteSchema = {
      tags: [TAG],
      summary,
      ...(params === undefined ? {} : { params }),
      ...(body === undefined ? {} : { body }),
      response: { 200: reply },
    };
    routes.route({
      method,
      url: `${BASE}${path}`,
      bodyLimit: LIMIT_BYTES,
      schema,
      // Before the body is read: strangers must not learn what a body has to be.
      preParsing: async (request, answer) => {
        const administrator = await administratorOf(bus, request.cookies[SIGN_IN_COOKIE]);
        if (administrator.ok) asking.set(request, administrator.value);
        else await sendFault(answer, administrator.fault, ...tables);
      },
      handler: async (request, answer) => {
        const administrator = asking.get(request);
        if (administrator === undefined) throw new Error('a request came past the check of who asks');
        const outcome = await work({
          params: request.params as never,
          body: request.body as never,
          administrator,
        });
        return outcome.ok ? answer.send(outcome.value) : sendFault(answer, outcome.fault, ...tables);
      },
    });
  }

  declare({
    method: 'GET',
    path: '',
    summary: 'The policies of all scopes, and the settings that hold where none says anything',
    reply: Type.Object({ policies: Type.Array(Policy), defaults: Settings }),
    work: async () => {
      const policies: Policy[] = [];
      for (let after: string | undefined; ; ) {
        const page = await bus.call(policySnapshot, after === undefined ? {} : { after });
        if (!page.ok) return page;
        policies.push(...page.value.policies);
        after = page.value.next;
        if (after === undefined) break;
      }
      const said = policies.filter(({ settings }) => Object.keys(settings).length > 0);
      return done({ policies: said, defaults: DEFAULTS });
    },
  });
  declare({
    method: 'PATCH',
    path: '',
    summary: 'Change settings of a scope; null gives a setting back to the wider scope',
    body: Type.Object({ scope: Scope, changes: SettingChanges }),
    reply: Policy,
    work: ({ body, administrator: by }) => bus.call(changePolicy, { ...body, by }),
  });
  declare({
    method: 'GET',
    path: '/effective/:userId',
    summary: 'Every setting as it holds for one person, and which scope decides it',
    params: Type.Object({ userId: UserId }),
    reply: effectivePolicy.reply,
    work: ({ params }) => bus.call(effectivePolicy, params),
  });
  declare({
    method: 'GET',
    path: '/changes',
    summary: 'Who has changed which setting, the latest first',
    reply: policyChanges.reply,
    work: () => bus.call(policyChanges, { limit: 200 }),
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
