// The server half of a call: the peer's requests in its dialog and our answers (RFC 3261 §12.2.2, §13.3, §14.2,
// §15.1.2; RFC 3262 §3; RFC 3311 §5.2; RFC 4028 §9). Used by InviteSession alone.
import { responseTo } from '../build-message.ts';
import { parseRAck } from '../header/reliable-response.ts';
import { serializeTokenList, unsupportedOptions } from '../header/token-list.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import { isTargetRefresh, receiveSequence, refreshTarget } from './dialog.ts';
import { describesSession } from './offer-answer.ts';
import { isReliable } from './reliable-provisional.ts';
import { ServerInvite } from './server-invite.ts';
import { type AnswerParts, respondWith, type SessionOutput } from './session-output.ts';
import { notNow, type Outputs, type SessionState } from './session-state.ts';
import { answerSessionTimer } from './session-timer.ts';

/** More of the peer's requests than this, unanswered, are refused with 503. */
const MAX_UNANSWERED = 32;

export function openInvite(state: SessionState, request: SipRequest): void {
  state.serverInvite = new ServerInvite(request, state.options.timers, state.options.random);
  state.offers.inviteReceived(request);
  state.unanswered.add(request);
  state.learn(request.headers);
}

/** A request of the peer in this dialog, ACK included. CANCEL is the transaction layer's (RFC 3261 §9.2). */
export function receiveRequest(state: SessionState, request: SipRequest, now: number): Outputs {
  if (request.method === 'ACK') return receiveAck(state, request);
  if (request.method === 'CANCEL') return [];
  if (state.isOver) return [respondWith(request, 481)];
  const order = receiveSequence(state.dialog, request);
  if (!order.ok) return [respondWith(request, order.status, { reason: order.reason })];
  state.dialog = order.dialog;
  // RFC 3261 §15.1.2: the session ends whatever else is open: 200, and 487 for what is.
  if (request.method === 'BYE') return [respondWith(request, 200), ...state.end('them', 'BYE')];
  const fault = faultOf(state, request);
  if (fault !== undefined) return [fault];
  if (request.method === 'PRACK') return receivePrack(state, request, now);
  if (request.method === 'INVITE') openInvite(state, request);
  else state.unanswered.add(request);
  if (request.method === 'UPDATE') {
    state.learn(request.headers);
    state.offers.received(request);
    // Nothing to decide: a refresh of the session or of the target (RFC 3311 §5.2, RFC 4028 §9).
    if (!describesSession(request)) return respond(state, request, 200, {}, now);
  }
  return [state.tell({ kind: 'request', request })];
}

/** What is refused whoever we are: unknown extensions, glare, an offer upon an offer, a session interval too small. */
function faultOf(state: SessionState, request: SipRequest): SessionOutput | undefined {
  const { method, headers } = request;
  const { options, offers } = state;
  const refuse = (status: number, fields: readonly (readonly [string, string])[] = []) =>
    respondWith(request, status, { headers: fields });
  // RFC 3261 §14.2, RFC 3311 §5.2: "a Retry-After header field with a randomly chosen value of between 0 and 10
  // seconds".
  const later = (status: number) =>
    refuse(status, [['Retry-After', String(Math.floor(options.random() * 11))]]);
  const unknown = unsupportedOptions(headers, 'Require', new Set(options.supported));
  if (unknown.length > 0) return refuse(420, [['Unsupported', serializeTokenList(unknown.slice(0, 16))]]);
  if (state.unanswered.size >= MAX_UNANSWERED) return later(503);
  if (method !== 'INVITE' && method !== 'UPDATE') return undefined;
  // 491 where a request of ours is in the way, 500 where one of theirs is.
  if (method === 'INVITE' && state.hasPending('INVITE')) return refuse(491);
  if (method === 'INVITE' && state.serverInvite?.state === 'proceeding') return later(500);
  if (method === 'UPDATE' && [...state.unanswered].some((other) => other.method === 'UPDATE'))
    return later(500);
  if (method === 'INVITE' || describesSession(request)) {
    if (offers.state === 'we offered') return refuse(491);
    if (offers.state === 'they offered') return later(500);
  }
  const policy = options.sessionTimer;
  const answer = policy && answerSessionTimer(headers, policy, 0);
  if (answer !== undefined && !answer.ok) return refuse(422, [['Min-SE', String(answer.minS)]]);
  return undefined;
}

function receivePrack(state: SessionState, request: SipRequest, now: number): Outputs {
  const { serverInvite, offers } = state;
  const describes = describesSession(request);
  // An offer upon their own offer: RFC 3264 §4 has no answer to that.
  if (describes && offers.state === 'they offered') return [respondWith(request, 400)];
  const next = serverInvite?.prack(parseRAck(request.headers.get('RAck') ?? ''), now);
  if (serverInvite === undefined || next === undefined) return [respondWith(request, 481)];
  confirmWhenAccepted(state);
  const sent = next.map((response) => ({
    kind: 'respond' as const,
    request: serverInvite.request,
    response,
  }));
  offers.received(request);
  if (!describes || offers.state === 'stable') return [respondWith(request, 200), ...sent];
  // RFC 3262 §5: an offer in a PRACK is answered in its 2xx.
  state.unanswered.add(request);
  return [...sent, state.tell({ kind: 'request', request })];
}

