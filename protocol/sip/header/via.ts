// Via: the way a request came and its response goes back (RFC 3261 §20.42, RFC 3581 §3). Used by the transaction layer
// and the transport driver.
import { type Params, parseParams, serializeParams, skipSpace, tokenEnd, trimSpace } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';
import { splitHostport } from '../uri.ts';

export interface Via {
  /** Upper case: `UDP`, `TCP`, `TLS`, `WS`, `WSS`, or one we do not know. */
  readonly transport: string;
  readonly host: string;
  readonly port?: number | undefined;
  readonly params: Params;
}

/** What a branch that is unique begins with (RFC 3261 §8.1.1.7). */
export const BRANCH_COOKIE = 'z9hG4bK';

export function parseVia(text: string): Via | undefined {
  const at = text.startsWith('SIP/2.0/') ? skipSpace(text, 8) : transportStart(text);
  if (at === -1) return undefined;
  const transportEnd = tokenEnd(text, at);
  const hostStart = skipSpace(text, transportEnd);
  if (transportEnd === at || hostStart === transportEnd) return undefined;
  const semicolon = text.indexOf(';', hostStart);
  const hostEnd = semicolon === -1 ? text.length : semicolon;
  const hostport = splitHostport(withoutSpaceAroundColon(trimSpace(text.slice(hostStart, hostEnd))));
  const params = parseParams(text, hostEnd);
  if (hostport === undefined || params === undefined) return undefined;
  return { transport: text.slice(at, transportEnd).toUpperCase(), ...hostport, params };
}

/** Behind `SIP / 2.0 /` in any spelling, or -1. */
function transportStart(text: string): number {
  let at = protocolPart(text, 0, 'SIP');
  if (at !== -1) at = slash(text, at);
  if (at !== -1) at = protocolPart(text, at, '2.0');
  return at === -1 ? -1 : slash(text, at);
}

function protocolPart(text: string, from: number, expected: string): number {
  const start = skipSpace(text, from);
  const end = tokenEnd(text, start);
  return text.slice(start, end).toUpperCase() === expected ? end : -1;
}

function slash(text: string, from: number): number {
  const at = skipSpace(text, from);
  return text.charCodeAt(at) === 0x2f ? skipSpace(text, at + 1) : -1;
}

/** sent-by = host [ COLON port ], and COLON takes white space on both sides. */
function withoutSpaceAroundColon(text: string): string {
  return text.includes(' ') || text.includes('\t') ? text.replace(/[ \t]*:[ \t]*/g, ':') : text;
}

export function serializeVia(via: Via): string {
  const port = via.port === undefined ? '' : `:${via.port}`;
  return `SIP/2.0/${via.transport} ${via.host}${port}${serializeParams(via.params)}`;
}

/** Transport, validation and transaction layer ask for the same Via one after another: the last answer is kept. */
let lastText = '';
let lastVia: Via | undefined;

/** The first Via: who sent this hop. undefined where there is none or it cannot be read. */
export function topVia(headers: HeaderFields): Via | undefined {
  const text = headers.get('Via') ?? '';
  if (text !== lastText) {
    lastVia = parseVia(text);
    lastText = text;
  }
  return lastVia;
}

/** The branch of a Via where it identifies a transaction (RFC 3261 §17.2.3): more than the bare cookie. */
export function transactionBranch(via: Via): string | undefined {
  const branch = via.params.get('branch');
  if (branch === undefined || branch.length <= BRANCH_COOKIE.length) return undefined;
  return branch.slice(0, BRANCH_COOKIE.length).toLowerCase() === 'z9hg4bk' ? branch : undefined;
}
