// The attributes of STUN, ICE and TURN: numbers, and what their values are (RFC 8489 §14, RFC 8445 §16.1, RFC 8656 §18).
import type { TransportAddress } from '../ip-address.ts';

export const STUN_ATTRIBUTES = {
  'MAPPED-ADDRESS': 0x0001,
  USERNAME: 0x0006,
  'MESSAGE-INTEGRITY': 0x0008,
  'ERROR-CODE': 0x0009,
  'UNKNOWN-ATTRIBUTES': 0x000a,
  'CHANNEL-NUMBER': 0x000c,
  LIFETIME: 0x000d,
  'XOR-PEER-ADDRESS': 0x0012,
  DATA: 0x0013,
  REALM: 0x0014,
  NONCE: 0x0015,
  'XOR-RELAYED-ADDRESS': 0x0016,
  'REQUESTED-ADDRESS-FAMILY': 0x0017,
  'EVEN-PORT': 0x0018,
  'REQUESTED-TRANSPORT': 0x0019,
  'DONT-FRAGMENT': 0x001a,
  'MESSAGE-INTEGRITY-SHA256': 0x001c,
  'PASSWORD-ALGORITHM': 0x001d,
  USERHASH: 0x001e,
  'XOR-MAPPED-ADDRESS': 0x0020,
  'RESERVATION-TOKEN': 0x0022,
  PRIORITY: 0x0024,
  'USE-CANDIDATE': 0x0025,
  'ADDITIONAL-ADDRESS-FAMILY': 0x8000,
  'ADDRESS-ERROR-CODE': 0x8001,
  'PASSWORD-ALGORITHMS': 0x8002,
  'ALTERNATE-DOMAIN': 0x8003,
  ICMP: 0x8004,
  SOFTWARE: 0x8022,
  'ALTERNATE-SERVER': 0x8023,
  FINGERPRINT: 0x8028,
  'ICE-CONTROLLED': 0x8029,
  'ICE-CONTROLLING': 0x802a,
} as const;

export type StunAttributeName = keyof typeof STUN_ATTRIBUTES;

/** 300 … 699, with words for people. */
export interface StunErrorCode {
  readonly code: number;
  readonly reason: string;
}

/** How a password becomes a key (RFC 8489 §18.5): 1 is MD5, 2 is SHA-256. */
export interface PasswordAlgorithm {
  readonly algorithm: number;
  readonly parameters: Uint8Array;
}

/** 1 is IPv4, 2 is IPv6. */
export type AddressFamilyNumber = 1 | 2;

/** What each attribute says. Views of bytes are views of the message. */
export interface StunValues {
  'MAPPED-ADDRESS': TransportAddress;
  /** At most 508 bytes. */
  USERNAME: string;
  /** 20 bytes. Made by `buildStun` from a key. */
  'MESSAGE-INTEGRITY': Uint8Array;
  'ERROR-CODE': StunErrorCode;
  /** Numbers of attributes. */
  'UNKNOWN-ATTRIBUTES': readonly number[];
  /** 0x4000 … 0x4FFF. */
  'CHANNEL-NUMBER': number;
  /** Seconds. */
  LIFETIME: number;
  'XOR-PEER-ADDRESS': TransportAddress;
  DATA: Uint8Array;
  /** At most 763 bytes, as are NONCE and SOFTWARE. */
  REALM: string;
  NONCE: string;
  'XOR-RELAYED-ADDRESS': TransportAddress;
  'REQUESTED-ADDRESS-FAMILY': AddressFamilyNumber;
  /** Whether the next higher port is to be kept for later. */
  'EVEN-PORT': boolean;
  /** A protocol number of IP: 17 is UDP. */
  'REQUESTED-TRANSPORT': number;
  'DONT-FRAGMENT': true;
  /** 32 bytes. Made by `buildStun` from a key. */
  'MESSAGE-INTEGRITY-SHA256': Uint8Array;
  'PASSWORD-ALGORITHM': PasswordAlgorithm;
  /** 32 bytes. */
  USERHASH: Uint8Array;
  'XOR-MAPPED-ADDRESS': TransportAddress;
  /** 8 bytes. */
  'RESERVATION-TOKEN': Uint8Array;
  /** 32 bits. */
  PRIORITY: number;
  'USE-CANDIDATE': true;
  'ADDITIONAL-ADDRESS-FAMILY': AddressFamilyNumber;
  'ADDRESS-ERROR-CODE': StunErrorCode & { readonly family: AddressFamilyNumber };
  'PASSWORD-ALGORITHMS': readonly PasswordAlgorithm[];
  'ALTERNATE-DOMAIN': string;
  /** RFC 8656 §18.13: `data` is of four bytes. */
  ICMP: { readonly type: number; readonly code: number; readonly data: Uint8Array };
  SOFTWARE: string;
  'ALTERNATE-SERVER': TransportAddress;
  /** 32 bits. Made by `buildStun`. */
  FINGERPRINT: number;
  /** The tie-breaker: 8 bytes. */
  'ICE-CONTROLLED': Uint8Array;
  'ICE-CONTROLLING': Uint8Array;
}

/** An attribute by name; or by number, where we do not know it or its value is not what the RFC says. */
export type StunAttribute =
  | { readonly [Name in StunAttributeName]: readonly [Name, StunValues[Name]] }[StunAttributeName]
  | readonly [type: number, value: Uint8Array];

const names = new Map<number, StunAttributeName>(
  Object.entries(STUN_ATTRIBUTES).map(([name, type]) => [type, name as StunAttributeName]),
);

export function stunAttributeName(type: number): StunAttributeName | undefined {
  return names.get(type);
}

/** RFC 8489 §14: who does not know such an attribute cannot process the message. */
export function isComprehensionRequired(type: number): boolean {
  return type < 0x8000;
}