function receiveAck(state: SessionState, ack: SipRequest): Outputs {
  if (state.serverInvite?.acknowledge(ack) !== true || state.isOver) return [];
  state.offers.received(ack);
  // An ACK that owed an answer and has none: the offer is as if never made.
  state.offers.refused('us');
  const outputs: Outputs = [state.tell({ kind: 'acknowledged', request: ack })];
  if (state.byeAfterAck !== undefined) outputs.push(...state.hangUp('us', 'BYE', state.byeAfterAck));
  return outputs;
}

/** The answer to a request that came as an event. Final once; provisional for an INVITE only. */
export function respond(
  state: SessionState,
  request: SipRequest,
  status: number,
  parts: AnswerParts,
  now: number,
): Outputs {
  const isInvite = request.method === 'INVITE';
  if (!state.unanswered.has(request)) return notNow('over');
  if (status < 200 && !isInvite) return [];
  if (status >= 200) state.unanswered.delete(request);
  const isAccepted = status >= 200 && status < 300;
  const response = responseTo(request, status, {
    reason: parts.reason,
    body: parts.body,
    toTag: status === 100 ? undefined : state.dialog.localTag,
    headers: [...responseFields(state, request, status, now), ...(parts.headers ?? [])],
  });
  if (isAccepted && isTargetRefresh(request.method))
    state.dialog = refreshTarget(state.dialog, request.headers);
  if (isInvite) return respondToInvite(state, response, parts.reliable ?? true, now);
  if (isAccepted && (request.method === 'UPDATE' || request.method === 'PRACK')) state.offers.sent(response);
  else if (!isAccepted && describesSession(request)) state.offers.refused('them');
  return [{ kind: 'respond', request, response }];
}

/** RFC 3261 §12.1.1: what makes a dialog has Contact and "MUST copy all Record-Route header field values". */
function responseFields(state: SessionState, request: SipRequest, status: number, now: number) {
  const isInvite = request.method === 'INVITE';
  const isAccepted = status >= 200 && status < 300;
  const fields: (readonly [string, string])[] = [];
  if (isInvite && status > 100 && status < 300 && state.dialog.state === 'early') {
    for (const route of request.headers.getAll('Record-Route')) fields.push(['Record-Route', route]);
  }
  if (!isInvite && (!isAccepted || request.method !== 'UPDATE')) return fields;
  if (status > 100 && status < 300) fields.push(['Contact', `<${state.dialog.localContact}>`]);
  if (isAccepted) fields.push(...state.capabilities(), ...state.pace.agreeAsServer(request.headers, now));
  return fields;
}

function respondToInvite(
  state: SessionState,
  response: SipResponse,
  wantReliable: boolean,
  now: number,
): Outputs {
  const invite = state.serverInvite;
  if (invite === undefined) return [];
  const { request } = invite;
  const send = (responses: readonly SipResponse[]): Outputs =>
    responses.map((each) => ({ kind: 'respond', request, response: each }));
  if (response.status < 200) {
    const sent = send(invite.provisional(response, wantReliable, now));
    if (isReliable(response)) state.offers.inviteResponse(response, 'us');
    return sent;
  }
  if (response.status < 300) {
    state.offers.inviteResponse(response, 'us');
    const sent = send(invite.accept(response, now));
    confirmWhenAccepted(state);
    return sent;
  }
  invite.reject();
  state.offers.refused('them');
  state.offers.refused('us');
  const outputs = send([response]);
  // RFC 3261 §12.3: a final response other than 2xx ends the early dialogs of its request; a re-INVITE changes nothing.
  return state.dialog.state === 'early' ? [...outputs, ...state.end('us', String(response.status))] : outputs;
}

/** A 2xx may wait for a PRACK (RFC 3262 §3); the dialog is confirmed when it goes out. */
function confirmWhenAccepted(state: SessionState): void {
  if (state.dialog.state === 'early' && state.serverInvite?.state === 'accepted')
    state.dialog = { ...state.dialog, state: 'confirmed' };
}

/** RFC 3261 §9.2: the caller gave up. The 200 of the CANCEL is the transaction layer's. */
export function cancelled(state: SessionState, now: number): Outputs {
  const request = state.serverInvite?.request;
  if (request === undefined || !state.unanswered.has(request)) return [];
  const isFirst = state.dialog.state === 'early';
  const outputs = respond(state, request, 487, {}, now).filter(({ kind }) => kind === 'respond');
  outputs.push(state.tell({ kind: 'cancelled', request }));
  if (isFirst) outputs.push(state.tell({ kind: 'ended', by: 'them', reason: 'CANCEL' }));
  return outputs;
}

/** Retransmissions that are due, and what follows where PRACK or ACK never come. */
export function advanceInvite(state: SessionState, now: number): Outputs {
  const invite = state.serverInvite;
  if (invite === undefined) return [];
  const { request } = invite;
  const { send, timedOut } = invite.advance(now);
  const outputs: Outputs = send.map((response) => ({ kind: 'respond', request, response }));
  // RFC 3261 §13.3.1.4: without ACK "the dialog is confirmed, but the session SHOULD be terminated" with a BYE.
  if (timedOut === 'ACK') outputs.push(...state.hangUp('failure', 'no ACK', state.byeAfterAck));
  // RFC 3262 §3: "the UAS SHOULD reject the original request with a 5xx response".
  if (timedOut === 'PRACK') {
    // A 2xx of ours that waited for the PRACK never went out: the INVITE is still to be answered.
    state.unanswered.add(request);
    outputs.push(...respond(state, request, 504, {}, now));
  }
  return outputs;
}
