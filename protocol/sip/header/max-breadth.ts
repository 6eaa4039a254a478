// Max-Breadth: into how many branches a request may still be forked at once (RFC 5393 §5.3.1).
import { parseNumber } from '../grammar.ts';

/** What a proxy puts into a request without one (RFC 5393 §5.3.3). */
export const INITIAL_MAX_BREADTH = 60;
const MOST_BREADTH = 2 ** 31 - 1;

export function parseMaxBreadth(text: string): number | undefined {
  return parseNumber(text, MOST_BREADTH);
}

export function serializeMaxBreadth(breadth: number): string {
  return String(Math.min(Math.max(0, Math.trunc(breadth)), MOST_BREADTH));
}
