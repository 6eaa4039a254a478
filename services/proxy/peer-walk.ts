// The way of a request between us and another SIP server (`sip.peers`): what a peer may ask without a password, and where
// requests for its domains go. Nobody else's requests leave here. Used by walk.ts.
import type { ServiceContext } from '@parley/platform/host';
import type { Flow, ServerRequest } from '@parley/platform/net';
import { parseNameAddr, parseSipUri, type SipRequest, type SipUri } from '@parley/protocol/sip';
import { type Admission, admit, endsHere, isFromOurs } from './admission.ts';
import { type Ends, type ForkNeeds, fork, UNPROVEN_ENDS } from './fork.ts';
import { forwardedHeaders } from './forwarding.ts';
import { carryIdentity } from './identity-headers.ts';
import type { OwnHosts } from './own-hosts.ts';
import type { PeerServers } from './peer-table.ts';
import type { Peer } from './peers.ts';
import { serversAsTarget } from './targets.ts';

export interface PeerWalkNeeds extends ForkNeeds {
  readonly own: OwnHosts;
  /** To the devices of one of our users. */
  forward(server: ServerRequest, request: SipRequest, ends: Ends, localPart: string): Promise<void>;
  answerOptions(server: ServerRequest): void;
  refuse(server: ServerRequest, refusal: Extract<Admission, { kind: 'refuse' }>): void;
}

/** Of one peer at the same time: a trunk carries the calls of many people. */
export const IN_PROGRESS_A_PEER = 4_096;
const WARN_EVERY_MS = 60_000;

export class PeerWalk {
  readonly #context: Pick<ServiceContext, 'log' | 'clock'>;
  readonly #needs: PeerWalkNeeds;
  readonly #inProgress = new Map<string, number>();
  readonly #warnedAt = new Map<string, number>();

  constructor(context: Pick<ServiceContext, 'log' | 'clock'>, needs: PeerWalkNeeds) {
    this.#context = context;
    this.#needs = needs;
  }

  /** @returns false where it is for the usual way: nobody's, or of a phone where a peer is too. */
  async take(server: ServerRequest, request: SipRequest): Promise<boolean> {
    const { outlet, own } = this.#needs;
    const origin = outlet.peers.originOf(server.flow);
    if (origin.kind === 'other') return false;
    const saysOurs = isFromOurs(request, own, server.flow.localAddress);
    if (origin.kind === 'unproven') {
      if (saysOurs) return false;
      this.#warn(origin.peer, server.flow, origin.because);
      server.respond(403, { reason: 'Certificate Needed', stateless: true });
      return true;
    }
    const { peer } = origin;
    const ahead = this.#inProgress.get(peer.name) ?? 0;
    if (ahead >= IN_PROGRESS_A_PEER) {
      server.respond(503, { headers: [['Retry-After', '5']], stateless: true });
      return true;
    }
    this.#inProgress.set(peer.name, ahead + 1);
    try {
      // RFC 3261 §22: only a server that we believe may speak for our own users.
      if (saysOurs && !peer.isTrusted)
        server.respond(403, { reason: 'From Is Not Your Address', stateless: true });
      else await this.#fromPeer(server, request, peer);
    } finally {
      this.#inProgress.set(peer.name, (this.#inProgress.get(peer.name) ?? 1) - 1);
    }
    return true;
  }

  /** The peer that a request of anyone here leaves for; undefined where it stays here. */
  leadsTo({ method, uri, headers }: SipRequest): Peer | undefined {
    const { peers } = this.#needs.outlet;
    if (peers.isEmpty || method === 'REGISTER' || headers.has('Route')) return undefined;
    const host = parseSipUri(uri)?.host;
    return host === undefined ? undefined : peers.forDomain(host);
  }

