// The small words of SIP's grammar: tokens, quoted strings, parameters, lists (RFC 3261 §25.1). Positions in, positions
// out, no regular expressions over untrusted text. Used by the parser and every header module.

/** Which ASCII characters belong to a rule of the grammar. */
export type CharacterSet = Uint8Array;

export function characterSet(characters: string): CharacterSet {
  const set = new Uint8Array(128);
  for (const character of characters) set[character.charCodeAt(0)] = 1;
  return set;
}

export const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const TOKEN = characterSet(`${ALPHANUMERIC}-.!%*_+\`'~`);

/** Whether every character from `start` to `end` is in the set. */
export function isAllOf(set: CharacterSet, text: string, start = 0, end = text.length): boolean {
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    if (code >= 128 || set[code] !== 1) return false;
  }
  return true;
}

/** Parameters by lower-case name; a parameter without a value maps to undefined. Values are unquoted. */
export type Params = ReadonlyMap<string, string | undefined>;
export const NO_PARAMS: Params = new Map();

export function isTokenCode(code: number): boolean {
  return code < 128 && TOKEN[code] === 1;
}

/** Where the run of token characters that starts at `at` ends. */
export function tokenEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isTokenCode(text.charCodeAt(end))) end++;
  return end;
}

export function isToken(text: string): boolean {
  return text.length > 0 && tokenEnd(text, 0) === text.length;
}

export function isSpaceCode(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

export function skipSpace(text: string, at: number): number {
  let next = at;
  while (next < text.length && isSpaceCode(text.charCodeAt(next))) next++;
  return next;
}

/** Without white space at both ends (SP and HTAB only: `String.trim` takes more than SIP does). */
export function trimSpace(text: string): string {
  const start = skipSpace(text, 0);
  let end = text.length;
  while (end > start && isSpaceCode(text.charCodeAt(end - 1))) end--;
  return start === 0 && end === text.length ? text : text.slice(start, end);
}

/** Position behind the closing quote of the quoted string that opens at `at`, or -1 when it never closes. */
export function quotedEnd(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code === 0x5c) i++;
  }
  return -1;
}

/** What stands between the quotes at `start` and `end - 1`, quoted pairs resolved. */
export function unquote(text: string, start: number, end: number): string {
  const inner = text.slice(start + 1, end - 1);
  if (!inner.includes('\\')) return inner;
  let out = '';
  for (let i = 0; i < inner.length; i++) {
    if (inner.charCodeAt(i) === 0x5c) i++;
    out += inner[i] ?? '';
  }
  return out;
}

/** A quoted string; line ends cannot be in one and become spaces. */
export function quote(text: string): string {
  return `"${text.replace(/[\r\n]+/g, ' ').replace(/["\\\0]/g, '\\$&')}"`;
}

/** The position of the next `separator` at or after `at` that is inside no quotes and no angle brackets, or the length. */
export function separatorAt(text: string, separator: number, at: number): number {
  let inAngle = false;
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === separator && !inAngle) return i;
    if (code === 0x22 && !inAngle) {
      const end = quotedEnd(text, i);
      if (end === -1) return text.length;
      i = end - 1;
    } else if (code === 0x3c) inAngle = true;
    else if (code === 0x3e) inAngle = false;
  }
  return text.length;
}

/** The values of a comma-separated field, trimmed; empty ones are kept, for their parsers to refuse. */
export function splitList(text: string): string[] {
  if (!text.includes(',')) return [trimSpace(text)];
  const values: string[] = [];
  for (let at = 0; at <= text.length; ) {
    const end = separatorAt(text, 0x2c, at);
    values.push(trimSpace(text.slice(at, end)));
    at = end + 1;
  }
  return values;
}

/**
 * Reads `;name[=value]` parameters from `at` to the end of the text; undefined where that is not all there is, or a
 * name comes twice (RFC 3261 §7.3.1).
 * DEVIATES RFC 3261 §25.1: a value may hold any visible character but `";,<>`, because deployed user agents put Base64
 * and bare IPv6 addresses into tags, branches and `received`.
 */
export function parseParams(text: string, at: number): Params | undefined {
  let next = skipSpace(text, at);
  if (next === text.length) return NO_PARAMS;
  const params = new Map<string, string | undefined>();
  while (next < text.length) {
    if (text.charCodeAt(next) !== 0x3b) return undefined;
    const nameStart = skipSpace(text, next + 1);
    const nameEnd = tokenEnd(text, nameStart);
    if (nameEnd === nameStart) return undefined;
    const name = text.slice(nameStart, nameEnd).toLowerCase();
    if (params.has(name)) return undefined;
    next = skipSpace(text, nameEnd);
    if (text.charCodeAt(next) !== 0x3d) {
      params.set(name, undefined);
      continue;
    }
    const valueStart = skipSpace(text, next + 1);
    const quoted = text.charCodeAt(valueStart) === 0x22;
    const valueEnd = quoted ? quotedEnd(text, valueStart) : paramValueEnd(text, valueStart);
    if (valueEnd === -1 || valueEnd === valueStart) return undefined;
    params.set(name, quoted ? unquote(text, valueStart, valueEnd) : text.slice(valueStart, valueEnd));
    next = skipSpace(text, valueEnd);
  }
  return params;
}

/** Visible ASCII but quote, semicolon, comma and angle brackets. */
function isParamValueCode(code: number): boolean {
  if (code <= 0x20 || code >= 0x7f) return false;
  return code !== 0x22 && code !== 0x3b && code !== 0x2c && code !== 0x3c && code !== 0x3e;
}

function paramValueEnd(text: string, at: number): number {
  let end = at;
  while (end < text.length && isParamValueCode(text.charCodeAt(end))) end++;
  return end;
}

/** A parameter value as it may stand after `=`: bare where a parser takes it back, quoted otherwise. */
export function serializeParamValue(value: string): string {
  return value.length > 0 && paramValueEnd(value, 0) === value.length ? value : quote(value);
}

export function serializeParams(params: Params): string {
  let out = '';
  params.forEach((value, name) => {
    out += value === undefined ? `;${name}` : `;${name}=${serializeParamValue(value)}`;
  });
  return out;
}

/** 1*DIGIT up to `max`, or undefined. Leading zeros are allowed, as the grammar has them. */
export function parseNumber(text: string, max: number): number | undefined {
  if (text.length === 0) return undefined;
  let value = 0;
  for (let i = 0; i < text.length; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return undefined;
    value = Math.min(value * 10 + digit, Number.MAX_SAFE_INTEGER);
  }
  return value <= max ? value : undefined;
}

/** A scheme, a colon and more, without white space, quotes or angle brackets. */
export function isUriText(text: string): boolean {
  const colon = text.indexOf(':');
  if (colon < 1 || colon === text.length - 1) return false;
  for (let i = 0; i < colon; i++) if (!isTokenCode(text.charCodeAt(i))) return false;
  for (let i = colon; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code <= 0x20 || code === 0x22 || code === 0x3c || code === 0x3e || code === 0x7f) return false;
  }
  return true;
}
