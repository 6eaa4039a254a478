// Other SIP servers that the configuration names (`sip.peers`): which of them a request comes from, and which a
// Request-URI goes to. Pure. Used by peer-table.ts.
import type { PeerConfig } from '@parley/platform/host';
import { type AddressSet, type Flow, type PeerAddress, parsePeerAddress } from '@parley/platform/net';

export interface Peer {
  readonly name: string;
  /** Where requests go, in this order; none where the DNS tells it of the domain. */
  readonly hosts: readonly Extract<PeerAddress, { kind: 'host' }>[];
  readonly networks: readonly Extract<PeerAddress, { kind: 'network' }>[];
  /** With them, only a TLS connection that proves one of them is this peer. */
  readonly certificateNames: readonly string[] | undefined;
  readonly domains: ReadonlySet<string>;
  readonly transport: 'udp' | 'tcp' | 'tls' | undefined;
  /** Part of our trust domain (RFC 3324 §2.3). */
  readonly isTrusted: boolean;
}

/** Whose request this is, as far as the way that it came proves it. */
export type Origin =
  | { readonly kind: 'peer'; readonly peer: Peer }
  /** From where this peer is, but without the certificate that it must show. */
  | { readonly kind: 'unproven'; readonly peer: Peer; readonly because: string }
  | { readonly kind: 'other' };

export const OTHER: Origin = { kind: 'other' };

export function peerOf({ name, addresses = [], certificateNames, domains = [], ...rest }: PeerConfig): Peer {
  const parsed = addresses.flatMap((address) => parsePeerAddress(address) ?? []);
  return {
    name,
    hosts: parsed.filter((address) => address.kind === 'host'),
    networks: parsed.filter((address) => address.kind === 'network'),
    certificateNames: certificateNames?.map((known) => known.toLowerCase()),
    domains: new Set(domains.map(bare)),
    transport: rest.transport ?? (certificateNames === undefined ? undefined : 'tls'),
    isTrusted: rest.trusted === true,
  };
}

/** @param addressesOf what each peer is known by at present, its host names resolved. */
export function originOf(
  flow: Pick<Flow, 'transport' | 'remoteAddress' | 'certificate'>,
  peers: readonly Peer[],
  addressesOf: (peer: Peer) => AddressSet,
): Origin {
  const proven = flow.certificate?.names ?? [];
  const certified = peers.find(({ certificateNames }) =>
    certificateNames?.some((name) => proven.includes(name)),
  );
  if (certified !== undefined) return { kind: 'peer', peer: certified };
  // Browsers are nobody's servers, whatever stands between them and us.
  if (flow.transport === 'ws' || flow.transport === 'wss') return OTHER;
  const here = peers.filter((peer) => addressesOf(peer).has(flow.remoteAddress));
  const known = here.find(({ certificateNames }) => certificateNames === undefined);
  if (known !== undefined) return { kind: 'peer', peer: known };
  const [peer] = here;
  return peer === undefined ? OTHER : { kind: 'unproven', peer, because: missing(flow, peer) };
}

function missing({ transport, certificate }: Pick<Flow, 'transport' | 'certificate'>, peer: Peer): string {
  const wanted = peer.certificateNames?.join(' or ');
  if (transport !== 'tls') return `it came over ${transport}, where no certificate can be shown`;
  if (certificate === undefined) return 'it showed no certificate';
  if (certificate.fault !== undefined) return `its certificate is not accepted (${certificate.fault})`;
  return `its certificate is for ${certificate.names.join(', ') || 'nobody'}, not for ${wanted}`;
}

export function peerForDomain(host: string, peers: readonly Peer[]): Peer | undefined {
  const domain = bare(host);
  return peers.find(({ domains }) => domains.has(domain));
}

/** Whether a host that the peer itself named, by Contact or Record-Route, is one of its own. */
export function isHostOf(peer: Peer, host: string, addresses: AddressSet): boolean {
  const name = bare(host);
  return (
    addresses.has(name) ||
    peer.domains.has(name) ||
    peer.certificateNames?.includes(name) === true ||
    peer.hosts.some((known) => bare(known.host) === name)
  );
}

/** Lower case, without the brackets of an IPv6 address and the dot of an absolute name. */
function bare(host: string): string {
  const name = host.toLowerCase();
  if (name.startsWith('[')) return name.slice(1, -1);
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
