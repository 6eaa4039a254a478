// A person's call rules over HTTP, for administrators, and what would happen with a call. The only file of this service that
// sees HTTP.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { type Routes, sendFault } from '@parley/platform/web';
import { type Static, Type } from 'typebox';
import { authenticationErrors, checkSignIn } from '../authentication/contract.ts';
import { UserId } from '../identity/contract.ts';
import { provisioningErrors } from '../provisioning/contract.ts';
import { SIGN_IN_COOKIE } from '../web-access/contract.ts';
import { CallPlan, callRoutingErrors, getRules, OwnRules, planCall } from './contract.ts';

const tables = [callRoutingErrors.table, provisioningErrors.table, authenticationErrors.table] as const;

const Params = Type.Object({ userId: UserId });
const Query = Type.Object({
  caller: Type.Optional(
    Type.String({ maxLength: 300, description: 'Address or number; somebody unknown without it.' }),
  ),
  at: Type.Optional(Type.Integer({ description: 'Unix milliseconds; now without it.' })),
});
const Reply = Type.Object({ own: OwnRules, plan: CallPlan });

export function declareCallRules(routes: Routes, bus: Bus): void {
  routes.route({
    method: 'GET',
    url: '/api/v1/admin/call-rules/:userId',
    schema: {
      tags: ['Calls'],
      summary: 'A person’s call rules, and what happens by them with a call, step by step',
      params: Params,
      querystring: Query,
      response: { 200: Reply },
    },
    handler: async (request, answer) => {
      const administrator = await administratorOf(bus, request.cookies[SIGN_IN_COOKIE]);
      if (!administrator.ok) return sendFault(answer, administrator.fault, ...tables);
      const { userId } = request.params as Static<typeof Params>;
      const outcome = await explained(bus, userId, request.query as Static<typeof Query>);
      answer.header('cache-control', 'no-store');
      return outcome.ok ? answer.send(outcome.value) : sendFault(answer, outcome.fault, ...tables);
    },
  });
}

async function explained(
  bus: Bus,
  userId: string,
  { caller = '', at }: Static<typeof Query>,
): Promise<Outcome<Static<typeof Reply>>> {
  const own = await bus.call(getRules, { userId });
  if (!own.ok) return own;
  const plan = await bus.call(planCall, {
    calleeId: userId,
    caller: { address: caller },
    ...(at === undefined ? {} : { at }),
    through: [],
  });
  return plan.ok ? done({ own: own.value, plan: plan.value }) : plan;
}

async function administratorOf(bus: Bus, token: string | undefined): Promise<Outcome<null>> {
  if (token === undefined || token.length > 200)
    return authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED');
  const checked = await bus.call(checkSignIn, { token });
  if (!checked.ok) return checked;
  return checked.value.administrator
    ? done(null)
    : provisioningErrors.fault('PROVISIONING_NOT_ADMINISTRATOR');
}
