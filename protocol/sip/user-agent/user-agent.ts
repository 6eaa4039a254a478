// A whole user agent without sockets and clock (RFC 3261 §8): the transaction layer below, calls in both directions,
// requests outside of calls. Driven by whoever has a wire: a phone, a back-to-back user agent, the actors of the plays.
// **After every call: drain `take()`, then sleep until `wakeAt` and call `advance`.**
import { responseTo } from '../build-message.ts';
import { withCredentials } from '../dialog/challenged.ts';
import { type Dialog, nextHopOf } from '../dialog/dialog.ts';
import { dialogKey, dialogKeyOfRequest, keyOfDialog } from '../dialog/dialog-key.ts';
import { referencedDialog } from '../dialog/dialog-reference.ts';
import { InviteClient } from '../dialog/invite-client.ts';
import { openServerSession } from '../dialog/invite-server.ts';
import { InviteSession } from '../dialog/invite-session.ts';
import {
  type AnswerParts,
  DEFAULT_SESSION_OPTIONS,
  type SessionOptions,
  type SessionOutput,
} from '../dialog/session-output.ts';
import { parseCSeq } from '../header/cseq.ts';
import type { DialogReference } from '../header/dialog-reference.ts';
import { tagOf } from '../header/name-addr.ts';
import { parseRouteSet } from '../header/route.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message.ts';
import { DeadlineQueue } from '../transaction/deadline-queue.ts';
import { timeoutMs } from '../transaction/timers.ts';
import { type LayerOutput, type TransactionId, TransactionLayer } from '../transaction/transaction-layer.ts';
import { validateRequest as faultOf } from '../validate-message.ts';
import { type NewRequestParts, newRequest } from './new-request.ts';
import { type Refused, refusalOfRequest } from './refusal.ts';
import type { UserAgentFlow, UserAgentOptions, UserAgentOutput } from './user-agent-output.ts';

const DEFAULT_MAX_SESSIONS = 10_000;
const FULL: Refused = { status: 503, headers: [['Retry-After', '5']] };

/** A call, and for a while after its end the memory of it: retransmissions are still to be answered. */
class HeldSession {
  readonly session: InviteSession;
  readonly client: InviteClient | undefined;
  forgetAt: number | undefined;

  constructor(session: InviteSession, client: InviteClient | undefined) {
    this.session = session;
    this.client = client;
  }
  get wakeAt(): number | undefined {
    return this.session.isOver ? this.forgetAt : this.session.wakeAt;
  }
}

/** A client transaction of ours. */
interface Asked {
  readonly request: SipRequest;
  /** What `request()` returned; undefined for requests of calls. */
  readonly original: SipRequest | undefined;
}

/** A server transaction without a final response, or with one that may be repeated. */
interface Incoming {
  readonly request: SipRequest;
  readonly mergeKey: string | undefined;
  session: InviteSession | undefined;
}

export class UserAgent<F extends UserAgentFlow = UserAgentFlow> {
  readonly #options: UserAgentOptions<F>;
  readonly #sessionOptions: SessionOptions;
  readonly #layer: TransactionLayer<F>;
  readonly #clients = new Map<string, InviteClient>();
  readonly #sessions = new Map<string, HeldSession>();
  readonly #asked = new Map<TransactionId, Asked>();
  readonly #incoming = new Map<TransactionId, Incoming>();
  readonly #merged = new Map<string, TransactionId>();
  readonly #idOf = new WeakMap<SipRequest, TransactionId>();
  readonly #tagOf = new WeakMap<SipRequest, string>();
  readonly #deadlines = new DeadlineQueue<HeldSession | InviteClient>();
  readonly #queuedFor = new WeakMap<HeldSession | InviteClient, number>();
  #outputs: UserAgentOutput<F>[] = [];
  #isDraining = false;

