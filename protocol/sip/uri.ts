// SIP and SIPS URIs: parsing, writing, and the comparison of RFC 3261 §19.1. Parts are kept escaped, as they came.
// Used by the proxy, the registrar and everyone who addresses someone.
import {
  ALPHANUMERIC,
  type CharacterSet,
  characterSet,
  isAllOf,
  NO_PARAMS,
  type Params,
  parseNumber,
} from './grammar.ts';
import { isHost, withTwoColons } from './host.ts';
import { equalUnescaped, hasValidEscapes, unescapeUri } from './uri-escape.ts';

export interface SipUri {
  readonly scheme: 'sip' | 'sips';
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Name, IPv4 address, or IPv6 address in brackets; as it came, but see `withTwoColons`. */
  readonly host: string;
  readonly port?: number | undefined;
  /** By lower-case name; `;lr` maps to undefined. */
  readonly params: Params;
  /** What stands behind `?`, in order, escaped. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

const UNRESERVED = `${ALPHANUMERIC}-_.!~*'()`;
const USER = characterSet(`${UNRESERVED}%&=+$,;?/`);
const PASSWORD = characterSet(`${UNRESERVED}%&=+$,`);
const PARAM = characterSet(`${UNRESERVED}%[]/:&+$`);
const HEADER = characterSet(`${UNRESERVED}%[]/?:+$`);
const SCHEME = characterSet(`${ALPHANUMERIC}+-.`);
const MAX_URI_CHARS = 8_192;

/** Read lately: the same few addresses come in most messages, and several times in each. */
const readUris = new Map<string, SipUri | undefined>();
const READ_URIS = 4_000;
const READ_URI_CHARS = 200;

/** undefined for another scheme or a malformed URI. */
export function parseSipUri(text: string): SipUri | undefined {
  if (text.length > READ_URI_CHARS) return readSipUri(text);
  const known = readUris.get(text);
  if (known !== undefined) return known;
  // A copy: a piece of a longer text keeps all of that in memory.
  const own = ` ${text}`.slice(1);
  const uri = readSipUri(own);
  if (readUris.size >= READ_URIS) readUris.clear();
  readUris.set(own, uri);
  return uri;
}

function readSipUri(text: string): SipUri | undefined {
  if (text.length > MAX_URI_CHARS) return undefined;
  const scheme = schemeOf(text);
  if (scheme !== 'sip' && scheme !== 'sips') return undefined;
  const start = scheme.length + 1;

  // User information may hold `;` and `?`, so the last `@` decides (no part behind it may hold one).
  const at = text.lastIndexOf('@');
  const userinfo = at === -1 ? undefined : splitUserinfo(text.slice(start, at));
  if (at !== -1 && userinfo === undefined) return undefined;

  const rest = text.slice(at === -1 ? start : at + 1);
  const question = rest.indexOf('?');
  const beforeHeaders = question === -1 ? rest : rest.slice(0, question);
  const semicolon = beforeHeaders.indexOf(';');
  const hostport = splitHostport(semicolon === -1 ? beforeHeaders : beforeHeaders.slice(0, semicolon));
  const params = semicolon === -1 ? NO_PARAMS : splitParams(beforeHeaders.slice(semicolon + 1));
  const headers = question === -1 ? [] : splitHeaders(rest.slice(question + 1));
  if (hostport === undefined || params === undefined || headers === undefined) return undefined;
  return { scheme, ...userinfo, ...hostport, params, headers };
}

/** The scheme in lower case, or undefined where there is none. */
export function schemeOf(text: string): string | undefined {
  const colon = text.indexOf(':');
  if (colon < 1 || colon > 64) return undefined;
  if (!isAllOf(SCHEME, text, 0, colon) || !isLetter(text.charCodeAt(0))) return undefined;
  return text.slice(0, colon).toLowerCase();
}

function isLetter(code: number): boolean {
  return (code | 0x20) >= 0x61 && (code | 0x20) <= 0x7a;
}

/** Characters of the set, and escapes that are complete. */
function isEscaped(set: CharacterSet, text: string): boolean {
  return isAllOf(set, text) && hasValidEscapes(text);
}

function splitUserinfo(text: string): { user: string; password?: string } | undefined {
  const colon = text.indexOf(':');
  const user = colon === -1 ? text : text.slice(0, colon);
  if (user === '' || !isEscaped(USER, user)) return undefined;
  if (colon === -1) return { user };
  const password = text.slice(colon + 1);
  return isEscaped(PASSWORD, password) ? { user, password } : undefined;
}

/** `host[:port]`, without white space. */
export function splitHostport(text: string): { host: string; port?: number } | undefined {
  const bracket = text.startsWith('[') ? text.indexOf(']') : 0;
  if (bracket === -1) return undefined;
  const colon = text.indexOf(':', bracket);
  const host = withTwoColons(colon === -1 ? text : text.slice(0, colon));
  if (!isHost(host)) return undefined;
  if (colon === -1) return { host };
  const port = text.length - colon <= 6 ? parseNumber(text.slice(colon + 1), 65_535) : undefined;
  return port === undefined ? undefined : { host, port };
}

function splitParams(text: string): Params | undefined {
  const params = new Map<string, string | undefined>();
  for (const param of text.split(';')) {
    const equals = param.indexOf('=');
    const name = (equals === -1 ? param : param.slice(0, equals)).toLowerCase();
    const value = equals === -1 ? undefined : param.slice(equals + 1);
    if (name === '' || !isEscaped(PARAM, name) || params.has(name)) return undefined;
    if (value !== undefined && (value === '' || !isEscaped(PARAM, value))) return undefined;
    params.set(name, value);
  }
  return params;
}

function splitHeaders(text: string): [string, string][] | undefined {
  const headers: [string, string][] = [];
  for (const header of text.split('&')) {
    const equals = header.indexOf('=');
    if (equals < 1) return undefined;
    const name = header.slice(0, equals);
    const value = header.slice(equals + 1);
    if (!isEscaped(HEADER, name) || !isEscaped(HEADER, value)) return undefined;
    headers.push([name, value]);
  }
  return headers;
}

/** The inverse of parseSipUri. Parts that come from people go through `escapeUser` first. */
export function serializeSipUri(uri: SipUri): string {
  let text = `${uri.scheme}:`;
  if (uri.user !== undefined)
    text += uri.password === undefined ? `${uri.user}@` : `${uri.user}:${uri.password}@`;
  text += uri.host;
  if (uri.port !== undefined) text += `:${uri.port}`;
  for (const [name, value] of uri.params) text += value === undefined ? `;${name}` : `;${name}=${value}`;
  uri.headers.forEach(([name, value], i) => {
    text += `${i === 0 ? '?' : '&'}${name}=${value}`;
  });
  return text;
}

/** Parameters that differ when only one URI has them (RFC 3261 §19.1.4). */
const ALWAYS_COMPARED = ['user', 'ttl', 'method', 'maddr', 'transport'];

/** Whether two URIs are equivalent as RFC 3261 §19.1.4 has it. Not transitive, so no use as a map key. */
export function sipUrisEqual(a: SipUri, b: SipUri): boolean {
  if (a.scheme !== b.scheme || a.port !== b.port) return false;
  if (a.host.toLowerCase() !== b.host.toLowerCase()) return false;
  if (!equalUnescaped(a.user, b.user) || !equalUnescaped(a.password, b.password)) return false;
  for (const name of ALWAYS_COMPARED) if (a.params.has(name) !== b.params.has(name)) return false;
  for (const [name, value] of a.params) {
    if (b.params.has(name) && !equalUnescaped(value?.toLowerCase(), b.params.get(name)?.toLowerCase()))
      return false;
  }
  return equalHeaders(a.headers, b.headers);
}

/** Header components are never ignored; each must be in both, in any order. */
function equalHeaders(a: SipUri['headers'], b: SipUri['headers']): boolean {
  if (a.length !== b.length) return false;
  const flat = (headers: SipUri['headers']) =>
    headers.map(([name, value]) => `${unescapeUri(name).toLowerCase()}=${unescapeUri(value)}`).sort();
  const others = flat(b);
  return flat(a).every((header, i) => header === others[i]);
}

/**
 * The registrar's key for a person (RFC 3261 §10.3 step 5): `user@host`, unescaped, host in lower case, without
 * parameters, port and scheme; the bare host where there is no user.
 */
export function addressOfRecord(uri: SipUri): string {
  const host = uri.host.toLowerCase();
  return uri.user === undefined ? host : `${unescapeUri(uri.user)}@${host}`;
}
