// New messages: requests, responses, and the response to a request (RFC 3261 §8.2.6). Used by the transaction layer,
// the proxy and every service's sip.ts.
import { isToken, isUriText } from './grammar.ts';
import { parseNameAddr } from './header/name-addr.ts';
import { createHeaderFields, HeaderList } from './header-list.ts';
import { headerKey } from './header-name.ts';
import { NO_BODY, type SipRequest, type SipResponse } from './message.ts';
import { reasonPhrase } from './reason-phrase.ts';

type HeaderEntries = Iterable<readonly [string, string]>;

export interface RequestParts {
  readonly method: string;
  readonly uri: string;
  readonly headers?: HeaderEntries | undefined;
  readonly body?: Uint8Array | undefined;
}

/** @throws TypeError where the method or URI could not be written to the wire. */
export function createRequest(parts: RequestParts): SipRequest {
  if (!isToken(parts.method)) throw new TypeError(`"${parts.method}" is not a method`);
  if (!isUriText(parts.uri)) throw new TypeError(`"${parts.uri}" is not a Request-URI`);
  return {
    kind: 'request',
    method: parts.method,
    uri: parts.uri,
    headers: createHeaderFields(parts.headers),
    body: parts.body ?? NO_BODY,
  };
}

export interface ResponseParts {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly headers?: HeaderEntries | undefined;
  readonly body?: Uint8Array | undefined;
}

/** @throws TypeError where the status or reason could not be written to the wire. */
export function createResponse(parts: ResponseParts): SipResponse {
  const { status, reason } = parts;
  return {
    kind: 'response',
    ...statusLine(status, reason),
    headers: createHeaderFields(parts.headers),
    body: parts.body ?? NO_BODY,
  };
}

function statusLine(status: number, reason: string | undefined): Pick<SipResponse, 'status' | 'reason'> {
  if (!Number.isInteger(status) || status < 100 || status > 699) {
    throw new TypeError(`${status} is not a SIP status`);
  }
  if (reason === undefined) return { status, reason: reasonPhrase(status) };
  if (reason.includes('\r') || reason.includes('\n'))
    throw new TypeError('a reason phrase holds a line break');
  return { status, reason };
}

export interface ResponseToParts {
  readonly reason?: string | undefined;
  /** Added to To where the request had no tag there; every status but 100 needs one (RFC 3261 §8.2.6.2). */
  readonly toTag?: string | undefined;
  /** Fields of its own; a name that is copied from the request replaces the copy. */
  readonly headers?: HeaderEntries | undefined;
  readonly body?: Uint8Array | undefined;
}

const COPIED: ReadonlyMap<string, string> = new Map(
  ['Via', 'From', 'Call-ID', 'CSeq'].map((name) => [headerKey(name), name]),
);

/** RFC 3261 §8.2.6.2: Via, From, Call-ID and CSeq equal the request's; To does too, with a tag added. */
export function responseTo(request: SipRequest, status: number, parts: ResponseToParts = {}): SipResponse {
  const headers = new HeaderList([], [], []);
  const { keys, values } = request.headers;
  let to: string | undefined;
  // Whole lines, not their values: a line of many Vias costs no more than one of few.
  for (let i = 0; i < keys.length; i++) {
    const name = COPIED.get(keys[i]!);
    if (name !== undefined) headers.push(keys[i]!, name, values[i]!);
    else if (keys[i] === 'to') to ??= values[i];
  }
  if (to !== undefined) headers.push('to', 'To', parts.toTag === undefined ? to : withTag(to, parts.toTag));
  // RFC 3261 §8.2.6.1: the Timestamp of the request goes into the 100.
  const timestamp = status === 100 ? request.headers.get('Timestamp') : undefined;
  if (timestamp !== undefined) headers.append('Timestamp', timestamp);
  if (parts.headers !== undefined) addOwn(headers, parts.headers);
  const { reason, body } = parts;
  return { kind: 'response', ...statusLine(status, reason), headers, body: body ?? NO_BODY };
}

/** A name that was copied from the request is replaced by the first of that name; everything else is added. */
function addOwn(headers: HeaderList, own: HeaderEntries): void {
  let replaced: Set<string> | undefined;
  for (const [name, value] of own) {
    const key = headerKey(name);
    const isCopied = COPIED.has(key) || key === 'to';
    if (isCopied && replaced?.has(key) !== true) {
      headers.set(name, value);
      replaced = (replaced ?? new Set<string>()).add(key);
    } else headers.append(name, value);
  }
}

function withTag(to: string, tag: string): string {
  // Most have no parameter at all behind the brackets.
  if (to.endsWith('>') && !to.includes(';tag')) return `${to};tag=${tag}`;
  const parsed = parseNameAddr(to);
  return parsed === undefined || parsed.params.has('tag') ? to : `${to};tag=${tag}`;
}
