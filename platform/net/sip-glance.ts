// What can be seen of a SIP message without reading it: whether it begins something new, and which Call-ID it has. For
// datagrams that a busy process may have to drop, at a fraction of the cost of parsing; native/sieve.h says the same. Used by
// sip-gate.ts.
import { FNV_START, fnvStep, type SipRequest } from '@parley/protocol/sip';

/** These end, change or acknowledge what is there (RFC 3261 §12.2, §9, §17.1.1.3), or answer our own. */
const CONTINUING: ReadonlySet<string> = new Set([
  'ACK',
  'BYE',
  'CANCEL',
  'INFO',
  'NOTIFY',
  'PRACK',
  'SIP/2.0',
  'UPDATE',
]);
const LONGEST_WORD = 8;
const TO = { long: Buffer.from('to'), compact: 0x74 };
const CALL_ID = { long: Buffer.from('call-id'), compact: 0x69 };

const lf = 0x0a;
const cr = 0x0d;
const space = 0x20;
const tab = 0x09;
const colon = 0x3a;

/** The key of new work, by its Call-ID; undefined for what belongs to something that is there, and what cannot be told. */
export function newWorkKey(request: SipRequest): number | undefined {
  if (CONTINUING.has(request.method)) return undefined;
  const { headers } = request;
  if (hasTag(headers.get('To') ?? '')) return undefined;
  const callId = headers.get('Call-ID')?.trim();
  if (callId === undefined) return undefined;
  let key = FNV_START;
  for (let index = 0; index < callId.length; index++) key = fnvStep(key, callId.charCodeAt(index) & 0xff);
  return key >>> 0;
}

/** The same of a message that was not read: where it is written as phones do, the answer is the same. */
export function glanceKey(bytes: Uint8Array): number | undefined {
  if (CONTINUING.has(firstWord(bytes))) return undefined;
  let key: number | undefined;
  for (let at = bytes.indexOf(lf) + 1; at > 0 && at < bytes.length; at = bytes.indexOf(lf, at) + 1) {
    if (bytes[at] === cr || bytes[at] === lf) break;
    const to = fieldValue(bytes, at, TO);
    if (to > 0 && hasTag(lineText(bytes, to))) return undefined;
    const callId = fieldValue(bytes, at, CALL_ID);
    if (callId > 0) key = lineKey(bytes, callId);
  }
  return key;
}

function firstWord(bytes: Uint8Array): string {
  let word = '';
  for (let at = 0; at <= LONGEST_WORD && at < bytes.length && bytes[at] !== space; at++)
    word += String.fromCharCode(bytes[at]!);
  return word;
}

/** Where the value of this line begins if it is the field of that name, long or compact; else 0. */
function fieldValue(bytes: Uint8Array, at: number, { long, compact }: typeof TO): number {
  let same = 0;
  while (same < long.length && lower(bytes[at + same]) === long[same]) same++;
  if (same < long.length && lower(bytes[at]) !== compact) return 0;
  let end = at + (same === long.length ? same : 1);
  while (bytes[end] === space || bytes[end] === tab) end++;
  if (bytes[end] !== colon) return 0;
  end++;
  while (bytes[end] === space || bytes[end] === tab) end++;
  return end;
}

function lower(byte = 0): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
}

function lineEnd(bytes: Uint8Array, from: number): number {
  let end = bytes.indexOf(lf, from);
  if (end < 0) end = bytes.length;
  while (end > from && (bytes[end - 1] === cr || bytes[end - 1] === space || bytes[end - 1] === tab)) end--;
  return end;
}

function lineText(bytes: Uint8Array, from: number): string {
  let text = '';
  const end = lineEnd(bytes, from);
  for (let at = from; at < end; at++) text += String.fromCharCode(bytes[at]!);
  return text;
}

function lineKey(bytes: Uint8Array, from: number): number {
  let key = FNV_START;
  const end = lineEnd(bytes, from);
  for (let at = from; at < end; at++) key = fnvStep(key, bytes[at]!);
  return key >>> 0;
}

function hasTag(to: string): boolean {
  return /;\s*tag\s*=/i.test(to);
}
