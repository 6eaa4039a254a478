// One dialog of a call, from its first provisional response to its BYE, on either side (RFC 3261 §13, §14,
// §15): answers what protocol alone decides, tells the rest. Made by `openServerSession` (UAS) and InviteClient (UAC).
import { responseTo } from '../build-message.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import type { Dialog } from './dialog.ts';
import {
  receiveResponse,
  sendAcknowledgement,
  sendInvite,
  sendPrack,
  sendUpdate,
} from './session-as-client.ts';
import { advanceInvite, cancelled, openInvite, receiveRequest, respond } from './session-as-server.ts';
import type { AnswerParts, MessageParts, SessionOptions, SessionOutput } from './session-output.ts';
import { notNow, SessionState } from './session-state.ts';

const OWN_VERBS: ReadonlySet<string> = new Set(['INVITE', 'UPDATE', 'ACK', 'BYE', 'PRACK', 'CANCEL']);

export class InviteSession {
  readonly #state: SessionState;

  /**
   * @param invite the request that made the dialog: ours where `dialog.role` is `uac`, theirs otherwise; undefined for a
   * confirmed dialog that was begun by another process.
   */
  constructor(dialog: Dialog, invite: SipRequest | undefined, options: SessionOptions) {
    this.#state = new SessionState(this, dialog, options);
    if (invite === undefined) return;
    if (dialog.role === 'uas') {
      openInvite(this.#state, invite);
      return;
    }
    this.#state.offers.inviteSent(invite);
    if (dialog.localSequence !== undefined) this.#state.pending.set(dialog.localSequence, invite);
  }

  get dialog(): Dialog {
    return this.#state.dialog;
  }
  get isOver(): boolean {
    return this.#state.isOver;
  }
  /** When `advance` wants to be called, or undefined when only a message can wake it. */
  get wakeAt(): number | undefined {
    if (this.isOver) return undefined;
    const { wakeAt } = this.#state.pace;
    const inviteAt = this.#state.serverInvite?.wakeAt;
    return wakeAt === undefined || (inviteAt !== undefined && inviteAt < wakeAt) ? inviteAt : wakeAt;
  }

  /** The peer is reached by another way than the dialog was made by: it moved, and so did we. */
  reroute(routeSet: readonly string[]): void {
    this.#state.dialog = { ...this.#state.dialog, routeSet };
  }

  /** re-INVITE (RFC 3261 §14.1). */
  invite(parts: MessageParts = {}): SessionOutput[] {
    return sendInvite(this.#state, parts);
  }

  update(parts: MessageParts = {}): SessionOutput[] {
    return sendUpdate(this.#state, parts);
  }

  /**
   * INFO, MESSAGE, REFER, NOTIFY, OPTIONS, … (RFC 3261 §12.2.1). @throws TypeError for a method that has a verb
   * of its own.
   */
  request(method: string, parts: MessageParts = {}): SessionOutput[] {
    if (OWN_VERBS.has(method)) throw new TypeError(`${method} has a verb of its own`);
    return this.isOver ? notNow('over') : [{ kind: 'send', request: this.#state.next(method, parts) }];
  }

  /**
   * RFC 3261 §15: "the callee's UA MUST NOT send a BYE on a confirmed dialog until it has received an ACK for its 2xx
   * response or until the server transaction times out": it is sent then. A callee refuses an early call instead,
   * with `respond`.
   */
  bye(parts: MessageParts = {}): SessionOutput[] {
    const state = this.#state;
    if (this.isOver) return notNow('over');
    if (state.serverInvite?.isAwaitingAck === true) {
      state.byeAfterAck ??= parts;
      return [];
    }
    if (this.dialog.role === 'uas' && this.dialog.state === 'early') return notNow('invite pending');
    return state.hangUp('us', 'BYE', parts);
  }

  /** The ACK with our answer, after `accepted` with `needsAnswer`. */
  acknowledge(parts: MessageParts = {}): SessionOutput[] {
    return sendAcknowledgement(this.#state, parts);
  }

  /** The PRACK with our answer, after `progress` with `needsAnswer` (RFC 3262 §5). */
  acknowledgeProvisional(response: SipResponse, parts: MessageParts = {}): SessionOutput[] {
    return sendPrack(this.#state, response, parts);
  }

  /** The answer to a request that came as an event. Final once; provisional for an INVITE only. */
  respond(request: SipRequest, status: number, parts: AnswerParts, now: number): SessionOutput[] {
    return respond(this.#state, request, status, parts, now);
  }

  /** The caller gave up an INVITE that waits for `respond`. */
  cancelled(now: number): SessionOutput[] {
    return cancelled(this.#state, now);
  }

  /** A request of the peer in this dialog, ACK included. */
  receiveRequest(request: SipRequest, now: number): SessionOutput[] {
    return receiveRequest(this.#state, request, now);
  }

  /** A response to a request of ours in this dialog, re-INVITEs included. */
  receiveResponse(response: SipResponse, now: number): SessionOutput[] {
    return receiveResponse(this.#state, response, now);
  }

  /** RFC 3261 §8.1.3.1: a timeout is treated as 408, a transport error as 503. */
  transactionFailed(request: SipRequest, reason: 'timeout' | 'transport', now: number): SessionOutput[] {
    return this.receiveResponse(responseTo(request, reason === 'timeout' ? 408 : 503), now);
  }

  advance(now: number): SessionOutput[] {
    const state = this.#state;
    if (this.isOver) return [];
    const outputs = advanceInvite(state, now);
    if (this.isOver) return outputs;
    for (const due of state.pace.takeDue(now)) {
      // RFC 4028 §10: nobody refreshed.
      if (due === 'give up') return [...outputs, ...state.hangUp('failure', 'session expired')];
      if (due !== 'refresh') outputs.push(state.tell({ kind: 'retryDue', method: due }));
      // RFC 4028 §7.4: an UPDATE without offer is the refresh to prefer, where the peer allows that.
      else if (state.peerAllows?.has('UPDATE') === true) outputs.push(...this.update());
      else outputs.push(state.tell({ kind: 'refreshDue' }));
    }
    return outputs;
  }

  /** Ends it without a word to the peer: its INVITE was refused or given up (RFC 3261 §12.3). */
  abandon(reason: string): SessionOutput[] {
    return this.isOver ? [] : this.#state.end('failure', reason);
  }
}
