// Calls that phones begin (RFC 3261 §13.3): whether they may, and who carries them – the proxy, or our user agent where windows
// ring or rules act. With sip-agent.ts and sip-phones.ts, what sees SIP in calls.
import type { ServiceContext } from '@parley/platform/host';
import type { ServerRequest } from '@parley/platform/net';
import { parseSipUri, type SipRequest, tagOf, unescapeUri } from '@parley/protocol/sip';
import type { CallPlan } from '../call-routing/contract.ts';
import type { User } from '../identity/contract.ts';
import { licensingErrors } from '../licensing/contract.ts';
import { type Caller, hangStation, licensedPhoneOf, respondFault, type Taken } from '../proxy/station.ts';
import { type Locations, reachable } from '../registrar/view.ts';
import { CallPace } from './call-pace.ts';
import { callErrors } from './contract.ts';
import type { Floor, Phones, PhoneTarget } from './floor.ts';
import { mayCallByPhone } from './licence.ts';
import type { MediaHosts } from './media-hosts.ts';
import { type Dialog, SipAgent } from './sip-agent.ts';
import { bringPhones, calledByPhone, ringPhones } from './sip-phones.ts';
import { replacedByPhone } from './sip-replace.ts';

/** Never refused, whatever the licences say (licensing rule M5) and however often they are dialled. */
const EMERGENCY = /^(112|911|999|000|110|118|119|\+?112)$/;
/** Between the station and the user agent a request is no longer than a moment. */
const ON_THE_WAY_MS = 10_000;

export interface PhoneNeeds {
  readonly media: MediaHosts;
  readonly locations: { readonly current: Locations };
  readonly tooMany: (who: { readonly userId: string; readonly deviceId: string }) => void;
}

interface OnTheWay {
  readonly caller: Caller;
  /** Undefined for one that takes the place of another. */
  readonly callee: User | undefined;
  readonly at: number;
}

export interface PhoneDesk extends Disposable {
  /** Undefined where no media host is there. */
  readonly phones: Phones | undefined;
  /** Takes calls from now on. */
  open(floor: Floor): void;
}

