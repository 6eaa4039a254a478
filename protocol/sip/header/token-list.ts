// Lists of tokens: Allow, Supported, Require, Proxy-Require, Unsupported, Allow-Events (RFC 3261 §20.5, §20.32, §20.37;
// RFC 6665 §8.2.2).
import { isToken } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';

/** Every token of the field, in order; undefined where one is no token. An empty field (`Supported:`) has none. */
export function parseTokenList(headers: HeaderFields, name: string): readonly string[] | undefined {
  const tokens = headers.getAll(name).filter((value) => value !== '');
  return tokens.every(isToken) ? tokens : undefined;
}

export function serializeTokenList(tokens: Iterable<string>): string {
  return [...tokens].join(', ');
}

/** The option tags a request requires and we lack: for the Unsupported field of a 420 (RFC 3261 §8.2.2.3). */
export function unsupportedOptions(
  headers: HeaderFields,
  name: 'Require' | 'Proxy-Require',
  supported: ReadonlySet<string>,
): readonly string[] {
  return headers.getAll(name).filter((tag) => tag !== '' && !supported.has(tag.toLowerCase()));
}
