// The way of a request through the proxy (RFC 3261 §16): its dialog's other end where there is one; else admit,
// authenticate, stations in their order, then the devices of the user it is for. Used by service.ts.
import { isClear, type ServiceContext } from '@parley/platform/host';
import type { Clock, Flow, ResponseOptions, ServerRequest } from '@parley/platform/net';
import { addressStrictRouter, type SipRequest, type SipResponse } from '@parley/protocol/sip';
import { getUser } from '../identity/contract.ts';
import { bindingsForUri } from '../registrar/gruu.ts';
import { askTemporaryGruus } from '../registrar/gruu-key.ts';
import type { Locations } from '../registrar/view.ts';
import {
  ALLOW,
  ALLOWED,
  admit,
  EXTENSIONS,
  endsHere,
  isFromCaller,
  type RefusalAnswer,
  refusalOf,
} from './admission.ts';
import type { Authenticator, Refusal } from './authenticate.ts';
import type { FlowName, FlowTokens } from './flow-token.ts';
import { type Ends, fork, UNPROVEN_ENDS } from './fork.ts';
import { forwardedHeaders } from './forwarding.ts';
import { carryIdentity } from './identity-headers.ts';
import type { Outlet } from './outlet.ts';
import type { OwnHosts } from './own-hosts.ts';
import { PeerWalk } from './peer-walk.ts';
import { dialogEnds, isInDialog, readRoutes } from './routes.ts';
import { type Caller, stationsOf } from './station.ts';
import { targetsOf } from './targets.ts';

export interface WalkNeeds {
  readonly authenticator: Authenticator;
  readonly locations: { readonly current: Locations };
  readonly own: OwnHosts;
  readonly tokens: FlowTokens;
  readonly outlet: Outlet;
  readonly clock: Clock;
}

/** Requests of one person that are worked on at the same time; more wait for the database than others should for them. */
export const IN_PROGRESS_A_USER = 64;
/** For an address at a domain of another server. */
const ELSEWHERE = { kind: 'admit', localPart: undefined } as const;
const RETRY_SOON: readonly [string, string] = ['Retry-After', '5'];
/** As long as the throttle needs to forget the most that it counts. */
const RETRY_LATER: readonly [string, string] = ['Retry-After', '60'];

export interface Walk {
  /** Answers one request; it never rejects. */
  answer(server: ServerRequest): Promise<void>;
  acknowledge(ack: SipRequest, flow: Flow): void;
}

