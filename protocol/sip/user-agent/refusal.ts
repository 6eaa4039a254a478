// What a user agent refuses before anybody looks at it (RFC 3261 §8.2.1, §8.2.2, §12.2.2). Used by UserAgent.
import type { AnswerParts, SessionOptions } from '../dialog/session-output.ts';
import { serializeAllow } from '../header/allow.ts';
import { tagOf } from '../header/name-addr.ts';
import { serializeTokenList, unsupportedOptions } from '../header/token-list.ts';
import type { SipRequest } from '../message.ts';
import { validateRequest } from '../validate-message.ts';

export interface Refused extends AnswerParts {
  readonly status: number;
}

/** Methods that mean nothing outside of a call. */
const IN_CALLS: ReadonlySet<string> = new Set(['BYE', 'PRACK', 'UPDATE', 'INFO']);
/** Their dialogs are not those of calls, and not ours to know. */
const OTHER_USAGES: ReadonlySet<string> = new Set(['NOTIFY', 'SUBSCRIBE']);

/** @returns undefined where it is for the user to answer. */
export function refusalOfRequest(
  request: SipRequest,
  { allow, supported }: Pick<SessionOptions, 'allow' | 'supported'>,
): Refused | undefined {
  const { method, headers } = request;
  const fault = validateRequest(request);
  if (fault !== undefined) return fault;
  if (!allow.includes(method)) return { status: 405, headers: [['Allow', serializeAllow(allow)]] };
  const unknown = unsupportedOptions(headers, 'Require', new Set(supported)).slice(0, 16);
  if (unknown.length > 0) return { status: 420, headers: [['Unsupported', serializeTokenList(unknown)]] };
  const namesDialog = tagOf(headers.get('To')) !== undefined;
  if (IN_CALLS.has(method) || (namesDialog && !OTHER_USAGES.has(method))) return { status: 481 };
  return undefined;
}
