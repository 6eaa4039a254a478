// ChannelData messages (RFC 8656 §12.4): four bytes before what is relayed. Looked at where they stand.
import { readU16, writeU16 } from '../../bytes/big-endian.ts';
import { paddedBytes } from '../stun/message.ts';

export const CHANNEL_HEADER_BYTES = 4;
/** RFC 8656 §12: channels have these numbers; the first bits keep them apart from STUN and RTP. */
export const MIN_CHANNEL = 0x4000;
export const MAX_CHANNEL = 0x4fff;
/**
 * COMPAT(rfc5766): clients of the document before (RFC 5766 §11) choose numbers up to here, coturn’s among them; a server
 * takes them until nobody does. It hears nothing on its port that they could be mistaken for.
 */
export const MAX_OLD_CHANNEL = 0x7fff;

/** Is this datagram ChannelData, whole? It may be followed by padding (RFC 8656 §12.5). Allocates nothing. */
export function isChannelData(bytes: Uint8Array): boolean {
  return (
    bytes.length >= CHANNEL_HEADER_BYTES &&
    bytes[0]! >= 0x40 &&
    bytes[0]! <= 0x7f &&
    CHANNEL_HEADER_BYTES + readU16(bytes, 2) <= bytes.length
  );
}

export function channelNumber(bytes: Uint8Array): number {
  return readU16(bytes, 0);
}

/** What is relayed: a view. */
export function channelPayload(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(CHANNEL_HEADER_BYTES, CHANNEL_HEADER_BYTES + readU16(bytes, 2));
}

/**
 * Writes a message into `into`. @param isStream on TCP and TLS it is filled up to a word of four bytes (RFC 8656 §12.5).
 * @returns how long it is.
 */
export function writeChannelData(
  channel: number,
  payload: Uint8Array,
  into: Uint8Array,
  isStream: boolean,
): number {
  writeU16(into, 0, channel);
  writeU16(into, 2, payload.length);
  into.set(payload, CHANNEL_HEADER_BYTES);
  const end = CHANNEL_HEADER_BYTES + payload.length;
  if (!isStream) return end;
  const padded = paddedBytes(end);
  into.fill(0, end, padded);
  return padded;
}