export function openPhoneDesk(context: ServiceContext, { media, locations, tooMany }: PhoneNeeds): PhoneDesk {
  const { clock } = context;
  const { hostName, calls, domain } = context.config;
  const sip = context.sip();
  const pace = new CallPace(calls.perMinute);
  const tables = [callErrors.table, licensingErrors.table];
  /** Who called whom, by Call-ID, until the user agent has it. */
  const onTheWay = new Map<string, OnTheWay>();
  let held: Floor | undefined;
  let station: Disposable | undefined;
  const agent = new SipAgent({ sip, clock, domain, hostName, invited });

  function invited(dialog: Dialog, request: SipRequest, replaced: Dialog | undefined): void {
    const callId = request.headers.get('Call-ID') ?? '';
    const found = onTheWay.get(callId);
    onTheWay.delete(callId);
    const caller = found === undefined ? undefined : held?.person(found.caller.userId);
    if (found === undefined || caller === undefined || held === undefined) {
      dialog.respond(request, 403);
      return;
    }
    const { deviceId } = found.caller;
    const device = { kind: 'phone', id: deviceId, name: request.headers.get('User-Agent') ?? '' } as const;
    const { callee } = found;
    if (replaced !== undefined) void replacedByPhone(held, dialog, request, { caller, device, replaced });
    else if (callee === undefined) dialog.respond(request, 481);
    else void calledByPhone(held, dialog, request, { caller, callee, device });
  }

  const phones: Phones = {
    media,
    invite: (parts) => agent.invite(parts),
    adopt: (kept, routes) => agent.adopt(kept, routes),
    named: (replaces) => agent.named(replaces),
    bring(call, side, targets) {
      if (held !== undefined) bringPhones(held, call, side, targets);
    },
    ring(call, side) {
      if (held !== undefined) ringPhones(held, call, side);
    },
    targetsOf(userId) {
      const bindings = reachable(locations.current.byUser.get(userId)?.bindings ?? [], clock.wallNow());
      const byDevice = new Map<string, PhoneTarget>();
      for (const {
        contact,
        nodeId,
        flowId,
        path = [],
        instance,
        bindingId,
        deviceId,
        userAgent,
      } of bindings) {
        const key = instance ?? bindingId;
        const route = agent.routeTo({ nodeId, flowId });
        if (byDevice.has(key) || route === undefined) continue;
        const device = { kind: 'phone', id: deviceId, name: userAgent } as const;
        byDevice.set(key, { uri: contact, routes: [route, ...path], device });
      }
      return [...byDevice.values()];
    },
  };

  function stationOf(floor: Floor, server: ServerRequest, caller: Caller): Taken | Promise<Taken> {
    const { request } = server;
    if (request.method !== 'INVITE' || tagOf(request.headers.get('To')) !== undefined) return false;
    const user = unescapeUri(parseSipUri(request.uri)?.user ?? '');
    if (EMERGENCY.test(user)) return false;
    if (!mayBegin(floor, server, caller)) return true;
    const { headers } = request;
    const replaces = headers.get('Replaces');
    if (replaces !== undefined && agent.named(replaces) !== undefined) {
      expect(request, caller, undefined);
      return 'agent';
    }
    // What names one device, or takes the place of a call between phones, is the proxy's.
    const isPlain = !request.uri.includes(';gr') && replaces === undefined && !headers.has('Join');
    if (!isPlain || !media.isThere) return false;
    if (user === calls.voicemailNumber) {
      expect(request, caller, floor.person(caller.userId));
      return 'agent';
    }
    const called = floor.find({ dialled: request.uri });
    if (!called.ok || called.value.user.userId === caller.userId) return false;
    return carrierOf(floor, request, caller, called.value.user);
  }

  async function carrierOf(floor: Floor, request: SipRequest, caller: Caller, callee: User): Promise<Taken> {
    const { userId, address } = caller;
    const name = floor.person(userId)?.name ?? '';
    const isWanted =
      floor.hasWindows(callee.userId) ||
      actsOn(await floor.plan(callee.userId, { userId, address, name }, [userId]));
    if (!isWanted) return false;
    expect(request, caller, callee);
    return 'agent';
  }

  function expect(request: SipRequest, caller: Caller, callee: User | undefined): void {
    const at = clock.now();
    for (const [callId, one] of onTheWay) if (at - one.at > ON_THE_WAY_MS) onTheWay.delete(callId);
    onTheWay.set(request.headers.get('Call-ID') ?? '', { caller, callee, at });
  }

  /** Refuses where it may not. */
  function mayBegin({ gate }: Floor, server: ServerRequest, caller: Caller): boolean {
    const { userId, deviceId } = caller;
    if (!pace.mayBegin(deviceId, clock.now())) {
      tooMany({ userId, deviceId });
      const sentence = 'This telephone has begun too many calls in a minute.';
      respondFault(server, callErrors.fault('CALL_TOO_MANY', sentence).fault, { tables, hostName });
      return false;
    }
    const licensed = mayCallByPhone(gate, { userId, ...licensedPhoneOf(server, caller, locations.current) });
    if (licensed.ok) return true;
    respondFault(server, licensed.fault, { tables, hostName });
    return false;
  }

  return {
    get phones() {
      return media.isThere ? phones : undefined;
    },
    open(floor) {
      held = floor;
      station = hangStation(sip, 'calls', (server, caller) => stationOf(floor, server, caller));
    },
    [Symbol.dispose]() {
      station?.[Symbol.dispose]();
      agent[Symbol.dispose]();
    },
  };
}

/** Whether the plan is anything else than the ringing of the person's own devices. */
function actsOn({ stages, lastly, busy }: CallPlan): boolean {
  const [stage, ...more] = stages;
  const isPlain = stage?.rings.length === 1 && stage.rings[0]?.target.kind === 'devices';
  return !isPlain || more.length > 0 || lastly.kind !== 'refuse' || busy !== null;
}