  constructor(options: UserAgentOptions<F>) {
    this.#options = options;
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    this.#sessionOptions = {
      ...DEFAULT_SESSION_OPTIONS,
      ...Object.fromEntries(given),
      random: options.random,
    };
    this.#layer = new TransactionLayer<F>({
      random: options.token,
      timers: this.#sessionOptions.timers,
      ...(options.maxTransactions === undefined ? {} : { maxTransactions: options.maxTransactions }),
    });
  }

  get wakeAt(): number | undefined {
    const own = this.#deadlines.wakeAt;
    const { wakeAt } = this.#layer;
    return own === undefined || (wakeAt !== undefined && wakeAt < own) ? wakeAt : own;
  }
  /** Calls that live. */
  get sessions(): InviteSession[] {
    return [...this.#sessions.values()].map(({ session }) => session).filter(({ isOver }) => !isOver);
  }
  /** Transactions and calls that are remembered: 0 when all is over and forgotten. */
  get size(): number {
    return this.#layer.size + this.#sessions.size + this.#clients.size;
  }

  /** The call that a Replaces or Join means (RFC 3891 §3); one that is over is nobody's. */
  sessionNamed({ callId, toTag, fromTag }: DialogReference): InviteSession | undefined {
    const session = this.#sessions.get(dialogKey(callId, toTag, fromTag))?.session;
    return session?.isOver === false ? session : undefined;
  }

  take(): UserAgentOutput<F>[] {
    const outputs = this.#outputs;
    this.#outputs = [];
    return outputs;
  }

  receive(message: SipMessage, flow: F, now: number): void {
    this.#layer.receive(message, flow, now);
    this.#drain(now);
  }

  advance(now: number): void {
    this.#layer.advance(now);
    for (let due = this.#deadlines.takeDue(now); due !== undefined; due = this.#deadlines.takeDue(now)) {
      this.#queuedFor.delete(due);
      if (due instanceof HeldSession && due.session.isOver) {
        this.#sessions.delete(keyOfDialog(due.session.dialog));
        continue;
      }
      this.#carryOut(due instanceof InviteClient ? due.advance(now) : due.session.advance(now), now);
      this.#schedule(due, now);
    }
    this.#drain(now);
  }

  transportError(flowId: string, now: number): void {
    this.#layer.transportError(flowId, now);
    this.#drain(now);
  }

  /** A request outside of calls; its `response` follows. REGISTER, MESSAGE, OPTIONS, PUBLISH, … */
  request(method: string, parts: NewRequestParts, now: number): SipRequest {
    const request = this.#newRequest(method, parts);
    this.#send(request, request, now);
    this.#drain(now);
    return request;
  }

  /** Calls somebody: `event`s with this client follow. */
  invite(parts: NewRequestParts, now: number): InviteClient {
    const client = new InviteClient(this.#newRequest('INVITE', parts), this.#sessionOptions);
    this.#clients.set(clientKeyOf(client.invite), client);
    this.perform(client.start(), now);
    return client;
  }

  /** A confirmed dialog that another process began and is gone: it goes on here. */
  adopt(dialog: Dialog, now: number): InviteSession {
    const session = new InviteSession(dialog, undefined, this.#sessionOptions);
    this.#hold(new HeldSession(session, undefined), now);
    return session;
  }

  /** Carries out what a verb of a call returned: `perform(session.bye(), now)`. */
  perform(outputs: readonly SessionOutput[], now: number): void {
    this.#carryOut(outputs, now);
    this.#drain(now);
  }

  /** Answers a request that came as `invited`, `request` or an event. False where it is too late. */
  respond(request: SipRequest, status: number, parts: AnswerParts, now: number): boolean {
    const id = this.#idOf.get(request);
    const incoming = id === undefined ? undefined : this.#incoming.get(id);
    if (id === undefined || incoming === undefined) return false;
    if (incoming.session !== undefined) {
      this.perform(incoming.session.respond(request, status, parts, now), now);
      return true;
    }
    const toTag = status === 100 ? undefined : this.#localTag(request);
    const isSent = this.#layer.respond(id, responseTo(request, status, { ...parts, toTag }), now);
    this.#drain(now);
    return isSent;
  }

  #newRequest(method: string, parts: NewRequestParts): SipRequest {
    const { from, token } = this.#options;
    const draft = newRequest(method, parts, { from, token, contact: undefined });
    const contact = this.#options.flowTo(this.#nextHop(draft), draft)?.contact;
    const fromTag = tagOf(draft.headers.get('From'));
    const callId = draft.headers.get('Call-ID');
    return newRequest(method, { ...parts, fromTag, callId }, { from, token, contact });
  }

  /** RFC 3261 §8.1.2: the first Route, or the Request-URI; within a call as its dialog says. */
  #nextHop(request: SipRequest): string {
    const dialog = this.#sessions.get(ownKeyOf(request))?.session.dialog;
    if (dialog !== undefined) return nextHopOf(dialog);
    return parseRouteSet(request.headers, 'Route')?.[0]?.uri ?? request.uri;
  }

  #localTag(request: SipRequest): string {
    const known = this.#tagOf.get(request) ?? this.#options.token();
    this.#tagOf.set(request, known);
    return known;
  }

  #drain(now: number): void {
    // What is carried out brings more: the outer call goes on with it, in order.
    if (this.#isDraining) return;
    this.#isDraining = true;
    try {
      for (let outputs = this.#layer.take(); outputs.length > 0; outputs = this.#layer.take()) {
        for (const output of outputs) this.#fromLayer(output, now);
      }
    } finally {
      this.#isDraining = false;
    }
  }

  #fromLayer(output: LayerOutput<F>, now: number): void {
    switch (output.kind) {
      case 'transmit':
        this.#outputs.push(output);
        break;
      case 'request':
        this.#receiveRequest(output.request, output.transactionId, output.flow, now);
        break;
      case 'acknowledged':
        this.#inSession(dialogKeyOfRequest(output.request), now, (session) =>
          session.receiveRequest(output.request, now),
        );
        break;
      case 'cancelled': {
        const session = this.#incoming.get(output.transactionId)?.session;
        if (session !== undefined)
          this.#inSession(keyOfDialog(session.dialog), now, () => session.cancelled(now));
        break;
      }
      case 'response':
        this.#receiveResponse(output.transactionId, output.response, now);
        break;
      case 'failed': {
        const asked = this.#asked.get(output.transactionId);
        // RFC 3261 §8.1.3.1.
        if (asked !== undefined) this.#answered(asked, failure(asked.request, output.reason), now);
        break;
      }
      case 'terminated': {
        const mergeKey = this.#incoming.get(output.transactionId)?.mergeKey;
        if (mergeKey !== undefined) this.#merged.delete(mergeKey);
        this.#incoming.delete(output.transactionId);
        this.#asked.delete(output.transactionId);
      }
    }
  }

  #receiveRequest(request: SipRequest, id: TransactionId, flow: F, now: number): void {
    const key = dialogKeyOfRequest(request);
    const held = key === undefined ? undefined : this.#sessions.get(key);
    const mergeKey = key === undefined ? mergeKeyOf(request) : undefined;
    // RFC 3261 §8.2.2.2: the same request by another way is a merged one.
    const isMerged = mergeKey !== undefined && this.#merged.has(mergeKey);
    if (mergeKey !== undefined && !isMerged) this.#merged.set(mergeKey, id);
    this.#idOf.set(request, id);
    this.#incoming.set(id, {
      request,
      mergeKey: isMerged ? undefined : mergeKey,
      session: held?.session,
    });
    const refused = held === undefined ? refusalOfRequest(request, this.#sessionOptions) : faultOf(request);
    if (refused !== undefined) this.#refuse(request, id, refused, now);
    else if (held !== undefined) this.#inSession(key, now, (session) => session.receiveRequest(request, now));
    else if (isMerged) this.#refuse(request, id, { status: 482 }, now);
    else if (request.method === 'INVITE') this.#invited(request, id, flow, now);
    else this.#outputs.push({ kind: 'request', request });
  }

  #refuse(request: SipRequest, id: TransactionId, { status, ...parts }: Refused, now: number): void {
    this.#layer.respond(id, responseTo(request, status, { ...parts, toTag: this.#localTag(request) }), now);
  }

  #invited(request: SipRequest, id: TransactionId, flow: F, now: number): void {
    const reference = referencedDialog(request, (key) => this.#sessions.get(key)?.session.dialog);
    const isFull = this.#sessions.size >= (this.#options.maxSessions ?? DEFAULT_MAX_SESSIONS);
    const refused = isFull ? FULL : reference.ok ? undefined : reference;
    if (refused !== undefined) {
      this.#refuse(request, id, refused, now);
      return;
    }
    const localTag = this.#localTag(request);
    const options = { ...this.#sessionOptions, localTag, localContact: flow.contact };
    const opened = openServerSession(request, options);
    if (!opened.ok) {
      this.#layer.respond(id, opened.response, now);
      return;
    }
    const { session } = opened;
    this.#incoming.get(id)!.session = session;
    this.#hold(new HeldSession(session, undefined), now);
    const named = (kind: 'replaces' | 'join') =>
      reference.ok && reference.kind === kind
        ? this.#sessions.get(keyOfDialog(reference.dialog))?.session
        : undefined;
    this.#outputs.push({
      kind: 'invited',
      session,
      request,
      replaces: named('replaces'),
      joins: named('join'),
    });
  }

  #receiveResponse(id: TransactionId, response: SipResponse, now: number): void {
    const asked = this.#asked.get(id);
    if (asked !== undefined) this.#answered(asked, response, now);
  }

  #answered({ request, original }: Asked, response: SipResponse, now: number): void {
    if (original !== undefined) {
      if (response.status < 200) return;
      const sequence = (parseCSeq(request.headers.get('CSeq') ?? '')?.sequence ?? 0) + 1;
      const again = withCredentials(request, response, sequence, this.#sessionOptions);
      if (again === undefined) this.#outputs.push({ kind: 'response', request: original, response });
      else this.#send(again, original, now);
      return;
    }
    const key = ownKeyOf(request);
    const client = tagOf(request.headers.get('To')) === undefined ? this.#clients.get(key) : undefined;
    if (client === undefined) {
      this.#inSession(key, now, (session) => session.receiveResponse(response, now));
      return;
    }
    const forks = new Set(client.sessions.values());
    const outputs = client.receiveResponse(response, now);
    for (const session of client.sessions.values()) {
      if (!this.#sessions.has(keyOfDialog(session.dialog))) this.#hold(new HeldSession(session, client), now);
      forks.add(session);
    }
    this.#carryOut(outputs, now, client);
    for (const { dialog } of forks) this.#inSession(keyOfDialog(dialog), now, () => []);
    this.#schedule(client, now);
  }

  #inSession(key: string | undefined, now: number, act: (session: InviteSession) => SessionOutput[]): void {
    const held = key === undefined ? undefined : this.#sessions.get(key);
    if (held === undefined) return;
    this.#carryOut(act(held.session), now);
    this.#schedule(held, now);
  }

  #hold(held: HeldSession, now: number): void {
    this.#sessions.set(keyOfDialog(held.session.dialog), held);
    this.#schedule(held, now);
  }

  #schedule(item: HeldSession | InviteClient, now: number): void {
    if (item instanceof InviteClient) {
      const key = clientKeyOf(item.invite);
      if (item.isOver && this.#clients.get(key) === item) this.#clients.delete(key);
    } else if (item.session.isOver) item.forgetAt ??= now + timeoutMs(this.#sessionOptions.timers);
    const { wakeAt } = item;
    if (wakeAt === undefined || this.#queuedFor.get(item) === wakeAt) return;
    this.#queuedFor.set(item, wakeAt);
    this.#deadlines.add(item);
  }

  #carryOut(outputs: readonly SessionOutput[], now: number, client?: InviteClient): void {
    const touched = new Set<HeldSession | undefined>();
    const held = (session: InviteSession | undefined) =>
      session && this.#sessions.get(keyOfDialog(session.dialog));
    for (const output of outputs) {
      switch (output.kind) {
        case 'send':
          touched.add(this.#sessions.get(ownKeyOf(output.request)));
          if (output.request.method === 'CANCEL') this.#cancel(output.request, now);
          else this.#send(output.request, undefined, now);
          break;
        case 'acknowledge': {
          const flow = this.#options.flowTo(this.#nextHop(output.request), output.request);
          if (flow !== undefined) this.#layer.send(output.request, flow, flow.sentBy);
          break;
        }
        case 'respond': {
          const id = this.#idOf.get(output.request);
          if (id === undefined) break;
          touched.add(held(this.#incoming.get(id)?.session));
          this.#layer.respond(id, output.response, now);
          break;
        }
        case 'event': {
          const { session, event } = output;
          this.#outputs.push({ kind: 'event', client: client ?? held(session)?.client, session, event });
          touched.add(held(session));
          break;
        }
        case 'notNow':
          this.#outputs.push(output);
      }
    }
    for (const item of touched) if (item !== undefined) this.#schedule(item, now);
  }

  #send(request: SipRequest, original: SipRequest | undefined, now: number): void {
    const flow = this.#options.flowTo(this.#nextHop(request), request);
    if (flow === undefined || !this.#layer.hasRoom) {
      this.#answered({ request, original }, failure(request, 'transport'), now);
      return;
    }
    const id = this.#layer.request(request, flow, flow.sentBy, now);
    this.#asked.set(id, { request, original });
    this.#idOf.set(request, id);
  }

  /** RFC 3261 §9.1: a CANCEL goes the way of its INVITE; the layer knows its Via. */
  #cancel(cancel: SipRequest, now: number): void {
    const client = this.#clients.get(clientKeyOf(cancel));
    const id = client === undefined ? undefined : this.#idOf.get(client.invite);
    const reasons = cancel.headers.getAll('Reason').map((value) => ['Reason', value] as const);
    if (id !== undefined) this.#layer.cancel(id, now, reasons);
  }
}

function failure(request: SipRequest, reason: 'timeout' | 'transport'): SipResponse {
  return responseTo(request, reason === 'timeout' ? 408 : 503);
}

/** The dialog that a request of ours is in, or would make. */
function ownKeyOf(request: SipRequest): string {
  const { headers } = request;
  const [from, to] = [tagOf(headers.get('From')), tagOf(headers.get('To'))];
  return dialogKey(headers.get('Call-ID') ?? '', from ?? '', to ?? '');
}

function clientKeyOf(invite: SipRequest): string {
  return dialogKey(invite.headers.get('Call-ID') ?? '', tagOf(invite.headers.get('From')) ?? '', '');
}

/** RFC 3261 §8.2.2.2: what a merged request has in common with the one that came first. */
function mergeKeyOf({ method, headers }: SipRequest): string {
  return [headers.get('Call-ID'), tagOf(headers.get('From')), headers.get('CSeq'), method].join('\u0000');
}
