// Where a request for a SIP URI goes (RFC 3263 §4, RFC 7984 §3): asks the DNS step by step and tells the servers to try, in
// order. Pure: who runs it asks the questions. Used by platform/net/locate.ts.
import { isIpv4, isIpv6 } from '../host.ts';
import type { SipUri } from '../uri.ts';
import type { DnsAnswer, DnsQuestion, SrvRecord } from './dns-record.ts';
import { offeredTransports } from './naptr-choice.ts';
import { orderServers } from './srv-order.ts';

export type LocatedTransport = 'udp' | 'tcp' | 'tls';
export type AddressFamily = 'ipv4' | 'ipv6';

export interface LocatedServer {
  readonly transport: LocatedTransport;
  /** IPv6 without brackets. */
  readonly address: string;
  readonly port: number;
}

export type LocateStep =
  /** Go on with the answers, in the order of the questions. */
  | { readonly kind: 'ask'; readonly questions: readonly DnsQuestion[] }
  /** Servers to try before anything else is asked. Go on with nothing when they are of no use. */
  | { readonly kind: 'try'; readonly servers: readonly LocatedServer[] };

/** Why there are no more servers. */
export type LocateEnd =
  | 'exhausted'
  /** The domain has no server, or says that it has none for SIP. */
  | 'none'
  /** It may have one, but the DNS does not answer. */
  | 'dns-failed'
  /** It can be reached only by a transport that is not spoken here. */
  | 'no-transport';

/** Of a Request-URI or the first Route; for a URI whose `maddr` names another host see `locateServers`. */
export type LocateTarget = Pick<SipUri, 'scheme' | 'host' | 'port' | 'params'>;

export interface LocateOptions {
  /** What can be spoken here, the preferred first; it decides only where the domain does not say. */
  readonly transports: readonly LocatedTransport[];
  /** In which order addresses of one server are tried (RFC 7984 §4); a family that is not reachable is left out. */
  readonly families: readonly AddressFamily[];
  /** From 0 up to but not including 1. */
  readonly random: () => number;
}

export type Locating = Generator<LocateStep, LocateEnd, readonly DnsAnswer[]>;

/** What one domain can make us ask. */
const MAX_TRANSPORTS = 8;
const MAX_SERVERS = 16;
const MAX_ADDRESSES = 16;

interface Hop {
  readonly transport: LocatedTransport;
  readonly host: string;
  readonly port: number;
}

/**
 * DEVIATES RFC 3263 §4: `maddr` is not looked at, because a request would leave for a host that nobody here has allowed
 * (RFC 3261 §16.5 lets a proxy decide by its own policy).
 */
export function* locateServers(target: LocateTarget, options: LocateOptions): Locating {
  const asked = transportOf(target);
  const isSecure = target.scheme === 'sips';
  const isUsable = (transport: LocatedTransport) =>
    options.transports.includes(transport) && (!isSecure || transport === 'tls');
  if (asked === 'unknown' || (asked !== undefined && !isUsable(asked))) return 'no-transport';

  const host = target.host.replace(/\.$/, '').toLowerCase();
  const fallback = asked ?? (isSecure ? 'tls' : 'udp');
  const port = target.port ?? defaultPort(fallback);
  const address = numericAddress(host);
  if (address !== undefined || target.port !== undefined) {
    // RFC 3263 §4.1: with a number or a port and no transport, "UDP for a SIP URI, and TCP for a SIPS URI".
    if (!isUsable(fallback)) return 'no-transport';
    if (address === undefined)
      return endOf([yield* addressesOf({ transport: fallback, host, port }, options)]);
    yield { kind: 'try', servers: [{ transport: fallback, address, port }] };
    return 'exhausted';
  }
  if (asked !== undefined)
    return yield* bySrv([{ transport: asked, srvName: srvNameOf(asked, host) }], host, options);

  const [naptr] = yield { kind: 'ask', questions: [{ type: 'NAPTR', name: host }] };
  const offered = naptr?.kind === 'naptr' ? offeredTransports(naptr.records, isUsable) : undefined;
  if (offered?.length === 0) return 'no-transport';
  if (offered !== undefined) {
    // The domain has named its transports, so the default of a domain without records does not apply.
    return yield* bySrv(offered.slice(0, MAX_TRANSPORTS), undefined, options);
  }
  // RFC 3263 §4.1: without NAPTR, "using the service identifier "_sip" for SIP URIs and "_sips" for SIPS URIs".
  const tried = isSecure ? (['tls'] as const) : options.transports.filter((transport) => transport !== 'tls');
  const queries = tried
    .filter(isUsable)
    .map((transport) => ({ transport, srvName: srvNameOf(transport, host) }));
  if (queries.length === 0) return 'no-transport';
  return yield* bySrv(queries, isUsable(fallback) ? host : undefined, options);
}

