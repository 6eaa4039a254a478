// Messages as values: one attribute read where it stands, or all of a message (RFC 8489 §14).
import {
  isComprehensionRequired,
  STUN_ATTRIBUTES,
  type StunAttribute,
  type StunAttributeName,
  type StunValues,
  stunAttributeName,
} from './attribute.ts';
import { ATTRIBUTE_CODECS } from './attribute-codec.ts';
import {
  attributeBytes,
  checkStun,
  eachAttribute,
  findAttribute,
  type StunClass,
  type StunError,
  stunClass,
  stunMethod,
  stunTransactionId,
} from './message.ts';

/** A STUN message as a value. Its attributes are in the order of the wire, without those that a receiver must ignore. */
export interface StunMessage {
  readonly class: StunClass;
  /** 12 bits: see `STUN_METHODS`. */
  readonly method: number;
  /** 12 bytes. */
  readonly transactionId: Uint8Array;
  readonly attributes: readonly StunAttribute[];
}

export type StunParseResult = { readonly ok: true; readonly message: StunMessage } | StunError;

/**
 * The value of the first attribute of that name in a checked message: only it is read.
 *
 * @returns undefined where there is none, or its value is not what the RFC says.
 */
export function stunAttribute<Name extends StunAttributeName>(
  bytes: Uint8Array,
  name: Name,
): StunValues[Name] | undefined {
  const at = findAttribute(bytes, STUN_ATTRIBUTES[name]);
  return at === -1 ? undefined : ATTRIBUTE_CODECS[name].read(bytes, at, attributeBytes(bytes, at));
}

/** Of attributes that may come several times, such as XOR-PEER-ADDRESS. @returns undefined where one cannot be read. */
export function stunAttributes<Name extends StunAttributeName>(
  bytes: Uint8Array,
  name: Name,
): StunValues[Name][] | undefined {
  const values: StunValues[Name][] = [];
  const type = STUN_ATTRIBUTES[name];
  for (let at = findAttribute(bytes, type); at !== -1; at = findAttribute(bytes, type, at)) {
    const value = ATTRIBUTE_CODECS[name].read(bytes, at, attributeBytes(bytes, at));
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

export function hasStunAttribute(bytes: Uint8Array, name: StunAttributeName): boolean {
  return findAttribute(bytes, STUN_ATTRIBUTES[name]) !== -1;
}

/** Reads the bytes of one message, every attribute of it. Values are views of the same memory. */
export function parseStun(bytes: Uint8Array): StunParseResult {
  const wrong = checkStun(bytes);
  if (wrong !== undefined) return wrong;
  const attributes: StunAttribute[] = [];
  eachAttribute(bytes, (type, at, length) => {
    const name = stunAttributeName(type);
    const value = name === undefined ? undefined : ATTRIBUTE_CODECS[name].read(bytes, at, length);
    attributes.push(
      value === undefined ? [type, bytes.subarray(at, at + length)] : ([name, value] as StunAttribute),
    );
  });
  const message: StunMessage = {
    class: stunClass(bytes),
    method: stunMethod(bytes),
    transactionId: stunTransactionId(bytes),
    attributes,
  };
  return { ok: true, message };
}

/** The value of the first attribute of that name in a message that was read whole. */
export function attributeOf<Name extends StunAttributeName>(
  message: StunMessage,
  name: Name,
): StunValues[Name] | undefined {
  for (const [found, value] of message.attributes) if (found === name) return value as StunValues[Name];
  return undefined;
}

/**
 * Which attributes of a checked message a receiver would have to know and does not: for error 420 (RFC 8489 §6.3.1).
 *
 * @param known the names that are understood, beside those of STUN itself.
 */
export function unknownAttributes(bytes: Uint8Array, known: ReadonlySet<StunAttributeName>): number[] {
  const unknown: number[] = [];
  eachAttribute(bytes, (type) => {
    if (!isComprehensionRequired(type)) return;
    const name = stunAttributeName(type);
    if (name !== undefined && (BASE.has(name) || known.has(name))) return;
    if (!unknown.includes(type)) unknown.push(type);
  });
  return unknown;
}

const BASE: ReadonlySet<StunAttributeName> = new Set<StunAttributeName>([
  'MAPPED-ADDRESS',
  'USERNAME',
  'MESSAGE-INTEGRITY',
  'ERROR-CODE',
  'UNKNOWN-ATTRIBUTES',
  'REALM',
  'NONCE',
  'MESSAGE-INTEGRITY-SHA256',
  'PASSWORD-ALGORITHM',
  'USERHASH',
  'XOR-MAPPED-ADDRESS',
]);
