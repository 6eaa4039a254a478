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
  const isRead = readAuthParams(text, from, (name, value) => {
    const key = name.toLowerCase();
    if (params.has(key)) return false;
    params.set(key, value);
    return true;
  });
  return isRead ? params : undefined;
}

/**
 * Reads the `name=value` that stand from `from` to the end, quotes resolved.
 * @param take is given each name as it is spelled; false ends the reading.
 * @returns false where the text has another shape, has too many of them, or `take` said so.
 */
export function readAuthParams(
  text: string,
  from: number,
  take: (name: string, value: string) => boolean,
): boolean {
  const isPlain = !text.includes('\\');
  let at = skipSpace(text, from);
  for (let count = 0; at < text.length; count++) {
    const nameEnd = tokenEnd(text, at);
    const equals = skipSpace(text, nameEnd);
    if (nameEnd === at || text.charCodeAt(equals) !== 0x3d || count === MAX_PARAMS) return false;
    const valueStart = skipSpace(text, equals + 1);
    const isQuoted = text.charCodeAt(valueStart) === 0x22;
    const valueEnd = !isQuoted
      ? tokenEnd(text, valueStart)
      : isPlain
        ? text.indexOf('"', valueStart + 1) + 1
        : quotedEnd(text, valueStart);
    if (valueEnd <= valueStart) return false;
    const value = !isQuoted
      ? text.slice(valueStart, valueEnd)
      : isPlain
        ? text.slice(valueStart + 1, valueEnd - 1)
        : unquote(text, valueStart, valueEnd);
    if (!take(text.slice(at, nameEnd), value)) return false;
    at = skipSpace(text, valueEnd);
    if (at === text.length) break;
    if (text.charCodeAt(at) !== 0x2c) return false;
    at = skipSpace(text, at + 1);
    // A comma promises another parameter.
    if (at === text.length) return false;
  }
  return true;
}
