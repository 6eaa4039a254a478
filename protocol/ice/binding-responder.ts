// Connectivity checks answered where packets pass (RFC 8445 §7.3): one look at the bytes, one code checked, one made. Used by
// lite agents and by the full agent.
import { readU16, readU32, writeU16, writeU32 } from '../bytes/big-endian.ts';
import { compareBytes, equalInConstantTime } from './bytes.ts';
import type { Hashes } from './hashes.ts';
import type { TransportAddress } from './ip-address.ts';
import { STUN_ATTRIBUTES } from './stun/attribute.ts';
import { writeXorAddress } from './stun/attribute-codec.ts';
import { buildStunError } from './stun/build.ts';
import { type StunKey, shortTermKey } from './stun/credential.ts';
import {
  checkStun,
  findAttribute,
  isIgnored,
  nextProtection,
  paddedBytes,
  STUN_HEADER_BYTES,
  STUN_METHODS,
  stunType,
} from './stun/message.ts';
import {
  integrityOf,
  verifyFingerprint,
  verifyIntegrity,
  writeFingerprint,
  writeIntegrity,
} from './stun/protection.ts';

/** What this end has said in `a=ice-ufrag` and `a=ice-pwd`, made ready for checks. */
export interface LocalCredentials {
  readonly ufrag: string;
  readonly pwd: string;
  /** `ufrag:`, with which the user name of a check begins. */
  readonly prefix: Uint8Array;
  readonly key: StunKey;
}

/** @param ufrag 4 … 256 characters. @param pwd 22 … 256 characters (RFC 8839 §5.4). Once for a session. */
export function localCredentials(ufrag: string, pwd: string, hashes: Hashes): LocalCredentials {
  return { ufrag, pwd, prefix: new TextEncoder().encode(`${ufrag}:`), key: shortTermKey(pwd, hashes) };
}

/** Who decides which pair is used, and by what number the ends settle it if both say the same (RFC 8445 §7.3.1.1). */
export interface IceRole {
  readonly controlling: boolean;
  /** 8 bytes of chance. */
  readonly tieBreaker: Uint8Array;
}

/** A lite end, which never decides: the other end has to change its mind, whatever its number. */
export const LITE_ROLE: IceRole = Object.freeze({ controlling: false, tieBreaker: new Uint8Array(8) });

/** What to make of a check. Where there are `bytes`, send them to where the request came from, from where it arrived. */
export type BindingAnswer =
  | {
      readonly kind: 'success';
      readonly bytes: Uint8Array;
      /** The controlling end has chosen this pair. */
      readonly useCandidate: boolean;
      /** Of a candidate of the peer that nobody has told of: 32 bits. */
      readonly priority: number;
      /** Whether the peer is in the controlling role. */
      readonly controlling: boolean;
      /** Both ends had the same role, and this one has to take the other from now on. */
      readonly switchRole: boolean;
    }
  | { readonly kind: 'error'; readonly code: 400 | 401 | 420 | 487; readonly bytes: Uint8Array }
  /** No check, or none that deserves an answer. */
  | { readonly kind: 'ignored' };

const IGNORED: BindingAnswer = Object.freeze({ kind: 'ignored' });

/**
 * To which session a check is for: the user name up to the colon. For many sessions on one port, before anything is verified.
 *
 * @returns undefined for what is no Binding request with such a user name.
 */
export function localUfragOf(bytes: Uint8Array): string | undefined {
  if (checkStun(bytes) !== undefined || readU16(bytes, 0) !== STUN_METHODS.binding) return undefined;
  const at = findAttribute(bytes, STUN_ATTRIBUTES.USERNAME);
  if (at === -1) return undefined;
  const length = readU16(bytes, at - 2);
  let ufrag = '';
  for (let i = at; i < at + length && i < at + 257; i++) {
    const code = bytes[i]!;
    if (code === 0x3a) return ufrag;
    // RFC 8839 §5.4: letters, digits, + and /. What has others is of no session.
    if (code < 0x2b || code > 0x7a) return undefined;
    ufrag += String.fromCharCode(code);
  }
  return undefined;
}

const SUCCESS_TYPE = stunType('success', STUN_METHODS.binding);
/** Header, address of IPv6, code, fingerprint. */
const LARGEST_ANSWER = STUN_HEADER_BYTES + 24 + 36 + 8;

/** Room for one look; nothing here outlives the call. */
const seen = {
  usernameAt: -1,
  usernameBytes: 0,
  integrityAt: -1,
  sha256At: -1,
  priorityAt: -1,
  useCandidate: false,
};

/**
 * Answers a connectivity check with what it deserves (RFC 8445 §7.3).
 *
 * @param bytes one datagram, whatever it is.
 * @param source where it came from.
 * @param into memory for the answer, at least 88 bytes, if the answer is sent before the next one is made.
 */
