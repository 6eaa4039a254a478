// Content-Type, and the media types that Accept lists (RFC 3261 §20.15, §20.1).
import { isToken, type Params, parseParams, serializeParams, trimSpace } from '../grammar.ts';

export interface MediaType {
  /** Lower case: `application`. */
  readonly type: string;
  /** Lower case: `pidf+xml`. */
  readonly subtype: string;
  readonly params: Params;
}

export function parseContentType(text: string): MediaType | undefined {
  const semicolon = text.indexOf(';');
  const end = semicolon === -1 ? text.length : semicolon;
  const slash = text.indexOf('/');
  if (slash === -1 || slash > end) return undefined;
  // m-type SLASH m-subtype, and SLASH takes white space on both sides.
  const type = trimSpace(text.slice(0, slash));
  const subtype = trimSpace(text.slice(slash + 1, end));
  const params = parseParams(text, end);
  if (!isToken(type) || !isToken(subtype) || params === undefined) return undefined;
  return { type: type.toLowerCase(), subtype: subtype.toLowerCase(), params };
}

/** `application/pidf+xml`, without parameters; undefined where it cannot be read. */
export function mediaTypeOf(text: string | undefined): string | undefined {
  const parsed = text === undefined ? undefined : parseContentType(text);
  return parsed === undefined ? undefined : `${parsed.type}/${parsed.subtype}`;
}

export function serializeContentType(value: MediaType): string {
  return `${value.type}/${value.subtype}${serializeParams(value.params)}`;
}