interface SrvQuery {
  readonly transport: LocatedTransport;
  readonly srvName: string;
}

/** @param plainHost whose own addresses are taken where no SRV record exists (RFC 3263 §4.2). */
function* bySrv(
  queries: readonly SrvQuery[],
  plainHost: string | undefined,
  options: LocateOptions,
): Locating {
  const answers = yield {
    kind: 'ask',
    questions: queries.map(({ srvName }) => ({ type: 'SRV', name: srvName })),
  };
  const ends: LocateEnd[] = [];
  let anySaid = false;
  for (const [i, { transport }] of queries.entries()) {
    const answer = answers[i];
    if (answer?.kind === 'failed') ends.push('dns-failed');
    if (answer?.kind !== 'srv') continue;
    anySaid = true;
    for (const { target, port } of orderServers(answer.records.filter(isOffered), options.random).slice(
      0,
      MAX_SERVERS,
    )) {
      ends.push(yield* addressesOf({ transport, host: target.replace(/\.$/, ''), port }, options));
    }
  }
  const isUnanswered = answers.some((answer) => answer.kind === 'failed');
  if (anySaid || isUnanswered || plainHost === undefined) return endOf(ends);
  const transport = queries.length === 1 ? queries[0]!.transport : 'udp';
  return endOf([yield* addressesOf({ transport, host: plainHost, port: defaultPort(transport) }, options)]);
}

/** SRV (RFC 3263 §4.2): a target of "." means that the service is decidedly not available at this domain. */
function isOffered({ target, port }: SrvRecord): boolean {
  return target !== '' && target !== '.' && port > 0;
}

/** RFC 7984 §3.1: all families are asked for; §4: the addresses of one server stay together. */
function* addressesOf({ transport, host, port }: Hop, { families }: LocateOptions): Locating {
  // SRV wants a name; servers that give an address there are understood all the same.
  const numeric = numericAddress(host);
  if (numeric !== undefined) {
    yield { kind: 'try', servers: [{ transport, address: numeric, port }] };
    return 'exhausted';
  }
  const answers = yield {
    kind: 'ask',
    questions: families.map((family) => ({ type: family === 'ipv6' ? 'AAAA' : 'A', name: host })),
  };
  const addresses = answers.flatMap((answer) => (answer.kind === 'addresses' ? answer.addresses : []));
  const servers = [...new Set(addresses)]
    .filter(isReachable)
    .slice(0, MAX_ADDRESSES)
    .map((address) => ({ transport, address, port }));
  if (servers.length === 0) return answers.some(({ kind }) => kind === 'failed') ? 'dns-failed' : 'none';
  yield { kind: 'try', servers };
  return 'exhausted';
}

/** One server found is enough to say that there are servers. */
function endOf(ends: readonly LocateEnd[]): LocateEnd {
  for (const end of ['exhausted', 'dns-failed', 'no-transport'] as const) if (ends.includes(end)) return end;
  return 'none';
}

function transportOf({ scheme, params }: LocateTarget): LocatedTransport | 'unknown' | undefined {
  if (!params.has('transport')) return undefined;
  switch (params.get('transport')?.toLowerCase()) {
    case 'udp':
      return scheme === 'sips' ? 'unknown' : 'udp';
    case 'tcp':
      return scheme === 'sips' ? 'tls' : 'tcp';
    // Deprecated by RFC 3261 §26.2.2, and in use everywhere.
    case 'tls':
      return 'tls';
    default:
      return 'unknown';
  }
}

function srvNameOf(transport: LocatedTransport, host: string): string {
  return { udp: `_sip._udp.${host}`, tcp: `_sip._tcp.${host}`, tls: `_sips._tcp.${host}` }[transport];
}

/** RFC 3261 §19.1.2 */
function defaultPort(transport: LocatedTransport): number {
  return transport === 'tls' ? 5061 : 5060;
}

function numericAddress(host: string): string | undefined {
  const bare = host.startsWith('[') ? host.slice(1, -1) : host;
  return isIpv4(bare) || isIpv6(bare) ? bare : undefined;
}

/** A name may be given any address; those that mean "everyone" or "nobody" are none of a server. */
function isReachable(address: string): boolean {
  const text = address.toLowerCase();
  if (isIpv6(text)) return !text.startsWith('ff') && !/^[0:]+$/.test(text);
  const first = Number(text.split('.', 1)[0]);
  return isIpv4(text) && first > 0 && first < 224;
}
