// The values of attributes between bytes and what they mean (RFC 8489 §14, RFC 8656 §18). Used by stun/attribute-value.ts.
import { mustFit, readU16, readU32, writeU16, writeU32 } from '../../bytes/big-endian.ts';
import { readIpAddress, type TransportAddress, writeIpAddress } from '../ip-address.ts';
import type { AddressFamilyNumber, PasswordAlgorithm, StunAttributeName, StunValues } from './attribute.ts';
import { paddedBytes } from './message.ts';

interface Codec<T> {
  /** @returns undefined for a value that is not what the RFC says. */
  read(bytes: Uint8Array, at: number, length: number): T | undefined;
  /**
   * Writes the value into a message whose header is there. @returns how long it is.
   * @throws RangeError for what does not fit: only our own code makes such a value.
   */
  write(value: T, bytes: Uint8Array, at: number): number;
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

const ADDRESS_HEAD_BYTES = 4;

const address: Codec<TransportAddress> = {
  read(bytes, at, length) {
    const size = familyBytes(bytes[at + 1]);
    if (size === undefined || length !== ADDRESS_HEAD_BYTES + size) return undefined;
    return { address: readIpAddress(bytes, at + 4, size), port: readU16(bytes, at + 2) };
  },
  write(value, bytes, at) {
    mustFit('A port', value.port, 16);
    const size = writeIpAddress(value.address, bytes, at + 4);
    if (size === 0) throw new RangeError(`${value.address} is no IP address`);
    bytes[at] = 0;
    bytes[at + 1] = size === 4 ? 1 : 2;
    writeU16(bytes, at + 2, value.port);
    return ADDRESS_HEAD_BYTES + size;
  },
};

/** RFC 8489 §14.2: the same, with the cookie and the transaction over it, so that no NAT rewrites it. */
const xorAddress: Codec<TransportAddress> = {
  read(bytes, at, length) {
    const size = familyBytes(bytes[at + 1]);
    if (size === undefined || length !== ADDRESS_HEAD_BYTES + size) return undefined;
    const plain = xorScratch;
    for (let i = 0; i < size; i++) plain[i] = bytes[at + 4 + i]! ^ bytes[4 + i]!;
    return {
      address: readIpAddress(plain, 0, size),
      port: readU16(bytes, at + 2) ^ readU16(bytes, 4),
    };
  },
  write: (value, bytes, at) => writeXorAddress(value.address, value.port, bytes, at),
};

const xorScratch = new Uint8Array(16);

/**
 * Writes the value of an XOR-…-ADDRESS into a message whose header is there. Allocates nothing.
 *
 * @returns how long it is: 8 or 20 bytes.
 * @throws RangeError for what is no address.
 */
export function writeXorAddress(address: string, port: number, bytes: Uint8Array, at: number): number {
  mustFit('A port', port, 16);
  const size = writeIpAddress(address, bytes, at + 4);
  if (size === 0) throw new RangeError(`${address} is no IP address`);
  bytes[at] = 0;
  bytes[at + 1] = size === 4 ? 1 : 2;
  writeU16(bytes, at + 2, port ^ readU16(bytes, 4));
  for (let i = 0; i < size; i++) bytes[at + 4 + i]! ^= bytes[4 + i]!;
  return ADDRESS_HEAD_BYTES + size;
}

function familyBytes(family: number | undefined): 4 | 16 | undefined {
  return family === 1 ? 4 : family === 2 ? 16 : undefined;
}

function text(maxBytes: number): Codec<string> {
  return {
    read(bytes, at, length) {
      if (length > maxBytes) return undefined;
      try {
        return decoder.decode(bytes.slice(at, at + length));
      } catch {
        return undefined;
      }
    },
    write(value, bytes, at) {
      const written = encoder.encode(value);
      if (written.length > maxBytes)
        throw new RangeError(`a text of ${written.length} bytes is longer than ${maxBytes}`);
      bytes.set(written, at);
      return written.length;
    },
  };
}

/** @param size how long it has to be, where that is known. */
function opaque(size?: number): Codec<Uint8Array> {
  return {
    read: (bytes, at, length) =>
      size !== undefined && length !== size ? undefined : bytes.subarray(at, at + length),
    write(value, bytes, at) {
      if (size !== undefined && value.length !== size)
        throw new RangeError(`a value of ${value.length} bytes instead of ${size}`);
      bytes.set(value, at);
      return value.length;
    },
  };
}

const u32: Codec<number> = {
  read: (bytes, at, length) => (length === 4 ? readU32(bytes, at) : undefined),
  write(value, bytes, at) {
    mustFit('A value', value, 32);
    writeU32(bytes, at, value);
    return 4;
  },
};

const flag: Codec<true> = {
  read: (_bytes, _at, length) => (length === 0 ? true : undefined),
  write: () => 0,
};

/** A byte, and three that say nothing. */
const firstByte: Codec<number> = {
  read: (bytes, at, length) => (length === 4 ? bytes[at] : undefined),
  write(value, bytes, at) {
    mustFit('A value', value, 8);
    writeU32(bytes, at, value * 2 ** 24);
    return 4;
  },
};

const family: Codec<AddressFamilyNumber> = {
  read: (bytes, at, length) => (length === 4 ? familyOf(bytes[at]) : undefined),
  write: firstByte.write,
};

function familyOf(value: number | undefined): AddressFamilyNumber | undefined {
  return value === 1 || value === 2 ? value : undefined;
}

const reason = text(763);

function readErrorCode(bytes: Uint8Array, at: number, length: number) {
  if (length < 4) return undefined;
  const [hundreds, rest] = [bytes[at + 2]! & 7, bytes[at + 3]!];
  const words = reason.read(bytes, at + 4, length - 4);
  if (hundreds < 3 || hundreds > 6 || rest > 99 || words === undefined) return undefined;
  return { code: hundreds * 100 + rest, reason: words };
}

function writeErrorCode(code: number, words: string, first: number, bytes: Uint8Array, at: number): number {
  if (!Number.isInteger(code) || code < 300 || code > 699) throw new RangeError(`${code} is no error code`);
  writeU32(bytes, at, first * 2 ** 24 + Math.floor(code / 100) * 256 + (code % 100));
  return 4 + reason.write(words, bytes, at + 4);
}

function readAlgorithms(bytes: Uint8Array, from: number, length: number): PasswordAlgorithm[] | undefined {
  const algorithms: PasswordAlgorithm[] = [];
  const end = from + length;
  for (let at = from; at < end; ) {
    if (at + 4 > end) return undefined;
    const parameterBytes = readU16(bytes, at + 2);
    if (at + 4 + parameterBytes > end) return undefined;
    const parameters = bytes.subarray(at + 4, at + 4 + parameterBytes);
    algorithms.push({ algorithm: readU16(bytes, at), parameters });
    at += 4 + paddedBytes(parameterBytes);
  }
  return algorithms;
}

function writeAlgorithms(value: readonly PasswordAlgorithm[], bytes: Uint8Array, from: number): number {
  let at = from;
  for (const { algorithm, parameters } of value) {
    mustFit('An algorithm', algorithm, 16);
    writeU16(bytes, at, algorithm);
    writeU16(bytes, at + 2, parameters.length);
    bytes.fill(0, at + 4, at + 4 + paddedBytes(parameters.length));
    bytes.set(parameters, at + 4);
    at += 4 + paddedBytes(parameters.length);
  }
  return at - from;
}

export const ATTRIBUTE_CODECS: { readonly [Name in StunAttributeName]: Codec<StunValues[Name]> } = {
  'MAPPED-ADDRESS': address,
  USERNAME: text(508),
  'MESSAGE-INTEGRITY': opaque(20),
  'ERROR-CODE': {
    read: readErrorCode,
    write: (value, bytes, at) => writeErrorCode(value.code, value.reason, 0, bytes, at),
  },
  'UNKNOWN-ATTRIBUTES': {
    read(bytes, at, length) {
      if (length % 2 !== 0) return undefined;
      return Array.from({ length: length / 2 }, (_, index) => readU16(bytes, at + index * 2));
    },
    write(value, bytes, at) {
      for (const [index, type] of value.entries()) writeU16(bytes, at + index * 2, type);
      return value.length * 2;
    },
  },
  'CHANNEL-NUMBER': {
    read: (bytes, at, length) => (length === 4 ? readU16(bytes, at) : undefined),
    write(value, bytes, at) {
      mustFit('A channel number', value, 16);
      writeU32(bytes, at, value * 0x10000);
      return 4;
    },
  },
  LIFETIME: u32,
  'XOR-PEER-ADDRESS': xorAddress,
  DATA: opaque(),
  REALM: text(763),
  NONCE: text(763),
  'XOR-RELAYED-ADDRESS': xorAddress,
  'REQUESTED-ADDRESS-FAMILY': family,
  'EVEN-PORT': {
    read: (bytes, at, length) => (length === 1 ? bytes[at]! >= 128 : undefined),
    write(value, bytes, at) {
      bytes[at] = value ? 0x80 : 0;
      return 1;
    },
  },
  'REQUESTED-TRANSPORT': firstByte,
  'DONT-FRAGMENT': flag,
  'MESSAGE-INTEGRITY-SHA256': opaque(32),
  'PASSWORD-ALGORITHM': {
    read(bytes, at, length) {
      const read = readAlgorithms(bytes, at, length);
      return read?.length === 1 ? read[0] : undefined;
    },
    write: (value, bytes, at) => writeAlgorithms([value], bytes, at),
  },
  USERHASH: opaque(32),
  'XOR-MAPPED-ADDRESS': xorAddress,
  'RESERVATION-TOKEN': opaque(8),
  PRIORITY: u32,
  'USE-CANDIDATE': flag,
  'ADDITIONAL-ADDRESS-FAMILY': family,
  'ADDRESS-ERROR-CODE': {
    read(bytes, at, length) {
      const read = readErrorCode(bytes, at, length);
      const its = familyOf(bytes[at]);
      return read === undefined || its === undefined ? undefined : { ...read, family: its };
    },
    write: (value, bytes, at) => writeErrorCode(value.code, value.reason, value.family, bytes, at),
  },
  'PASSWORD-ALGORITHMS': { read: readAlgorithms, write: writeAlgorithms },
  'ALTERNATE-DOMAIN': text(255),
  ICMP: {
    read: (bytes, at, length) =>
      length === 8
        ? {
            type: bytes[at + 2]! >> 1,
            code: readU16(bytes, at + 2) & 0x1ff,
            data: bytes.subarray(at + 4, at + 8),
          }
        : undefined,
    write({ type, code, data }, bytes, at) {
      mustFit('An ICMP type', type, 7);
      mustFit('An ICMP code', code, 9);
      if (data.length !== 4) throw new RangeError(`ICMP data of ${data.length} bytes instead of 4`);
      writeU32(bytes, at, type * 512 + code);
      bytes.set(data, at + 4);
      return 8;
    },
  },
  SOFTWARE: text(763),
  'ALTERNATE-SERVER': address,
  FINGERPRINT: u32,
  'ICE-CONTROLLED': opaque(8),
  'ICE-CONTROLLING': opaque(8),
};
