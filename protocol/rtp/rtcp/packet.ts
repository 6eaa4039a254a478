// RTCP packets as values (RFC 3550 §6, RFC 4585 §6, RFC 5104 §4, RFC 3611 §3). Numbers are as on the wire; their units are in
// their names or beside them.
import type { ExtendedReport } from './extended-report.ts';
import type { FeedbackPacket } from './feedback.ts';

export const RTCP_SENDER_REPORT = 200;
export const RTCP_RECEIVER_REPORT = 201;
export const RTCP_SOURCE_DESCRIPTION = 202;
export const RTCP_GOODBYE = 203;
export const RTCP_APPLICATION = 204;
export const RTCP_TRANSPORT_FEEDBACK = 205;
export const RTCP_PAYLOAD_FEEDBACK = 206;
export const RTCP_EXTENDED_REPORT = 207;

/** A time of NTP: seconds since 1900 and a fraction of 2⁻³² s, 32 bits each (RFC 3550 §4). */
export interface NtpTime {
  readonly seconds: number;
  readonly fraction: number;
}

/** What a receiver says of one source (RFC 3550 §6.4.1). */
export interface ReportBlock {
  /** Of whom it is said. */
  readonly ssrc: number;
  /** Since the last report, in 1/256: 0 … 255. */
  readonly fractionLost: number;
  /** Since the begin: −2²³ … 2²³−1; below 0 where duplicates came. */
  readonly cumulativeLost: number;
  /** The highest sequence number, with the count of its wraps in the upper 16 bits. */
  readonly highestSequence: number;
  /** In ticks of the RTP clock. */
  readonly jitterTicks: number;
  /** The middle of the NTP time of the last sender report, 0 before the first. */
  readonly lastSenderReport: number;
  /** Since that report came, in 2⁻¹⁶ s. */
  readonly delaySinceLast: number;
}

export interface SenderReport {
  readonly kind: 'sender-report';
  readonly ssrc: number;
  readonly ntp: NtpTime;
  /** The same instant on the clock of the RTP timestamps. */
  readonly rtpTimestamp: number;
  /** Both counts wrap at 2³². */
  readonly packets: number;
  readonly payloadBytes: number;
  /** 31 at most. */
  readonly reports: readonly ReportBlock[];
  /** What a profile puts behind the reports; whole words. */
  readonly extension: Uint8Array;
}

export interface ReceiverReport {
  readonly kind: 'receiver-report';
  readonly ssrc: number;
  readonly reports: readonly ReportBlock[];
  readonly extension: Uint8Array;
}

/** Types of items (RFC 3550 §12.2, RFC 8852 §4, RFC 9143 §15). */
export const SDES_ITEMS = Object.freeze({
  cname: 1,
  name: 2,
  email: 3,
  phone: 4,
  location: 5,
  tool: 6,
  note: 7,
  /** Its text is kept as it came, with the length of the prefix in front. */
  private: 8,
  rid: 12,
  repairedRid: 13,
  mid: 15,
} as const);

export interface SourceDescription {
  readonly kind: 'source-description';
  /** 31 at most. */
  readonly chunks: readonly {
    readonly ssrc: number;
    readonly items: readonly {
      /** 1 … 255. */
      readonly type: number;
      /** 255 bytes of UTF-8 at most. */
      readonly text: string;
    }[];
  }[];
}

export interface Goodbye {
  readonly kind: 'goodbye';
  /** Who leaves, 31 at most. */
  readonly ssrcs: readonly number[];
  /** 255 bytes of UTF-8 at most. */
  readonly reason: string | undefined;
}

export interface ApplicationPacket {
  readonly kind: 'application';
  /** 0 … 31. */
  readonly subtype: number;
  readonly ssrc: number;
  /** Four ASCII characters. */
  readonly name: string;
  /** Whole words. */
  readonly data: Uint8Array;
}

/** A type that nothing here knows, as it came. */
export interface UnknownRtcp {
  readonly kind: 'unknown';
  /** 192 … 223. */
  readonly packetType: number;
  /** 0 … 31. */
  readonly count: number;
  /** What is behind the first word; whole words. */
  readonly body: Uint8Array;
}

export type RtcpPacket =
  | SenderReport
  | ReceiverReport
  | SourceDescription
  | Goodbye
  | ApplicationPacket
  | FeedbackPacket
  | ExtendedReport
  | UnknownRtcp;

export type RtcpKind = RtcpPacket['kind'];
