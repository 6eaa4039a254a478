// What a signed-in browser asks before a call: the relays that it may use. The only file of this service that sees HTTP.
import type { Bus } from '@parley/platform/bus';
import { done, type Outcome } from '@parley/platform/contract';
import { type Routes, sendFault } from '@parley/platform/web';
import { authenticationErrors, checkSignIn } from '../authentication/contract.ts';
import { SIGN_IN_COOKIE } from '../web-access/contract.ts';
import { edgeErrors, type IceServer, iceServers } from './contract.ts';

const tables = [edgeErrors.table, authenticationErrors.table] as const;

export function declareIceServers(routes: Routes, bus: Bus): void {
  const schema = {
    tags: ['Calls'],
    summary:
      'The relays (TURN) that your calls may use, with credentials for an hour; none where no relay runs',
    response: { 200: iceServers.reply },
  };
  routes.get('/api/v1/ice-servers', { schema }, async (request, reply) => {
    const found = await serversFor(bus, request.cookies[SIGN_IN_COOKIE]);
    if (!found.ok) return sendFault(reply, found.fault, ...tables);
    return reply.header('cache-control', 'no-store').send(found.value);
  });
}

async function serversFor(
  bus: Bus,
  token: string | undefined,
): Promise<Outcome<{ readonly servers: IceServer[] }>> {
  if (token === undefined || token.length > 200)
    return authenticationErrors.fault('AUTHENTICATION_SIGN_IN_ENDED');
  const checked = await bus.call(checkSignIn, { token });
  if (!checked.ok) return checked;
  const found = await bus.call(iceServers, { userId: checked.value.userId });
  // Calls of people in one network need no relay.
  if (!found.ok && found.fault.code === 'BUS_NO_RESPONDER') return done({ servers: [] });
  return found;
}
