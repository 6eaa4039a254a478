// What elements of the header extension say: sound levels, stream names, send times, the transport-wide sequence number.
import { mustFit, readU16, readU24, writeU16, writeU24 } from '../bytes/big-endian.ts';

/** The names by which SDP gives the elements their numbers (RFC 8285 §5). */
export const EXTENSION_URIS = Object.freeze({
  /** RFC 6464 §4. */
  audioLevel: 'urn:ietf:params:rtp-hdrext:ssrc-audio-level',
  /** RFC 6465 §3. */
  mixerAudioLevels: 'urn:ietf:params:rtp-hdrext:csrc-audio-level',
  /** RFC 5450 §2. */
  transmissionOffset: 'urn:ietf:params:rtp-hdrext:toffset',
  /** RFC 9143 §15. */
  mid: 'urn:ietf:params:rtp-hdrext:sdes:mid',
  /** RFC 8852 §3. */
  rid: 'urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id',
  repairedRid: 'urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id',
  absoluteSendTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  absoluteCaptureTime: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  transportSequence: 'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  videoOrientation: 'urn:3gpp:video-orientation',
} as const);

export interface AudioLevel {
  /** Decibels below overload: 0 is the loudest, 127 is silence. */
  readonly belowOverloadDb: number;
  /** What the sender's voice detector says; false too where it has none. */
  readonly hasVoice: boolean;
}

/** RFC 6464 §3. @returns undefined where there is no byte. */
export function readAudioLevel(data: Uint8Array): AudioLevel | undefined {
  const first = data[0];
  return first === undefined ? undefined : { belowOverloadDb: first & 0x7f, hasVoice: first >= 128 };
}

/** @throws RangeError for a level outside of 0 … 127. */
export function buildAudioLevel({ belowOverloadDb, hasVoice }: AudioLevel): Uint8Array {
  mustFit('the level', belowOverloadDb, 7);
  return Uint8Array.of(belowOverloadDb | (hasVoice ? 0x80 : 0));
}

/** RFC 6465 §3: decibels below overload of each contributing source, in the order of the header, 15 at most. */
export function readMixerAudioLevels(data: Uint8Array): number[] {
  return Array.from(data.subarray(0, 15), (byte) => byte & 0x7f);
}

/** The sound level of samples for `buildAudioLevel`: the root of their mean square, in decibels below overload, 0 … 127. */
export function levelOf(samples: Int16Array): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += samples[index]! * samples[index]!;
  if (sum === 0) return 127;
  // Overload is the level of a square wave of the largest samples (RFC 6464 §4).
  const db = -10 * Math.log10(sum / samples.length / 32_767 ** 2);
  return Math.min(127, Math.max(0, Math.round(db)));
}

/** Names of streams (RFC 8852 §3, RFC 9143 §15) are ASCII; undefined for what is none. */
export function readStreamName(data: Uint8Array): string | undefined {
  if (data.length === 0 || data.some((byte) => byte < 0x21 || byte > 0x7e)) return undefined;
  return String.fromCharCode(...data);
}

/** @throws RangeError for what `readStreamName` would not read back. */
export function buildStreamName(name: string): Uint8Array {
  const data = Uint8Array.from(name, (character) => character.charCodeAt(0));
  if (!/^[\x21-\x7e]{1,255}$/.test(name)) throw new RangeError(`“${name}” is no name of a stream`);
  return data;
}

/** The number that transport-wide congestion feedback counts by: 16 bits, one row for all streams of a transport. */
export function readTransportSequence(data: Uint8Array): number | undefined {
  return data.length < 2 ? undefined : readU16(data, 0);
}

/** Writes it where `findExtension` found the element, in a packet that is passed on. */
export function writeTransportSequence(packet: Uint8Array, dataAt: number, sequence: number): void {
  writeU16(packet, dataAt, sequence);
}

/** When the packet left, in milliseconds of a clock of the sender's that wraps at 64 s; steps of 4 µs. */
export function readAbsoluteSendTime(data: Uint8Array): number | undefined {
  return data.length < 3 ? undefined : (readU24(data, 0) * 1000) / 2 ** 18;
}

/** @param nowMs any clock of milliseconds; it is written modulo 64 s. */
export function writeAbsoluteSendTime(packet: Uint8Array, dataAt: number, nowMs: number): void {
  writeU24(packet, dataAt, Math.floor(((nowMs % 64_000) * 2 ** 18) / 1000));
}
