// What an offer and its answer mean together, for either end: the same function reads both, so both ends agree
// (RFC 3264 §6, §7). This is what a media engine needs to know.
import { type Direction, narrowed, reversed } from '../attribute/direction.ts';
import type { Extmap } from '../attribute/extmap.ts';
import type { RtcpAddress } from '../attribute/rtcp.ts';
import type { SctpParameters } from '../attribute/sctp.ts';
import { reversedSimulcast, type Simulcast, type SimulcastStreams } from '../attribute/simulcast.ts';
import type { Connection } from '../description.ts';
import { bundlesOf, transportIndex } from './bundle.ts';
import type { Exchange } from './capabilities.ts';
import { commonFeedback } from './choose-codecs.ts';
import {
  type Codec,
  codecClock,
  codecName,
  codecsMatch,
  type Feedback,
  isAuxiliary,
  isTelephoneEvent,
  repairedPayloadType,
  telephoneEventFor,
} from './codec.ts';
import { type AgreedSecurity, agreedSecurity } from './security.ts';
import {
  effectiveDirection,
  hasIceMismatch,
  type IceView,
  isRtpProtocol,
  type MediaView,
  readSession,
  type SessionView,
} from './session-view.ts';

export type AgreementResult =
  | { readonly ok: true; readonly media: readonly AgreedMedia[] }
  | { readonly ok: false; readonly reason: string };

export interface AgreedMedia {
  readonly index: number;
  readonly mid?: string;
  readonly kind: string;
  readonly isRejected: boolean;
  /** Why the stream cannot be used though both ends took it; the stream counts as rejected. */
  readonly fault?: string;
  /** Ours: `sendonly` sends. */
  readonly direction: Direction;
  /** In the order of the answer; the first one that is no event or the like is to be sent. */
  readonly codecs: readonly AgreedCodec[];
  /** For the first codec, where both ends have them. */
  readonly telephoneEvent?: AgreedCodec;
  /** How much the other end wants in a packet. */
  readonly ptimeMs?: number;
  readonly maxptimeMs?: number;
  readonly headerExtensions: readonly Extmap[];
  /** Seen from us. */
  readonly simulcast?: Simulcast;
  /** The other end's port and limit. */
  readonly sctp?: SctpParameters;
  readonly transport: AgreedTransport;
}

export interface AgreedCodec {
  readonly name: string;
  readonly clockRate: number;
  readonly channels: number;
  /** What the other end takes this codec for, and what it comes to us as (RFC 3264 §5.1, §6.1). */
  readonly sendPayloadType: number;
  readonly receivePayloadType: number;
  /** What we are to regard when we send, and what the other end regards. */
  readonly sendParameters: string;
  readonly receiveParameters: string;
  readonly feedback: readonly Feedback[];
}

export interface AgreedTransport {
  /** Equal for all media that share it: the media description that has it in the answer. */
  readonly index: number;
  /** Where to send without ICE. */
  readonly connection?: Connection;
  readonly port: number;
  readonly rtcp?: RtcpAddress;
  readonly isRtcpMux: boolean;
  readonly isRtcpReducedSize: boolean;
  /** The other end's, where both use ICE. */
  readonly ice?: IceView;
  readonly security: AgreedSecurity;
}

/**
 * @returns `ok: false` where the answer is none to this offer: another number of media, another kind or protocol, or life in
 * what was not offered (RFC 3264 §6).
 */
export function agree(exchange: Exchange): AgreementResult {
  const isOfferer = exchange.offerer === 'local';
  // The bundle is what the answer says it is (RFC 9143 §7.3).
  const bundles = bundlesOf(isOfferer ? exchange.remote : exchange.local);
  const local = readSession(exchange.local, bundles);
  const remote = readSession(exchange.remote, bundles);
  const [offered, answered] = isOfferer ? [local, remote] : [remote, local];
  if (offered.media.length !== answered.media.length)
    return { ok: false, reason: `${answered.media.length} media answer ${offered.media.length}` };
  const media: AgreedMedia[] = [];
  for (const [index, answer] of answered.media.entries()) {
    const question = offered.media[index] as MediaView;
    const misfit = misfitOf(question, answer);
    if (misfit !== undefined) return { ok: false, reason: `media ${index}: ${misfit}` };
    media.push(agreeMedia(local, remote, index, isOfferer));
  }
  return { ok: true, media };
}

