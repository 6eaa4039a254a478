// Answer-Mode and Priv-Answer-Mode: whether the callee should answer by itself (RFC 5373 §4.1, §4.2).
import { isToken, type Params, parseParams, serializeParams, tokenEnd } from '../grammar.ts';

export interface AnswerMode {
  /** `auto`, `manual`, or an extension; lower case. */
  readonly mode: string;
  /** Refuse the call rather than answer in another mode. */
  readonly isRequired: boolean;
  /** Parameters other than `require`. */
  readonly params: Params;
}

export function parseAnswerMode(text: string): AnswerMode | undefined {
  const end = tokenEnd(text, 0);
  const params = parseParams(text, end);
  if (end === 0 || params === undefined) return undefined;
  const isRequired = params.has('require');
  if (isRequired && params.get('require') !== undefined) return undefined;
  const others = new Map(params);
  others.delete('require');
  return { mode: text.slice(0, end).toLowerCase(), isRequired, params: others };
}

/** `auto` is written `Auto`, as RFC 5373 §4.1 spells it. */
export function serializeAnswerMode(value: AnswerMode): string {
  if (!isToken(value.mode)) throw new TypeError(`"${value.mode}" is not an answer mode`);
  const mode = value.mode.slice(0, 1).toUpperCase() + value.mode.slice(1);
  return `${mode}${value.isRequired ? ';require' : ''}${serializeParams(value.params)}`;
}
