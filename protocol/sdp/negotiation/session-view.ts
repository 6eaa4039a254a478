// What a description says, typed: attributes with their defaults, the session's where the media has none, and the
// transport of the bundle where it is shared. Reading never fails: what cannot be read is told in `faults`.
import {
  type Candidate,
  parseCandidate,
  parseRemoteCandidates,
  type RemoteCandidate,
} from '../attribute/candidate.ts';
import { type Crypto, parseCrypto } from '../attribute/crypto.ts';
import { type Direction, directionOf } from '../attribute/direction.ts';
import { type Extmap, parseExtmap } from '../attribute/extmap.ts';
import { type Fingerprint, parseFingerprint } from '../attribute/fingerprint.ts';
import { type Group, parseGroup } from '../attribute/group.ts';
import { isIcePassword, isIceUfrag, parseIceOptions } from '../attribute/ice-parameters.ts';
import { type Msid, parseMsid } from '../attribute/msid.ts';
import { parsePacketTime } from '../attribute/packet-time.ts';
import { parseRid, type Rid } from '../attribute/rid.ts';
import { parseRtcp, type RtcpAddress } from '../attribute/rtcp.ts';
import { parseMaxMessageSize, parseSctpmap, parseSctpPort, type SctpParameters } from '../attribute/sctp.ts';
import { parseSetup, type Setup } from '../attribute/setup.ts';
import { parseSimulcast, type Simulcast } from '../attribute/simulcast.ts';
import { parseSsrc, parseSsrcGroup, type SourceAttribute, type SourceGroup } from '../attribute/ssrc.ts';
import {
  attributeValue,
  type Bandwidth,
  type Connection,
  hasAttribute,
  type MediaDescription,
  type SessionDescription,
} from '../description.ts';
import { type Bundle, bundlesOf, isBundleOnly, isShared, midOf, transportIndex } from './bundle.ts';
import { type Codec, codecsOf, type Fault } from './codec.ts';

export interface SessionView {
  readonly media: readonly MediaView[];
  readonly bundles: readonly Bundle[];
  /** BUNDLE and all others, as they are written. */
  readonly groups: readonly Group[];
}

export interface MediaView {
  readonly index: number;
  readonly mid?: string;
  readonly kind: string;
  readonly protocol: string;
  readonly formats: readonly string[];
  /** Port 0, and not because it lives in a bundle only. */
  readonly isRejected: boolean;
  readonly isBundleOnly: boolean;
  /** Seen from the writer; as written. See `isHeldByAddress`. */
  readonly direction: Direction;
  /** Empty for what is not RTP. */
  readonly codecs: readonly Codec[];
  readonly ptimeMs?: number;
  readonly maxptimeMs?: number;
  readonly headerExtensions: readonly Extmap[];
  /** Two-byte header extensions may be mixed with one-byte ones (RFC 8285 §6). */
  readonly allowsMixedExtensions: boolean;
  readonly bandwidths: readonly Bandwidth[];
  readonly msids: readonly Msid[];
  readonly sources: readonly SourceAttribute[];
  readonly sourceGroups: readonly SourceGroup[];
  readonly rids: readonly Rid[];
  readonly simulcast?: Simulcast;
  readonly sctp?: SctpParameters;
  /** RFC 4574 §4. */
  readonly label?: string;
  /** `slides`, `speaker`, … (RFC 4796 §5). */
  readonly content: readonly string[];
  /** RTP and RTCP over one port: said so, here or for the bundle, or bundled with others (RFC 9143 §9.3). */
  readonly isRtcpMux: boolean;
  /** RFC 5506 §5. */
  readonly isRtcpReducedSize: boolean;
  /** Its own, or that of the tagged media description of its bundle. */
  readonly transport: TransportView;
  readonly faults: readonly Fault[];
}

export interface TransportView {
  /** The media description that has it. */
  readonly index: number;
  /** Where the writer receives; absent where there is no `c=`. */
  readonly connection?: Connection;
  readonly port: number;
  /** `a=rtcp`; absent is the next port, or the same with rtcp-mux. */
  readonly rtcp?: RtcpAddress;
  /** RFC 8858 §3. */
  readonly isRtcpMuxOnly: boolean;
  readonly ice?: IceView;
  readonly fingerprints: readonly Fingerprint[];
  readonly setup?: Setup;
  /** RFC 8842 §4. */
  readonly tlsId?: string;
  readonly cryptos: readonly Crypto[];
}

export interface IceView {
  readonly ufrag: string;
  readonly password: string;
  readonly options: readonly string[];
  readonly isLite: boolean;
  readonly candidates: readonly Candidate[];
  /** `end-of-candidates`, or nothing said of trickling. */
  readonly isComplete: boolean;
  readonly remoteCandidates: readonly RemoteCandidate[];
  /** The writer saw its addresses changed on the way and does not use ICE (RFC 8839 §4.2.5). */
  readonly isMismatch: boolean;
}

