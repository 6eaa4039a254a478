// Fuzz target of the SIP parser: whatever the bytes, nothing throws, what was read survives writing and reading, and
// framing does not depend on how a stream is cut. Run by `npm run fuzz` and by the properties.
import { type BodyPart, multipartBoundary, parseMultipart, serializeMultipart } from './body/multipart.ts';
import { parseSipfrag, serializeSipfrag } from './body/sipfrag.ts';
import { responseTo } from './build-message.ts';
import { parseAccept } from './header/accept.ts';
import { parseContact } from './header/contact.ts';
import { parseFeatureValue } from './header/feature-tags.ts';
import type { SipMessage } from './message.ts';
import { DEFAULT_LIMITS } from './parse-limits.ts';
import { parseMessage } from './parser.ts';
import { serializeMessage } from './serializer.ts';
import { createStreamFramer, type Framed } from './stream-framer.ts';
import { canonical, HEADER_FORMS } from './testing/header-forms.ts';
import { parseSipUri, serializeSipUri, sipUrisEqual } from './uri.ts';
import { validateRequest, validateResponse } from './validate-message.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/rfc4475', 'spec/corpora/rfc5118', 'spec/corpora/sip-messages'];

export function fuzz(data: Uint8Array): void {
  checkMessage(data);
  checkFraming(data);
}

function checkMessage(data: Uint8Array): void {
  const result = parseMessage(data);
  const message = result.ok ? result.message : result.partial;
  if (!result.ok && (result.offset < 0 || result.offset > data.length))
    throw new Error(`offset ${result.offset}`);
  if (message === undefined) return;
  for (const [, value] of message.headers.entries()) checkValue(value);
  if (message.kind === 'request') {
    checkValue(message.uri);
    mustRead(responseTo(message, 400, { toTag: 'x' }));
  }
  if (!result.ok) return;
  if (message.kind === 'request') validateRequest(message);
  else validateResponse(message, { isUserAgent: true });
  parseContact(message.headers);
  parseAccept(message.headers);
  mustRead(message);
  checkBody(message);
}

/** Bodies that are made of fields: read as what they are said to be, and as a fragment whatever they are. */
function checkBody({ headers, body }: SipMessage): void {
  const fragment = parseSipfrag(body);
  if (fragment !== undefined) {
    mustEqual(describePart(parseSipfrag(serializeSipfrag(fragment))), describePart(fragment), 'fragment');
  }
  const boundary = multipartBoundary(headers.get('Content-Type'));
  const parts = boundary === undefined ? undefined : parseMultipart(body, boundary);
  if (boundary === undefined || parts === undefined) return;
  const again = parseMultipart(serializeMultipart(parts, boundary), boundary);
  mustEqual(again?.map(describePart), parts.map(describePart), 'parts');
}

function describePart(part: BodyPart | undefined): unknown {
  return part === undefined ? undefined : { ...part, headers: [...part.headers.entries()] };
}

/** What was written is read as the same message, and written again is the same bytes. */
function mustRead(message: SipMessage): void {
  const bytes = serializeMessage(message);
  // Text that was not UTF-8 grows when it is written.
  if (bytes.length > DEFAULT_LIMITS.maxMessageBytes) return;
  // A list in one field is written as a field for each of its values, so there may be more of them than were read.
  const again = parseMessage(bytes, { ...DEFAULT_LIMITS, maxFields: Number.POSITIVE_INFINITY });
  if (!again.ok) throw new Error(`written but not read: ${again.reason}`);
  mustEqual(serializeMessage(again.message), bytes, 'bytes');
  mustEqual(describe(again.message), describe(message), 'message');
}

function describe(message: SipMessage): unknown {
  const { headers, body, ...startLine } = message;
  const fields = [...headers.entries()].filter(([name]) => !/^(?:content-length|l)$/i.test(name));
  return { startLine, fields, body: [...body] };
}

const FORMS = Object.values(HEADER_FORMS);

/** Every header module sees every value: none may throw, and each reads what it writes. */
function checkValue(text: string): void {
  for (const { readTwice: read } of FORMS) {
    const pair = read(text);
    if (pair !== undefined) mustEqual(pair.again, pair.value, text);
  }
  parseFeatureValue(text);
  const uri = parseSipUri(text);
  if (uri !== undefined) mustEqual(parseSipUri(serializeSipUri(uri)), uri, text);
  if (uri !== undefined && !sipUrisEqual(uri, uri)) throw new Error(`${text} does not equal itself`);
}

/** The whole, byte by byte, and in pieces of a length taken from the data: always the same events. */
function checkFraming(data: Uint8Array): void {
  const options = { maxHeaderBytes: 2_048, maxBodyBytes: 2_048 };
  const whole = createStreamFramer(options).push(data).map(describeFramed);
  for (const pieceBytes of [1, 2 + ((data[0] ?? 0) % 61)]) {
    const framer = createStreamFramer(options);
    const pieces: unknown[] = [];
    for (let at = 0; at < data.length; at += pieceBytes) {
      const piece = data.slice(at, at + pieceBytes);
      pieces.push(...framer.push(piece).map(describeFramed));
      piece.fill(0);
    }
    mustEqual(pieces, whole, `pieces of ${pieceBytes}`);
  }
}

function describeFramed(framed: Framed): unknown {
  if (framed.kind === 'message') return describe(framed.message);
  if (framed.kind === 'keep-alive') return framed;
  const { partial, ...error } = framed.error;
  return { kind: framed.kind, error, partial: partial === undefined ? undefined : describe(partial) };
}

function mustEqual(actual: unknown, expected: unknown, what: string): void {
  const [a, b] = [canonical(actual), canonical(expected)];
  if (a !== b) throw new Error(`${what}: ${a} is not ${b}`);
}
