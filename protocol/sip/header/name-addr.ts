// name-addr and addr-spec with parameters (RFC 3261 §20.10, §25.1): From, To, Contact, Route, Record-Route, Path,
// P-Asserted-Identity. The URI is kept as text; `parseSipUri` reads it when it is needed.
import {
  isSpaceCode,
  isTokenCode,
  isUriText,
  NO_PARAMS,
  type Params,
  parseParams,
  quote,
  quotedEnd,
  serializeParams,
  skipSpace,
  trimSpace,
  unquote,
} from '../grammar.ts';

export interface NameAddr {
  /** Without quotes, escapes resolved. */
  readonly displayName?: string | undefined;
  readonly uri: string;
  /** Parameters of the header field, not of the URI. */
  readonly params: Params;
}

/**
 * From and To of a message are asked for by several layers one after another: the last answers are kept. So few that they
 * hold no more than two messages in memory.
 */
const LATELY = 4;
const latelyRead: string[] = new Array<string>(LATELY).fill('');
const latelyMeant: (NameAddr | undefined)[] = new Array<NameAddr | undefined>(LATELY).fill(undefined);
let latest = 0;

export function parseNameAddr(text: string): NameAddr | undefined {
  for (let index = 0; index < LATELY; index++) if (latelyRead[index] === text) return latelyMeant[index];
  const meant = readNameAddr(text);
  latest = (latest + 1) % LATELY;
  latelyRead[latest] = text;
  latelyMeant[latest] = meant;
  return meant;
}

function readNameAddr(text: string): NameAddr | undefined {
  const start = skipSpace(text, 0);
  if (text.charCodeAt(start) === 0x22) {
    const end = quotedEnd(text, start);
    if (end === -1) return undefined;
    return bracketed(text, skipSpace(text, end), unquote(text, start, end));
  }
  const nameEnd = displayNameEnd(text, start);
  if (text.charCodeAt(nameEnd) !== 0x3c) return bare(text, start);
  return bracketed(text, nameEnd, trimSpace(text.slice(start, nameEnd)) || undefined);
}

/**
 * DEVIATES RFC 3261 §25.1: letters outside ASCII are taken in a display name without quotes, because phones send them
 * and a refused call helps nobody.
 */
function displayNameEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (!isTokenCode(code) && !isSpaceCode(code) && code < 0x80) break;
    at++;
  }
  return at;
}

function bracketed(text: string, at: number, displayName: string | undefined): NameAddr | undefined {
  if (text.charCodeAt(at) !== 0x3c) return undefined;
  const end = text.indexOf('>', at);
  const uri = text.slice(at + 1, end);
  if (end === -1 || !isUriText(uri)) return undefined;
  const params = parseParams(text, end + 1);
  return params === undefined ? undefined : { displayName, uri, params };
}

/** RFC 3261 §20.10: without brackets, what follows `;` belongs to the field, and `,` and `?` may not occur. */
function bare(text: string, start: number): NameAddr | undefined {
  let end = start;
  while (end < text.length && text.charCodeAt(end) !== 0x3b && !isSpaceCode(text.charCodeAt(end))) end++;
  const uri = text.slice(start, end);
  if (!isUriText(uri) || uri.includes(',') || uri.includes('?')) return undefined;
  const params = parseParams(text, end);
  return params === undefined ? undefined : { uri, params };
}

export function serializeNameAddr(value: {
  readonly displayName?: string | undefined;
  readonly uri: string;
  readonly params?: Params | undefined;
}): string {
  const name = value.displayName ? `${quote(value.displayName)} ` : '';
  return `${name}<${value.uri}>${serializeParams(value.params ?? NO_PARAMS)}`;
}

/** The tag of a From or To value; undefined where it has none or cannot be read. */
export function tagOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : parseNameAddr(text)?.params.get('tag');
}
