// Bytes to message (RFC 3261 §7, §18.3): finds the end of the header, decodes it once, and notes where each field is.
// Values are parsed by the header modules when they are asked for. Used by the stream framer and the UDP driver.
import { isSpaceCode, isToken, isUriText, parseNumber, skipSpace, tokenEnd, trimSpace } from './grammar.ts';
import { HeaderList } from './header-list.ts';
import { headerNameAt } from './header-name.ts';
import { NO_BODY, type SipMessage, type SipParseError, type SipParseResult } from './message.ts';
import { DEFAULT_LIMITS, type ParseLimits } from './parse-limits.ts';

const CR = 0x0d;
const LF = 0x0a;
const COLON = 0x3a;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const windows1252 = new TextDecoder('windows-1252');
const encoder = new TextEncoder();

/** Position of the CR LF CR LF that ends the header, or -1. Looks at every fourth byte where it can. */
export function headerEnd(bytes: Uint8Array, from: number, to = bytes.length): number {
  let at = from + 3;
  while (at < to) {
    const byte = bytes[at]!;
    if (byte === LF) {
      if (bytes[at - 1] === CR && bytes[at - 2] === LF && bytes[at - 3] === CR) return at - 3;
      at += 2;
    } else at += byte === CR ? 1 : 4;
  }
  return -1;
}

/** Behind the empty lines that may stand before a message (RFC 3261 §7.5). */
export function skipEmptyLines(bytes: Uint8Array, from: number): number {
  let at = from;
  while (bytes[at] === CR && bytes[at + 1] === LF) at += 2;
  return at;
}

/**
 * COMPAT(gateways that send names in Windows-1252 or ISO 8859-1): text that is not UTF-8 is read byte by byte until
 * such peers are gone; RFC 3261 §7 has UTF-8 only.
 */
function decodeText(bytes: Uint8Array): { readonly text: string; readonly isUtf8: boolean } {
  try {
    return { text: utf8.decode(bytes), isUtf8: true };
  } catch {
    return { text: windows1252.decode(bytes), isUtf8: false };
  }
}

/** One message in one datagram or one WebSocket frame; bytes behind Content-Length are dropped (RFC 3261 §18.3). */
export function parseMessage(bytes: Uint8Array, limits: ParseLimits = DEFAULT_LIMITS): SipParseResult {
  const start = skipEmptyLines(bytes, 0);
  if (start === bytes.length) return notSip('no message', start);
  const isTooLarge = bytes.length > limits.maxMessageBytes;
  const readable = isTooLarge ? bytes.subarray(0, limits.maxMessageBytes) : bytes;
  const end = headerEnd(readable, start);
  const head = readHead(readable, start, end, limits);
  if (head.startLine === undefined) return notSip(head.flaw?.reason ?? 'not a SIP start line', start);
  if (isTooLarge) {
    const reason = `message is larger than ${limits.maxMessageBytes} bytes`;
    return finish(head, NO_BODY, { reason, offset: limits.maxMessageBytes, status: 513 });
  }
  const bodyStart = end === -1 ? bytes.length : end + 4;
  const lengthBytes = contentLength(head.headers);
  const flaw = lengthFlaw(lengthBytes, bytes.length - bodyStart, bodyStart);
  const bodyEnd = typeof lengthBytes === 'number' ? bodyStart + lengthBytes : bytes.length;
  return finish(head, copyBytes(bytes, bodyStart, Math.min(bodyEnd, bytes.length)), flaw);
}

function lengthFlaw(length: ContentLength, availableBytes: number, bodyStart: number): Flaw | undefined {
  if (length === 'malformed')
    return { reason: 'Content-Length is malformed', offset: bodyStart, status: 400 };
  if (length === 'missing' || length <= availableBytes) return undefined;
  return { reason: 'body is shorter than Content-Length', offset: bodyStart + availableBytes, status: 400 };
}

/** A body of its own: the caller may reuse the buffer that it read into. */
export function copyBytes(bytes: Uint8Array, start: number, end: number): Uint8Array {
  if (end <= start) return NO_BODY;
  const copy = new Uint8Array(end - start);
  copy.set(bytes.subarray(start, end));
  return copy;
}

/** What is wrong, where, and the status to answer a request with. */
export interface Flaw {
  readonly reason: string;
  readonly offset: number;
  readonly status: number;
}

/** Start line and header fields; `startLine` is undefined where it is neither a request nor a response. */
export interface Head {
  readonly startLine: StartLine | undefined;
  readonly headers: HeaderList;
  /** The first one; reading goes on behind it, so that an answer has Via, From and the rest. */
  readonly flaw: Flaw | undefined;
}