export function createWalk(context: ServiceContext, needs: WalkNeeds): Walk {
  const { bus, clock, log, metrics } = context;
  const { authenticator, locations, own, tokens } = needs;
  const requests = metrics.counter('parley_sip_requests_total', 'SIP requests by method and final status', [
    'method',
    'status',
  ]);
  const refused = metrics.counter(
    'parley_sip_refused_total',
    'SIP requests refused before any service saw them',
    ['reason'],
  );

  const temporaryGruus = askTemporaryGruus(context);
  const inProgress = new Map<string, number>();
  const peers = new PeerWalk(context, {
    ...needs,
    forward,
    answerOptions,
    refuse: (server, refusal) => refuseUnread(server, refusal),
  });

  async function walk(server: CountedRequest): Promise<void> {
    const { flow } = server;
    const refusal = refusalOf(server.request);
    if (refusal !== undefined) return refuseUnread(server, refusal);
    const { request, named } = readRoutes(server.request, own, tokens, flow.localAddress);
    if (flow.isInternal) return await fromAnotherFrontEnd(server, request, named);
    if (named.length > 0 && isInDialog(request)) return await withinDialog(server, request, named);

    if (!needs.outlet.peers.isEmpty && (await peers.take(server, request))) return;
    const peer = peers.leadsTo(request);
    const admission = peer === undefined ? admit(request, own, flow.localAddress) : ELSEWHERE;
    if (admission.kind === 'refuse') return refuseUnread(server, admission);
    // Anyone may ask whether the server is there (RFC 3261 §11): a challenge would tell as much.
    if (peer === undefined && request.method === 'OPTIONS' && admission.localPart === undefined)
      return answerOptions(server);

    const caller = await callerOf(server);
    if (caller === undefined) return;
    if (!isFromCaller(request, caller.address, own, flow.localAddress)) {
      refused.add(1, { reason: 'from' });
      server.respond(403, { reason: 'From Is Not Your Address' });
      return;
    }
    await inTurn(server, caller, async () => {
      const ends = { ...UNPROVEN_ENDS, senders: [caller.address] };
      if (peer !== undefined) return await peers.send(server, request, peer, ends);
      for (const station of stationsOf(context.sip())) if (await station(server, caller)) return;
      // A station is missing only while the process stops: a phone must not conclude that we never take this.
      if (endsHere(request.method)) return server.respond(503, { headers: [RETRY_SOON] });
      if (admission.localPart === undefined) return server.respond(405, { headers: [ALLOW] });
      await forward(server, request, ends, admission.localPart);
    });
  }

  /** What another front end sends has passed there all that it must pass; its Route names one of our flows. */
  async function fromAnotherFrontEnd(
    server: CountedRequest,
    request: SipRequest,
    named: readonly FlowName[],
  ): Promise<void> {
    const target = named.find(({ nodeId }) => nodeId === context.nodeId);
    if (target === undefined) return server.respond(430);
    await fork(needs, server, request, [[[target]]], { ...UNPROVEN_ENDS, fromTrusted: true });
  }

  /** RFC 3261 §16.4, §16.12: the flow tokens that we gave to both ends tell where the request goes, and from whom it is. */
  async function withinDialog(
    server: CountedRequest,
    request: SipRequest,
    named: readonly FlowName[],
  ): Promise<void> {
    const { isProven, target } = dialogEnds(named, needs.outlet.nameOf(server.flow));
    if (!isProven && (await callerOf(server)) === undefined) return;
    if (target === undefined) return server.respond(404);
    const peer = needs.outlet.peers.named(target);
    if (peer !== undefined) return await peers.within(server, request, peer);
    const origin = needs.outlet.peers.originOf(server.flow);
    const fromTrusted = origin.kind === 'peer' && origin.peer.isTrusted;
    await fork(needs, server, request, [[[target]]], { ...UNPROVEN_ENDS, fromTrusted });
  }

  /** RFC 3261 §16.11, §17.1.1.3: an ACK for a 2xx goes the way of its dialog, without any state and without an answer. */
  function acknowledge(ack: SipRequest, flow: Flow): void {
    const { request, named } = readRoutes(ack, own, tokens, flow.localAddress);
    if (named.length === 0) return;
    const { target } = flow.isInternal ? { target: named[0] } : dialogEnds(named, needs.outlet.nameOf(flow));
    const peer = target === undefined ? undefined : needs.outlet.peers.named(target);
    if (peer !== undefined) {
      void peers.acknowledge(request, peer);
      return;
    }
    const opened = target === undefined ? undefined : needs.outlet.open(target);
    const headers = opened === undefined ? undefined : forwardedHeaders(request);
    if (opened === undefined || headers === undefined) return;
    carryIdentity(headers, { method: 'ACK', ...UNPROVEN_ENDS, toTrusted: opened.flow.isInternal });
    for (const route of opened.routes) headers.prepend('Route', route);
    const onward = { ...request, headers };
    needs.outlet.sip.sendAck(opened.flow.isInternal ? onward : addressStrictRouter(onward), opened.flow);
  }

  /** Who sent it, or undefined: then it is answered. */
  async function callerOf(server: CountedRequest): Promise<Caller | undefined> {
    const verdict = await authenticator.check(server);
    if (verdict.ok) return verdict.caller;
    refuse(server, verdict.refusal);
    return undefined;
  }

  /** Requests of one person that are worked on together have a bound. */
  async function inTurn(server: CountedRequest, caller: Caller, work: () => Promise<void>): Promise<void> {
    const ahead = inProgress.get(caller.userId) ?? 0;
    if (ahead >= IN_PROGRESS_A_USER) {
      refused.add(1, { reason: 'too-many' });
      server.respond(503, { headers: [RETRY_SOON], stateless: true });
      return;
    }
    inProgress.set(caller.userId, ahead + 1);
    try {
      await work();
    } finally {
      const left = (inProgress.get(caller.userId) ?? 1) - 1;
      if (left === 0) inProgress.delete(caller.userId);
      else inProgress.set(caller.userId, left);
    }
  }

  function refuseUnread(server: ServerRequest, refusal: { readonly kind: 'ignore' } | RefusalAnswer): void {
    if (refusal.kind === 'ignore') {
      refused.add(1, { reason: 'scanner' });
      server.ignore();
      return;
    }
    const { status, reason, headers } = refusal;
    refused.add(1, { reason: String(status) });
    server.respond(status, {
      ...(reason === undefined ? {} : { reason }),
      ...(headers === undefined ? {} : { headers }),
      stateless: true,
    });
  }

  function answerOptions(server: ServerRequest): void {
    server.respond(200, {
      headers: [
        ALLOW,
        ['Accept', 'application/pidf+xml, application/im-iscomposing+xml, text/plain'],
        ['Allow-Events', 'presence'],
        ['Supported', [...EXTENSIONS].join(', ')],
      ],
      stateless: true,
    });
  }

  /** Nobody has proven anything yet, so nothing is kept (RFC 3261 §26.3.2.4). */
  function refuse(server: CountedRequest, refusal: Refusal): void {
    switch (refusal.kind) {
      case 'challenge': {
        if (refusal.failed) refused.add(1, { reason: 'credentials' });
        // RFC 3261 §22.2, §22.3: 401 from whom the request is for, 407 from a proxy on the way.
        const [status, name] = endsHere(server.request.method)
          ? [401, 'WWW-Authenticate']
          : [407, 'Proxy-Authenticate'];
        server.respond(status, {
          headers: authenticator
            .challenges(server, refusal.stale)
            .map((value): [string, string] => [name, value]),
          stateless: true,
        });
        return;
      }
      case 'forbidden':
        refused.add(1, { reason: 'forbidden' });
        server.respond(403, { reason: refusal.sentence, stateless: true });
        return;
      case 'throttled':
        refused.add(1, { reason: 'throttled' });
        server.respond(403, {
          reason: 'Too Many Wrong Passwords',
          headers: [RETRY_LATER],
          stateless: true,
        });
        return;
      case 'unavailable':
        refused.add(1, { reason: 'unavailable' });
        server.respond(503, { headers: [RETRY_SOON], stateless: true });
    }
  }

  /** RFC 3261 §16.5: to the devices of the user that it is for. */
  async function forward(
    server: ServerRequest,
    request: SipRequest,
    ends: Ends,
    localPart: string,
  ): Promise<void> {
    const address = `${localPart}@${own.domain}`;
    const find = () =>
      bindingsForUri(locations.current, request.uri, clock.wallNow(), {
        domain: own.domain,
        temporary: temporaryGruus(),
      });
    let bindings = find();
    if (bindings.length === 0) {
      const status = await statusOf(address);
      // What was told on the bus before that answer is here by now: a phone that registered elsewhere a moment ago.
      bindings = find();
      if (bindings.length === 0) return server.respond(status);
    }
    log.debug(
      { method: request.method, from: ends.senders[0], to: address, devices: bindings.length },
      'forwarded',
    );
    await fork(needs, server, request, targetsOf(bindings), { ...ends, answerers: [address] });
  }

  /** 480 for a user without devices, 404 for no user (RFC 3261 §21.4.5, §21.4.18). */
  async function statusOf(address: string): Promise<number> {
    const found = await bus.call(getUser, { address });
    if (found.ok) return found.value.disabled ? 404 : 480;
    return found.fault.code === 'IDENTITY_NO_SUCH_USER' ? 404 : 503;
  }

  const answer = async (arrived: ServerRequest): Promise<void> => {
    const server = new CountedRequest(arrived, (method, status) =>
      requests.add(1, { method, status: String(status) }),
    );
    try {
      await walk(server);
    } catch (error) {
      // The database or the disk: told by its port in clear words, and over in a while.
      const isAway = isClear(error);
      log[isAway ? 'warn' : 'error'](
        { error, method: arrived.request.method },
        'a SIP request could not be answered',
      );
      if (!server.isAnswered) server.respond(isAway ? 503 : 500, isAway ? { headers: [RETRY_SOON] } : {});
    }
  };
  return { answer, acknowledge };
}

