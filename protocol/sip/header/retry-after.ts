// Retry-After: when to try again, with a comment for people (RFC 3261 §20.33).
import { parseParams, serializeParams, skipSpace, trimSpace } from '../grammar.ts';
import { parseExpires, serializeExpires } from './expires.ts';

export interface RetryAfter {
  readonly afterS: number;
  /** What stood in parentheses, escapes resolved. */
  readonly comment?: string | undefined;
  /** For how long the callee can then be reached. */
  readonly durationS?: number | undefined;
}

export function parseRetryAfter(text: string): RetryAfter | undefined {
  const numberEnd = text.search(/[^0-9]|$/);
  const afterS = parseExpires(text.slice(0, numberEnd));
  const commentStart = skipSpace(text, numberEnd);
  const commentEnd = text.charCodeAt(commentStart) === 0x28 ? endOfComment(text, commentStart) : commentStart;
  if (afterS === undefined || commentEnd === -1) return undefined;
  const params = parseParams(text, commentEnd);
  if (params === undefined) return undefined;
  const comment = text.slice(commentStart + 1, commentEnd - 1).replace(/\\(.)/gs, '$1');
  const durationS = parseExpires(params.get('duration') ?? '');
  return {
    afterS,
    ...(commentEnd === commentStart ? {} : { comment: trimSpace(comment) }),
    ...(durationS === undefined ? {} : { durationS }),
  };
}

/** Behind the parenthesis that closes the one at `at`, or -1: comments nest (RFC 3261 §25.1). */
function endOfComment(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 0x5c) i++;
    else if (code === 0x28) depth++;
    else if (code === 0x29 && --depth === 0) return i + 1;
  }
  return -1;
}

export function serializeRetryAfter(value: RetryAfter): string {
  const comment = value.comment === undefined ? '' : ` (${value.comment.replace(/[()\\]/g, '\\$&')})`;
  const params = new Map(
    value.durationS === undefined ? [] : [['duration', serializeExpires(value.durationS)]],
  );
  return serializeExpires(value.afterS) + comment + serializeParams(params);
}
