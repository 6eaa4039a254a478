// Accept-Contact, Reject-Contact and Request-Disposition: which of the callee's devices the caller wants, and what a
// proxy should do (RFC 3841 §9.1, §9.2).
import { type Params, parseParams, serializeParams } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';
import { isFeatureTag, serializeFeatureTags } from './feature-tags.ts';
import { parseTokenList, serializeTokenList } from './token-list.ts';
import { parseValues, serializeValues } from './value-list.ts';

export interface ContactPreference {
  /** Feature tags by name; see `parseFeatureValue`. */
  readonly features: Params;
  /** Accept-Contact: a contact that does not match is not tried. */
  readonly isRequired: boolean;
  /** Accept-Contact: a contact that does not name all of the features is a worse match. */
  readonly isExplicit: boolean;
  /** Other parameters. */
  readonly params: Params;
}

/** Empty where the field is absent; undefined where a value cannot be read. */
export function parseContactPreferences(
  headers: HeaderFields,
  name: 'Accept-Contact' | 'Reject-Contact',
): readonly ContactPreference[] | undefined {
  return parseValues(headers, name, parsePreference);
}

function parsePreference(text: string): ContactPreference | undefined {
  // ac-value = "*" *(SEMI ac-params)
  const params = text.charCodeAt(0) === 0x2a ? parseParams(text, 1) : undefined;
  if (params === undefined) return undefined;
  const features = new Map<string, string | undefined>();
  const others = new Map<string, string | undefined>();
  for (const [name, value] of params) (isFeatureTag(name) ? features : others).set(name, value);
  const isFlag = (name: string) => others.has(name) && others.get(name) === undefined;
  const [isRequired, isExplicit] = [isFlag('require'), isFlag('explicit')];
  if (isRequired) others.delete('require');
  if (isExplicit) others.delete('explicit');
  return { features, isRequired, isExplicit, params: others };
}

export function serializeContactPreferences(values: Iterable<ContactPreference>): string {
  return serializeValues(values, ({ features, isRequired, isExplicit, params }) => {
    const flags = `${isRequired ? ';require' : ''}${isExplicit ? ';explicit' : ''}`;
    return `*${serializeFeatureTags(features)}${flags}${serializeParams(params)}`;
  });
}

/**
 * `proxy` or `redirect`, `cancel` or `no-cancel`, `fork` or `no-fork`, `recurse` or `no-recurse`, `parallel` or
 * `sequential`, `queue` or `no-queue`, in lower case; undefined where a value is no token.
 */
export function parseRequestDisposition(headers: HeaderFields): ReadonlySet<string> | undefined {
  const directives = parseTokenList(headers, 'Request-Disposition');
  return directives === undefined ? undefined : new Set(directives.map((each) => each.toLowerCase()));
}

export const serializeRequestDisposition: (directives: Iterable<string>) => string = serializeTokenList;
