// Calls that phones begin (RFC 3261 §13.3): asked here whether they may, before the proxy looks for whom they are. The only
// file of calls that sees SIP.
import type { ServiceContext } from '@parley/platform/host';
import type { ServerRequest } from '@parley/platform/net';
import { parseSipUri, tagOf, unescapeUri } from '@parley/protocol/sip';
import { licensingErrors } from '../licensing/contract.ts';
import { type Caller, hangStation, licensedPhoneOf, respondFault } from '../proxy/station.ts';
import type { Locations } from '../registrar/view.ts';
import { CallPace } from './call-pace.ts';
import { callErrors } from './contract.ts';
import { type CallGate, mayCallByPhone } from './licence.ts';

/** Never refused, whatever the licences say (licensing rule M5) and however often they are dialled. */
const EMERGENCY = /^(112|911|999|000|110|118|119|\+?112)$/;

export interface PhoneNeeds {
  readonly gate: CallGate;
  readonly locations: { readonly current: Locations };
  readonly tooMany: (who: { readonly userId: string; readonly deviceId: string }) => void;
}

export function watchPhones(context: ServiceContext, { gate, locations, tooMany }: PhoneNeeds): Disposable {
  const { clock } = context;
  const { hostName, calls } = context.config;
  const pace = new CallPace(calls.perMinute);
  const tables = [callErrors.table, licensingErrors.table];

  return hangStation(context.sip(), 'calls', (server, caller) => {
    const { request } = server;
    if (request.method !== 'INVITE' || tagOf(request.headers.get('To')) !== undefined) return false;
    if (EMERGENCY.test(unescapeUri(parseSipUri(request.uri)?.user ?? ''))) return false;
    return !mayBegin(server, caller);
  });

  /** Refuses where it may not. */
  function mayBegin(server: ServerRequest, caller: Caller): boolean {
    const { userId, deviceId } = caller;
    if (!pace.mayBegin(deviceId, clock.now())) {
      tooMany({ userId, deviceId });
      const { fault } = callErrors.fault(
        'CALL_TOO_MANY',
        'This telephone has begun too many calls in a minute.',
      );
      respondFault(server, fault, { tables, hostName });
      return false;
    }
    const licensed = mayCallByPhone(gate, { userId, ...licensedPhoneOf(server, caller, locations.current) });
    if (licensed.ok) return true;
    respondFault(server, licensed.fault, { tables, hostName });
    return false;
  }
}
