// Via: the way a request came and its response goes back (RFC 3261 §20.42, RFC 3581 §3). Used by the transaction layer
// and the transport driver.
import { type Params, parseParams, serializeParams, skipSpace, tokenEnd, trimSpace } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';
import { splitHostport } from '../uri.ts';

export interface Via {
  /** Of SIP, where it is not 2.0: who is refused for his version (505) gets back his own Via. */
  readonly version?: string | undefined;
  /** Upper case: `UDP`, `TCP`, `TLS`, `WS`, `WSS`, or one we do not know. */
  readonly transport: string;
  readonly host: string;
  readonly port?: number | undefined;
  readonly params: Params;
}

/** What a branch that is unique begins with (RFC 3261 §8.1.1.7). */
export const BRANCH_COOKIE = 'z9hG4bK';

export function parseVia(text: string): Via | undefined {
  const protocol = text.startsWith('SIP/2.0/') ? USUAL : readProtocol(text);
  if (protocol === undefined) return undefined;
  const at = skipSpace(text, protocol.end);
  const transportEnd = tokenEnd(text, at);
  const hostStart = skipSpace(text, transportEnd);
  if (transportEnd === at || hostStart === transportEnd) return undefined;
  const semicolon = text.indexOf(';', hostStart);
  const hostEnd = semicolon === -1 ? text.length : semicolon;
  const hostport = splitHostport(withoutSpaceAroundColon(trimSpace(text.slice(hostStart, hostEnd))));
  const params = parseParams(text, hostEnd);
  if (hostport === undefined || params === undefined) return undefined;
  const via = { transport: text.slice(at, transportEnd).toUpperCase(), ...hostport, params };
  return protocol.version === '2.0' ? via : { version: protocol.version, ...via };
}

interface Protocol {
  readonly version: string;
  readonly end: number;
}

const USUAL: Protocol = { version: '2.0', end: 'SIP/2.0/'.length };

/** `SIP / 2.0 /` in any spelling. */
function readProtocol(text: string): Protocol | undefined {
  const name = token(text, 0);
  const firstSlash = name.text.toUpperCase() === 'SIP' ? slash(text, name.end) : -1;
  if (firstSlash === -1) return undefined;
  const version = token(text, firstSlash);
  const end = slash(text, version.end);
  return end === -1 || version.text === '' ? undefined : { version: version.text, end };
}

function token(text: string, from: number): { readonly text: string; readonly end: number } {
  const start = skipSpace(text, from);
  const end = tokenEnd(text, start);
  return { text: text.slice(start, end), end };
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
  return `SIP/${via.version ?? '2.0'}/${via.transport} ${via.host}${port}${serializeParams(via.params)}`;
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

/** The first Via was just written from this value: nobody has to read it again. */
export function knowTopVia(headers: HeaderFields, via: Via): void {
  lastText = headers.get('Via') ?? '';
  lastVia = via;
}

/** The branch of a Via where it identifies a transaction (RFC 3261 §17.2.3): more than the bare cookie. */
export function transactionBranch(via: Via): string | undefined {
  const branch = via.params.get('branch');
  if (branch === undefined || branch.length <= BRANCH_COOKIE.length) return undefined;
  return branch.slice(0, BRANCH_COOKIE.length).toLowerCase() === 'z9hg4bk' ? branch : undefined;
}
