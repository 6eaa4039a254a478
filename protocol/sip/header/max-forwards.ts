// Max-Forwards: how many more hops a request may take, 0 … 255 (RFC 3261 §20.22).
import { parseNumber } from '../grammar.ts';

export const MAX_FORWARDS = 255;
/** What a request starts with (RFC 3261 §8.1.1.6). */
export const INITIAL_MAX_FORWARDS = 70;

export function parseMaxForwards(text: string): number | undefined {
  return parseNumber(text, MAX_FORWARDS);
}
