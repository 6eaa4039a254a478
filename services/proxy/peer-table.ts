// The peers of this front end in force: their host names resolved again and again, whose a flow is, and the servers to try
// for a request that leaves for one of them (RFC 3263 §4). Used by walk.ts and outlet.ts.
import { isIP } from 'node:net';
import type { ServiceContext } from '@parley/platform/host';
import {
  AddressSet,
  type Destination,
  type Flow,
  type LocateWish,
  type Locator,
  openLocator,
} from '@parley/platform/net';
import { type LocateTarget, NO_PARAMS, type Params, type SipUri } from '@parley/protocol/sip';
import type { FlowName } from './flow-token.ts';
import { isHostOf, type Origin, OTHER, originOf, type Peer, peerForDomain, peerOf } from './peers.ts';

/** Servers to try in turn; without any, the status that says why. */
export type PeerServers =
  | { readonly ok: true; readonly destinations: readonly [Destination, ...Destination[]] }
  | { readonly ok: false; readonly status: number; readonly reason: string };

/** Every front end reaches every peer, so that no front end is named. */
const ANY_NODE = '*';
const RESOLVE_EVERY_MS = 60_000;
const FIRST_RESOLVE_MS = 5_000;
/** One request knocks at no more doors than these. */
const TRIED = 8;
const KNOWN_ADDRESSES = 256;

type Context = Pick<ServiceContext, 'clock' | 'config' | 'log'>;

export class PeerTable implements AsyncDisposable {
  readonly #context: Context;
  readonly #peers: readonly Peer[];
  readonly #locator: Locator;
  readonly #addresses = new Map<Peer, AddressSet>();
  /** The last addresses of each host name. */
  readonly #known = new Map<string, readonly string[]>();
  #origins = new WeakMap<Flow, Origin>();
  #timer: Disposable | undefined;
  #resolving: Promise<void> = Promise.resolve();
  #isDisposed = false;

