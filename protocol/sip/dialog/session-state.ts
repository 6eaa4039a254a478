// What one call's two halves share (session-as-client.ts, session-as-server.ts): its dialog, whose turn it is to
// offer, what is pending in each direction. Nobody but InviteSession makes one.
import { parseAllow, serializeAllow } from '../header/allow.ts';
import { serializeTokenList } from '../header/token-list.ts';
import type { HeaderFields } from '../header-fields.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import { withCredentials } from './challenged.ts';
import { type Dialog, requestInDialog } from './dialog.ts';
import type { InviteSession } from './invite-session.ts';
import { OfferAnswer } from './offer-answer.ts';
import { ReliableProvisionalReceiver } from './reliable-provisional.ts';
import type { ServerInvite } from './server-invite.ts';
import {
  type MessageParts,
  respondWith,
  type SessionEvent,
  type SessionOptions,
  type SessionOutput,
} from './session-output.ts';
import { SessionPace } from './session-pace.ts';

export type Outputs = SessionOutput[];

export class SessionState {
  readonly options: SessionOptions;
  readonly offers = new OfferAnswer();
  readonly pace: SessionPace;
  /** Our requests without a final response, by CSeq number. */
  readonly pending = new Map<number, SipRequest>();
  /** Requests of the peer that wait for `respond`. */
  readonly unanswered = new Set<SipRequest>();
  dialog: Dialog;
  /** The peer's last INVITE. */
  serverInvite: ServerInvite | undefined;
  /** Of our last INVITE. */
  receiver = new ReliableProvisionalReceiver();
  /** Our last INVITE that got a 2xx, and its ACK once that is sent. */
  acknowledged:
    | { readonly invite: SipRequest; readonly sequence: number; ack: SipRequest | undefined }
    | undefined;
  peerAllows: ReadonlySet<string> | undefined;
  byeAfterAck: MessageParts | undefined;
  readonly #session: InviteSession;

  constructor(session: InviteSession, dialog: Dialog, options: SessionOptions) {
    this.#session = session;
    this.dialog = dialog;
    this.options = options;
    this.pace = new SessionPace(options);
  }

  get isOver(): boolean {
    return this.dialog.state === 'terminated';
  }

  hasPending(method: string): boolean {
    for (const request of this.pending.values()) if (request.method === method) return true;
    return false;
  }

  /** Our next request; it waits for its response from now on. */
  next(method: string, parts: MessageParts): SipRequest {
    const { dialog, request } = requestInDialog(this.dialog, method, parts);
    this.dialog = dialog;
    this.pending.set(dialog.localSequence ?? 0, request);
    return request;
  }

  /** RFC 3261 §22.2: the request that was challenged, with credentials and the next CSeq. */
  retry(request: SipRequest, response: SipResponse): SipRequest | undefined {
    // The first INVITE may have forked: InviteClient sends that one again.
    const isFirstInvite = request.method === 'INVITE' && this.dialog.state === 'early';
    if (isFirstInvite || (this.isOver && request.method !== 'BYE')) return undefined;
    const sequence = (this.dialog.localSequence ?? 0) + 1;
    const again = withCredentials(request, response, sequence, this.options);
    if (again === undefined) return undefined;
    this.dialog = { ...this.dialog, localSequence: sequence };
    this.pending.set(sequence, again);
    return again;
  }

  capabilities(): (readonly [string, string])[] {
    return [
      ['Allow', serializeAllow(this.options.allow)],
      ['Supported', serializeTokenList(this.options.supported)],
    ];
  }

  learn(headers: HeaderFields): void {
    this.peerAllows = parseAllow(headers) ?? this.peerAllows;
  }

  tell(event: SessionEvent): SessionOutput {
    return { kind: 'event', session: this.#session, event };
  }

  hangUp(by: 'us' | 'failure', reason: string, parts: MessageParts = {}): Outputs {
    return [{ kind: 'send', request: this.next('BYE', parts) }, ...this.end(by, reason)];
  }

  /** RFC 3261 §15.1.2: requests still open when the call ends are answered, with 487. */
  end(by: 'us' | 'them' | 'failure', reason: string): Outputs {
    this.dialog = { ...this.dialog, state: 'terminated' };
    this.serverInvite?.stop();
    const toTag = this.dialog.localTag;
    const open: Outputs = [...this.unanswered].map((request) => respondWith(request, 487, { toTag }));
    this.unanswered.clear();
    return [...open, this.tell({ kind: 'ended', by, reason })];
  }
}

export function notNow(reason: Extract<SessionOutput, { kind: 'notNow' }>['reason']): Outputs {
  return [{ kind: 'notNow', reason }];
}