/** All of a description. `bundles` other than its own: those that were answered, or none to read each media by itself. */
export function readSession(
  description: SessionDescription,
  bundles: readonly Bundle[] = bundlesOf(description),
): SessionView {
  const shared = sessionLevel(description);
  const transports = new Map<number, { transport: TransportView; faults: Fault[] }>();
  const transportAt = (index: number) => {
    const known = transports.get(index) ?? readTransport(description, index, shared);
    transports.set(index, known);
    return known;
  };
  const media = description.media.map((section, index) => {
    const at = transportIndex(bundles, index);
    const { transport, faults } = transportAt(at);
    const isBundled = isShared(bundles, at);
    return readMedia(description, shared, section, index, transport, isBundled, at === index ? faults : []);
  });
  const groups = shared('group', parseGroup);
  return { media, bundles, groups };
}

/** Attributes of the session that stand for media without their own: each read once, however many media there are. */
type SessionLevel = <T>(name: string, parse: (value: string) => T | undefined) => readonly T[];

function sessionLevel({ attributes }: SessionDescription): SessionLevel {
  const known = new Map<string, readonly unknown[]>();
  return <T>(name: string, parse: (value: string) => T | undefined) => {
    const values = known.get(name) ?? readAll(attributes, name, parse, []);
    known.set(name, values);
    return values as readonly T[];
  };
}

function readMedia(
  session: SessionDescription,
  shared: SessionLevel,
  media: MediaDescription,
  index: number,
  transport: TransportView,
  isBundled: boolean,
  transportFaults: readonly Fault[],
): MediaView {
  const isRtp = isRtpProtocol(media.protocol);
  const { codecs, faults: codecFaults } = isRtp ? codecsOf(media) : { codecs: [], faults: [] };
  const faults = [...transportFaults, ...codecFaults];
  const all = <T>(name: string, parse: (value: string) => T | undefined) =>
    readAll(media.attributes, name, parse, faults);
  const one = <T>(name: string, parse: (value: string) => T | undefined) => all(name, parse)[0];
  const saysRtcp = (name: string) =>
    [media, session.media[transport.index] ?? media].some((each) => hasAttribute(each, name));
  const mid = midOf(media);
  const ptimeMs = one('ptime', parsePacketTime);
  const maxptimeMs = one('maxptime', parsePacketTime);
  const simulcast = one('simulcast', parseSimulcast);
  const label = attributeValue(media, 'label');
  const sctpPort = one('sctp-port', parseSctpPort) ?? one('sctpmap', parseSctpmap);
  const maxMessageBytes = one('max-message-size', parseMaxMessageSize);
  const allowsMixed = [media, session].some((section) => hasAttribute(section, 'extmap-allow-mixed'));
  return {
    index,
    ...(mid === undefined ? {} : { mid }),
    kind: media.kind,
    protocol: media.protocol,
    formats: media.formats,
    isRejected: media.port === 0 && !isBundleOnly(media),
    isBundleOnly: isBundleOnly(media),
    direction: directionOf(media, session),
    codecs,
    ...(ptimeMs === undefined ? {} : { ptimeMs }),
    ...(maxptimeMs === undefined ? {} : { maxptimeMs }),
    headerExtensions: [...all('extmap', parseExtmap), ...shared('extmap', parseExtmap)],
    allowsMixedExtensions: allowsMixed,
    bandwidths: media.bandwidths,
    msids: all('msid', parseMsid),
    sources: all('ssrc', parseSsrc),
    sourceGroups: all('ssrc-group', parseSsrcGroup),
    rids: all('rid', parseRid),
    ...(simulcast === undefined ? {} : { simulcast }),
    ...(sctpPort === undefined
      ? {}
      : { sctp: { port: sctpPort, ...(maxMessageBytes === undefined ? {} : { maxMessageBytes }) } }),
    ...(label === undefined ? {} : { label }),
    isRtcpMux: isRtp && (isBundled || saysRtcp('rtcp-mux')),
    isRtcpReducedSize: isRtp && saysRtcp('rtcp-rsize'),
    content: (attributeValue(media, 'content') ?? '').split(',').filter((each) => each !== ''),
    transport,
    faults,
  };
}

/** `RTP/AVP`, `UDP/TLS/RTP/SAVPF`, …: what has codecs and directions. */
export function isRtpProtocol(protocol: string): boolean {
  return protocol.toUpperCase().includes('RTP/');
}

