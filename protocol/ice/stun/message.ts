// STUN messages (RFC 8489 §5, §14), looked at where they stand in the datagram: check one once with `checkStun`, then every
// view below is right. `parseStun` in stun/attribute-value.ts gives values.
import { readU16, readU32 } from '../../bytes/big-endian.ts';

export const STUN_HEADER_BYTES = 20;
export const STUN_MAGIC_COOKIE = 0x2112a442;
export const TRANSACTION_ID_BYTES = 12;
/** More attributes than any message of ours or of a peer that means well. */
export const MAX_ATTRIBUTES = 64;

export type StunClass = 'request' | 'indication' | 'success' | 'error';
/** In the order of the two bits that say it (RFC 8489 §5). */
export const STUN_CLASSES: readonly StunClass[] = ['request', 'indication', 'success', 'error'];

/** RFC 8489 §18.2, RFC 8656 §17. */
export const STUN_METHODS = {
  binding: 0x001,
  allocate: 0x003,
  refresh: 0x004,
  send: 0x006,
  data: 0x007,
  createPermission: 0x008,
  channelBind: 0x009,
} as const;

/** Why bytes are no message. `offset` is where that shows. */
export interface StunError {
  readonly ok: false;
  readonly reason: string;
  readonly offset: number;
}

const fault = (reason: string, offset: number): StunError => Object.freeze({ ok: false, reason, offset });
const NO_STUN = fault('no STUN message', 0);
const LENGTH = fault('another length than its header says', 2);
const CUT_OFF = fault('an attribute is longer than the message', STUN_HEADER_BYTES);
const TOO_MANY = fault('too many attributes', STUN_HEADER_BYTES);

/** Is this datagram a STUN message, by its first bytes (RFC 8489 §5)? Allocates nothing. */
export function isStun(bytes: Uint8Array): boolean {
  return (
    bytes.length >= STUN_HEADER_BYTES &&
    bytes[0]! < 64 &&
    (bytes[3]! & 3) === 0 &&
    readU32(bytes, 4) === STUN_MAGIC_COOKIE
  );
}

/**
 * Is this a message whose attributes all are where they say? On a stream, give the bytes of one message.
 *
 * @returns undefined if it is; otherwise the reason. Allocates nothing.
 */
export function checkStun(bytes: Uint8Array): StunError | undefined {
  if (!isStun(bytes)) return NO_STUN;
  if (stunMessageBytes(bytes) !== bytes.length) return LENGTH;
  let count = 0;
  for (let at = STUN_HEADER_BYTES; at < bytes.length; count++) {
    if (count === MAX_ATTRIBUTES) return TOO_MANY;
    at += 4 + paddedBytes(readU16(bytes, at + 2));
    if (at > bytes.length) return CUT_OFF;
  }
  return undefined;
}

/** How long the message is that begins here, its header included. The header must be there. */
export function stunMessageBytes(bytes: Uint8Array): number {
  return STUN_HEADER_BYTES + readU16(bytes, 2);
}

/** 12 bits: one of `STUN_METHODS`, or another. */
export function stunMethod(bytes: Uint8Array): number {
  const type = readU16(bytes, 0);
  return (type & 0x000f) | ((type & 0x00e0) >> 1) | ((type & 0x3e00) >> 2);
}

export function stunClass(bytes: Uint8Array): StunClass {
  return STUN_CLASSES[((bytes[0]! & 1) << 1) | ((bytes[1]! & 0x10) >> 4)]!;
}

/** The type in the header (RFC 8489 §5): the class is strewn among the bits of the method. */
export function stunType(kind: StunClass, method: number): number {
  const bits = STUN_CLASSES.indexOf(kind);
  return (
    (method & 0x000f) |
    ((method & 0x0070) << 1) |
    ((method & 0x0f80) << 2) |
    ((bits & 1) << 4) |
    ((bits & 2) << 7)
  );
}

/** The 12 bytes that a response has from its request: a view. */
export function stunTransactionId(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(8, STUN_HEADER_BYTES);
}

/** Attribute values end on a word of four bytes; their length does not count what fills it. */
export function paddedBytes(length: number): number {
  return (length + 3) & ~3;
}

const MESSAGE_INTEGRITY = 0x0008;
const MESSAGE_INTEGRITY_SHA256 = 0x001c;
const FINGERPRINT = 0x8028;

/** How far a message is protected: what follows a code of authenticity counts for nothing but the next of them. */
export function nextProtection(protection: number, type: number): number {
  if (type === FINGERPRINT) return 3;
  if (type === MESSAGE_INTEGRITY_SHA256) return Math.max(protection, 2);
  return type === MESSAGE_INTEGRITY ? Math.max(protection, 1) : protection;
}

/** RFC 8489 §14.5: "attributes that follow MESSAGE-INTEGRITY, with the exception of …, MUST be ignored." */
export function isIgnored(protection: number, type: number): boolean {
  if (protection === 0) return false;
  if (type === FINGERPRINT) return protection === 3;
  return !(type === MESSAGE_INTEGRITY_SHA256 && protection === 1);
}

/**
 * Where the value of the first attribute of this type begins, or −1; its length is `attributeBytes`. Attributes that a
 * receiver must ignore are not found. Allocates nothing.
 *
 * @param from −1, or what the call before answered, for the next one of the same type.
 */
export function findAttribute(bytes: Uint8Array, type: number, from = -1): number {
  let protection = 0;
  for (let at = STUN_HEADER_BYTES; at + 4 <= bytes.length; ) {
    const found = readU16(bytes, at);
    const isCounted = !isIgnored(protection, found);
    if (found === type && isCounted && at + 4 > from) return at + 4;
    protection = nextProtection(protection, found);
    at += 4 + paddedBytes(readU16(bytes, at + 2));
  }
  return -1;
}

/** How long the value is that begins at `at`. */
export function attributeBytes(bytes: Uint8Array, at: number): number {
  return readU16(bytes, at - 2);
}

/** Calls back with each attribute that counts: its type and where its value is. */
export function eachAttribute(
  bytes: Uint8Array,
  take: (type: number, at: number, length: number) => void,
): void {
  let protection = 0;
  for (let at = STUN_HEADER_BYTES; at + 4 <= bytes.length; ) {
    const type = readU16(bytes, at);
    const length = readU16(bytes, at + 2);
    if (!isIgnored(protection, type)) take(type, at + 4, length);
    protection = nextProtection(protection, type);
    at += 4 + paddedBytes(length);
  }
}
