// Multipart bodies: several bodies in one, each with header fields of its own (RFC 5621 §3.1, RFC 2046 §5.1). Bytes of
// the parts stay as they are. Used where an INVITE holds more than a session description.
import { ALPHANUMERIC, characterSet, isAllOf } from '../grammar.ts';
import { parseContentType } from '../header/content-type.ts';
import type { HeaderFields } from '../header-fields.ts';
import { DEFAULT_LIMITS } from '../parse-limits.ts';
import { copyBytes, headerEnd, readFragment } from '../parser.ts';

export interface BodyPart {
  /** Content-Type, Content-Disposition, Content-ID …; without Content-Type a part is text/plain. */
  readonly headers: HeaderFields;
  readonly body: Uint8Array;
}

const MAX_PARTS = 32;
const MAX_BOUNDARY_CHARS = 70;
const PART_LIMITS = { ...DEFAULT_LIMITS, maxFields: 64 };
/** bchars (RFC 2046 §5.1.1); a space may be among them but not the last. */
const BOUNDARY = characterSet(`${ALPHANUMERIC}'()+_,-./:=? `);
const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;

const encoder = new TextEncoder();

/** The boundary of a Content-Type of multipart; undefined for another type and a boundary that is none. */
export function multipartBoundary(contentType: string | undefined): string | undefined {
  const parsed = contentType === undefined ? undefined : parseContentType(contentType);
  const boundary = parsed?.type === 'multipart' ? parsed.params.get('boundary') : undefined;
  return boundary !== undefined && isBoundary(boundary) ? boundary : undefined;
}

function isBoundary(text: string): boolean {
  if (text.length === 0 || text.length > MAX_BOUNDARY_CHARS || text.endsWith(' ')) return false;
  return isAllOf(BOUNDARY, text);
}

/**
 * The parts in order; what stands before the first and behind the last means nothing. undefined where there is no
 * part, there are too many, the last boundary is missing, or the header fields of a part cannot be read.
 */
export function parseMultipart(
  body: Uint8Array,
  boundary: string,
  maxParts: number = MAX_PARTS,
): readonly BodyPart[] | undefined {
  if (!isBoundary(boundary)) return undefined;
  const delimiter = encoder.encode(`--${boundary}`);
  const parts: BodyPart[] = [];
  let line = nextDelimiter(body, delimiter, 0);
  while (line !== undefined && !line.isLast) {
    const next = nextDelimiter(body, delimiter, line.end);
    if (next === undefined || parts.length === maxParts) return undefined;
    // The line end before a boundary belongs to the boundary (RFC 2046 §5.1.1).
    const part = parsePart(body.subarray(line.end, Math.max(line.end, next.start - 2)));
    if (part === undefined) return undefined;
    parts.push(part);
    line = next;
  }
  return line === undefined || parts.length === 0 ? undefined : parts;
}

interface DelimiterLine {
  readonly start: number;
  /** Behind its line end. */
  readonly end: number;
  /** `--boundary--`: no part follows. */
  readonly isLast: boolean;
}

/** The next line that is the boundary, at or behind the start of a line at `from`. */
function nextDelimiter(body: Uint8Array, delimiter: Uint8Array, from: number): DelimiterLine | undefined {
  for (let start = from; start !== -1; start = nextLine(body, start)) {
    if (!hasAt(body, delimiter, start)) continue;
    let at = start + delimiter.length;
    const isLast = body[at] === DASH && body[at + 1] === DASH;
    if (isLast) at += 2;
    // transport-padding
    while (body[at] === 0x20 || body[at] === 0x09) at++;
    if (body[at] === CR && body[at + 1] === LF) return { start, end: at + 2, isLast };
    if (isLast && at === body.length) return { start, end: at, isLast };
  }
  return undefined;
}

/** Behind the next CR LF, or -1. */
function nextLine(body: Uint8Array, from: number): number {
  for (let at = body.indexOf(LF, from); at !== -1; at = body.indexOf(LF, at + 1)) {
    if (at > from && body[at - 1] === CR) return at + 1;
  }
  return -1;
}

function hasAt(body: Uint8Array, wanted: Uint8Array, at: number): boolean {
  if (body.length - at < wanted.length) return false;
  for (let i = 0; i < wanted.length; i++) if (body[at + i] !== wanted[i]) return false;
  return true;
}

function parsePart(bytes: Uint8Array): BodyPart | undefined {
  // A part without header fields begins with the empty line.
  const isBare = bytes[0] === CR && bytes[1] === LF;
  const end = isBare ? 0 : headerEnd(bytes, 0);
  // Without an empty line there is nothing but header fields.
  const head = end === -1 ? bytes : bytes.subarray(0, end);
  const { headers, flaw } = readFragment(head, PART_LIMITS, false);
  if (flaw !== undefined) return undefined;
  const bodyStart = end === -1 ? bytes.length : end + (isBare ? 2 : 4);
  return { headers, body: copyBytes(bytes, bodyStart, bytes.length) };
}

/**
 * One body of several, for a Content-Type with this boundary.
 * @throws TypeError where the boundary is none or stands at the start of a line of a part: choose a random one.
 */
export function serializeMultipart(parts: readonly BodyPart[], boundary: string): Uint8Array {
  if (!isBoundary(boundary)) throw new TypeError(`"${boundary}" is not a boundary`);
  const delimiter = encoder.encode(`--${boundary}`);
  const pieces: Uint8Array[] = [];
  for (const { headers, body } of parts) {
    let head = '';
    for (const [name, value] of headers.entries()) head += `${name}: ${value}\r\n`;
    const part = concatenate([encoder.encode(`${head}\r\n`), body, encoder.encode('\r\n')]);
    if (nextDelimiter(part, delimiter, 0) !== undefined) throw new TypeError('the boundary stands in a part');
    pieces.push(encoder.encode(`--${boundary}\r\n`), part);
  }
  pieces.push(encoder.encode(`--${boundary}--\r\n`));
  return concatenate(pieces);
}

function concatenate(pieces: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
