// message/sipfrag: a piece of a message, as the NOTIFY of a REFER holds it (RFC 3420 §2, RFC 3515 §2.4.5).
import type { HeaderFields } from '../header-fields.ts';
import { createHeaderFields } from '../header-list.ts';
import { NO_BODY } from '../message.ts';
import { DEFAULT_LIMITS, type ParseLimits } from '../parse-limits.ts';
import { copyBytes, headerEnd, readFragment, type StartLine } from '../parser.ts';

export interface Sipfrag {
  /** `SIP/2.0 200 OK` says how a REFER went. */
  readonly startLine?: StartLine | undefined;
  readonly headers: HeaderFields;
  readonly body: Uint8Array;
}

export const SIPFRAG_TYPE = 'message/sipfrag';

const encoder = new TextEncoder();

/** Every part may be absent (RFC 3420 §2.1); undefined where something is there that is none of them. */
export function parseSipfrag(bytes: Uint8Array, limits: ParseLimits = DEFAULT_LIMITS): Sipfrag | undefined {
  if (bytes.length > limits.maxMessageBytes) return undefined;
  // A fragment of a body alone begins with the empty line.
  if (bytes[0] === 0x0d && bytes[1] === 0x0a) {
    return { headers: createHeaderFields(), body: copyBytes(bytes, 2, bytes.length) };
  }
  const end = headerEnd(bytes, 0);
  const { startLine, headers, flaw } = readFragment(withoutLineEnd(bytes, end), limits, true);
  if (flaw !== undefined) return undefined;
  const body = end === -1 ? NO_BODY : copyBytes(bytes, end + 4, bytes.length);
  return { ...(startLine === undefined ? {} : { startLine }), headers, body };
}

/** The header: to its empty line, or to the end of the bytes, where one line end more or less means nothing. */
function withoutLineEnd(bytes: Uint8Array, end: number): Uint8Array {
  if (end !== -1) return bytes.subarray(0, end);
  const { length } = bytes;
  const hasLineEnd = bytes[length - 2] === 0x0d && bytes[length - 1] === 0x0a;
  return hasLineEnd ? bytes.subarray(0, length - 2) : bytes;
}

export function serializeSipfrag(fragment: Sipfrag): Uint8Array {
  const { startLine, headers, body } = fragment;
  let head = '';
  if (startLine?.kind === 'request') head += `${startLine.method} ${startLine.uri} SIP/2.0\r\n`;
  else if (startLine?.kind === 'response') head += `SIP/2.0 ${startLine.status} ${startLine.reason}\r\n`;
  for (const [name, value] of headers.entries()) head += `${name}: ${value}\r\n`;
  if (body.length > 0) head += '\r\n';
  const headBytes = encoder.encode(head);
  const bytes = new Uint8Array(headBytes.length + body.length);
  bytes.set(headBytes);
  bytes.set(body, headBytes.length);
  return bytes;
}
