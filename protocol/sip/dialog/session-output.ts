// What the user agent cores are given and what they hand back: messages to send and events to tell. Used by
// InviteSession, InviteClient and whoever drives them. **After every call: carry out the outputs in order, then read
// `wakeAt` again.**
import { responseTo } from '../build-message.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import { DEFAULT_TIMERS, type TransactionTimers } from '../transaction/timers.ts';
import type { InviteSession } from './invite-session.ts';
import type { SessionTimerPolicy } from './session-timer.ts';

export interface SessionOptions {
  /** T1 and T2 pace the 2xx and the reliable 1xx (RFC 3261 §13.3.1.4, RFC 3262 §3). */
  readonly timers: TransactionTimers;
  /** 0 ≤ x < 1, anew each time: RSeq, Retry-After and the wait after a 491. */
  readonly random: () => number;
  /** Methods for Allow and option tags for Supported; what a request requires beyond them is refused with 420. */
  readonly allow: readonly string[];
  readonly supported: readonly string[];
  /** undefined: no session timers of our own, and Session-Expires is not looked at. */
  readonly sessionTimer: SessionTimerPolicy | undefined;
  /**
   * The request again with what a 401 or 407 to it asks for, or undefined to leave it refused (RFC 3261 §22.2, §22.3).
   * Via and CSeq are not its affair. DigestClient makes one.
   */
  readonly answerChallenge?: AnswerChallenge | undefined;
}

export type AnswerChallenge = (request: SipRequest, response: SipResponse) => SipRequest | undefined;

/** Everything but the randomness, which is the driver's to give. */
export const DEFAULT_SESSION_OPTIONS: Omit<SessionOptions, 'random'> = {
  timers: DEFAULT_TIMERS,
  allow: [
    'INVITE',
    'ACK',
    'BYE',
    'CANCEL',
    'OPTIONS',
    'PRACK',
    'UPDATE',
    'REFER',
    'NOTIFY',
    'INFO',
    'MESSAGE',
  ],
  supported: ['100rel', 'timer', 'replaces', 'join'],
  sessionTimer: undefined,
};

export type SessionEvent =
  /** 101 … 199 to our INVITE; where `needsAnswer`, go on with `acknowledgeProvisional` and the answer (RFC 3262 §5). */
  | { readonly kind: 'progress'; readonly response: SipResponse; readonly needsAnswer: boolean }
  /** 2xx to our INVITE; where `needsAnswer`, go on with `acknowledge` and the answer (RFC 3261 §13.2.2.4). */
  | { readonly kind: 'accepted'; readonly response: SipResponse; readonly needsAnswer: boolean }
  /**
   * A final response to another request of ours, or a refusal of our INVITE; a timeout reads as 408, a lost
   * transport as 503.
   */
  | { readonly kind: 'response'; readonly request: SipRequest; readonly response: SipResponse }
  /** To be answered with `respond`. */
  | { readonly kind: 'request'; readonly request: SipRequest }
  | { readonly kind: 'acknowledged'; readonly request: SipRequest }
  /** The caller gave up; its INVITE is answered already. */
  | { readonly kind: 'cancelled'; readonly request: SipRequest }
  /** RFC 4028 §10: it is time, and the peer knows no UPDATE: re-INVITE with the description as it is. */
  | { readonly kind: 'refreshDue' }
  /** After a 491 or 422: what was refused may be tried again now, if it is still wanted (RFC 3261 §14.1). */
  | { readonly kind: 'retryDue'; readonly method: 'INVITE' | 'UPDATE' }
  | { readonly kind: 'ended'; readonly by: 'us' | 'them' | 'failure'; readonly reason: string };

export type SessionOutput =
  /** Through a new client transaction; Via is its. A CANCEL takes the Via of its INVITE (RFC 3261 §9.1). */
  | { readonly kind: 'send'; readonly request: SipRequest }
  /** The ACK of a 2xx: straight to the transport, with a branch of its own (RFC 3261 §13.2.2.4). */
  | { readonly kind: 'acknowledge'; readonly request: SipRequest }
  /** Through the server transaction of `request`; the same 2xx may come many times. */
  | { readonly kind: 'respond'; readonly request: SipRequest; readonly response: SipResponse }
  | { readonly kind: 'event'; readonly session: InviteSession | undefined; readonly event: SessionEvent }
  /** What was asked for may not be done in this state; nothing has changed. */
  | {
      readonly kind: 'notNow';
      readonly reason: 'over' | 'invite pending' | 'offer pending' | 'request pending';
    };

export interface MessageParts {
  readonly headers?: readonly (readonly [string, string])[] | undefined;
  readonly body?: Uint8Array | undefined;
}

export interface AnswerParts extends MessageParts {
  readonly reason?: string | undefined;
  /** For a 101 … 199: whether to send it reliably where the caller can take that (RFC 3262 §3). */
  readonly reliable?: boolean | undefined;
}

export function respondWith(
  request: SipRequest,
  status: number,
  parts: AnswerParts & { readonly toTag?: string | undefined } = {},
): Extract<SessionOutput, { kind: 'respond' }> {
  return { kind: 'respond', request, response: responseTo(request, status, parts) };
}
