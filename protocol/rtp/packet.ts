// RTP packets (RFC 3550 §5.1). Packets that are passed on are looked at and changed where they stand, in the bytes of the
// datagram: check it once with `checkRtp`, then every view below is right. Packets that are made are values.
import { mustFit, readU16, readU32, writeU16, writeU32 } from '../bytes/big-endian.ts';

/** The fixed part of the header. */
export const RTP_HEADER_BYTES = 12;
/** No UDP datagram is larger. */
export const MAX_RTP_BYTES = 65_507;
export const MAX_CSRCS = 15;

/** Why bytes are no packet. `offset` is where that shows. */
export interface RtpError {
  readonly ok: false;
  readonly reason: string;
  readonly offset: number;
}

const fault = (reason: string, offset: number): RtpError => Object.freeze({ ok: false, reason, offset });
const SHORT = fault('shorter than an RTP header', 0);
const LONG = fault('longer than a datagram', 0);
const VERSION = fault('not version 2', 0);
const IS_RTCP = fault('an RTCP packet', 1);
const CSRCS = fault('the list of contributing sources is cut off', RTP_HEADER_BYTES);
const EXTENSION = fault('the header extension is cut off', RTP_HEADER_BYTES);
const PADDING = fault('the padding is longer than the payload', RTP_HEADER_BYTES);

/**
 * Is this a header that the views below can read? (RFC 3550 §A.1.) For SRTP, whose padding is encrypted.
 *
 * @returns undefined if it is; otherwise the reason. Allocates nothing.
 */
export function checkRtpHeader(bytes: Uint8Array): RtpError | undefined {
  const length = bytes.length;
  if (length < RTP_HEADER_BYTES) return SHORT;
  if (length > MAX_RTP_BYTES) return LONG;
  const first = bytes[0]!;
  if (first >> 6 !== 2) return VERSION;
  // Sender and receiver reports, with what stands between them and RTP (RFC 5761 §4).
  const second = bytes[1]!;
  if (second >= 192 && second <= 223) return IS_RTCP;
  const fixedBytes = RTP_HEADER_BYTES + (first & 0x0f) * 4;
  if (length < fixedBytes) return CSRCS;
  if ((first & 0x10) !== 0) {
    if (length < fixedBytes + 4) return EXTENSION;
    if (length < fixedBytes + 4 + readU16(bytes, fixedBytes + 2) * 4) return EXTENSION;
  }
  return undefined;
}

/** Like `checkRtpHeader`, and the padding is right too (RFC 3550 §5.1). Allocates nothing. */
export function checkRtp(bytes: Uint8Array): RtpError | undefined {
  const wrong = checkRtpHeader(bytes);
  if (wrong !== undefined || (bytes[0]! & 0x20) === 0) return wrong;
  const padding = bytes[bytes.length - 1]!;
  return padding === 0 || padding > bytes.length - rtpHeaderBytes(bytes) ? PADDING : undefined;
}

export function rtpMarker(bytes: Uint8Array): boolean {
  return bytes[1]! >= 128;
}

/** 0 … 127. */
export function rtpPayloadType(bytes: Uint8Array): number {
  return bytes[1]! & 0x7f;
}

export function rtpSequence(bytes: Uint8Array): number {
  return readU16(bytes, 2);
}

export function rtpTimestamp(bytes: Uint8Array): number {
  return readU32(bytes, 4);
}

export function rtpSsrc(bytes: Uint8Array): number {
  return readU32(bytes, 8);
}

/** How many contributing sources there are: 0 … 15. */
export function rtpCsrcCount(bytes: Uint8Array): number {
  return bytes[0]! & 0x0f;
}

/** @param index below `rtpCsrcCount`. */
export function rtpCsrc(bytes: Uint8Array, index: number): number {
  return readU32(bytes, RTP_HEADER_BYTES + index * 4);
}

/** Where the header extension begins (its profile), or −1. */
export function rtpExtensionAt(bytes: Uint8Array): number {
  return (bytes[0]! & 0x10) === 0 ? -1 : RTP_HEADER_BYTES + (bytes[0]! & 0x0f) * 4;
}

/** Where the payload begins: the header with its sources and its extension. */
export function rtpHeaderBytes(bytes: Uint8Array): number {
  const fixedBytes = RTP_HEADER_BYTES + (bytes[0]! & 0x0f) * 4;
  return (bytes[0]! & 0x10) === 0 ? fixedBytes : fixedBytes + 4 + readU16(bytes, fixedBytes + 2) * 4;
}

/** How many bytes at the end are padding, their count among them. Not to be asked of SRTP. */
export function rtpPaddingBytes(bytes: Uint8Array): number {
  return (bytes[0]! & 0x20) === 0 ? 0 : bytes[bytes.length - 1]!;
}

/** How long the payload is, without padding. */
export function rtpPayloadBytes(bytes: Uint8Array): number {
  return bytes.length - rtpHeaderBytes(bytes) - rtpPaddingBytes(bytes);
}

/** The payload, without padding: a view of the same memory. */
export function rtpPayload(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(rtpHeaderBytes(bytes), bytes.length - rtpPaddingBytes(bytes));
}

export function setRtpMarker(bytes: Uint8Array, marker: boolean): void {
  bytes[1] = marker ? bytes[1]! | 0x80 : bytes[1]! & 0x7f;
}

export function setRtpPayloadType(bytes: Uint8Array, payloadType: number): void {
  bytes[1] = (bytes[1]! & 0x80) | (payloadType & 0x7f);
}

