// One INVITE that we are asked to answer, the first of a call or a re-INVITE (RFC 3261 §13.3.1, §14.2; RFC 3262 §3).
// A part of InviteSession.
//
//  proceeding ──2xx──▶ accepted ──ACK──▶ confirmed
//      └──3xx-6xx──▶ rejected
import { parseCSeq } from '../header/cseq.ts';
import type { RAck } from '../header/reliable-response.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import type { TransactionTimers } from '../transaction/timers.ts';
import { AcceptedInvite } from './accepted-invite.ts';
import { describesSession } from './offer-answer.ts';
import { MAX_FIRST_RSEQ, ReliableProvisionalSender } from './reliable-provisional.ts';

export type ServerInviteState = 'proceeding' | 'accepted' | 'confirmed' | 'rejected';

export class ServerInvite {
  state: ServerInviteState = 'proceeding';
  readonly request: SipRequest;
  readonly sequence: number;
  readonly #timing: TransactionTimers;
  readonly #sender: ReliableProvisionalSender;
  #lastDescribes = false;
  /** A 2xx that waits for a PRACK. */
  #delayed: SipResponse | undefined;
  #accepted: AcceptedInvite | undefined;

  constructor(request: SipRequest, timing: TransactionTimers, random: () => number) {
    this.request = request;
    this.sequence = parseCSeq(request.headers.get('CSeq') ?? '')?.sequence ?? 0;
    this.#timing = timing;
    const firstRseq = 1 + Math.min(Math.floor(random() * MAX_FIRST_RSEQ), MAX_FIRST_RSEQ - 1);
    this.#sender = new ReliableProvisionalSender(this.sequence, firstRseq, timing);
  }

  /** A 2xx went out, or waits for a PRACK, and its ACK has not come. */
  get isAwaitingAck(): boolean {
    return this.state === 'accepted' || this.#delayed !== undefined;
  }
  get wakeAt(): number | undefined {
    const { wakeAt } = this.#sender;
    return wakeAt ?? this.#accepted?.wakeAt;
  }

  /** Whether the peer insists on, or can take, reliable provisional responses (RFC 3262 §3). */
  reliability(): 'required' | 'supported' | 'none' {
    const has = (name: string) =>
      this.request.headers.getAll(name).some((tag) => tag.toLowerCase() === '100rel');
    if (has('Require')) return 'required';
    return has('Supported') ? 'supported' : 'none';
  }

  provisional(response: SipResponse, wantReliable: boolean, now: number): SipResponse[] {
    if (this.state !== 'proceeding' || this.#delayed !== undefined) return [];
    const reliability = response.status === 100 ? 'none' : this.reliability();
    // "MUST send any non-100 provisional response reliably" where required; "MUST NOT" where neither field has 100rel.
    if (reliability === 'none' || (reliability === 'supported' && !wantReliable)) return [response];
    this.#lastDescribes = describesSession(response);
    return this.#sender.send(response, now);
  }

  /**
   * RFC 3262 §3: a 2xx waits while "any of the unacknowledged reliable provisional responses contained a session
   * description". @returns what to send now.
   */
  accept(response: SipResponse, now: number): SipResponse[] {
    if (this.state !== 'proceeding' || this.#delayed !== undefined) return [];
    if (this.#lastDescribes && !this.#sender.isAcknowledged) {
      this.#delayed = response;
      return [];
    }
    this.#sender.stop();
    this.state = 'accepted';
    this.#accepted = new AcceptedInvite(response, this.sequence, this.#timing, now);
    return [response];
  }

  /** False where it has a final response already. */
  reject(): boolean {
    if (this.state !== 'proceeding') return false;
    this.state = 'rejected';
    this.#delayed = undefined;
    this.#sender.stop();
    return true;
  }

  /** The ACK of our 2xx. False where it is another's or came before. */
  acknowledge(ack: SipRequest): boolean {
    const sequence = parseCSeq(ack.headers.get('CSeq') ?? '')?.sequence;
    if (this.state !== 'accepted' || sequence !== this.sequence) return false;
    this.state = 'confirmed';
    this.#accepted = undefined;
    return true;
  }

  /** undefined where the PRACK matches nothing. */
  prack(rack: RAck | undefined, now: number): SipResponse[] | undefined {
    const next = this.#sender.acknowledge(rack, now);
    const delayed = this.#delayed;
    if (next === undefined || delayed === undefined || !this.#sender.isAcknowledged) return next;
    this.#delayed = undefined;
    return [...next, ...this.accept(delayed, now)];
  }

  advance(now: number): { readonly send: readonly SipResponse[]; readonly timedOut?: 'PRACK' | 'ACK' } {
    const provisional = this.#sender.advance(now);
    if (provisional.timedOut) return { send: provisional.resend, timedOut: 'PRACK' };
    const accepted = this.#accepted;
    if (accepted === undefined) return { send: provisional.resend };
    const { resend, timedOut } = accepted.advance(now);
    const send = [...provisional.resend, ...Array.from({ length: resend }, () => accepted.response)];
    if (!timedOut) return { send };
    this.state = 'confirmed';
    this.#accepted = undefined;
    return { send, timedOut: 'ACK' };
  }

  /** The call is over: nothing is sent again. */
  stop(): void {
    this.#sender.stop();
    this.#accepted = undefined;
    this.#delayed = undefined;
  }
}
