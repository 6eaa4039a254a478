// The way of a request through the proxy (RFC 3261 §16): its dialog's other end where there is one; else admit,
// authenticate, stations in their order, then the devices of the user it is for. Used by service.ts.
import { isClear, type ServiceContext } from '@parley/platform/host';
import type { Clock, Flow, ResponseOptions, ServerRequest } from '@parley/platform/net';
import {
  addressStrictRouter,
  parseSipUri,
  type SipRequest,
  type SipResponse,
  unescapeUri,
} from '@parley/protocol/sip';
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
  SUBSCRIBE_EXTENSIONS,
} from './admission.ts';
import { AGENT_USER, agentFlowId, isAgentFlow } from './agent-flow.ts';
import type { Authenticator, Refusal, Verdict } from './authenticate.ts';
import type { Barred } from './barred.ts';
import type { FlowName, FlowTokens } from './flow-token.ts';
import { type Ends, fork, UNPROVEN_ENDS } from './fork.ts';
import { forwardedHeaders } from './forwarding.ts';
import { carryIdentity } from './identity-headers.ts';
import type { Outlet } from './outlet.ts';
import { isOwnHost, type OwnHosts } from './own-hosts.ts';
import { PeerWalk } from './peer-walk.ts';
import { RequestCounts } from './request-counts.ts';
import { dialogEnds, isInDialog, readRoutes } from './routes.ts';
import { type Caller, type Station, stationsOf } from './station.ts';
import { targetsOf } from './targets.ts';

export interface WalkNeeds {
  readonly authenticator: Authenticator;
  readonly locations: { readonly current: Locations };
  readonly own: OwnHosts;
  readonly tokens: FlowTokens;
  readonly outlet: Outlet;
  readonly barred: Barred;
  readonly clock: Clock;
}

/** Requests of one person that are worked on at the same time; more wait for the database than others should for them. */
export const IN_PROGRESS_A_USER = 64;
/** For an address at a domain of another server. */
const ELSEWHERE = { kind: 'admit', localPart: undefined } as const;
const RETRY_SOON: readonly [string, string] = ['Retry-After', '5'];
/** As long as the throttle needs to forget the most that it counts. */
const RETRY_LATER: readonly [string, string] = ['Retry-After', '60'];

/** Bodies of requests that end here (RFC 3261 §11.2). */
const ACCEPT =
  'application/pidf+xml, application/resource-lists+xml, text/plain, text/html, message/cpim, message/imdn+xml, application/im-iscomposing+xml, multipart/alternative, multipart/mixed';

export interface Walk {
  /** Answers one request: at once, or when the promise resolves; it never rejects. */
  answer(server: ServerRequest): Promise<void> | undefined;
  acknowledge(ack: SipRequest, flow: Flow): void;
}

