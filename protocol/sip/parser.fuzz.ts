// Fuzz target of the SIP parser: whatever the bytes, nothing throws, what was read survives writing and reading, and
// framing does not depend on how a stream is cut. Run by `npm run fuzz` and by the properties.
import { parseChallenge, serializeChallenge } from './auth/digest-challenge.ts';
import { parseCredentials, serializeCredentials } from './auth/digest-credentials.ts';
import { responseTo } from './build-message.ts';
import { parseAccept } from './header/accept.ts';
import { parseContact } from './header/contact.ts';
import { parseContentType, serializeContentType } from './header/content-type.ts';
import { parseCSeq, serializeCSeq } from './header/cseq.ts';
import { parseDate, serializeDate } from './header/date.ts';
import { parseEvent, serializeEvent } from './header/event.ts';
import { parseNameAddr, serializeNameAddr } from './header/name-addr.ts';
import { parseSubscriptionState, serializeSubscriptionState } from './header/subscription-state.ts';
import { parseVia, serializeVia } from './header/via.ts';
import type { SipMessage } from './message.ts';
import { DEFAULT_LIMITS } from './parse-limits.ts';
import { parseMessage } from './parser.ts';
import { serializeMessage } from './serializer.ts';
import { createStreamFramer, type Framed } from './stream-framer.ts';
import { parseSipUri, serializeSipUri, sipUrisEqual } from './uri.ts';
import { validateRequest, validateResponse } from './validate-message.ts';

/** Folders with seeds, from the root of the repository. */
export const corpus: string[] = ['spec/corpora/rfc4475'];

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

type Form = (text: string) => [value: unknown, again: unknown] | undefined;

function form<T>(parse: (text: string) => T | undefined, serialize: (value: T) => string): Form {
  return (text) => {
    const value = parse(text);
    return value === undefined ? undefined : [value, parse(serialize(value))];
  };
}

const FORMS: readonly Form[] = [
  form((text) => withoutEmptyName(parseNameAddr(text)), serializeNameAddr),
  form(parseVia, serializeVia),
  form(parseCSeq, serializeCSeq),
  form(parseSipUri, serializeSipUri),
  form(parseEvent, serializeEvent),
  form(parseSubscriptionState, serializeSubscriptionState),
  form(parseContentType, serializeContentType),
  form(parseDate, serializeDate),
  form(parseChallenge, serializeChallenge),
  form(parseCredentials, serializeCredentials),
];

/** `"" <sip:a@b>` is written without the quotes. */
function withoutEmptyName(value: ReturnType<typeof parseNameAddr>): typeof value {
  return value?.displayName === '' ? { ...value, displayName: undefined } : value;
}

/** Every header module sees every value: none may throw, and each reads what it writes. */
function checkValue(text: string): void {
  for (const read of FORMS) {
    const pair = read(text);
    if (pair !== undefined) mustEqual(pair[1], pair[0], text);
  }
  const uri = parseSipUri(text);
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

function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) => {
    if (inner instanceof Map) return [...inner].map(([name, param]) => [name, param ?? null]);
    return inner instanceof Uint8Array ? [...inner] : inner;
  });
}