const COUNTED: ReadonlySet<string> = new Set([
  ...ALLOWED,
  'INVITE',
  'BYE',
  'INFO',
  'PRACK',
  'REFER',
  'UPDATE',
]);

/** Counts the final answer; what the peer calls its method is no label unless we know it. */
class CountedRequest implements ServerRequest {
  readonly request;
  readonly flow;
  isAnswered = false;
  readonly #arrived: ServerRequest;
  readonly #count: (method: string, status: number) => void;

  constructor(arrived: ServerRequest, count: (method: string, status: number) => void) {
    this.#arrived = arrived;
    this.#count = count;
    this.request = arrived.request;
    this.flow = arrived.flow;
  }

  respond(status: number, options?: ResponseOptions): void {
    if (status >= 200) {
      this.isAnswered = true;
      this.#count(COUNTED.has(this.request.method) ? this.request.method : 'other', status);
    }
    this.#arrived.respond(status, options);
  }

  pass(response: SipResponse): void {
    if (response.status >= 200 && !this.isAnswered) {
      this.isAnswered = true;
      this.#count(COUNTED.has(this.request.method) ? this.request.method : 'other', response.status);
    }
    this.#arrived.pass(response);
  }

  ignore(): void {
    this.isAnswered = true;
    this.#arrived.ignore();
  }

  onCancel(listener: (cancel: SipRequest) => void): void {
    this.#arrived.onCancel(listener);
  }
}
