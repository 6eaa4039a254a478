// What a UserAgent is given and what it hands back. Used by user-agent.ts and whoever drives it.
import type { InviteClient } from '../dialog/invite-client.ts';
import type { InviteSession } from '../dialog/invite-session.ts';
import type { SessionEvent, SessionOptions, SessionOutput } from '../dialog/session-output.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message.ts';
import type { SentBy, TransactionFlow } from '../transaction/transaction-layer.ts';

/** A flow that says how we are reached over it. */
export interface UserAgentFlow extends TransactionFlow {
  readonly sentBy: SentBy;
  /** Our Contact URI. */
  readonly contact: string;
}

export interface UserAgentOptions<F extends UserAgentFlow> extends Partial<SessionOptions> {
  /** 0 ≤ x < 1, anew each time. */
  readonly random: () => number;
  /** Our From, a name-addr without tag: `"Alice" <sip:alice@example.com>`. */
  readonly from: string;
  /** Unguessable text of token characters, new each time: branches, tags, Call-IDs. */
  readonly token: () => string;
  /** The way to the next hop of a request of ours (RFC 3261 §8.1.2); undefined where there is none. */
  readonly flowTo: (nextHop: string, request: SipRequest) => F | undefined;
  /** Calls at the same time, those that have just ended included; more are refused with 503. */
  readonly maxSessions?: number;
  readonly maxTransactions?: number;
}

export type UserAgentOutput<F extends UserAgentFlow> =
  | {
      readonly kind: 'transmit';
      readonly message: SipMessage;
      /** Over an unreliable flow send to this address and port; over a reliable one on the connection itself. */
      readonly target: { readonly flow: F; readonly address: string; readonly port: number };
    }
  /** Somebody calls. Answer with `respond(request, …)`. */
  | {
      readonly kind: 'invited';
      readonly session: InviteSession;
      readonly request: SipRequest;
      /** The call that the new one is to take the place of (RFC 3891 §3): accept, then hang that one up. */
      readonly replaces: InviteSession | undefined;
      /** The call that the new one is to be mixed with (RFC 3911 §4). */
      readonly joins: InviteSession | undefined;
    }
  /** Of a call: `session` is missing where the whole INVITE is meant, `client` where the peer called. */
  | {
      readonly kind: 'event';
      readonly client: InviteClient | undefined;
      readonly session: InviteSession | undefined;
      readonly event: SessionEvent;
    }
  /** A request outside of our calls. Answer with `respond(request, …)`. */
  | { readonly kind: 'request'; readonly request: SipRequest }
  /** The final response to `request`, the value that `request()` returned; a timeout reads as 408, a lost transport as 503. */
  | { readonly kind: 'response'; readonly request: SipRequest; readonly response: SipResponse }
  | Extract<SessionOutput, { kind: 'notNow' }>;
