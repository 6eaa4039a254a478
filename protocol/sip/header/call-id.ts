// Call-ID, and In-Reply-To, which names calls that are returned (RFC 3261 §20.8, §20.21). Used by dialogs and the
// fields that name one.
import { ALPHANUMERIC, characterSet, isAllOf, trimSpace } from '../grammar.ts';
import type { HeaderFields } from '../header-fields.ts';
import { MAX_VALUES } from './value-list.ts';

const MAX_CALL_ID_CHARS = 1_024;
const WORD = characterSet(`${ALPHANUMERIC}-.!%*_+\`'~()<>:\\"/[]?{}`);

/** callid = word [ "@" word ]; compared byte by byte. */
export function isCallId(text: string): boolean {
  if (text.length > MAX_CALL_ID_CHARS) return false;
  const at = text.indexOf('@');
  const isWord = (from: number, to: number) => to > from && isAllOf(WORD, text, from, to);
  return at === -1 ? isWord(0, text.length) : isWord(0, at) && isWord(at + 1, text.length);
}

export function parseCallId(text: string): string | undefined {
  const trimmed = trimSpace(text);
  return isCallId(trimmed) ? trimmed : undefined;
}

/** Empty where the field is absent; undefined where one is no Call-ID. */
export function parseInReplyTo(headers: HeaderFields): readonly string[] | undefined {
  if (!headers.has('In-Reply-To')) return [];
  // A quote is an ordinary character of a Call-ID, so the commas are looked for without heed of quotes.
  const callIds = headers.getAll('In-Reply-To').join(',').split(',').map(trimSpace);
  return callIds.length <= MAX_VALUES && callIds.every(isCallId) ? callIds : undefined;
}

export function serializeInReplyTo(callIds: Iterable<string>): string {
  return [...callIds].join(', ');
}
