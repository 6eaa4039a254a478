// The client half of a call: our requests in its dialog and the peer's answers (RFC 3261 §12.2.1, §13.2.2, §14.1;
// RFC 3262 §4; RFC 3311 §5.1; RFC 4028 §7). Used by InviteSession alone.
import { parseCSeq } from '../header/cseq.ts';
import { parseRSeq } from '../header/reliable-response.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import { credentialsOf } from './challenged.ts';
import {
  acknowledgeInDialog,
  confirmUacDialog,
  endsDialog,
  isTargetRefresh,
  refreshTarget,
} from './dialog.ts';
import { describesSession } from './offer-answer.ts';
import { isReliable, ReliableProvisionalReceiver } from './reliable-provisional.ts';
import type { MessageParts } from './session-output.ts';
import { notNow, type Outputs, type SessionState } from './session-state.ts';

/** A usage of its own inside the dialog: its 481 ends that one alone (RFC 6665 §4.2.2). */
const OTHER_USAGES: ReadonlySet<string> = new Set(['NOTIFY', 'SUBSCRIBE', 'REFER']);

/**
 * RFC 3261 §14.1: "a UAC MUST NOT initiate a new INVITE transaction within a dialog while another INVITE transaction
 * is in progress in either direction".
 */
export function sendInvite(state: SessionState, parts: MessageParts): Outputs {
  const { offers, serverInvite } = state;
  if (state.isOver) return notNow('over');
  if (state.hasPending('INVITE')) return notNow('invite pending');
  if (serverInvite?.state === 'proceeding' || serverInvite?.state === 'accepted')
    return notNow('invite pending');
  // A 2xx that waits for its ACK from our user is in progress too.
  if (state.acknowledged !== undefined && state.acknowledged.ack === undefined)
    return notNow('invite pending');
  if (offers.state !== 'stable' || state.hasPending('UPDATE')) return notNow('offer pending');
  const request = state.next('INVITE', withCapabilities(state, parts));
  offers.inviteSent(request);
  state.receiver = new ReliableProvisionalReceiver();
  return [{ kind: 'send', request }];
}

/** RFC 3311 §5.1: also before the call is answered; an offer only while no other is open. */
export function sendUpdate(state: SessionState, parts: MessageParts): Outputs {
  if (state.isOver) return notNow('over');
  if (state.hasPending('UPDATE')) return notNow('request pending');
  if (parts.body !== undefined && state.offers.state !== 'stable') return notNow('offer pending');
  const request = state.next('UPDATE', withCapabilities(state, parts));
  state.offers.sent(request);
  return [{ kind: 'send', request }];
}

function withCapabilities(state: SessionState, parts: MessageParts): MessageParts {
  const fields = [...state.capabilities(), ...state.pace.requestFields()];
  return { ...parts, headers: [...fields, ...(parts.headers ?? [])] };
}

export function sendAcknowledgement(state: SessionState, parts: MessageParts): Outputs {
  const accepted = state.acknowledged;
  if (accepted === undefined || accepted.ack !== undefined) return notNow('request pending');
  const headers = [...credentialsOf(accepted.invite), ...(parts.headers ?? [])];
  accepted.ack = acknowledgeInDialog(state.dialog, accepted.sequence, { ...parts, headers });
  state.offers.sent(accepted.ack);
  return [{ kind: 'acknowledge', request: accepted.ack }];
}

/** RFC 3262 §7.2: RAck names the RSeq and the CSeq of the response. */
export function sendPrack(state: SessionState, response: SipResponse, parts: MessageParts): Outputs {
  const rseq = parseRSeq(response.headers.get('RSeq') ?? '');
  const cseq = response.headers.get('CSeq');
  if (state.isOver) return notNow('over');
  if (rseq === undefined || cseq === undefined || !isReliable(response)) return notNow('request pending');
  const headers = [['RAck', `${rseq} ${cseq}`] as const, ...(parts.headers ?? [])];
  const request = state.next('PRACK', { ...parts, headers });
  state.offers.sent(request);
  return [{ kind: 'send', request }];
}

