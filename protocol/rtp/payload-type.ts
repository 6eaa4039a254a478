// The payload types that mean the same without SDP (RFC 3551 §6), and which numbers may be given out.

export interface StaticPayloadType {
  readonly payloadType: number;
  /** As in `a=rtpmap`, in the spelling of RFC 3551 §6. */
  readonly encoding: string;
  readonly kind: 'audio' | 'video';
  /** Of RTP timestamps. G722 says 8000 and samples at 16000: a mistake of old that has to stay (RFC 3551 §4.5.2). */
  readonly clockRate: number;
  /** Of audio; undefined for video. */
  readonly channels: number | undefined;
}

const audio = (payloadType: number, encoding: string, clockRate: number, channels = 1): StaticPayloadType =>
  Object.freeze({ payloadType, encoding, kind: 'audio', clockRate, channels });
const video = (payloadType: number, encoding: string): StaticPayloadType =>
  Object.freeze({ payloadType, encoding, kind: 'video', clockRate: 90_000, channels: undefined });

export const STATIC_PAYLOAD_TYPES: readonly StaticPayloadType[] = Object.freeze([
  audio(0, 'PCMU', 8_000),
  audio(3, 'GSM', 8_000),
  audio(4, 'G723', 8_000),
  audio(5, 'DVI4', 8_000),
  audio(6, 'DVI4', 16_000),
  audio(7, 'LPC', 8_000),
  audio(8, 'PCMA', 8_000),
  audio(9, 'G722', 8_000),
  audio(10, 'L16', 44_100, 2),
  audio(11, 'L16', 44_100),
  audio(12, 'QCELP', 8_000),
  // RFC 3389 §4: comfort noise.
  audio(13, 'CN', 8_000),
  audio(14, 'MPA', 90_000),
  audio(15, 'G728', 8_000),
  audio(16, 'DVI4', 11_025),
  audio(17, 'DVI4', 22_050),
  audio(18, 'G729', 8_000),
  video(25, 'CelB'),
  video(26, 'JPEG'),
  video(28, 'nv'),
  video(31, 'H261'),
  video(32, 'MPV'),
  video(33, 'MP2T'),
  video(34, 'H263'),
]);

const byNumber = new Map(STATIC_PAYLOAD_TYPES.map((each) => [each.payloadType, each]));

/** @returns undefined where the number has no meaning of its own: SDP has to give it one. */
export function staticPayloadType(payloadType: number): StaticPayloadType | undefined {
  return byNumber.get(payloadType);
}

/** 96 … 127: numbers to which an offer may give a meaning (RFC 3551 §3). */
export function isDynamicPayloadType(payloadType: number): boolean {
  return payloadType >= 96 && payloadType <= 127;
}