function misfitOf(offered: MediaView, answered: MediaView): string | undefined {
  if (offered.kind !== answered.kind) return `${answered.kind} answers ${offered.kind}`;
  if (offered.isRejected && !answered.isRejected) return 'the answer takes what is not offered';
  if (answered.isRejected) return undefined;
  if (offered.protocol.toUpperCase() !== answered.protocol.toUpperCase())
    return `${answered.protocol} answers ${offered.protocol}`;
  if (offered.mid !== undefined && answered.mid !== undefined && offered.mid !== answered.mid)
    return 'the answer has another mid';
  return undefined;
}

function agreeMedia(local: SessionView, remote: SessionView, index: number, isOfferer: boolean): AgreedMedia {
  const ours = local.media[index] as MediaView;
  const theirs = remote.media[index] as MediaView;
  const at = transportIndex(local.bundles, index);
  const ourTransport = (local.media[at] as MediaView).transport;
  const theirMedia = remote.media[at] as MediaView;
  const security = agreedSecurity(ourTransport, theirMedia.transport, ours.protocol, isOfferer);
  const isRtp = isRtpProtocol(ours.protocol);
  const codecs = isRtp ? agreedCodecs(ours, theirs, isOfferer) : [];
  const isRejected = ours.isRejected || theirs.isRejected;
  const fault = isRejected
    ? undefined
    : faultOf(security, isRtp && !codecs.some((codec) => !isAuxiliary(codec)));
  const usesIce = ourTransport.ice !== undefined && !ourTransport.ice.isMismatch;
  const ice = usesIce && !hasIceMismatch(theirMedia) ? theirMedia.transport.ice : undefined;
  const direction = narrowed(ours.direction, reversed(effectiveDirection(theirs)));
  const simulcast = agreedSimulcast(ours, theirs, isOfferer);
  const first = codecs.find((codec) => !isAuxiliary(codec));
  const telephoneEvent = first && eventFor(first, codecs);
  const { mid, kind } = ours;
  const { connection, port, rtcp } = theirMedia.transport;
  return {
    index,
    ...(mid === undefined ? {} : { mid }),
    kind,
    isRejected: isRejected || fault !== undefined,
    ...(fault === undefined ? {} : { fault }),
    direction: isRejected || fault !== undefined ? 'inactive' : direction,
    codecs,
    ...(telephoneEvent === undefined ? {} : { telephoneEvent }),
    ...(theirs.ptimeMs === undefined ? {} : { ptimeMs: theirs.ptimeMs }),
    ...(theirs.maxptimeMs === undefined ? {} : { maxptimeMs: theirs.maxptimeMs }),
    headerExtensions: agreedExtensions(ours, theirs, isOfferer),
    ...(simulcast === undefined ? {} : { simulcast }),
    ...(theirs.sctp === undefined ? {} : { sctp: theirs.sctp }),
    transport: {
      index: at,
      ...(connection === undefined ? {} : { connection }),
      port,
      ...(rtcp === undefined ? {} : { rtcp }),
      isRtcpMux: ours.isRtcpMux && theirs.isRtcpMux,
      isRtcpReducedSize: ours.isRtcpReducedSize && theirs.isRtcpReducedSize,
      ...(ice === undefined || ice.isMismatch ? {} : { ice }),
      security: security ?? { kind: 'none' },
    },
  };
}

function faultOf(security: AgreedSecurity | undefined, hasNoCodec: boolean): string | undefined {
  if (security === undefined) return 'the keys of offer and answer do not fit';
  return hasNoCodec ? 'no common codec' : undefined;
}

