// Privacy: what of a user's identity must not be shown (RFC 3323 §4.2, RFC 3325 §9.3, RFC 7044 §10.1).
import { isToken, trimSpace } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';

const MAX_PRIVACY_VALUES = 16;

/**
 * `header`, `session`, `user`, `none`, `critical`, `id`, `history`, or an extension, in lower case; empty where the
 * field is absent, undefined where it cannot be read: then more privacy is meant than is understood.
 */
export function parsePrivacy(headers: HeaderFields): ReadonlySet<string> | undefined {
  if (!headers.has('Privacy')) return new Set();
  const values = headers
    .getAll('Privacy')
    .flatMap((line) => line.split(';', MAX_PRIVACY_VALUES + 1))
    .map((value) => trimSpace(value).toLowerCase());
  if (values.length > MAX_PRIVACY_VALUES || !values.every(isToken)) return undefined;
  const privacy = new Set(values);
  // RFC 3323 §4.2: none stands alone, but for critical.
  return privacy.has('none') && [...privacy].some((value) => value !== 'none' && value !== 'critical')
    ? undefined
    : privacy;
}

export function serializePrivacy(privacy: Iterable<string>): string {
  return [...privacy].join(';');
}
