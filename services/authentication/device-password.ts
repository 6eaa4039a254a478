// Device passwords: generated, shown once, and kept as what SIP digest needs (RFC 7616 §3.4.2).
import { createHash, randomInt } from 'node:crypto';
import { localPart } from '../identity/view.ts';
import { DIGEST_REALM } from './contract.ts';

/** Without letters and digits that are mistaken for one another on a phone's keypad and screen. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';
const GROUPS = 4;
const GROUP_LENGTH = 5;

/** 20 characters of 5 bits: 100 bits, for example `k7m2p-9xq4t-abcde-fgh23`. */
export function generateDevicePassword(): string {
  const group = () =>
    Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

export interface DigestHashes {
  readonly md5: string;
  readonly sha256: string;
}

/** Phones send either the local part or the whole address as user name; each has hashes of its own. */
export interface DeviceHashes {
  readonly local: DigestHashes;
  readonly full: DigestHashes;
}

export function hashDevicePassword(address: string, password: string): DeviceHashes {
  return { local: hashes(localPart(address), password), full: hashes(address, password) };
}

function hashes(username: string, password: string): DigestHashes {
  const text = `${username}:${DIGEST_REALM}:${password}`;
  return {
    md5: createHash('md5').update(text).digest('hex'),
    sha256: createHash('sha256').update(text).digest('hex'),
  };
}
