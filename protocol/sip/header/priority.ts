// Priority: how urgent the sender finds its request (RFC 3261 §20.26).
import { isToken, trimSpace } from '../grammar.ts';

/** `emergency`, `urgent`, `normal`, `non-urgent`, or an extension; lower case. */
export function parsePriority(text: string): string | undefined {
  const trimmed = trimSpace(text);
  return isToken(trimmed) ? trimmed.toLowerCase() : undefined;
}
