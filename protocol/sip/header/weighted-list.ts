// Accept-Encoding and Accept-Language: what the sender can read, and which it would rather (RFC 3261 §20.2, §20.3).
import { isToken, type Params, parseParams, serializeParams, tokenEnd } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';
import { parseQValue } from './contact.ts';
import { parseValues, serializeValues } from './value-list.ts';

export interface WeightedValue {
  /** A coding or a language range in lower case, or `*`. */
  readonly name: string;
  /** 0 … 1000; 0 means "not this". */
  readonly priority: number;
  /** Parameters other than `q`. */
  readonly params: Params;
}

/** Empty where the field is absent or empty; undefined where a value cannot be read. */
export function parseWeightedList(
  headers: HeaderFields,
  name: 'Accept-Encoding' | 'Accept-Language',
): readonly WeightedValue[] | undefined {
  return headers.get(name) === '' ? [] : parseValues(headers, name, parseWeightedValue);
}

function parseWeightedValue(text: string): WeightedValue | undefined {
  const end = tokenEnd(text, 0);
  const params = parseParams(text, end);
  if (end === 0 || params === undefined) return undefined;
  const priority = params.has('q') ? parseQValue(params.get('q')) : 1000;
  if (priority === undefined) return undefined;
  const others = new Map(params);
  others.delete('q');
  return { name: text.slice(0, end).toLowerCase(), priority, params: others };
}

export function serializeWeightedList(values: Iterable<WeightedValue>): string {
  return serializeValues(values, ({ name, priority, params }) => {
    if (!isToken(name)) throw new TypeError(`"${name}" is not a coding or language range`);
    return `${name}${priority === 1000 ? '' : `;q=${priority / 1000}`}${serializeParams(params)}`;
  });
}