  /** RFC 3261 §16.5: "the target set consists of a single URI" of another domain. */
  async send(server: ServerRequest, request: SipRequest, peer: Peer, ends: Ends): Promise<void> {
    const uri = parseSipUri(request.uri);
    if (uri === undefined) return server.respond(416);
    const servers = await this.#needs.outlet.peers.serversFor(peer, uri);
    this.#context.log.debug({ method: request.method, peer: peer.name }, 'forwarded to a peer');
    await this.#fork(server, request, peer, servers, ends);
  }

  /** RFC 3261 §16.6 step 6: what is left of the Route, or the Request-URI, says where in the peer. */
  async within(server: ServerRequest, request: SipRequest, peer: Peer): Promise<void> {
    const nextHop = nextHopOf(request);
    if (nextHop === undefined) return server.respond(404);
    const servers = await this.#needs.outlet.peers.serversWithin(peer, nextHop);
    await this.#fork(server, request, peer, servers, UNPROVEN_ENDS);
  }

  async acknowledge(ack: SipRequest, peer: Peer): Promise<void> {
    const { outlet } = this.#needs;
    const nextHop = nextHopOf(ack);
    const headers = forwardedHeaders(ack);
    const servers = nextHop === undefined ? undefined : await outlet.peers.serversWithin(peer, nextHop);
    if (headers === undefined || servers?.ok !== true) return;
    carryIdentity(headers, { method: 'ACK', ...UNPROVEN_ENDS, toTrusted: peer.isTrusted });
    outlet.sip.sendAck({ ...ack, headers }, servers.destinations[0]);
  }

  async #fromPeer(server: ServerRequest, request: SipRequest, peer: Peer): Promise<void> {
    const { own, forward, answerOptions, refuse } = this.#needs;
    const ends: Ends = { ...UNPROVEN_ENDS, fromTrusted: peer.isTrusted };
    const onward = this.leadsTo(request);
    // What comes back where it came from would go round until its hops are used up.
    if (onward === peer) return server.respond(482, { reason: 'Sent Back To Its Sender' });
    if (onward !== undefined) return await this.send(server, request, onward, ends);
    const admission = admit(request, own, server.flow.localAddress);
    if (admission.kind === 'refuse') return refuse(server, admission);
    const { localPart } = admission;
    if (localPart === undefined) {
      if (request.method === 'OPTIONS') answerOptions(server);
      else server.respond(403, { reason: 'Not For Other Servers' });
      return;
    }
    // The others end at a service, which wants to know which of our users asks.
    if (endsHere(request.method) && request.method !== 'MESSAGE')
      return server.respond(403, { reason: 'Not For Other Servers' });
    await forward(server, request, ends, localPart);
  }

  async #fork(
    server: ServerRequest,
    request: SipRequest,
    peer: Peer,
    servers: PeerServers,
    ends: Ends,
  ): Promise<void> {
    if (!servers.ok) return server.respond(servers.status, { reason: servers.reason });
    const name = this.#needs.outlet.peers.flowNameOf(peer);
    const target = serversAsTarget(servers.destinations, name, peer.isTrusted);
    await fork(this.#needs, server, request, [[target]], ends);
  }

  /** Not for every request: whoever is there may send as many as he likes. */
  #warn(peer: Peer, { remoteAddress, transport }: Flow, because: string): void {
    const { log, clock } = this.#context;
    const now = clock.now();
    if (now - (this.#warnedAt.get(peer.name) ?? Number.NEGATIVE_INFINITY) < WARN_EVERY_MS) return;
    this.#warnedAt.set(peer.name, now);
    log.warn(
      { peer: peer.name, remoteAddress, transport },
      `the peer ${peer.name} was refused: ${because}; have it connect by TLS with a certificate for ${peer.certificateNames?.join(' or ')} that an authority in tls.peerCa has signed`,
    );
  }
}

function nextHopOf({ uri, headers }: SipRequest): SipUri | undefined {
  const route = headers.get('Route');
  return parseSipUri(route === undefined ? uri : (parseNameAddr(route)?.uri ?? ''));
}
