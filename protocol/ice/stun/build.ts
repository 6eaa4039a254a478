// Writes STUN messages (RFC 8489 §5, §6): the header, the attributes in their order, then what proves them.
import { mustFit, writeU16, writeU32 } from '../../bytes/big-endian.ts';
import { STUN_ATTRIBUTES, type StunAttribute, type StunAttributeName } from './attribute.ts';
import { ATTRIBUTE_CODECS } from './attribute-codec.ts';
import type { StunMessage } from './attribute-value.ts';
import type { StunKey } from './credential.ts';
import {
  paddedBytes,
  STUN_HEADER_BYTES,
  STUN_MAGIC_COOKIE,
  STUN_METHODS,
  stunClass,
  stunMethod,
  stunTransactionId,
  stunType,
  TRANSACTION_ID_BYTES,
} from './message.ts';
import { writeFingerprint, writeIntegrity } from './protection.ts';

/** What follows the attributes. */
export interface StunSeal {
  readonly key?: StunKey | undefined;
  /** With which code `key` signs: `sha1` unless said; `both` where the server may know only the older one. */
  readonly integrity?: 'sha1' | 'sha256' | 'both';
  readonly fingerprint?: boolean;
}

/** The largest message that a length of 16 bits can say. */
const MAX_BYTES = STUN_HEADER_BYTES + 0xfffc;
/** Written here, then copied in its true length. */
const page = new Uint8Array(MAX_BYTES + 2_048);

/**
 * The bytes of a message, in memory of their own. Padding is zero (RFC 8489 §14).
 *
 * @throws RangeError for values that do not fit: only our own code makes such ones.
 */
export function buildStun(message: StunMessage, seal: StunSeal = {}): Uint8Array {
  mustFit('A method', message.method, 12);
  if (message.transactionId.length !== TRANSACTION_ID_BYTES)
    throw new RangeError(`a transaction id has ${TRANSACTION_ID_BYTES} bytes`);
  writeU16(page, 0, stunType(message.class, message.method));
  writeU32(page, 4, STUN_MAGIC_COOKIE);
  page.set(message.transactionId, 8);
  let at = STUN_HEADER_BYTES;
  for (const attribute of message.attributes) at = writeAttribute(attribute, at);
  const { key, integrity = 'sha1', fingerprint = false } = seal;
  if (key !== undefined && integrity !== 'sha256') at = writeIntegrity(page, at, key.sha1, 'sha1');
  if (key !== undefined && integrity !== 'sha1') at = writeIntegrity(page, at, key.sha256, 'sha256');
  writeU16(page, 2, at - STUN_HEADER_BYTES);
  if (fingerprint) at = writeFingerprint(page, at);
  return page.slice(0, at);
}

function writeAttribute(attribute: StunAttribute, at: number): number {
  const [name, value] = attribute;
  writeU16(page, at, typeof name === 'number' ? name : STUN_ATTRIBUTES[name]);
  const length = writeValue(name, value, at + 4);
  writeU16(page, at + 2, length);
  const end = at + 4 + paddedBytes(length);
  if (end > MAX_BYTES - 64) throw new RangeError('the attributes are longer than a message may be');
  page.fill(0, at + 4 + length, end);
  return end;
}

function writeValue(name: StunAttributeName | number, value: unknown, at: number): number {
  if (typeof name !== 'number') {
    // The tuple says that name and value belong together; TypeScript does not follow that through an index.
    const { write } = ATTRIBUTE_CODECS[name] as {
      write(value: unknown, bytes: Uint8Array, at: number): number;
    };
    return write(value, page, at);
  }
  page.set(value as Uint8Array, at);
  return (value as Uint8Array).length;
}

/** Reason phrases of RFC 8489 §18.3, RFC 8445 §16.2 and RFC 8656 §19. */
export const STUN_REASONS: Readonly<Record<number, string>> = {
  300: 'Try Alternate',
  400: 'Bad Request',
  401: 'Unauthenticated',
  403: 'Forbidden',
  420: 'Unknown Attribute',
  437: 'Allocation Mismatch',
  438: 'Stale Nonce',
  440: 'Address Family not Supported',
  441: 'Wrong Credentials',
  442: 'Unsupported Transport Protocol',
  443: 'Peer Address Family Mismatch',
  486: 'Allocation Quota Reached',
  487: 'Role Conflict',
  500: 'Server Error',
  508: 'Insufficient Capacity',
};

/** A success response to a checked request. */
export function buildStunSuccess(
  request: Uint8Array,
  attributes: readonly StunAttribute[],
  seal?: StunSeal,
): Uint8Array {
  return buildStun(answerTo(request, 'success', attributes), seal);
}

/** An error response to a checked request, with the words that belong to the code. */
export function buildStunError(
  request: Uint8Array,
  code: number,
  attributes: readonly StunAttribute[] = [],
  seal?: StunSeal,
): Uint8Array {
  const reason = STUN_REASONS[code] ?? '';
  return buildStun(answerTo(request, 'error', [['ERROR-CODE', { code, reason }], ...attributes]), seal);
}

function answerTo(
  request: Uint8Array,
  kind: 'success' | 'error',
  attributes: readonly StunAttribute[],
): StunMessage {
  return { class: kind, method: stunMethod(request), transactionId: stunTransactionId(request), attributes };
}

/** Is this a checked request or response of that method? */
export function isStunOf(
  bytes: Uint8Array,
  kind: StunMessage['class'],
  method: keyof typeof STUN_METHODS,
): boolean {
  return stunClass(bytes) === kind && stunMethod(bytes) === STUN_METHODS[method];
}