function readTransport(
  session: SessionDescription,
  index: number,
  shared: SessionLevel,
): { transport: TransportView; faults: Fault[] } {
  const media = session.media[index] as MediaDescription;
  const faults: Fault[] = [];
  /** The media's own, or else the session's. */
  const all: SessionLevel = (name, parse) => {
    const own = readAll(media.attributes, name, parse, faults);
    return own.length > 0 ? own : shared(name, parse);
  };
  const connection = media.connections[0] ?? session.connection;
  const rtcp = readAll(media.attributes, 'rtcp', parseRtcp, faults)[0];
  const setup = all('setup', parseSetup)[0];
  const tlsId = all('tls-id', (value) => value || undefined)[0];
  const ice = readIce(session, media, all, readAll(media.attributes, 'candidate', parseCandidate, faults));
  const transport = {
    index,
    ...(connection === undefined ? {} : { connection }),
    port: media.port,
    ...(rtcp === undefined ? {} : { rtcp }),
    isRtcpMuxOnly: hasAttribute(media, 'rtcp-mux-only'),
    ...(ice === undefined ? {} : { ice }),
    fingerprints: all('fingerprint', parseFingerprint),
    ...(setup === undefined ? {} : { setup }),
    ...(tlsId === undefined ? {} : { tlsId }),
    cryptos: readAll(media.attributes, 'crypto', parseCrypto, faults),
  };
  return { transport, faults };
}

function readIce(
  session: SessionDescription,
  media: MediaDescription,
  all: SessionLevel,
  candidates: readonly Candidate[],
): IceView | undefined {
  const ufrag = all('ice-ufrag', (value) => (isIceUfrag(value.trim()) ? value.trim() : undefined))[0];
  const password = all('ice-pwd', (value) => (isIcePassword(value.trim()) ? value.trim() : undefined))[0];
  // RFC 8839 §5.4: one without the other is no ICE.
  if (ufrag === undefined || password === undefined) return undefined;
  const options = all('ice-options', parseIceOptions)[0] ?? [];
  const has = (name: string) => hasAttribute(media, name) || hasAttribute(session, name);
  return {
    ufrag,
    password,
    options,
    isLite: hasAttribute(session, 'ice-lite'),
    candidates,
    isComplete: !options.includes('trickle') || has('end-of-candidates'),
    remoteCandidates: all('remote-candidates', parseRemoteCandidates)[0] ?? [],
    isMismatch: has('ice-mismatch'),
  };
}

function readAll<T>(
  attributes: SessionDescription['attributes'],
  wanted: string,
  parse: (value: string) => T | undefined,
  faults: Fault[],
): T[] {
  const found: T[] = [];
  for (const { name, value = '' } of attributes) {
    if (name !== wanted) continue;
    const read = parse(value);
    if (read !== undefined) found.push(read);
    // Keys are secrets: the value of a crypto attribute is told to nobody.
    else faults.push({ attribute: name === 'crypto' ? name : `${name}:${value}`, reason: 'cannot be read' });
  }
  return found;
}

/** RFC 3264 §8.4: the hold of old, an address of zeros. With ICE it only says that candidates trickle (RFC 9429 §5.2.1). */
export function isHeldByAddress({ transport, protocol }: MediaView): boolean {
  if (!isRtpProtocol(protocol)) return false;
  const address = transport.connection?.address;
  return transport.ice === undefined && (address === '0.0.0.0' || address === '::');
}

/** As `direction`, and a writer with an address of zeros does not receive. */
export function effectiveDirection(media: MediaView): Direction {
  if (!isHeldByAddress(media)) return media.direction;
  return media.direction === 'sendrecv' || media.direction === 'sendonly' ? 'sendonly' : 'inactive';
}

/** Whether the writer has put the reader on hold: it takes nothing, though it may send music (RFC 3264 §8.4). */
export function isHeld(media: MediaView): boolean {
  const direction = effectiveDirection(media);
  return !media.isRejected && (direction === 'sendonly' || direction === 'inactive');
}

/**
 * RFC 8839 §4.2.5: the default destination is no candidate, so something on the way has changed the addresses: the reader
 * answers with `ice-mismatch` and does not use ICE. Never so while candidates trickle, or where they are names.
 */
export function hasIceMismatch({ transport }: MediaView): boolean {
  const { ice, connection, port } = transport;
  if (ice === undefined || connection === undefined || !ice.isComplete || ice.candidates.length === 0)
    return false;
  const { address } = connection;
  if (port === 9 || address === '0.0.0.0' || address === '::') return false;
  const isName = (text: string) => /[g-z]/i.test(text);
  if (isName(address) || ice.candidates.some((candidate) => isName(candidate.address))) return false;
  return !ice.candidates.some(
    (candidate) => candidate.component === 1 && candidate.address === address && candidate.port === port,
  );
}
