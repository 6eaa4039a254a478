// What one end can do, and what it wants now: the arguments of `offer` and `answer`. Plain values; who makes them asks
// the media engine for addresses, ports and keys first.
import type { Candidate } from '../attribute/candidate.ts';
import type { CryptoKey } from '../attribute/crypto.ts';
import type { Direction } from '../attribute/direction.ts';
import type { Fingerprint } from '../attribute/fingerprint.ts';
import type { Msid } from '../attribute/msid.ts';
import type { Rid } from '../attribute/rid.ts';
import type { SctpParameters } from '../attribute/sctp.ts';
import type { Setup } from '../attribute/setup.ts';
import type { Simulcast } from '../attribute/simulcast.ts';
import type { SourceAttribute, SourceGroup } from '../attribute/ssrc.ts';
import type { Attribute, Bandwidth, SessionDescription } from '../description.ts';
import type { Feedback } from './codec.ts';

export interface Capabilities {
  /** By kind of media: `audio`, `video`. What is not named is rejected. */
  readonly rtp: Readonly<Record<string, RtpCapabilities>>;
  /** Data channels over SCTP over DTLS. */
  readonly data?: SctpParameters;
  /** How media may be protected, the best first: an offer of the best that both have is answered with that. */
  readonly security: readonly MediaSecurity[];
  /** Several media over one transport (RFC 9143 §7). */
  readonly bundle: boolean;
  /** RTP and RTCP over one port (RFC 5761 §5.1.1): wanted, wanted or else no media, or not at all. */
  readonly rtcpMux: 'offered' | 'required' | 'never';
  /** RFC 5506 §5. */
  readonly rtcpReducedSize: boolean;
  /** Whose preference decides: RFC 3264 §6.1 recommends the offer's. */
  readonly codecOrder?: 'offer' | 'own';
  /** How many codecs an answer has at most, not counting events and the like. 1 keeps a peer from changing in the call. */
  readonly answeredCodecs?: number;
}

export type MediaSecurity = 'dtls' | 'sdes' | 'none';

export interface RtpCapabilities {
  /** The best first. */
  readonly codecs: readonly CodecCapability[];
  readonly headerExtensions?: readonly ExtensionCapability[];
}

export interface CodecCapability {
  readonly name: string;
  readonly clockRate: number;
  /** Default 1. */
  readonly channels?: number;
  /** What we want to receive, as fmtp has it. */
  readonly parameters?: string;
  /** Wanted in offers, where nothing else has it. */
  readonly payloadType?: number;
  readonly feedback?: readonly Feedback[];
  /** Lost packets are sent again in a format of their own (RFC 4588 §8.1). */
  readonly retransmission?: boolean;
}

export interface ExtensionCapability {
  readonly uri: string;
  readonly direction?: Direction;
}

/** What is wanted now. */
export interface Intent {
  /** Names the session. The version is that of the first description; later ones count on from `previous`. */
  readonly origin: LocalOrigin;
  /** One for each media description, in their order; where an answer has none, the media is rejected. */
  readonly media: readonly (MediaIntent | undefined)[];
  /** What both ends said last: numbers of media and payload types stay what they are (RFC 3264 §8). */
  readonly previous?: Exchange;
  /** Further attributes of the session, as they are. */
  readonly attributes?: readonly Attribute[];
}

export interface LocalOrigin {
  /** Default `-`. */
  readonly username?: string;
  /** Digits. */
  readonly sessionId: string;
  /** Digits; default 1. */
  readonly sessionVersion?: string;
  readonly address: string;
}

/** The last offer and its answer, sorted by who wrote them. */
export interface Exchange {
  readonly local: SessionDescription;
  readonly remote: SessionDescription;
  /** Who wrote the offer of the two. */
  readonly offerer: 'local' | 'remote';
}

export interface MediaIntent {
  /** `audio`, `video`, or `application` for data channels. An answer rejects media of another kind. */
  readonly kind: string;
  readonly direction: Direction;
  readonly transport: LocalTransport;
  /** Wanted in offers; default the index. */
  readonly mid?: string;
  /** Default by what the transport has: `UDP/TLS/RTP/SAVPF`, `RTP/SAVP`, `RTP/AVP`. Answers have the offer's. */
  readonly protocol?: string;
  readonly ptimeMs?: number;
  readonly maxptimeMs?: number;
  readonly bandwidths?: readonly Bandwidth[];
  readonly msids?: readonly Msid[];
  readonly sources?: readonly SourceAttribute[];
  readonly sourceGroups?: readonly SourceGroup[];
  readonly rids?: readonly Rid[];
  readonly simulcast?: Simulcast;
  readonly label?: string;
  readonly content?: readonly string[];
  /** Further attributes, as they are: `imageattr`, … */
  readonly attributes?: readonly Attribute[];
}

export interface LocalTransport {
  /** Where we receive RTP: the `c=` line. */
  readonly address: string;
  /** 1 … 65535; 9 while candidates trickle. */
  readonly port: number;
  /** Default the next port, or the same with rtcp-mux. */
  readonly rtcpPort?: number;
  readonly ice?: LocalIce;
  readonly dtls?: LocalDtls;
  /** Keys by suite, the best suite first: RFC 4568 §5.1. */
  readonly sdes?: readonly { readonly suite: string; readonly key: CryptoKey }[];
}

export interface LocalIce {
  readonly ufrag: string;
  readonly password: string;
  readonly candidates: readonly Candidate[];
  readonly isLite?: boolean;
  readonly options?: readonly string[];
  /** All candidates are there: `end-of-candidates` where they might trickle. */
  readonly isComplete?: boolean;
}

export interface LocalDtls {
  readonly fingerprints: readonly Fingerprint[];
  /** In offers; default `actpass` (RFC 8842 §5.2). */
  readonly setup?: Setup;
  /** In answers, where the offer leaves it open and no association lives; default `active` (RFC 5763 §5). */
  readonly preferred?: 'active' | 'passive';
  readonly tlsId?: string;
}
