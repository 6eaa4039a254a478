// a=rtpmap: which codec a payload type is (RFC 8866 §6.6), and the payload types that need none (RFC 3551 §6).
import { isToken, parseInteger, splitWord } from '../grammar.ts';

export interface Rtpmap {
  /** 0 … 127. */
  readonly payloadType: number;
  /** Compared without regard to case. */
  readonly name: string;
  /** Ticks of the RTP timestamp a second. */
  readonly clockRate: number;
  /** Absent is one channel of audio. */
  readonly channels?: number;
}

/** `111 opus/48000/2`; undefined for what is none. */
export function parseRtpmap(value: string): Rtpmap | undefined {
  const [first, encoding] = splitWord(value);
  const payloadType = parseInteger(first, 127);
  const [name = '', rate, channelText, ...more] = encoding.trimEnd().split('/');
  const clockRate = parseInteger(rate, 0xffff_ffff);
  if (payloadType === undefined || !isToken(name) || !clockRate || more.length > 0) return undefined;
  if (channelText === undefined) return { payloadType, name, clockRate };
  const channels = parseInteger(channelText, 255);
  return channels ? { payloadType, name, clockRate, channels } : undefined;
}

export function serializeRtpmap({ payloadType, name, clockRate, channels }: Rtpmap): string {
  return `${payloadType} ${name}/${clockRate}${channels === undefined ? '' : `/${channels}`}`;
}

function fixed(payloadType: number, name: string, clockRate: number, channels?: number): [number, Rtpmap] {
  const codec = { payloadType, name, clockRate };
  return [payloadType, channels === undefined ? codec : { ...codec, channels }];
}

/** RFC 3551 §6, tables 4 and 5: what these payload types are where no rtpmap says so. */
export const STATIC_PAYLOAD_TYPES: ReadonlyMap<number, Rtpmap> = new Map([
  fixed(0, 'PCMU', 8_000),
  fixed(3, 'GSM', 8_000),
  fixed(4, 'G723', 8_000),
  fixed(5, 'DVI4', 8_000),
  fixed(6, 'DVI4', 16_000),
  fixed(7, 'LPC', 8_000),
  fixed(8, 'PCMA', 8_000),
  // RFC 3551 §4.5.2: G.722 samples 16,000 times a second, its RTP clock stays at 8,000 for a misprint of old.
  fixed(9, 'G722', 8_000),
  fixed(10, 'L16', 44_100, 2),
  fixed(11, 'L16', 44_100),
  fixed(12, 'QCELP', 8_000),
  fixed(13, 'CN', 8_000),
  fixed(14, 'MPA', 90_000),
  fixed(15, 'G728', 8_000),
  fixed(16, 'DVI4', 11_025),
  fixed(17, 'DVI4', 22_050),
  fixed(18, 'G729', 8_000),
  fixed(25, 'CelB', 90_000),
  fixed(26, 'JPEG', 90_000),
  fixed(28, 'nv', 90_000),
  fixed(31, 'H261', 90_000),
  fixed(32, 'MPV', 90_000),
  fixed(33, 'MP2T', 90_000),
  fixed(34, 'H263', 90_000),
]);
