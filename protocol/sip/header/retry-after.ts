// Retry-After: when to try again, with a comment for people (RFC 3261 §20.33).
import { parseParams, serializeParams, skipSpace, trimSpace } from '../grammar.ts';
import { commentEnd, commentText, serializeComment } from './comment.ts';
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
  const end = text.charCodeAt(commentStart) === 0x28 ? commentEnd(text, commentStart) : commentStart;
  if (afterS === undefined || end === -1) return undefined;
  const params = parseParams(text, end);
  if (params === undefined) return undefined;
  const durationS = parseExpires(params.get('duration') ?? '');
  return {
    afterS,
    ...(end === commentStart ? {} : { comment: trimSpace(commentText(text, commentStart, end)) }),
    ...(durationS === undefined ? {} : { durationS }),
  };
}

export function serializeRetryAfter(value: RetryAfter): string {
  const comment = value.comment === undefined ? '' : ` ${serializeComment(value.comment)}`;
  const params = new Map(
    value.durationS === undefined ? [] : [['duration', serializeExpires(value.durationS)]],
  );
  return serializeExpires(value.afterS) + comment + serializeParams(params);
}
