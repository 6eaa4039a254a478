// `Scheme name=value, name="value"`: the shape of challenges and credentials (RFC 9110 §11.2, RFC 3261 §25.1). Used by
// the digest modules only.
import { isSpaceCode, quotedEnd, skipSpace, tokenEnd, unquote } from '../grammar.ts';

export interface AuthFields {
  /** Lower case. */
  readonly scheme: string;
  /** By lower-case name, quotes resolved. */
  readonly params: ReadonlyMap<string, string>;
}

const MAX_PARAMS = 32;

/** undefined where the text has another shape or a name comes twice. */
export function parseAuthFields(text: string): AuthFields | undefined {
  const schemeStart = skipSpace(text, 0);
  const schemeEnd = tokenEnd(text, schemeStart);
  if (schemeEnd === schemeStart || !isSpaceCode(text.charCodeAt(schemeEnd))) return undefined;
  const params = parseAuthParams(text, schemeEnd);
  return params === undefined
    ? undefined
    : { scheme: text.slice(schemeStart, schemeEnd).toLowerCase(), params };
}

/** The `name=value` that stand from `from` to the end, by lower-case name, quotes resolved. */
export function parseAuthParams(text: string, from: number): ReadonlyMap<string, string> | undefined {
  const params = new Map<string, string>();
  let at = skipSpace(text, from);
  while (at < text.length) {
    const nameEnd = tokenEnd(text, at);
    const name = text.slice(at, nameEnd).toLowerCase();
    const equals = skipSpace(text, nameEnd);
    if (name === '' || text.charCodeAt(equals) !== 0x3d) return undefined;
    if (params.has(name) || params.size === MAX_PARAMS) return undefined;
    const valueStart = skipSpace(text, equals + 1);
    const isQuoted = text.charCodeAt(valueStart) === 0x22;
    const valueEnd = isQuoted ? quotedEnd(text, valueStart) : tokenEnd(text, valueStart);
    if (valueEnd <= valueStart) return undefined;
    params.set(name, isQuoted ? unquote(text, valueStart, valueEnd) : text.slice(valueStart, valueEnd));
    at = skipSpace(text, valueEnd);
    if (at === text.length) break;
    if (text.charCodeAt(at) !== 0x2c) return undefined;
    at = skipSpace(text, at + 1);
    // A comma promises another parameter.
    if (at === text.length) return undefined;
  }
  return params;
}
