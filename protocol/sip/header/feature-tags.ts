// Feature tags: what a user agent can do, as parameters of its Contact and of the caller's wishes (RFC 3840 §9,
// RFC 3841 §9.2). Used by the registrar, and the proxy where it chooses among contacts.
import { isToken, type Params, quote, trimSpace } from '../grammar.ts';

/** The tags that stand without a `+` (RFC 3840 §9). */
const BASE_TAGS = new Set([
  'audio',
  'automata',
  'class',
  'duplex',
  'data',
  'control',
  'mobility',
  'description',
  'events',
  'priority',
  'methods',
  'schemes',
  'application',
  'video',
  'language',
  'type',
  'isfocus',
  'actor',
  'text',
  'extensions',
]);

export function isFeatureTag(name: string): boolean {
  return name.startsWith('+') ? name.length > 1 : BASE_TAGS.has(name);
}

/** The feature tags among the parameters of a Contact, values as they stand between their quotes. */
export function featureTags(params: Params): Params {
  return new Map([...params].filter(([name]) => isFeatureTag(name)));
}

/** Values are always quoted (RFC 3840 §9); a tag without one is true. */
export function serializeFeatureTags(tags: Params): string {
  let out = '';
  for (const [name, value] of tags) out += value === undefined ? `;${name}` : `;${name}=${quote(value)}`;
  return out;
}

/** One alternative of a value. */
export interface FeatureValue {
  /** `!`: everything but this. */
  readonly isNegated: boolean;
  readonly match:
    | { readonly kind: 'boolean'; readonly value: boolean }
    | { readonly kind: 'token'; readonly value: string }
    | { readonly kind: 'string'; readonly value: string }
    /** Inclusive; an open end is infinite. */
    | { readonly kind: 'number'; readonly least: number; readonly most: number };
}

const MAX_ALTERNATIVES = 64;

/** The alternatives of a tag's value; undefined where it has another form than RFC 3840 §9 gives. */
export function parseFeatureValue(text: string | undefined): readonly FeatureValue[] | undefined {
  if (text === undefined) return [{ isNegated: false, match: { kind: 'boolean', value: true } }];
  // string-value = "<" *(qdtext-no-abkt / quoted-pair) ">", the only one that may hold a comma.
  const string = /^(!?)<([^<>]*)>$/.exec(text);
  if (string !== null)
    return [{ isNegated: string[1] === '!', match: { kind: 'string', value: string[2]! } }];
  const values: FeatureValue[] = [];
  for (const part of text.split(',', MAX_ALTERNATIVES + 1)) {
    const trimmed = trimSpace(part);
    const isNegated = trimmed.startsWith('!');
    const match = parseMatch(isNegated ? trimmed.slice(1) : trimmed);
    if (match === undefined) return undefined;
    values.push({ isNegated, match });
  }
  return values.length <= MAX_ALTERNATIVES ? values : undefined;
}

function parseMatch(text: string): FeatureValue['match'] | undefined {
  if (text.startsWith('#')) return parseNumeric(text.slice(1));
  const upper = text.toUpperCase();
  if (upper === 'TRUE' || upper === 'FALSE') return { kind: 'boolean', value: upper === 'TRUE' };
  return isToken(text) ? { kind: 'token', value: text.toLowerCase() } : undefined;
}

/** `>=5`, `<=5`, `=5`, `1:5` (RFC 3840 §9). */
function parseNumeric(text: string): FeatureValue['match'] | undefined {
  const match =
    /^(?:(>=|<=|=)|([+-]?[0-9]{1,15}(?:\.[0-9]{0,15})?):)([+-]?[0-9]{1,15}(?:\.[0-9]{0,15})?)$/.exec(text);
  if (match === null) return undefined;
  const [, relation, from] = match;
  const number = Number(match[3]);
  const least = from !== undefined ? Number(from) : relation === '<=' ? Number.NEGATIVE_INFINITY : number;
  return { kind: 'number', least, most: relation === '>=' ? Number.POSITIVE_INFINITY : number };
}