function agreedCodecs(ours: MediaView, theirs: MediaView, isOfferer: boolean): AgreedCodec[] {
  const [offered, answered] = isOfferer ? [ours.codecs, theirs.codecs] : [theirs.codecs, ours.codecs];
  const agreed: AgreedCodec[] = [];
  for (const answer of answered) {
    const question = questionOf(answer, offered);
    if (question === undefined) continue;
    const [own, other] = isOfferer ? [question, answer] : [answer, question];
    agreed.push({
      name: question.name,
      // However it is written: G722/16000 ticks 8,000 times a second, and opus has two channels (RFC 7587 §7).
      clockRate: codecClock(question),
      channels: codecName(question) === 'opus' ? 2 : question.channels,
      sendPayloadType: other.payloadType,
      receivePayloadType: own.payloadType,
      sendParameters: other.parameters,
      receiveParameters: own.parameters,
      feedback: commonFeedback(own.feedback, other.feedback),
    });
  }
  return agreed;
}

/** What of the offer is answered: by number where it fits, or else by what it is (RFC 3264 §6.1 lets numbers differ). */
function questionOf(answer: Codec, offered: readonly Codec[]): Codec | undefined {
  const isIt = (codec: Codec) =>
    codecsMatch(codec, answer) &&
    (repairedPayloadType(codec) === undefined) === (repairedPayloadType(answer) === undefined);
  return (
    offered.find((codec) => codec.payloadType === answer.payloadType && isIt(codec)) ??
    // Another number for a retransmission says nothing of what it repeats.
    (repairedPayloadType(answer) === undefined ? offered.find(isIt) : undefined)
  );
}

function eventFor(first: AgreedCodec, codecs: readonly AgreedCodec[]): AgreedCodec | undefined {
  const plain = (codec: AgreedCodec): Codec => ({
    payloadType: codec.receivePayloadType,
    name: codec.name,
    clockRate: codec.clockRate,
    channels: codec.channels,
    parameters: codec.receiveParameters,
    feedback: [],
  });
  const events = codecs.filter(isTelephoneEvent);
  const found = telephoneEventFor(plain(first), events.map(plain));
  return events.find(({ receivePayloadType }) => receivePayloadType === found?.payloadType);
}

/** RFC 8285 §7: what both have, with the number of the answer. */
function agreedExtensions(ours: MediaView, theirs: MediaView, isOfferer: boolean): Extmap[] {
  const [offered, answered] = isOfferer ? [ours, theirs] : [theirs, ours];
  const uris = new Set(offered.headerExtensions.map(({ uri }) => uri));
  return answered.headerExtensions
    .filter(({ uri }) => uris.has(uri))
    .map(({ direction, ...extension }) => {
      if (direction === undefined) return extension;
      return { ...extension, direction: isOfferer ? reversed(direction) : direction };
    });
}

/** RFC 8853 §5.3: the answer decides, and has no stream that was not offered. */
function agreedSimulcast(ours: MediaView, theirs: MediaView, isOfferer: boolean): Simulcast | undefined {
  const seen = theirs.simulcast && reversedSimulcast(theirs.simulcast);
  if (ours.simulcast === undefined || seen === undefined) return undefined;
  const [offered, answered] = isOfferer ? [ours.simulcast, seen] : [seen, ours.simulcast];
  const send = commonStreams(offered.send, answered.send);
  const recv = commonStreams(offered.recv, answered.recv);
  if (send.length + recv.length === 0) return undefined;
  return { ...(send.length === 0 ? {} : { send }), ...(recv.length === 0 ? {} : { recv }) };
}

function commonStreams(offered: SimulcastStreams = [], answered: SimulcastStreams = []): SimulcastStreams {
  const known = new Set(offered.flat().map(({ rid }) => rid));
  return answered
    .map((alternatives) => alternatives.filter(({ rid }) => known.has(rid)))
    .filter((alternatives) => alternatives.length > 0);
}
