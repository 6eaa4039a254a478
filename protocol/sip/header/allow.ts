// Allow: the methods that a user agent or server takes (RFC 3261 §20.5). Methods are compared case-sensitively.
import type { HeaderFields } from '../header-fields.ts';
import { parseTokenList, serializeTokenList } from './token-list.ts';

/** undefined where the field is absent (which says nothing) or cannot be read. */
export function parseAllow(headers: HeaderFields): ReadonlySet<string> | undefined {
  const methods = headers.has('Allow') ? parseTokenList(headers, 'Allow') : undefined;
  return methods === undefined ? undefined : new Set(methods);
}

export const serializeAllow: (methods: Iterable<string>) => string = serializeTokenList;
