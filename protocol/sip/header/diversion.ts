// Diversion: who sent a call on, and why, the latest first (RFC 5806 §4). History-Info is the standard for it; gateways
// and telephone companies still speak this.
import { NO_PARAMS, type Params, parseNumber } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';
import { type NameAddr, parseNameAddr, serializeNameAddr } from './name-addr.ts';
import { parseValues, serializeValues } from './value-list.ts';

export interface Diversion extends NameAddr {
  /** `unconditional`, `user-busy`, `no-answer`, `unavailable`, `deflection`, or another; lower case. */
  readonly reason?: string | undefined;
  /** How often the call was diverted here; absent means once. */
  readonly counter?: number | undefined;
  /** How many diversions are allowed. */
  readonly limit?: number | undefined;
  /** `full`, `name`, `uri`, `off`, or another; lower case. */
  readonly privacy?: string | undefined;
  /** Whether the address was verified. */
  readonly isScreened?: boolean | undefined;
}

const MAX_COUNT = 99;

/** Empty where the field is absent; undefined where a value cannot be read. */
export function parseDiversions(headers: HeaderFields): readonly Diversion[] | undefined {
  return parseValues(headers, 'Diversion', parseDiversion);
}

function parseDiversion(text: string): Diversion | undefined {
  const address = parseNameAddr(text);
  if (address === undefined) return undefined;
  const { params } = address;
  const counter = countOf(params, 'counter');
  const limit = countOf(params, 'limit');
  const screen = params.get('screen')?.toLowerCase();
  if (counter === 'malformed' || limit === 'malformed') return undefined;
  const others = new Map(params);
  for (const name of ['reason', 'counter', 'limit', 'privacy']) others.delete(name);
  // Another value than yes and no stays a parameter (RFC 5806 §4 lets there be others).
  const isKnownScreen = screen === 'yes' || screen === 'no';
  if (isKnownScreen) others.delete('screen');
  return {
    ...address,
    params: others,
    ...lowerCase('reason', params.get('reason')),
    ...(counter === undefined ? {} : { counter }),
    ...(limit === undefined ? {} : { limit }),
    ...lowerCase('privacy', params.get('privacy')),
    ...(isKnownScreen ? { isScreened: screen === 'yes' } : {}),
  };
}

function lowerCase(name: 'reason' | 'privacy', value: string | undefined) {
  return value === undefined ? {} : { [name]: value.toLowerCase() };
}

function countOf(params: Params, name: string): number | 'malformed' | undefined {
  if (!params.has(name)) return undefined;
  return parseNumber(params.get(name) ?? '', MAX_COUNT) ?? 'malformed';
}

export function serializeDiversions(
  diversions: Iterable<Omit<Diversion, 'params'> & { readonly params?: Params }>,
): string {
  return serializeValues(diversions, (diversion) => {
    const params = new Map<string, string | undefined>();
    if (diversion.reason !== undefined) params.set('reason', diversion.reason);
    if (diversion.counter !== undefined) params.set('counter', String(diversion.counter));
    if (diversion.limit !== undefined) params.set('limit', String(diversion.limit));
    if (diversion.privacy !== undefined) params.set('privacy', diversion.privacy);
    if (diversion.isScreened !== undefined) params.set('screen', diversion.isScreened ? 'yes' : 'no');
    for (const [name, value] of diversion.params ?? NO_PARAMS) params.set(name, value);
    return serializeNameAddr({ displayName: diversion.displayName, uri: diversion.uri, params });
  });
}