export function answerBindingRequest(
  bytes: Uint8Array,
  local: LocalCredentials,
  source: TransportAddress,
  role: IceRole = LITE_ROLE,
  into: Uint8Array = new Uint8Array(LARGEST_ANSWER),
): BindingAnswer {
  if (checkStun(bytes) !== undefined || readU16(bytes, 0) !== STUN_METHODS.binding) return IGNORED;
  // RFC 8489 §7.3: what lacks a right FINGERPRINT, where it is used, is for somebody else.
  if (!verifyFingerprint(bytes)) return IGNORED;
  const unknown = look(bytes);
  if (seen.usernameAt === -1 || (seen.integrityAt === -1 && seen.sha256At === -1)) return refused(bytes, 400);
  if (!isFor(local.prefix, bytes) || !isSigned(bytes, local.key)) return refused(bytes, 401);
  if (unknown !== undefined)
    return {
      kind: 'error',
      code: 420,
      bytes: sealed(bytes, 420, local.key, unknown),
    };
  if (seen.priorityAt === -1) return refused(bytes, 400);
  const { useCandidate, priorityAt } = seen;
  const conflict = conflictOf(bytes, role);
  if (conflict === 'theirs') return { kind: 'error', code: 487, bytes: sealed(bytes, 487, local.key) };
  return {
    kind: 'success',
    bytes: success(bytes, local.key, source, into),
    useCandidate,
    priority: readU32(bytes, priorityAt),
    controlling: findAttribute(bytes, STUN_ATTRIBUTES['ICE-CONTROLLING']) !== -1,
    switchRole: conflict === 'ours',
  };
}

/** One walk over the attributes. @returns those that would have to be understood and are not. */
function look(bytes: Uint8Array): number[] | undefined {
  seen.usernameAt = -1;
  seen.integrityAt = -1;
  seen.sha256At = -1;
  seen.priorityAt = -1;
  seen.useCandidate = false;
  let unknown: number[] | undefined;
  let protection = 0;
  for (let at = STUN_HEADER_BYTES; at + 4 <= bytes.length; ) {
    const type = readU16(bytes, at);
    const length = readU16(bytes, at + 2);
    const isCounted = !isIgnored(protection, type);
    protection = nextProtection(protection, type);
    at += 4;
    if (!isCounted) {
      // Nothing: it stands behind the code.
    } else if (type === STUN_ATTRIBUTES.USERNAME && seen.usernameAt === -1) {
      seen.usernameAt = at;
      seen.usernameBytes = length;
    } else if (type === STUN_ATTRIBUTES['MESSAGE-INTEGRITY']) seen.integrityAt = at;
    else if (type === STUN_ATTRIBUTES['MESSAGE-INTEGRITY-SHA256']) seen.sha256At = at;
    else if (type === STUN_ATTRIBUTES.PRIORITY && length === 4) seen.priorityAt = at;
    else if (type === STUN_ATTRIBUTES['USE-CANDIDATE']) seen.useCandidate = true;
    else if (type < 0x8000 && type !== STUN_ATTRIBUTES.USERNAME) unknown = [...(unknown ?? []), type];
    at += paddedBytes(length);
  }
  return unknown;
}

/** RFC 8445 §7.3: the user name is ours, a colon, and that of the peer. */
function isFor(prefix: Uint8Array, bytes: Uint8Array): boolean {
  if (seen.usernameBytes < prefix.length) return false;
  for (let i = 0; i < prefix.length; i++) if (bytes[seen.usernameAt + i] !== prefix[i]) return false;
  return true;
}

/** Checks of ICE carry the older code (RFC 8445 §7.1); the newer one, where it is there, decides. */
function isSigned(bytes: Uint8Array, key: StunKey): boolean {
  if (seen.sha256At !== -1 || seen.integrityAt === -1) return verifyIntegrity(bytes, key) === 'sha256';
  if (readU16(bytes, seen.integrityAt - 2) !== 20) return false;
  return equalInConstantTime(integrityOf(bytes, seen.integrityAt, 20, key.sha1), bytes, seen.integrityAt, 20);
}

/** RFC 8445 §7.3.1.1: both say the same. The larger number is controlling. */
function conflictOf(bytes: Uint8Array, role: IceRole): 'ours' | 'theirs' | undefined {
  const name = role.controlling ? 'ICE-CONTROLLING' : 'ICE-CONTROLLED';
  const at = findAttribute(bytes, STUN_ATTRIBUTES[name]);
  if (at === -1 || readU16(bytes, at - 2) !== 8) return undefined;
  if (role === LITE_ROLE) return 'theirs';
  const isOursLarger = compareBytes(role.tieBreaker, bytes.subarray(at, at + 8)) >= 0;
  return isOursLarger === role.controlling ? 'theirs' : 'ours';
}

function success(request: Uint8Array, key: StunKey, source: TransportAddress, into: Uint8Array): Uint8Array {
  writeU16(into, 0, SUCCESS_TYPE);
  for (let i = 4; i < STUN_HEADER_BYTES; i++) into[i] = request[i]!;
  const length = writeXorAddress(source.address, source.port, into, STUN_HEADER_BYTES + 4);
  writeU32(into, STUN_HEADER_BYTES, STUN_ATTRIBUTES['XOR-MAPPED-ADDRESS'] * 0x10000 + length);
  // The response is signed as the request was (RFC 8489 §9.1.3): checks that carry only the newer code are answered with it.
  const sha = seen.integrityAt === -1 ? 'sha256' : 'sha1';
  const at = writeIntegrity(into, STUN_HEADER_BYTES + 4 + length, key[sha], sha);
  return into.subarray(0, writeFingerprint(into, at));
}

function refused(request: Uint8Array, code: 400 | 401): BindingAnswer {
  return { kind: 'error', code, bytes: buildStunError(request, code, [], { fingerprint: true }) };
}

function sealed(request: Uint8Array, code: number, key: StunKey, unknown?: readonly number[]): Uint8Array {
  return buildStunError(request, code, unknown === undefined ? [] : [['UNKNOWN-ATTRIBUTES', unknown]], {
    key,
    fingerprint: true,
  });
}
