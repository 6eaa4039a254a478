// How one packet is encrypted and authenticated: counter mode (RFC 3711 §4.1.1) or f8 (RFC 3711 §4.1.2) with HMAC
// (RFC 3711 §4.2), and GCM (RFC 7714 §8, §9). Bytes are changed where they are. Used by context.ts.
import { writeU16, writeU32 } from '../../bytes/big-endian.ts';
import type { Cipher, CounterMode, GaloisMode } from './cipher.ts';
import type { SessionKeys } from './key-derivation.ts';
import type { SrtpProfile } from './profile.ts';

/**
 * Encrypts or decrypts `bytes[from, to)` of a packet; both are the same.
 *
 * @param iv 16 bytes for counter mode and f8.
 */
export type Stream = (iv: Uint8Array, bytes: Uint8Array) => void;

export interface Transform {
  /** Counter mode or f8; undefined for GCM. */
  readonly stream: Stream | undefined;
  readonly galois: GaloisMode | undefined;
  readonly authenticate: ((first: Uint8Array, second: Uint8Array) => Uint8Array) | undefined;
  readonly salt: Uint8Array;
}

export function createTransform(cipher: Cipher, profile: SrtpProfile, keys: SessionKeys): Transform {
  if (profile.cipher === 'gcm')
    return {
      stream: undefined,
      galois: cipher.aesGcm(keys.encryption),
      authenticate: undefined,
      salt: keys.salt,
    };
  return {
    stream:
      profile.cipher === 'f8'
        ? createF8(cipher, keys.encryption, keys.salt)
        : cipher.aesCounter(keys.encryption),
    galois: undefined,
    authenticate: cipher.hmacSha1(keys.authentication),
    salt: keys.salt,
  };
}

/** RFC 3711 §4.1.1. @param index 48 bits of RTP, 31 of RTCP. */
export function counterBlock(into: Uint8Array, salt: Uint8Array, ssrc: number, index: number): void {
  into.fill(0);
  into.set(salt);
  xorU32(into, 4, ssrc);
  xorU16(into, 8, Math.floor(index / 2 ** 32));
  xorU32(into, 10, index % 2 ** 32);
}

/** RFC 7714 §8.1. */
export function galoisNonce(into: Uint8Array, salt: Uint8Array, ssrc: number, index: number): void {
  into.set(salt);
  xorU32(into, 2, ssrc);
  xorU16(into, 6, Math.floor(index / 2 ** 32));
  xorU32(into, 8, index % 2 ** 32);
}

/** RFC 3711 §4.1.2.2: the header of RTP in the place of the counter. */
export function f8VectorOfRtp(into: Uint8Array, packet: Uint8Array, rolloverCounter: number): void {
  into[0] = 0;
  into.set(packet.subarray(1, 12), 1);
  writeU32(into, 12, rolloverCounter);
}

/** RFC 3711 §4.1.2.3. @param indexWord the index with the bit that says “encrypted”. */
export function f8VectorOfRtcp(into: Uint8Array, packet: Uint8Array, indexWord: number): void {
  into.fill(0, 0, 4);
  writeU32(into, 4, indexWord);
  into.set(packet.subarray(0, 8), 8);
}

/** RFC 3711 §4.1.2.1: output feedback of AES, begun with the packet's vector under a key that is masked by the salt. */
export function createF8(cipher: Cipher, key: Uint8Array, salt: Uint8Array): Stream {
  const masked = key.map((byte, at) => byte ^ (salt[at] ?? 0x55));
  const encryptMasked = blockOf(cipher.aesCounter(masked));
  const encrypt = blockOf(cipher.aesCounter(key));
  return (iv, bytes) => {
    const start = encryptMasked(iv);
    const input = new Uint8Array(16);
    for (let at = 0; at < bytes.length; at += 16) {
      for (let each = 0; each < 16; each++) input[each]! ^= start[each]!;
      xorU32(input, 12, at / 16);
      const stream = encrypt(input);
      const end = Math.min(16, bytes.length - at);
      for (let each = 0; each < end; each++) bytes[at + each]! ^= stream[each]!;
      input.set(stream);
    }
  };
}

/** One block of AES: the first of a key stream is the encrypted counter. */
function blockOf(counterMode: CounterMode): (block: Uint8Array) => Uint8Array {
  return (block) => {
    const out = new Uint8Array(16);
    counterMode(block, out);
    return out;
  };
}

function xorU32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at]! ^= value >>> 24;
  bytes[at + 1]! ^= value >>> 16;
  bytes[at + 2]! ^= value >>> 8;
  bytes[at + 3]! ^= value;
}

function xorU16(bytes: Uint8Array, at: number, value: number): void {
  bytes[at]! ^= value >>> 8;
  bytes[at + 1]! ^= value;
}

/** Whether the tags are equal, in a time that does not say where they differ. */
export function tagsEqual(a: Uint8Array, b: Uint8Array, bytes: number): boolean {
  let difference = 0;
  for (let at = 0; at < bytes; at++) difference |= a[at]! ^ b[at]!;
  return difference === 0;
}

/** What stands behind the header of RTCP in what GCM authenticates (RFC 7714 §9.2). */
export function associatedOfRtcp(into: Uint8Array, packet: Uint8Array, indexWord: number): void {
  into.set(packet.subarray(0, 8));
  writeU16(into, 8, indexWord >>> 16);
  writeU16(into, 10, indexWord & 0xffff);
}