  private constructor(context: Context) {
    const { clock, config } = context;
    this.#context = context;
    this.#peers = config.sip.peers.map(peerOf);
    this.#locator = openLocator({ clock, servers: config.sip.nameServers });
    for (const peer of this.#peers) this.#addresses.set(peer, fixedAddresses(peer));
  }

  /** Waits a while for the DNS, so that a request that comes at once finds its peer known. */
  static async start(context: Context): Promise<PeerTable> {
    const table = new PeerTable(context);
    if (table.#peers.some((peer) => namesOf(peer).length > 0)) {
      table.#resolving = table.#resolve();
      const waited = Promise.withResolvers<void>();
      using _bound = context.clock.after(FIRST_RESOLVE_MS, waited.resolve);
      await Promise.race([table.#resolving, waited.promise]);
    }
    return table;
  }

  get isEmpty(): boolean {
    return this.#peers.length === 0;
  }

  originOf(flow: Flow): Origin {
    if (this.isEmpty || flow.isInternal) return OTHER;
    const known = this.#origins.get(flow);
    if (known !== undefined) return known;
    const origin = originOf(flow, this.#peers, (peer) => this.#addressesOf(peer));
    this.#origins.set(flow, origin);
    return origin;
  }

  forDomain(host: string): Peer | undefined {
    return this.isEmpty ? undefined : peerForDomain(host, this.#peers);
  }

  /** How a flow token names a peer: by whichever connection it is reached when the time comes. */
  flowNameOf(peer: Peer): FlowName {
    return { nodeId: ANY_NODE, flowId: peer.name };
  }

  named({ nodeId, flowId }: FlowName): Peer | undefined {
    return nodeId === ANY_NODE ? this.#peers.find(({ name }) => name === flowId) : undefined;
  }

  /** Where a request for an address at one of its domains goes. */
  async serversFor(peer: Peer, { scheme, host }: Pick<SipUri, 'scheme' | 'host'>): Promise<PeerServers> {
    const targets = peer.hosts.length > 0 ? peer.hosts : [{ host, port: undefined }];
    const params = paramsOf(peer);
    return await this.#collect(
      peer,
      targets.map((target) => ({ scheme, host: target.host, port: target.port, params })),
    );
  }

  /**
   * Where a request within a dialog goes: to the server of this peer that its Route or Request-URI names, and as ever
   * where that names a host which is not the peer's.
   */
  async serversWithin(peer: Peer, nextHop: SipUri): Promise<PeerServers> {
    if (!isHostOf(peer, nextHop.host, this.#addressesOf(peer))) {
      const [domain = nextHop.host] = peer.domains;
      return await this.serversFor(peer, { scheme: nextHop.scheme, host: domain });
    }
    const params = nextHop.params.has('transport') ? nextHop.params : paramsOf(peer);
    return await this.#collect(peer, [{ ...nextHop, params }]);
  }

  failed(destination: Destination, retryAfterS?: number): void {
    this.#locator.failed(destination, retryAfterS);
    const { transport, address, port } = destination;
    this.#context.log.info({ transport, address, port }, 'a SIP server failed and is tried last for a while');
  }

  worked(destination: Destination): void {
    this.#locator.worked(destination);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
    this.#locator[Symbol.dispose]();
    await this.#resolving;
  }

  async #collect(peer: Peer, targets: readonly LocateTarget[]): Promise<PeerServers> {
    const destinations: Destination[] = [];
    let status = 404;
    let reason = 'No Server For This Domain';
    for (const target of targets) {
      const located = this.#locator.locate(target, certificateWish(peer));
      let next = await located.next();
      while (next.done !== true && destinations.length < TRIED) {
        destinations.push(next.value);
        next = await located.next();
      }
      if (next.done !== true) break;
      if (next.value === 'no-transport') [status, reason] = [480, 'No Common Transport'];
      if (next.value === 'dns-failed') [status, reason] = [504, 'The DNS Does Not Answer'];
      if (next.value === 'resting') [status, reason] = [480, 'The Server Asked For Time'];
    }
    const [first, ...others] = destinations;
    return first === undefined
      ? { ok: false, status, reason }
      : { ok: true, destinations: [first, ...others] };
  }

  #addressesOf(peer: Peer): AddressSet {
    return this.#addresses.get(peer) ?? new AddressSet();
  }

  /** Asks for every name in turn; the answers are remembered as long as they say, so most of this costs nothing. */
  async #resolve(): Promise<void> {
    const { clock, log } = this.#context;
    for (const peer of this.#peers) {
      for (const name of namesOf(peer)) {
        const found = await this.#addressesBehind(peer, name);
        if (this.#isDisposed) return;
        // What was known stays: a DNS that is away must not cut a peer off.
        if (found.length > 0) this.#known.set(name, found);
        else log.warn({ peer: peer.name, host: name }, 'no address of this peer was found in the DNS');
      }
      const set = fixedAddresses(peer);
      for (const name of namesOf(peer))
        for (const known of this.#known.get(name) ?? []) set.addAddress(known);
      this.#addresses.set(peer, set);
    }
    this.#origins = new WeakMap();
    this.#timer = clock.after(RESOLVE_EVERY_MS, () => {
      this.#resolving = this.#resolve();
    });
  }

  /** Of the servers that the DNS names for SIP, and of the name itself: a peer may send from either. */
  async #addressesBehind(peer: Peer, host: string): Promise<readonly string[]> {
    const found = new Set<string>();
    for (const port of [undefined, 5060]) {
      const target = {
        scheme: 'sip',
        host,
        port,
        params: port === undefined ? paramsOf(peer) : NO_PARAMS,
      } as const;
      for await (const { address } of this.#locator.locate(target, { evenResting: true })) {
        found.add(address);
        if (found.size >= KNOWN_ADDRESSES) break;
      }
    }
    return [...found];
  }
}

/** What needs no DNS. */
function fixedAddresses({ hosts, networks }: Peer): AddressSet {
  const set = new AddressSet();
  for (const { host } of hosts) set.addAddress(host);
  for (const { address, prefix } of networks) set.addNetwork(address, prefix);
  return set;
}

/** Names by whose addresses the peer is known; its domains where nothing else is said of it. */
function namesOf({ hosts, networks, certificateNames, domains }: Peer): readonly string[] {
  const names = hosts.flatMap(({ host }) => (isIP(host) === 0 ? [host] : []));
  const isUnsaid = hosts.length === 0 && networks.length === 0 && certificateNames === undefined;
  return isUnsaid ? [...domains] : names;
}

function paramsOf({ transport }: Peer): Params {
  return transport === undefined ? NO_PARAMS : new Map([['transport', transport]]);
}

function certificateWish({ certificateNames }: Peer): LocateWish {
  return certificateNames === undefined ? {} : { certificateNames };
}
