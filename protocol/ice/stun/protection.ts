// What proves a message: MESSAGE-INTEGRITY, MESSAGE-INTEGRITY-SHA256 and FINGERPRINT (RFC 8489 §14.5 … §14.7).
import { readU32, writeU16, writeU32 } from '../../bytes/big-endian.ts';
import { equalInConstantTime } from '../bytes.ts';
import type { Mac } from '../hashes.ts';
import { STUN_ATTRIBUTES } from './attribute.ts';
import { crc32 } from './crc32.ts';
import type { StunKey } from './credential.ts';
import { attributeBytes, findAttribute, STUN_HEADER_BYTES } from './message.ts';

export const INTEGRITY_BYTES = 20;
export const INTEGRITY_SHA256_BYTES = 32;
const FINGERPRINT_XOR = 0x5354554e;

/** `wrong` is for another key or changed bytes. What was right, otherwise. */
export type IntegrityVerdict = 'sha1' | 'sha256' | 'wrong' | 'missing';

/** Is a checked message signed with this key? Where both codes are there, the better one decides. */
export function verifyIntegrity(bytes: Uint8Array, key: StunKey): IntegrityVerdict {
  const sha256At = findAttribute(bytes, STUN_ATTRIBUTES['MESSAGE-INTEGRITY-SHA256']);
  if (sha256At !== -1)
    return isRight(bytes, sha256At, INTEGRITY_SHA256_BYTES, key.sha256) ? 'sha256' : 'wrong';
  const sha1At = findAttribute(bytes, STUN_ATTRIBUTES['MESSAGE-INTEGRITY']);
  if (sha1At === -1) return 'missing';
  return isRight(bytes, sha1At, INTEGRITY_BYTES, key.sha1) ? 'sha1' : 'wrong';
}

function isRight(bytes: Uint8Array, at: number, size: number, mac: Mac): boolean {
  if (attributeBytes(bytes, at) !== size) return false;
  return equalInConstantTime(integrityOf(bytes, at, size, mac), bytes, at, size);
}

const header = new Uint8Array(STUN_HEADER_BYTES);

/**
 * The code of what stands before the attribute whose value begins at `at`. RFC 8489 §14.5: the length in the header is
 * taken to end with that attribute.
 */
export function integrityOf(bytes: Uint8Array, at: number, size: number, mac: Mac): Uint8Array {
  for (let i = 0; i < STUN_HEADER_BYTES; i++) header[i] = bytes[i]!;
  writeU16(header, 2, at + size - STUN_HEADER_BYTES);
  return mac(header, bytes.subarray(STUN_HEADER_BYTES, at - 4));
}

/** Is the FINGERPRINT of a checked message there, at its end, and right? Allocates nothing. */
export function verifyFingerprint(bytes: Uint8Array): boolean {
  const at = findAttribute(bytes, STUN_ATTRIBUTES.FINGERPRINT);
  if (at === -1 || at + 4 !== bytes.length || attributeBytes(bytes, at) !== 4) return false;
  return readU32(bytes, at) === fingerprintOf(bytes, at);
}

/** @param at where the value is: the length in the header must count it already. */
export function fingerprintOf(bytes: Uint8Array, at: number): number {
  return (crc32(bytes, at - 4) ^ FINGERPRINT_XOR) >>> 0;
}

/** Adds an attribute with its code at `at`, and counts it in the header. @returns where the next attribute begins. */
export function writeIntegrity(bytes: Uint8Array, at: number, mac: Mac, sha: 'sha1' | 'sha256'): number {
  const size = sha === 'sha1' ? INTEGRITY_BYTES : INTEGRITY_SHA256_BYTES;
  const type = STUN_ATTRIBUTES[sha === 'sha1' ? 'MESSAGE-INTEGRITY' : 'MESSAGE-INTEGRITY-SHA256'];
  writeU16(bytes, at, type);
  writeU16(bytes, at + 2, size);
  writeU16(bytes, 2, at + 4 + size - STUN_HEADER_BYTES);
  bytes.set(mac(bytes.subarray(0, STUN_HEADER_BYTES), bytes.subarray(STUN_HEADER_BYTES, at)), at + 4);
  return at + 4 + size;
}

/** Adds the FINGERPRINT at `at`, and counts it in the header. @returns the end of the message. Allocates nothing. */
export function writeFingerprint(bytes: Uint8Array, at: number): number {
  writeU16(bytes, at, STUN_ATTRIBUTES.FINGERPRINT);
  writeU16(bytes, at + 2, 4);
  writeU16(bytes, 2, at + 8 - STUN_HEADER_BYTES);
  writeU32(bytes, at + 4, fingerprintOf(bytes, at + 4));
  return at + 8;
}
