// How long a subscription or publication may last: what was asked for against what the notifier allows
// (RFC 6665 §4.2.1.1, RFC 3903 §6). Used by the notifier and the presence service.
import { parseExpires } from '../header/expires.ts';
import type { HeaderFields } from '../header-fields.ts';

export interface ExpiresBounds {
  readonly minS: number;
  readonly maxS: number;
  readonly defaultS: number;
}

export type GrantedExpires =
  | { readonly ok: true; readonly expiresS: number }
  /** Answer 423 (Interval Too Brief) with this Min-Expires. */
  | { readonly ok: false; readonly status: 423; readonly minExpiresS: number };

const HOUR_S = 3600;

/** 0 stays 0: it ends (or only fetches). What is not a number counts as absent (RFC 3261 §20.19). */
export function grantedExpires(headers: HeaderFields, bounds: ExpiresBounds): GrantedExpires {
  const asked = parseExpires(headers.get('Expires') ?? '') ?? bounds.defaultS;
  // RFC 6665 §4.2.1.1: 423 only if the duration is "greater than zero AND smaller than one hour AND less than" ours.
  if (asked > 0 && asked < HOUR_S && asked < bounds.minS) {
    return { ok: false, status: 423, minExpiresS: bounds.minS };
  }
  return { ok: true, expiresS: Math.min(asked, bounds.maxS) };
}
