// One media description from its parts, for offers and answers alike.
import { type Candidate, serializeCandidate } from '../attribute/candidate.ts';
import { type Crypto, serializeCrypto } from '../attribute/crypto.ts';
import type { Direction } from '../attribute/direction.ts';
import { type Extmap, serializeExtmap } from '../attribute/extmap.ts';
import { serializeFingerprint } from '../attribute/fingerprint.ts';
import { serializeMsid } from '../attribute/msid.ts';
import { serializePacketTime } from '../attribute/packet-time.ts';
import { serializeRid } from '../attribute/rid.ts';
import { serializeRtcpFeedback } from '../attribute/rtcp-feedback.ts';
import { serializeRtpmap } from '../attribute/rtpmap.ts';
import type { SctpParameters } from '../attribute/sctp.ts';
import type { Setup } from '../attribute/setup.ts';
import { serializeSimulcast } from '../attribute/simulcast.ts';
import { serializeSsrc, serializeSsrcGroup } from '../attribute/ssrc.ts';
import { type Attribute, connectionTo, type MediaDescription } from '../description.ts';
import type { LocalDtls, LocalIce, LocalTransport, MediaIntent } from './capabilities.ts';
import type { Codec } from './codec.ts';

export interface MediaParts {
  readonly intent: MediaIntent;
  readonly kind: string;
  readonly protocol: string;
  /** What the `m=` line lists where there are no codecs. */
  readonly formats: readonly string[];
  readonly mid: string | undefined;
  readonly direction: Direction;
  readonly codecs: readonly Codec[];
  readonly extensions: readonly Extmap[];
  readonly allowsMixedExtensions: boolean;
  readonly sctp: SctpParameters | undefined;
  readonly transport: LocalTransport;
  readonly isRtcpMux: boolean;
  /** RFC 8858 §3: there is no port for RTCP to fall back to. */
  readonly isRtcpMuxOnly: boolean;
  /** RTCP has no port, so none is told. */
  readonly hasOnePort: boolean;
  readonly isRtcpReducedSize: boolean;
  /** Absent where ICE is not used. */
  readonly ice: LocalIce | undefined;
  readonly isIceMismatch: boolean;
  readonly dtls: { readonly local: LocalDtls; readonly setup: Setup } | undefined;
  readonly cryptos: readonly Crypto[];
  /**
   * Where the transport is told: here, or in the tagged media description of the bundle (RFC 9143 §7.1.3); `only` is new
   * there, and gone where the other end does not bundle (§7.2).
   */
  readonly bundling: 'here' | 'tagged' | 'only';
}

/** @throws TypeError for a port that would reject the media. */
export function writeMedia(parts: MediaParts): MediaDescription {
  const { intent, transport } = parts;
  if (!(transport.port >= 1 && transport.port <= 65_535))
    throw new TypeError(`${transport.port} is no port.`);
  const attributes: Attribute[] = [];
  const add = (name: string, value?: string) =>
    void attributes.push(value === undefined ? { name } : { name, value });
  if (parts.mid !== undefined) add('mid', parts.mid);
  if (intent.label !== undefined) add('label', intent.label);
  if (intent.content !== undefined && intent.content.length > 0) add('content', intent.content.join(','));
  for (const codec of parts.codecs) addCodec(codec, add);
  if (intent.ptimeMs !== undefined) add('ptime', serializePacketTime(intent.ptimeMs));
  if (intent.maxptimeMs !== undefined) add('maxptime', serializePacketTime(intent.maxptimeMs));
  if (parts.allowsMixedExtensions) add('extmap-allow-mixed');
  for (const extension of parts.extensions) add('extmap', serializeExtmap(extension));
  if (parts.sctp !== undefined) {
    add('sctp-port', String(parts.sctp.port));
    if (parts.sctp.maxMessageBytes !== undefined) add('max-message-size', String(parts.sctp.maxMessageBytes));
  } else {
    add(parts.direction);
  }
  // COMPAT(Chromium): these two stand in every media of a bundle until it looks for them in the tagged one, where
  // RFC 9143 §7.1.3 has them.
  if (parts.isRtcpMux) add('rtcp-mux');
  if (parts.isRtcpReducedSize) add('rtcp-rsize');
  if (parts.bundling === 'here') addTransport(parts, add);
  if (parts.bundling === 'only') add('bundle-only');
  for (const msid of intent.msids ?? []) add('msid', serializeMsid(msid));
  for (const rid of intent.rids ?? []) add('rid', serializeRid(rid));
  if (intent.simulcast !== undefined) add('simulcast', serializeSimulcast(intent.simulcast));
  for (const source of intent.sources ?? []) add('ssrc', serializeSsrc(source));
  for (const group of intent.sourceGroups ?? []) add('ssrc-group', serializeSsrcGroup(group));
  const formats = parts.codecs.map(({ payloadType }) => String(payloadType));
  return {
    kind: parts.kind,
    port: parts.bundling === 'only' ? 0 : transport.port,
    protocol: parts.protocol,
    formats: formats.length > 0 ? formats : parts.formats,
    connections: [connectionTo(transport.address)],
    bandwidths: intent.bandwidths ?? [],
    attributes: [...attributes, ...(intent.attributes ?? [])],
  };
}

type Add = (name: string, value?: string) => void;

function addCodec({ payloadType, name, clockRate, channels, parameters, feedback }: Codec, add: Add): void {
  const map = { payloadType, name, clockRate };
  add('rtpmap', serializeRtpmap(channels === 1 ? map : { ...map, channels }));
  if (parameters !== '') add('fmtp', `${payloadType} ${parameters}`);
  for (const one of feedback) add('rtcp-fb', serializeRtcpFeedback({ payloadType, ...one }));
}

function addTransport(parts: MediaParts, add: Add): void {
  const { transport, ice, dtls } = parts;
  if (parts.isRtcpMuxOnly) add('rtcp-mux-only');
  // RFC 5761 §5.1.1: with rtcp-mux, a=rtcp tells who does not multiplex where to send.
  if (transport.rtcpPort !== undefined && !parts.hasOnePort) add('rtcp', String(transport.rtcpPort));
  if (ice !== undefined) {
    add('ice-ufrag', ice.ufrag);
    add('ice-pwd', ice.password);
    if (ice.options !== undefined && ice.options.length > 0) add('ice-options', ice.options.join(' '));
    const isUsed = ({ component }: Candidate) => component === 1 || !parts.hasOnePort;
    for (const candidate of ice.candidates.filter(isUsed)) add('candidate', serializeCandidate(candidate));
    if (ice.isComplete === true) add('end-of-candidates');
  }
  if (parts.isIceMismatch) add('ice-mismatch');
  if (dtls !== undefined) {
    for (const fingerprint of dtls.local.fingerprints) add('fingerprint', serializeFingerprint(fingerprint));
    add('setup', dtls.setup);
    if (dtls.local.tlsId !== undefined) add('tls-id', dtls.local.tlsId);
  }
  for (const crypto of parts.cryptos) add('crypto', serializeCrypto(crypto));
}

/**
 * RFC 3264 §6: a stream is rejected by port 0; the line goes on listing formats, which mean nothing. The mid stays
 * (RFC 9143 §7.3.3).
 */
export function writeRejected(
  kind: string,
  protocol: string,
  formats: readonly string[],
  mid: string | undefined,
): MediaDescription {
  return {
    kind,
    port: 0,
    protocol,
    formats: formats.length > 0 ? formats : ['0'],
    connections: [],
    bandwidths: [],
    attributes: [...(mid === undefined ? [] : [{ name: 'mid', value: mid }]), { name: 'inactive' }],
  };
}