export function createWalk(context: ServiceContext, needs: WalkNeeds): Walk {
  const { bus, clock, log, metrics } = context;
  const { authenticator, locations, own, tokens } = needs;
  const counts = new RequestCounts(metrics);

  const temporaryGruus = askTemporaryGruus(context);
  const inProgress = new Map<string, number>();
  const peers = new PeerWalk(context, {
    ...needs,
    forward,
    answerOptions,
    refuse: (server, refusal) => refuseUnread(server, refusal),
  });

  function walk(server: CountedRequest): MaybeLater {
    const { flow } = server;
    const refusal = refusalOf(server.request);
    if (refusal !== undefined) return refuseUnread(server, refusal);
    const { request, named } = readRoutes(server.request, own, tokens, flow.localAddress);
    if (flow.isInternal) return fromAnotherFrontEnd(server, request, named);
    if (named.length > 0 && isInDialog(request)) return withinDialog(server, request, named);
    if (needs.outlet.peers.isEmpty) return fromUser(server, request);
    return peers.take(server, request).then((isTaken) => (isTaken ? undefined : fromUser(server, request)));
  }

  function fromUser(server: CountedRequest, request: SipRequest): MaybeLater {
    const { flow } = server;
    const peer = peers.leadsTo(request);
    const admission = peer === undefined ? admit(request, own, flow.localAddress) : ELSEWHERE;
    if (admission.kind === 'refuse') return refuseUnread(server, admission);
    // Anyone may ask whether the server is there (RFC 3261 §11): a challenge would tell as much.
    if (peer === undefined && request.method === 'OPTIONS' && admission.localPart === undefined)
      return answerOptions(server);

    return withCaller(server, (caller) => {
      if (!isFromCaller(request, caller.address, own, flow.localAddress)) {
        counts.refused('from');
        return server.respond(403, { reason: 'From Is Not Your Address' });
      }
      return inTurn(server, caller, () => {
        const ends = () => ({ ...UNPROVEN_ENDS, senders: [caller.address] });
        if (peer !== undefined) return peers.send(server, request, peer, ends());
        return throughStations(stationsOf(context.sip()), server, caller, (isForAgent) => {
          const flowId = isForAgent ? agentFlowId(context.sip()) : undefined;
          if (flowId !== undefined)
            return fork(needs, server, request, [[[{ nodeId: context.nodeId, flowId }]]], ends());
          // A station is missing only while the process stops: a phone must not conclude that we never take this.
          if (endsHere(request.method)) return server.respond(503, { headers: [RETRY_SOON] });
          if (admission.localPart === undefined) return server.respond(405, { headers: [ALLOW] });
          return forward(server, request, ends(), admission.localPart);
        });
      });
    });
  }

  /** What another front end sends has passed there all that it must pass; its Route names one of our flows. */
  async function fromAnotherFrontEnd(
    server: CountedRequest,
    request: SipRequest,
    named: readonly FlowName[],
  ): Promise<void> {
    const target = onwardFrom(server.flow, named);
    if (target === undefined) return server.respond(430);
    await fork(needs, server, request, [[[target]]], { ...UNPROVEN_ENDS, fromTrusted: true });
  }

  /** Of the flows that an internal request names: one of ours; our own user agent names those of others, too. */
  function onwardFrom(flow: Flow, named: readonly FlowName[]): FlowName | undefined {
    const others = named.filter(({ flowId, nodeId }) => flowId !== flow.id || nodeId !== context.nodeId);
    const here = others.find(({ nodeId }) => nodeId === context.nodeId);
    return here ?? (isAgentFlow(context.sip(), flow) ? others[0] : undefined);
  }

  /** RFC 3261 §16.4, §16.12: the flow tokens that we gave to both ends tell where the request goes, and from whom it is. */
  function withinDialog(server: CountedRequest, request: SipRequest, named: readonly FlowName[]): MaybeLater {
    const { flow } = server;
    const { isProven, target } = dialogEnds(named, needs.outlet.nameOf(flow));
    const onward = () => {
      if (target === undefined) return server.respond(404);
      const peer = needs.outlet.peers.named(target);
      if (peer !== undefined) return peers.within(server, request, peer);
      const origin = needs.outlet.peers.originOf(server.flow);
      const fromTrusted = origin.kind === 'peer' && origin.peer.isTrusted;
      const heir = heirOf(request, target, flow.localAddress);
      const ways = heir === undefined ? [target] : needs.outlet.isGone(target) ? [heir] : [target, heir];
      return fork(needs, server, request, [[ways]], { ...UNPROVEN_ENDS, fromTrusted });
    };
    return isProven ? onward() : withCaller(server, onward);
  }

  /** What was for the user agent of a front end that is gone is for ours: calls go on here. */
  function heirOf({ uri }: SipRequest, { nodeId }: FlowName, localAddress: string): FlowName | undefined {
    const flowId = nodeId === context.nodeId ? undefined : agentFlowId(context.sip());
    if (flowId === undefined) return undefined;
    const { user, host = '', port } = parseSipUri(uri) ?? {};
    const isAgent = user === AGENT_USER && isOwnHost(own, host, localAddress, port);
    return isAgent ? { nodeId: context.nodeId, flowId } : undefined;
  }

  /** RFC 3261 §16.11, §17.1.1.3: an ACK for a 2xx goes the way of its dialog, without any state and without an answer. */
  function acknowledge(ack: SipRequest, flow: Flow): void {
    const { request, named } = readRoutes(ack, own, tokens, flow.localAddress);
    if (named.length === 0) return;
    const { target: meant } = flow.isInternal
      ? { target: onwardFrom(flow, named) }
      : dialogEnds(named, needs.outlet.nameOf(flow));
    const isGone = meant !== undefined && !flow.isInternal && needs.outlet.isGone(meant);
    const target = isGone ? heirOf(request, meant, flow.localAddress) : meant;
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

  /** Goes on with who sent it; answers where nobody has proven to be anybody. */
  function withCaller(server: CountedRequest, onward: (caller: Caller) => MaybeLater): MaybeLater {
    const judged = (verdict: Verdict) =>
      verdict.ok ? onward(verdict.caller) : refuse(server, verdict.refusal);
    const verdict = authenticator.check(server);
    return verdict instanceof Promise ? verdict.then(judged) : judged(verdict);
  }

  /** Requests of one person that are worked on together have a bound. */
  function inTurn(server: CountedRequest, caller: Caller, work: () => MaybeLater): MaybeLater {
    const { userId } = caller;
    if ((inProgress.get(userId) ?? 0) >= IN_PROGRESS_A_USER) {
      counts.refused('too-many');
      return server.respond(503, { headers: [RETRY_SOON], stateless: true });
    }
    const working = work();
    if (working === undefined) return undefined;
    inProgress.set(userId, (inProgress.get(userId) ?? 0) + 1);
    return working.finally(() => {
      const left = (inProgress.get(userId) ?? 1) - 1;
      if (left === 0) inProgress.delete(userId);
      else inProgress.set(userId, left);
    });
  }

  function refuseUnread(server: ServerRequest, refusal: { readonly kind: 'ignore' } | RefusalAnswer): void {
    if (refusal.kind === 'ignore') {
      counts.refused('scanner');
      server.ignore();
      return;
    }
    const { status, reason, headers } = refusal;
    counts.refused(String(status));
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
        ['Accept', ACCEPT],
        ['Allow-Events', 'presence'],
        ['Supported', [...EXTENSIONS, ...SUBSCRIBE_EXTENSIONS].join(', ')],
      ],
      stateless: true,
    });
  }

  /** Nobody has proven anything yet, so nothing is kept (RFC 3261 §26.3.2.4). */
  function refuse(server: CountedRequest, refusal: Refusal): void {
    switch (refusal.kind) {
      case 'challenge': {
        if (refusal.failed) counts.refused('credentials');
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
        counts.refused('forbidden');
        server.respond(403, { reason: refusal.sentence, stateless: true });
        return;
      case 'throttled':
        counts.refused('throttled');
        server.respond(403, {
          reason: 'Too Many Wrong Passwords',
          headers: [RETRY_LATER],
          stateless: true,
        });
        return;
      case 'unavailable':
        counts.refused('unavailable');
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
    // RFC 5627 §3.1.2: a temporary GRUU hides whose it is, but not from us.
    const isGruu = request.uri.includes(';gr');
    const named = isGruu ? unescapeUri(parseSipUri(request.uri)?.user ?? '') : '';
    const ownerId = isGruu ? temporaryGruus()?.read(named)?.userId : undefined;
    if (needs.barred.isBarred(ends.senders, { address, ownerId })) return server.respond(480);
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

  function failed(server: CountedRequest, error: unknown): void {
    // The database or the disk: told by its port in clear words, and over in a while.
    const isAway = isClear(error);
    const { method } = server.request;
    log[isAway ? 'warn' : 'error']({ error, method }, 'a SIP request could not be answered');
    if (!server.isAnswered) server.respond(isAway ? 503 : 500, isAway ? { headers: [RETRY_SOON] } : {});
  }

  return {
    answer(arrived) {
      const server = new CountedRequest(arrived, counts);
      try {
        return walk(server)?.catch((error) => failed(server, error));
      } catch (error) {
        failed(server, error);
        return undefined;
      }
    },
    acknowledge,
  };
}

/** Nobody waits for what is done at once: most requests are answered before the next one is read. */
type MaybeLater = Promise<void> | undefined | void;

/** Asks one station after another, and goes on where none has taken the request. */
function throughStations(
  stations: readonly Station[],
  server: ServerRequest,
  caller: Caller,
  onward: (isForAgent: boolean) => MaybeLater,
  first = 0,
): MaybeLater {
  for (let index = first; index < stations.length; index++) {
    const taken = stations[index]!(server, caller);
    if (taken === true) return undefined;
    if (taken === 'agent') return onward(true);
    if (taken !== false)
      return taken.then((isTaken) => {
        if (isTaken === false) return throughStations(stations, server, caller, onward, index + 1);
        return isTaken === 'agent' ? onward(true) : undefined;
      });
  }
  return onward(false);
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
  readonly flow;
  isAnswered = false;
  readonly #arrived: ServerRequest;
  readonly #counts: RequestCounts;

  constructor(arrived: ServerRequest, counts: RequestCounts) {
    this.#arrived = arrived;
    this.#counts = counts;
    this.flow = arrived.flow;
  }

  get request(): SipRequest {
    return this.#arrived.request;
  }

  respond(status: number, options?: ResponseOptions): void {
    if (status >= 200) this.#count(status);
    this.#arrived.respond(status, options);
  }

  pass(response: SipResponse): void {
    if (response.status >= 200 && !this.isAnswered) this.#count(response.status);
    this.#arrived.pass(response);
  }

  #count(status: number): void {
    this.isAnswered = true;
    this.#counts.answered(COUNTED.has(this.request.method) ? this.request.method : 'other', status);
  }

  release(): void {
    this.#arrived.release();
  }

  ignore(): void {
    this.isAnswered = true;
    this.#arrived.ignore();
  }

  onCancel(listener: (cancel: SipRequest) => void): void {
    this.#arrived.onCancel(listener);
  }
}