/** Reads what stands from `start` to `end`, which `headerEnd` has found, or to the end of the bytes for -1. */
export function readHead(bytes: Uint8Array, start: number, end: number, limits: ParseLimits): Head {
  const { text, isUtf8 } = decodeText(bytes.subarray(start, end === -1 ? bytes.length : end + 2));
  let flaw: Flaw | undefined;
  const found = (reason: string, at: number, status = 400): void => {
    // Counted in bytes, and only when something is wrong.
    flaw ??= { reason, offset: start + (isUtf8 ? encoder.encode(text.slice(0, at)).length : at), status };
  };
  const lineEnd = endOfLine(text, 0);
  const startLine = parseStartLine(text.slice(0, lineEnd), found);
  if (lineEnd > limits.maxLineChars) found('start line is too long', 0, 414);
  const nul = bareNul(text);
  if (nul !== -1) found('NUL in the header', nul);
  const headers = indexFields(text, lineEnd + 2, nul !== -1, limits, found);
  if (end === -1) found('header fields do not end in an empty line', text.length);
  return { startLine, headers, flaw };
}

/**
 * As `readHead`, for text that need not be all of a message: header fields that end with the text, and a start line
 * before them where `mayStart` lets one be and there is one. Used for the parts of bodies.
 */
export function readFragment(bytes: Uint8Array, limits: ParseLimits, mayStart: boolean): Head {
  const { text } = decodeText(bytes);
  let flaw: Flaw | undefined;
  const found: Found = (reason, offset, status = 400) => {
    flaw ??= { reason, offset, status };
  };
  const lineEnd = endOfLine(text, 0);
  const startLine = mayStart ? parseStartLine(text.slice(0, lineEnd), found) : undefined;
  // A header field can look like a request line that is wrong: `Subject : for SIP/2.0`.
  const isStart = startLine !== undefined && flaw === undefined;
  flaw = undefined;
  const nul = bareNul(text);
  if (nul !== -1) found('NUL in the header', nul);
  const headers = indexFields(text, isStart ? lineEnd + 2 : 0, nul !== -1, limits, found);
  return { startLine: isStart ? startLine : undefined, headers, flaw };
}

/** The message, or why it is none; the head's flaw comes before `bodyFlaw`. */
export function finish(head: Head, body: Uint8Array, bodyFlaw?: Flaw): SipParseResult {
  const flaw = head.flaw ?? bodyFlaw;
  if (head.startLine === undefined) return notSip(flaw?.reason ?? 'not a SIP start line', flaw?.offset ?? 0);
  const message = { ...head.startLine, headers: head.headers, body } as SipMessage;
  if (flaw === undefined) return { ok: true, message };
  // No answer to a response, to an ACK (RFC 3261 §17.1.1.3), or where the way back is unknown.
  const mayAnswer = message.kind === 'request' && message.method !== 'ACK' && head.headers.has('Via');
  const status = mayAnswer ? flaw.status : undefined;
  return { ok: false, reason: flaw.reason, offset: flaw.offset, status, partial: message };
}

function notSip(reason: string, offset: number): SipParseError {
  return { ok: false, reason, offset, status: undefined };
}

export type ContentLength = number | 'missing' | 'malformed';

/** Two Content-Length fields are malformed even when they agree: which one would the next hop believe? */
export function contentLength(headers: HeaderList): ContentLength {
  const values = headers.getAll('Content-Length');
  if (values.length === 0) return 'missing';
  if (values.length > 1) return 'malformed';
  return parseNumber(values[0]!, Number.MAX_SAFE_INTEGER) ?? 'malformed';
}

/** A NUL may only be the second half of a quoted pair (RFC 3261 §25.1). */
function bareNul(text: string): number {
  let at = text.indexOf('\0');
  while (at > 0 && text.charCodeAt(at - 1) === 0x5c) at = text.indexOf('\0', at + 1);
  return at;
}

/** Position of the next CR LF, or the end of the text. */
function endOfLine(text: string, from: number): number {
  const at = text.indexOf('\r\n', from);
  return at === -1 ? text.length : at;
}

export type StartLine =
  | { readonly kind: 'request'; readonly method: string; readonly uri: string }
  | { readonly kind: 'response'; readonly status: number; readonly reason: string };
type Found = (reason: string, at: number, status?: number) => void;

