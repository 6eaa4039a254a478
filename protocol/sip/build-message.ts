// New messages: requests, responses, and the response to a request (RFC 3261 §8.2.6). Used by the transaction layer,
// the proxy and every service's sip.ts.
import { isToken, isUriText } from './grammar.ts';
import { parseNameAddr } from './header/name-addr.ts';
import { createHeaderFields } from './header-list.ts';
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
  const { status } = parts;
  if (!Number.isInteger(status) || status < 100 || status > 699) {
    throw new TypeError(`${status} is not a SIP status`);
  }
  const reason = parts.reason ?? reasonPhrase(status);
  if (/[\r\n]/.test(reason)) throw new TypeError('a reason phrase holds a line break');
  return {
    kind: 'response',
    status,
    reason,
    headers: createHeaderFields(parts.headers),
    body: parts.body ?? NO_BODY,
  };
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
  const response = createResponse({ status, reason: parts.reason, body: parts.body });
  const { headers } = response;
  // Whole lines, not their values: a line of many Vias costs no more than one of few.
  for (const [i, key] of request.headers.keys.entries()) {
    const name = COPIED.get(key);
    if (name !== undefined) headers.append(name, request.headers.values[i]!);
  }
  const to = request.headers.get('To');
  if (to !== undefined) headers.append('To', parts.toTag === undefined ? to : withTag(to, parts.toTag));
  // RFC 3261 §8.2.6.1: the Timestamp of the request goes into the 100.
  const timestamp = request.headers.get('Timestamp');
  if (status === 100 && timestamp !== undefined) headers.append('Timestamp', timestamp);
  const replaced = new Set<string>();
  for (const [name, value] of parts.headers ?? []) {
    const key = headerKey(name);
    if ((COPIED.has(key) || key === 'to') && !replaced.has(key)) headers.set(name, value);
    else headers.append(name, value);
    replaced.add(key);
  }
  return response;
}

function withTag(to: string, tag: string): string {
  const parsed = parseNameAddr(to);
  return parsed === undefined || parsed.params.has('tag') ? to : `${to};tag=${tag}`;
}
