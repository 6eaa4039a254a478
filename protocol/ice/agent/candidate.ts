// Candidates: what they are worth and which share a fate (RFC 8445 §5.1). SDP writes and reads them in protocol/sdp.
import { ipFamily, type TransportAddress } from '../ip-address.ts';

export type CandidateType = 'host' | 'srflx' | 'prflx' | 'relay';

export interface IceCandidate extends TransportAddress {
  readonly type: CandidateType;
  /** 1 … 2³¹−1. */
  readonly priority: number;
  /** 1 … 32 letters and digits: the same where type, base and server are. */
  readonly foundation: string;
}

/** A candidate of ours: checks leave from its base, which is a socket or a relay. */
export interface LocalCandidate extends IceCandidate {
  readonly base: TransportAddress;
}

/** RFC 8445 §5.1.2.2. */
const PREFERENCES: Readonly<Record<CandidateType, number>> = { host: 126, prflx: 110, srflx: 100, relay: 0 };

/** RFC 8445 §5.1.2.1. @param localPreference 0 … 65535: which interface is liked better. @param component 1 … 256. */
export function candidatePriority(type: CandidateType, localPreference = 65_535, component = 1): number {
  return PREFERENCES[type] * 2 ** 24 + localPreference * 2 ** 8 + 256 - component;
}

/** RFC 8445 §5.1.1.3. @param server the address of the STUN or TURN server, if one was asked. */
export function candidateFoundation(type: CandidateType, base: string, server = ''): string {
  let hash = 0x811c9dc5;
  for (const character of `${type} ${base} ${server}`)
    hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return hash.toString(36);
}

/** A candidate of ours with what follows from its type. @param base where it is sent from; itself for hosts and relays. */
export function localCandidate(
  type: CandidateType,
  at: TransportAddress,
  {
    base = at,
    server = '',
    localPreference = 65_535,
  }: { readonly base?: TransportAddress; readonly server?: string; readonly localPreference?: number } = {},
): LocalCandidate {
  return {
    type,
    address: at.address,
    port: at.port,
    base,
    priority: candidatePriority(type, localPreference),
    foundation: candidateFoundation(type, base.address, server),
  };
}

/** Names that browsers give instead of their addresses: the caller asks the network for them, or leaves them out. */
export function isMdnsName(address: string): boolean {
  return /^[0-9a-f-]{1,63}\.local$/i.test(address);
}

/** RFC 8445 §6.1.2.2: only addresses of one family make a pair, and link-local ones only with their like. */
export function canPair(a: TransportAddress, b: TransportAddress): boolean {
  const family = ipFamily(a.address);
  if (family === 0 || family !== ipFamily(b.address)) return false;
  const isLinkLocal = ({ address }: TransportAddress) => /^fe[89ab]/i.test(address);
  return family === 4 || isLinkLocal(a) === isLinkLocal(b);
}

export function isSameAddress(a: TransportAddress, b: TransportAddress): boolean {
  return a.port === b.port && a.address === b.address;
}