export function receiveResponse(state: SessionState, response: SipResponse, now: number): Outputs {
  const cseq = parseCSeq(response.headers.get('CSeq') ?? '');
  if (cseq === undefined) return [];
  const { sequence, method } = cseq;
  if (method === 'INVITE' && state.acknowledged?.sequence === sequence) {
    // RFC 3261 §13.2.2.4: "the ACK … MUST be passed to the client transport every time a retransmission of the 2xx"
    // arrives.
    const { ack } = state.acknowledged;
    return isSuccess(response) && ack !== undefined ? [{ kind: 'acknowledge', request: ack }] : [];
  }
  const request = state.pending.get(sequence);
  if (request === undefined || request.method !== method || response.status === 100) return [];
  if (response.status < 200) return method === 'INVITE' ? receiveProvisional(state, response) : [];
  state.pending.delete(sequence);
  if (method === 'INVITE' && isSuccess(response)) return receiveAccepted(state, request, response, now);
  const again = state.retry(request, response);
  if (again !== undefined) return [{ kind: 'send', request: again }];
  return state.isOver ? [] : receiveFinal(state, request, response, now);
}

function receiveProvisional(state: SessionState, response: SipResponse): Outputs {
  const order = state.isOver ? 'repeated' : state.receiver.receive(response);
  if (order === 'repeated' || order === 'out of order') return [];
  state.learn(response.headers);
  if (order === 'unreliable') return [state.tell({ kind: 'progress', response, needsAnswer: false })];
  const needsAnswer = state.offers.inviteResponse(response, 'them');
  const told = state.tell({ kind: 'progress', response, needsAnswer });
  return needsAnswer ? [told] : [...sendPrack(state, response, {}), told];
}

function receiveAccepted(
  state: SessionState,
  invite: SipRequest,
  response: SipResponse,
  now: number,
): Outputs {
  const sequence = parseCSeq(response.headers.get('CSeq') ?? '')?.sequence ?? 0;
  state.acknowledged = { invite, sequence, ack: undefined };
  // We hung up while it was on its way: it is still owed its ACK.
  if (state.isOver) return sendAcknowledgement(state, {});
  const { dialog } = state;
  state.dialog =
    dialog.state === 'early' ? confirmUacDialog(dialog, response) : refreshTarget(dialog, response.headers);
  state.learn(response.headers);
  state.pace.agreeAsClient(response.headers, now);
  const needsAnswer = state.offers.inviteResponse(response, 'them');
  // A 2xx without the answer that our offer is owed: the offer is as if never made.
  if (!needsAnswer) state.offers.refused('us');
  const told = state.tell({ kind: 'accepted', response, needsAnswer });
  return needsAnswer ? [told] : [...sendAcknowledgement(state, {}), told];
}

function receiveFinal(state: SessionState, request: SipRequest, response: SipResponse, now: number): Outputs {
  const { method } = request;
  const told = state.tell({ kind: 'response', request, response });
  if (isSuccess(response)) {
    if (isTargetRefresh(method)) state.dialog = refreshTarget(state.dialog, response.headers);
    if (method === 'UPDATE') state.pace.agreeAsClient(response.headers, now);
    if (method === 'UPDATE' || method === 'PRACK') {
      state.offers.received(response);
      state.offers.refused('us');
    }
    return [told];
  }
  if (method === 'INVITE' || describesSession(request)) state.offers.refused('us');
  if (method === 'INVITE' || method === 'UPDATE')
    state.pace.refused(method, response, state.dialog.role === 'uac', now);
  if (!endsDialog(response.status) || OTHER_USAGES.has(method)) return [told];
  // RFC 3261 §12.2.1.2: "the UAC SHOULD terminate the dialog", which for a call means BYE.
  return [told, ...state.hangUp('failure', String(response.status))];
}

function isSuccess({ status }: SipResponse): boolean {
  return status >= 200 && status < 300;
}
