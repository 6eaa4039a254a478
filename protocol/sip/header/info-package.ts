// Info-Package and Recv-Info: what an INFO carries, and which packages a user agent takes (RFC 6086 §7.1, §7.2, §7.3).
import { isToken, type Params, parseParams, serializeParams, tokenEnd } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';
import { parseValues, serializeValues } from './value-list.ts';

export interface InfoPackage {
  /** As it came: `conference-floor`. */
  readonly name: string;
  readonly params: Params;
}

export function parseInfoPackage(text: string): InfoPackage | undefined {
  const end = tokenEnd(text, 0);
  const params = parseParams(text, end);
  return end === 0 || params === undefined ? undefined : { name: text.slice(0, end), params };
}

export function serializeInfoPackage(value: InfoPackage): string {
  if (!isToken(value.name)) throw new TypeError(`"${value.name}" is not an info package`);
  return value.name + serializeParams(value.params);
}

/**
 * undefined where the field is absent, which says nothing, or cannot be read. An empty one takes no package, and so
 * does `nil` (RFC 6086 §7.3).
 */
export function parseRecvInfo(headers: HeaderFields): readonly InfoPackage[] | undefined {
  if (!headers.has('Recv-Info')) return undefined;
  if (headers.get('Recv-Info') === '') return [];
  const packages = parseValues(headers, 'Recv-Info', parseInfoPackage);
  return packages?.filter(({ name }) => name.toLowerCase() !== 'nil');
}

export function serializeRecvInfo(packages: Iterable<InfoPackage>): string {
  return serializeValues(packages, serializeInfoPackage);
}