/** Reads what can be read and notes flaws; undefined where it is neither a request nor a response. */
function parseStartLine(line: string, found: Found): StartLine | undefined {
  const space = line.indexOf(' ');
  if (space === -1) return undefined;
  if (line.includes('\r') || line.includes('\n')) found('line break in the start line', 0);
  const first = line.slice(0, space);
  if (isVersion(first)) return parseStatusLine(line, first, space, found);

  // Request-Line = Method SP Request-URI SP SIP-Version CRLF: single spaces only (RFC 3261 §7.1)
  if (!isToken(first)) return undefined;
  const lastSpace = line.lastIndexOf(' ');
  const uri = line.slice(space + 1, Math.max(space + 1, lastSpace));
  const version = line.slice(lastSpace + 1);
  if (uri.length === 0) found('request line has no Request-URI', space);
  else if (!isUriText(uri)) found('Request-URI is malformed', space + 1);
  if (!isVersion(version)) {
    // Something else than SIP altogether is not worth an answer.
    if (!line.toUpperCase().includes(' SIP/')) return undefined;
    found('request line does not end in SIP/2.0', lastSpace + 1);
  } else if (!isTwoPointZero(version)) found('SIP version is not 2.0', lastSpace + 1, 505);
  return { kind: 'request', method: first, uri };
}

function parseStatusLine(line: string, version: string, space: number, found: Found): StartLine {
  if (!isTwoPointZero(version)) found('SIP version is not 2.0', 0, 505);
  const codeEnd = line.indexOf(' ', space + 1);
  const code = line.slice(space + 1, codeEnd === -1 ? line.length : codeEnd);
  const status = code.length === 3 ? parseNumber(code, 699) : undefined;
  if (status === undefined || status < 100) found('status is not between 100 and 699', space + 1);
  return { kind: 'response', status: status ?? 500, reason: codeEnd === -1 ? '' : line.slice(codeEnd + 1) };
}

/** "SIP" "/" 1*DIGIT "." 1*DIGIT, in any case (RFC 3261 §7.1). */
function isVersion(text: string): boolean {
  if (text === 'SIP/2.0') return true;
  return text.length <= 16 && text.includes('/') && /^SIP\/\d+\.\d+$/i.test(text);
}

function isTwoPointZero(version: string): boolean {
  return version.length === 7 && version.endsWith('2.0');
}

function indexFields(
  head: string,
  from: number,
  hasNul: boolean,
  limits: ParseLimits,
  found: Found,
): HeaderList {
  const keys: string[] = [];
  const names: string[] = [];
  const values: string[] = [];
  for (let at = from; at < head.length; ) {
    const field = fieldAt(head, at);
    if (field.end - at > limits.maxLineChars) {
      found(`header field is longer than ${limits.maxLineChars} characters`, at, 513);
    } else if (names.length === limits.maxFields) {
      found(`more than ${limits.maxFields} header fields`, at, 513);
      break;
    } else if (field.hasBareBreak) found('line break that is not CR LF', at);
    else {
      const nameEnd = tokenEnd(head, at);
      const colon = skipSpace(head, nameEnd);
      if (nameEnd === at || head.charCodeAt(colon) !== COLON) found('header field has no name', at);
      else {
        const value = fieldValue(head, colon + 1, field);
        if (!hasNul || bareNul(value) === -1) {
          const name = headerNameAt(head, at, nameEnd);
          keys.push(name.key);
          names.push(name.spelling);
          values.push(value);
        }
      }
    }
    at = field.end + 2;
  }
  return new HeaderList(keys, names, values);
}

interface FieldExtent {
  /** Position of the CR LF behind the field and its continuation lines. */
  readonly end: number;
  readonly isFolded: boolean;
  /** A CR or LF stands alone in it: no line end, and no character that a value may hold. */
  readonly hasBareBreak: boolean;
}

function fieldAt(head: string, from: number): FieldExtent {
  let isFolded = false;
  let hasBareBreak = false;
  for (let at = from; ; ) {
    const end = endOfLine(head, at);
    hasBareBreak ||= head.indexOf('\r', at) !== (end < head.length ? end : -1);
    hasBareBreak ||= head.indexOf('\n', at) !== (end < head.length ? end + 1 : -1);
    // A line that begins with white space continues the one before (RFC 3261 §7.3.1).
    if (!isSpaceCode(head.charCodeAt(end + 2))) return { end, isFolded, hasBareBreak };
    isFolded = true;
    at = end + 2;
  }
}

/** The value that begins at `from`, trimmed and unfolded. */
function fieldValue(head: string, from: number, field: FieldExtent): string {
  // RFC 3261 §7.3.1: all linear white space, including folding, has the same semantics as SP.
  if (field.isFolded) return trimSpace(head.slice(from, field.end).split('\r\n').map(trimSpace).join(' '));
  const start = skipSpace(head, from);
  let end = field.end;
  while (end > start && isSpaceCode(head.charCodeAt(end - 1))) end--;
  return head.slice(start, end);
}
