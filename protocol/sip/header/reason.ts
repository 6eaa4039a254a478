// Reason: why a request was sent, as a status of SIP or a cause of another protocol (RFC 3326 §2).
import {
  isToken,
  NO_PARAMS,
  type Params,
  parseNumber,
  parseParams,
  quote,
  serializeParams,
  tokenEnd,
} from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';
import { parseValues, serializeValues } from './value-list.ts';

export interface Reason {
  /** `SIP`, `Q.850`, `preemption`, or another; as it came, compared without case. */
  readonly protocol: string;
  readonly cause?: number | undefined;
  readonly text?: string | undefined;
  /** Parameters other than `cause` and `text`. */
  readonly params: Params;
}

const MAX_CAUSE = 999_999;

/** Empty where the field is absent; undefined where a value cannot be read. */
export function parseReasons(headers: HeaderFields): readonly Reason[] | undefined {
  return parseValues(headers, 'Reason', parseReason);
}

/** One value: also the `Reason` that stands in the URIs of History-Info. */
export function parseReason(value: string): Reason | undefined {
  const end = tokenEnd(value, 0);
  const params = parseParams(value, end);
  if (end === 0 || params === undefined) return undefined;
  const cause = params.has('cause') ? parseNumber(params.get('cause') ?? '', MAX_CAUSE) : undefined;
  if (params.has('cause') && cause === undefined) return undefined;
  const text = params.get('text');
  if (params.has('text') && text === undefined) return undefined;
  const others = new Map(params);
  others.delete('cause');
  others.delete('text');
  return {
    protocol: value.slice(0, end),
    ...(cause === undefined ? {} : { cause }),
    ...(text === undefined ? {} : { text }),
    params: others,
  };
}

export function serializeReason(value: Omit<Reason, 'params'> & { readonly params?: Params }): string {
  if (!isToken(value.protocol)) throw new TypeError(`"${value.protocol}" is not a protocol`);
  const cause = value.cause === undefined ? '' : `;cause=${value.cause}`;
  const text = value.text === undefined ? '' : `;text=${quote(value.text)}`;
  return value.protocol + cause + text + serializeParams(value.params ?? NO_PARAMS);
}

export function serializeReasons(values: Iterable<Reason>): string {
  return serializeValues(values, serializeReason);
}