export function setRtpSequence(bytes: Uint8Array, sequence: number): void {
  writeU16(bytes, 2, sequence);
}

export function setRtpTimestamp(bytes: Uint8Array, timestamp: number): void {
  writeU32(bytes, 4, timestamp);
}

export function setRtpSsrc(bytes: Uint8Array, ssrc: number): void {
  writeU32(bytes, 8, ssrc);
}

/** The header extension as it stands (RFC 3550 §5.3.1): read by `readExtensions`, made by `buildExtension`. */
export interface RtpExtension {
  /** 16 bits that say what the data is. */
  readonly profile: number;
  /** Whole words of four bytes. */
  readonly data: Uint8Array;
}

export interface RtpPacket {
  readonly marker: boolean;
  /** 0 … 127. */
  readonly payloadType: number;
  /** 16 bits. */
  readonly sequence: number;
  /** 32 bits, in ticks of the clock of the payload type. */
  readonly timestamp: number;
  /** 32 bits. */
  readonly ssrc: number;
  /** Contributing sources, 15 at most: whom a mixer mixed. */
  readonly csrcs: readonly number[];
  readonly extension: RtpExtension | undefined;
  readonly payload: Uint8Array;
  /** 0 … 255, the byte that counts them among them. */
  readonly paddingBytes: number;
}

export type RtpParseResult = { readonly ok: true; readonly packet: RtpPacket } | RtpError;

/** Reads a packet as a value. Payload and extension are views of `bytes`. */
export function parseRtp(bytes: Uint8Array): RtpParseResult {
  const wrong = checkRtp(bytes);
  if (wrong !== undefined) return wrong;
  const extensionAt = rtpExtensionAt(bytes);
  const csrcs: number[] = [];
  for (let index = 0; index < rtpCsrcCount(bytes); index++) csrcs.push(rtpCsrc(bytes, index));
  return {
    ok: true,
    packet: {
      marker: rtpMarker(bytes),
      payloadType: rtpPayloadType(bytes),
      sequence: rtpSequence(bytes),
      timestamp: rtpTimestamp(bytes),
      ssrc: rtpSsrc(bytes),
      csrcs,
      extension:
        extensionAt === -1
          ? undefined
          : {
              profile: readU16(bytes, extensionAt),
              data: bytes.subarray(extensionAt + 4, rtpHeaderBytes(bytes)),
            },
      payload: rtpPayload(bytes),
      paddingBytes: rtpPaddingBytes(bytes),
    },
  };
}

/** How many bytes `writeRtp` writes. */
export function rtpPacketBytes(packet: RtpPacket): number {
  const extensionBytes = packet.extension === undefined ? 0 : 4 + packet.extension.data.length;
  return (
    RTP_HEADER_BYTES + packet.csrcs.length * 4 + extensionBytes + packet.payload.length + packet.paddingBytes
  );
}

/**
 * Writes a packet into memory of the caller.
 *
 * @returns how many bytes it took.
 * @throws RangeError where a number does not fit its field, or `into` is too short.
 */
export function writeRtp(packet: RtpPacket, into: Uint8Array, at = 0): number {
  const { csrcs, extension, payload, paddingBytes } = packet;
  mustFit('the payload type', packet.payloadType, 7);
  mustFit('the sequence number', packet.sequence, 16);
  mustFit('the timestamp', packet.timestamp, 32);
  mustFit('the SSRC', packet.ssrc, 32);
  mustFit('the number of contributing sources', csrcs.length, 4);
  mustFit('the padding', paddingBytes, 8);
  if (packet.payloadType >= 64 && packet.payloadType <= 95 && packet.marker)
    throw new RangeError(`payload type ${packet.payloadType} with the marker is taken for RTCP`);
  const bytes = rtpPacketBytes(packet);
  if (bytes > MAX_RTP_BYTES || at + bytes > into.length)
    throw new RangeError(`${bytes} bytes do not fit at ${at} into ${into.length}`);
  into[at] =
    0x80 | (paddingBytes > 0 ? 0x20 : 0) | (extension === undefined ? 0 : 0x10) | packet.csrcs.length;
  into[at + 1] = (packet.marker ? 0x80 : 0) | packet.payloadType;
  writeU16(into, at + 2, packet.sequence);
  writeU32(into, at + 4, packet.timestamp);
  writeU32(into, at + 8, packet.ssrc);
  let next = at + RTP_HEADER_BYTES;
  for (const csrc of csrcs) {
    writeU32(into, next, csrc);
    next += 4;
  }
  if (extension !== undefined) {
    mustFit('the profile of the extension', extension.profile, 16);
    if (extension.data.length % 4 !== 0) throw new RangeError('an extension has whole words of four bytes');
    writeU16(into, next, extension.profile);
    writeU16(into, next + 2, extension.data.length / 4);
    into.set(extension.data, next + 4);
    next += 4 + extension.data.length;
  }
  into.set(payload, next);
  next += payload.length;
  if (paddingBytes > 0) {
    into.fill(0, next, next + paddingBytes);
    into[next + paddingBytes - 1] = paddingBytes;
  }
  return bytes;
}

/** @throws RangeError where a number does not fit its field. */
export function serializeRtp(packet: RtpPacket): Uint8Array {
  const bytes = new Uint8Array(rtpPacketBytes(packet));
  writeRtp(packet, bytes);
  return bytes;
}
