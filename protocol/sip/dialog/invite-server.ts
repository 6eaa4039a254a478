// The UAS core of a first INVITE (RFC 3261 §13.3, §12.1.1): what is refused at once, and the session that answers the
// rest.
import { serializeTokenList, unsupportedOptions } from '../header/token-list.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import { createUasDialog } from './dialog.ts';
import { InviteSession } from './invite-session.ts';
import { respondWith, type SessionOptions } from './session-output.ts';
import { answerSessionTimer } from './session-timer.ts';

export interface ServerSessionOptions extends SessionOptions {
  /** Unguessable; our tag in every response but 100. */
  readonly localTag: string;
  readonly localContact: string;
  readonly overTls?: boolean | undefined;
}

export type ServerSessionOutcome =
  /** Answer it with `session.respond(invite, …)`. */
  | { readonly ok: true; readonly session: InviteSession }
  | { readonly ok: false; readonly response: SipResponse };

/** An INVITE without To tag. One with a To tag belongs to a dialog, or gets 481 (RFC 3261 §12.2.2). */
export function openServerSession(invite: SipRequest, options: ServerSessionOptions): ServerSessionOutcome {
  const refuse = (status: number, reason?: string, headers: readonly [string, string][] = []) => ({
    ok: false as const,
    response: respondWith(invite, status, { toTag: options.localTag, reason, headers }).response,
  });
  const unknown = unsupportedOptions(invite.headers, 'Require', new Set(options.supported));
  if (unknown.length > 0)
    return refuse(420, undefined, [['Unsupported', serializeTokenList(unknown.slice(0, 16))]]);
  const { sessionTimer } = options;
  const timer = sessionTimer && answerSessionTimer(invite.headers, sessionTimer, 0);
  if (timer !== undefined && !timer.ok) return refuse(422, undefined, [['Min-SE', String(timer.minS)]]);
  const made = createUasDialog(invite, { ...options, state: 'early' });
  if (!made.ok) return refuse(made.status, made.reason);
  return { ok: true, session: new InviteSession(made.dialog, invite, options) };
}
