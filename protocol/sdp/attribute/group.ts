// a=group: media that belong together, by their a=mid (RFC 5888 §5; BUNDLE: RFC 9143 §5).
import { isToken, wordsOf } from '../grammar.ts';

export interface Group {
  /** `BUNDLE`, `LS` (lip synchronisation), … */
  readonly semantics: string;
  readonly mids: readonly string[];
}

export function parseGroup(value: string): Group | undefined {
  const [semantics, ...mids] = wordsOf(value);
  return semantics !== undefined && isToken(semantics) && mids.every(isToken)
    ? { semantics, mids }
    : undefined;
}

export function serializeGroup({ semantics, mids }: Group): string {
  return [semantics, ...mids].join(' ');
}

export function parseMid(value: string): string | undefined {
  const mid = value.trim();
  return isToken(mid) && mid.length <= 255 ? mid : undefined;
}
