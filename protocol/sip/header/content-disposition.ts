// Content-Disposition: what a body is for, and whether it must be understood (RFC 3261 §20.11, RFC 5621 §8).
import { isToken, type Params, parseParams, serializeParams, tokenEnd } from '../grammar.ts';

export interface ContentDisposition {
  /** `session`, `render`, `icon`, `alert`, `early-session`, or an extension; lower case. */
  readonly type: string;
  /** Whether a body that is not understood may be ignored (RFC 3261 §20.11): `required` unless it says `optional`. */
  readonly isOptional: boolean;
  /** Parameters other than `handling`. */
  readonly params: Params;
}

export function parseContentDisposition(text: string): ContentDisposition | undefined {
  const end = tokenEnd(text, 0);
  const params = parseParams(text, end);
  if (end === 0 || params === undefined) return undefined;
  const handling = params.get('handling')?.toLowerCase();
  if (params.has('handling') && handling !== 'optional' && handling !== 'required') return undefined;
  const others = new Map(params);
  others.delete('handling');
  return { type: text.slice(0, end).toLowerCase(), isOptional: handling === 'optional', params: others };
}

export function serializeContentDisposition(value: ContentDisposition): string {
  if (!isToken(value.type)) throw new TypeError(`"${value.type}" is not a disposition`);
  return `${value.type}${value.isOptional ? ';handling=optional' : ''}${serializeParams(value.params)}`;
}
