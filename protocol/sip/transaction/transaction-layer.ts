// The transaction layer of one SIP element (RFC 3261 §17): owns the four machines, matches messages to them, stamps and
// adds Via, answers CANCEL, and refuses when it is full. Pure; run over sockets by sip-driver.ts in platform/net.
// **After every call: drain `take()`, then sleep until `wakeAt` and call `advance`.**
import { responseTo } from '../build-message.ts';
import { cancelOf } from '../dialog/cancel.ts';
import { fnvOfText } from '../fnv.ts';
import { tagOf } from '../header/name-addr.ts';
import { BRANCH_COOKIE, topVia, type Via } from '../header/via.ts';
import type { SipMessage, SipRequest, SipResponse } from '../message.ts';
import { serializeHead } from '../serializer.ts';
import { Answered } from './answered.ts';
import { DeadlineQueue } from './deadline-queue.ts';
import { InviteClientTransaction } from './invite-client-transaction.ts';
import { InviteServerTransaction } from './invite-server-transaction.ts';
import type { TransactionMachine, TransactionOutput } from './machine.ts';
import { NonInviteClientTransaction } from './non-invite-client-transaction.ts';
import { NonInviteServerTransaction } from './non-invite-server-transaction.ts';
import { DEFAULT_TIMERS, type TransactionTimers, timeoutMs } from './timers.ts';
import { clientKey, clientKeyOf, isLegacyKey, serverKeyOf } from './transaction-key.ts';
import { responsePort, stampVia } from './via-stamp.ts';

/** What the layer has to know of a flow; the driver may pass a larger object and gets the same one back. */
export interface TransactionFlow {
  readonly id: string;
  /** True for TCP, TLS, WebSocket: nothing is sent twice. */
  readonly reliable: boolean;
  readonly remoteAddress: string;
  readonly remotePort: number;
}

/** How the top Via of a request that we send names us. */
export interface SentBy {
  /** `UDP`, `TCP`, `TLS`, `WS`, `WSS`. */
  readonly transport: string;
  readonly host: string;
  readonly port: number;
}

/** Over an unreliable flow send to this address and port; over a reliable one on the connection itself. */
export interface Target<F extends TransactionFlow> {
  readonly flow: F;
  readonly address: string;
  readonly port: number;
}

/** Names one transaction of one layer while that lives; never used twice. */
export type TransactionId = number;

export type LayerOutput<F extends TransactionFlow> =
  | {
      readonly kind: 'transmit';
      readonly message: SipMessage;
      readonly target: Target<F>;
    }
  /** A new request for the transaction user, who answers it with `respond`. */
  | {
      readonly kind: 'request';
      readonly transactionId: TransactionId;
      readonly request: SipRequest;
      readonly flow: F;
    }
  /** An ACK for a 2xx: of that server transaction, or of none that we know. */
  | {
      readonly kind: 'acknowledged';
      readonly transactionId: TransactionId | undefined;
      readonly request: SipRequest;
      readonly flow: F;
    }
  /** The caller gave up an INVITE without a final response: it wants a 487 (RFC 3261 §9.2). CANCEL is answered already. */
  | { readonly kind: 'cancelled'; readonly transactionId: TransactionId; readonly request: SipRequest }
  | { readonly kind: 'response'; readonly transactionId: TransactionId; readonly response: SipResponse }
  | {
      readonly kind: 'failed';
      readonly transactionId: TransactionId;
      readonly reason: 'timeout' | 'transport';
    }
  /** Last word on a transaction: forget whatever is kept under its id. Who answered at once hears nothing more of it. */
  | { readonly kind: 'terminated'; readonly transactionId: TransactionId };

export interface LayerOptions {
  /** Unguessable text of token characters, unique each time: branches and tags. */
  readonly random: () => string;
  /** All four kinds together, and as many again whose final answer is only kept for a repetition (timer J). */
  readonly maxTransactions?: number;
  readonly timers?: Partial<TransactionTimers>;
}

type ServerMachine = InviteServerTransaction | NonInviteServerTransaction;
type ClientMachine = InviteClientTransaction | NonInviteClientTransaction;

/** A machine with its place in the world. */
class Held<F extends TransactionFlow, M extends TransactionMachine = TransactionMachine> {
  readonly id: TransactionId;
  key: string;
  readonly flow: F;
  /** Where what this side sends goes. */
  readonly target: Target<F>;
  queuedFor: number | undefined;
  /** Of an INVITE that is given up: fields for its CANCEL. */
  cancelWith: readonly (readonly [string, string])[] | undefined;
  isCancelled = false;
  #machine: M | undefined;

  constructor(id: TransactionId, key: string, machine: M, target: Target<F>) {
    this.id = id;
    this.key = key;
    this.#machine = machine;
    this.flow = target.flow;
    this.target = target;
  }
  get machine(): M {
    if (this.#machine === undefined) throw new Error(`transaction ${this.id} is over`);
    return this.#machine;
  }
  get isOver(): boolean {
    return this.#machine === undefined;
  }
  get wakeAt(): number | undefined {
    return this.#machine?.wakeAt;
  }
  /** It may stand in the queue of deadlines for a while; the messages must not stay with it. */
  release(): void {
    this.#machine = undefined;
    this.key = '';
  }
}

/**
 * A non-INVITE request that was handed over and is not answered yet. Most are answered before anything else happens, and
 * need no machine, no timer and no place in a map.
 */
interface Fresh<F extends TransactionFlow> {
  readonly id: TransactionId;
  readonly key: string;
  readonly request: SipRequest;
  readonly target: Target<F>;
  readonly at: number;
}

const DEFAULT_MAX_TRANSACTIONS = 100_000;
const RETRY_AFTER: readonly [string, string] = ['Retry-After', '5'];

export class TransactionLayer<F extends TransactionFlow = TransactionFlow> {
  readonly #random: () => string;
  readonly #maxTransactions: number;
  readonly #timers: TransactionTimers;
  readonly #servers = new Map<string, Held<F, ServerMachine>>();
  readonly #clients = new Map<string, Held<F, ClientMachine>>();
  readonly #byId = new Map<TransactionId, Held<F>>();
  /** Client transactions: a server transaction learns of a dead flow when it answers. */
  readonly #byFlow = new Map<string, Set<Held<F>>>();
  readonly #deadlines = new DeadlineQueue<Held<F>>();
  readonly #answered: Answered;
  #fresh: Fresh<F> | undefined;
  #outputs: LayerOutput<F>[] = [];
  #lastId = 0;
  #dropped = 0;

  constructor(options: LayerOptions) {
    this.#random = options.random;
    this.#maxTransactions = options.maxTransactions ?? DEFAULT_MAX_TRANSACTIONS;
    this.#timers = { ...DEFAULT_TIMERS, ...options.timers };
    this.#answered = new Answered(timeoutMs(this.#timers), this.#random(), this.#maxTransactions);
  }

  /** Transactions that live now, without those that only wait for a repetition of what they have answered. */
  get size(): number {
    return this.#byId.size + (this.#fresh === undefined ? 0 : 1);
  }
  /** Requests whose final answer is kept in case that they come again. */
  get answered(): number {
    return this.#answered.size;
  }
  /** Messages that belonged to nothing: no Via, stray responses, stray ACKs while full. */
  get dropped(): number {
    return this.#dropped;
  }
  get wakeAt(): number | undefined {
    this.#settle();
    const { forgetAt } = this.#answered;
    const { wakeAt = forgetAt } = this.#deadlines;
    return wakeAt === undefined || forgetAt === undefined ? wakeAt : Math.min(wakeAt, forgetAt);
  }

  /** Hands over what is to be done, in order, and forgets it. */
  take(): LayerOutput<F>[] {
    const outputs = this.#outputs;
    if (outputs.length === 0) this.#settle();
    this.#outputs = [];
    return outputs;
  }

  /** A message from the wire. The headers of a request are stamped in place; the layer owns the message from here on. */
  receive(message: SipMessage, flow: F, now: number): void {
    this.#settle();
    const via = topVia(message.headers);
    if (via === undefined) this.#dropped += 1;
    else if (message.kind === 'response') this.#receiveResponse(message, via, now);
    else this.#receiveRequest(message, via, flow, now);
  }

  /**
   * Starts a client transaction: adds the top Via and sends. Outputs with the returned id follow: `response`s, or
   * `failed`, then `terminated`. The message itself is not changed.
   * @param branchEnd token characters behind the random part of the branch, for a proxy that wants to know its own again
   *   (RFC 3261 §16.6 step 8).
   */
  request(message: SipRequest, flow: F, sentBy: SentBy, now: number, branchEnd = ''): TransactionId {
    if (message.method === 'ACK') throw new Error('an ACK for a 2xx is no transaction (RFC 3261 §17.1.1.3)');
    const branch = this.#newBranch(branchEnd);
    const request = withVia(message, branch, flow, sentBy);
    const Machine = message.method === 'INVITE' ? InviteClientTransaction : NonInviteClientTransaction;
    return this.#start(new Machine(request, flow.reliable, this.#timers), request, branch, flow, now);
  }

  /**
   * Gives up an INVITE that was started with `request`: its CANCEL is sent as soon as a provisional response has come
   * (RFC 3261 §9.1), and `failed` follows if no final response comes in time. No effect after a final response.
   * @param headers added to the CANCEL, such as Reason.
   */
  cancel(
    transactionId: TransactionId,
    now: number,
    headers: readonly (readonly [string, string])[] = [],
  ): void {
    const held = this.#byId.get(transactionId);
    if (held === undefined || !(held.machine instanceof InviteClientTransaction)) return;
    if (held.cancelWith !== undefined) return;
    held.cancelWith = headers;
    this.#sendCancel(held as Held<F, InviteClientTransaction>, now);
  }

  /** Sends a request that has no answer, the ACK for a 2xx, once: adds the top Via. The message itself is not changed. */
  send(message: SipRequest, flow: F, sentBy: SentBy): void {
    this.#outputs.push({
      kind: 'transmit',
      message: withVia(message, this.#newBranch(), flow, sentBy),
      target: { flow, address: flow.remoteAddress, port: flow.remotePort },
    });
  }

  /** True while another client transaction may be started. */
  get hasRoom(): boolean {
    return this.#byId.size < this.#maxTransactions;
  }

  /** @returns false if that server transaction is over, so that the response cannot be sent any more. */
  respond(transactionId: TransactionId, response: SipResponse, now: number): boolean {
    // RFC 4320 §4.2: a 408 is not sent, and a provisional response has its time; the machine knows both.
    if (response.status >= 200 && response.status !== 408) {
      const fresh = this.#takeFresh(transactionId);
      if (fresh !== undefined) {
        this.#answer(fresh.key, fresh.target, response, now);
        return true;
      }
    }
    this.#settle();
    const held = this.#byId.get(transactionId);
    if (held === undefined) return false;
    const { machine } = held;
    if (machine instanceof InviteServerTransaction) this.#carryOut(held, machine.respond(response, now));
    else if (!(machine instanceof NonInviteServerTransaction))
      throw new Error(`transaction ${transactionId} is a client transaction`);
    else if (response.status < 200 || response.status === 408)
      this.#carryOut(held, machine.respond(response, now));
    else {
      // RFC 3261 §17.2.2: what is left of it, the state Completed, is its answer and timer J.
      this.#answer(held.key, held.target, response, now);
      this.#end(held);
    }
    return true;
  }

  /**
   * Sends a final response once and forgets the server transaction (RFC 3261 §8.2.7): senders who have proven nothing
   * cost no memory, and a false address gets one answer, not the retransmissions of timer G. `terminated` follows.
   * @param make builds the response with a To tag that is the same for each retransmission of the request.
   * @returns false if that server transaction is over, so that the response cannot be sent any more.
   */
  refuse(transactionId: TransactionId, make: (toTag: string) => SipResponse): boolean {
    const fresh = this.#takeFresh(transactionId);
    const held = fresh === undefined ? this.#serverOf(transactionId) : undefined;
    const { key, target } = fresh ?? held ?? {};
    if (key === undefined || target === undefined) return false;
    this.#outputs.push({ kind: 'transmit', message: make(stableTag(key)), target });
    if (held !== undefined) this.#end(held);
    return true;
  }

  /** Forgets a server transaction without an answer; `terminated` follows. A retransmission would start it again. */
  abandon(transactionId: TransactionId): void {
    if (this.#takeFresh(transactionId) !== undefined) return;
    const held = this.#serverOf(transactionId);
    if (held !== undefined) this.#end(held);
  }

  /** The flow is gone, or what was sent on it could not be sent (RFC 3261 §17.1.4, §17.2.4). */
  transportError(flowId: string, now: number): void {
    this.#settle();
    for (const held of [...(this.#byFlow.get(flowId) ?? [])])
      this.#carryOut(held, held.machine.transportFailed(now));
  }

  advance(now: number): void {
    this.#settle();
    for (let held = this.#deadlines.takeDue(now); held !== undefined; held = this.#deadlines.takeDue(now)) {
      this.#carryOut(held, held.machine.advance(now));
    }
    this.#answered.forget(now);
  }

  #receiveResponse(response: SipResponse, via: Via, now: number): void {
    const key = clientKeyOf(response, via);
    const held = key === undefined ? undefined : this.#clients.get(key);
    // RFC 6026 §7.3: a response that matches no client transaction is dropped, not forwarded.
    if (held === undefined) {
      this.#dropped += 1;
      return;
    }
    this.#carryOut(held, held.machine.receive(response, now));
    if (held.cancelWith !== undefined) this.#sendCancel(held as Held<F, InviteClientTransaction>, now);
  }

  /** RFC 3261 §9.1: not before a provisional response, not after a final one, and once. */
  #sendCancel(held: Held<F, InviteClientTransaction>, now: number): void {
    if (held.isOver || held.machine.state !== 'Proceeding' || held.isCancelled) return;
    held.isCancelled = true;
    held.machine.cancelled(now);
    this.#carryOut(held, []);
    const { request } = held.machine;
    if (request === undefined) return;
    const cancel = cancelOf(request);
    for (const [name, value] of held.cancelWith ?? []) cancel.headers.append(name, value);
    const branch = topVia(request.headers)?.params.get('branch') ?? '';
    const machine = new NonInviteClientTransaction(cancel, held.flow.reliable, this.#timers);
    this.#start(machine, cancel, branch, held.flow, now);
  }

  #start(machine: ClientMachine, request: SipRequest, branch: string, flow: F, now: number): TransactionId {
    const target = { flow, address: flow.remoteAddress, port: flow.remotePort };
    const held = this.#hold(clientKey(branch, request.method), machine, target);
    this.#clients.set(held.key, held);
    const ofFlow = this.#byFlow.get(flow.id) ?? new Set();
    this.#byFlow.set(flow.id, ofFlow.add(held));
    this.#carryOut(held, machine.start(now));
    return held.id;
  }

  #newBranch(end = ''): string {
    return `${BRANCH_COOKIE}${this.#random()}${end}`;
  }

  #receiveRequest(request: SipRequest, via: Via, flow: F, now: number): void {
    const { method } = request;
    const key = serverKeyOf(request, via);
    const held = this.#servers.get(key);
    if (held !== undefined && this.#matches(held, key, request)) {
      this.#carryOut(held, held.machine.receive(request, now), request);
      return;
    }
    const cancelledKey = method === 'CANCEL' ? serverKeyOf(request, via, 'INVITE') : undefined;
    const port = flow.reliable ? flow.remotePort : responsePort(via, flow.remotePort);
    const target = { flow, address: flow.remoteAddress, port };
    const again = flow.reliable ? undefined : this.#answered.find(key, now);
    if (again !== undefined) {
      this.#outputs.push({ kind: 'transmit', message: again, target });
      return;
    }
    stampVia(request, via, flow.remoteAddress, flow.remotePort);
    if (method === 'ACK')
      this.#outputs.push({ kind: 'acknowledged', transactionId: undefined, request, flow });
    // RFC 3261 §21.5.4.
    else if (!this.hasRoom) this.#answerOnce(request, 503, key, target, [RETRY_AFTER]);
    else if (cancelledKey !== undefined) this.#cancel(request, key, cancelledKey, target, now);
    else if (method === 'INVITE') {
      const machine = new InviteServerTransaction(request, flow.reliable, this.#timers, trying);
      const fresh = this.#hold<ServerMachine>(key, machine, target);
      this.#servers.set(key, fresh);
      this.#carryOut(fresh, machine.start(now), request);
    } else {
      this.#lastId += 1;
      this.#fresh = { id: this.#lastId, key, request, target, at: now };
      this.#outputs.push({ kind: 'request', transactionId: this.#lastId, request, flow });
    }
  }

  #takeFresh(transactionId: TransactionId): Fresh<F> | undefined {
    const fresh = this.#fresh;
    if (fresh?.id !== transactionId) return undefined;
    this.#fresh = undefined;
    return fresh;
  }

  /** It was not answered at once: from now on it is a transaction like any other. */
  #settle(): void {
    const fresh = this.#fresh;
    if (fresh === undefined) return;
    this.#fresh = undefined;
    const { id, key, request, target, at } = fresh;
    const machine = new NonInviteServerTransaction(request, target.flow.reliable, this.#timers, trying);
    const held = new Held<F, ServerMachine>(id, key, machine, target);
    this.#byId.set(id, held);
    this.#servers.set(key, held);
    // It was handed over already.
    machine.start(at);
    this.#deadlines.add(held);
  }

  /** Sends a final answer to a non-INVITE request, and keeps it where the request may come again (timer J). */
  #answer(key: string, target: Target<F>, response: SipResponse, now: number): void {
    if (target.flow.reliable) {
      this.#outputs.push({ kind: 'transmit', message: response, target });
      return;
    }
    // Put together once for the wire and for us.
    const message = { ...response, head: serializeHead(response) };
    this.#answered.put(key, message, now);
    this.#outputs.push({ kind: 'transmit', message, target });
  }

  #serverOf(transactionId: TransactionId): Held<F> | undefined {
    const held = this.#byId.get(transactionId);
    return held !== undefined && this.#servers.get(held.key) === held ? held : undefined;
  }

  #end(held: Held<F>): void {
    const transactionId = held.id;
    this.#forget(held);
    this.#outputs.push({ kind: 'terminated', transactionId });
  }

  /** RFC 3261 §17.2.3: the ACK of a client without magic cookies has the To tag of the response that it acknowledges. */
  #matches(held: Held<F, ServerMachine>, key: string, request: SipRequest): boolean {
    if (request.method !== 'ACK' || !isLegacyKey(key) || !(held.machine instanceof InviteServerTransaction))
      return true;
    return tagOf(request.headers.get('To')) === held.machine.toTag;
  }

  /** RFC 3261 §9.2: answer 200 (481 where there is nothing to cancel); the INVITE itself is the transaction user's to end. */
  #cancel(request: SipRequest, key: string, inviteKey: string, target: Target<F>, now: number): void {
    const invite = this.#servers.get(inviteKey);
    if (invite === undefined) {
      this.#answerOnce(request, 481, key, target);
      return;
    }
    this.#answer(key, target, responseTo(request, 200, { toTag: this.#random() }), now);
    // "If the UAS has already sent a final response to the original request, the CANCEL request has no effect".
    if (invite.machine.state === 'Proceeding')
      this.#outputs.push({ kind: 'cancelled', transactionId: invite.id, request });
  }

  /** Answers without keeping anything; the To tag is the same for each retransmission (RFC 3261 §8.2.7). */
  #answerOnce(
    request: SipRequest,
    status: number,
    key: string,
    target: Target<F>,
    headers: readonly (readonly [string, string])[] = [],
  ): void {
    const message = responseTo(request, status, { toTag: stableTag(key), headers });
    this.#outputs.push({ kind: 'transmit', message, target });
  }

  #hold<M extends TransactionMachine>(key: string, machine: M, target: Target<F>): Held<F, M> {
    this.#lastId += 1;
    const held = new Held<F, M>(this.#lastId, key, machine, target);
    this.#byId.set(held.id, held);
    return held;
  }

  #carryOut(held: Held<F>, outputs: readonly TransactionOutput[], received?: SipRequest): void {
    const { id: transactionId, flow } = held;
    for (const output of outputs) {
      switch (output.kind) {
        case 'transmit':
          this.#outputs.push({ kind: 'transmit', message: output.message, target: held.target });
          break;
        case 'deliver': {
          const message = output.message;
          if (message.kind === 'response')
            this.#outputs.push({ kind: 'response', transactionId, response: message });
          else if (received?.method === 'ACK')
            this.#outputs.push({ kind: 'acknowledged', transactionId, request: message, flow });
          else this.#outputs.push({ kind: 'request', transactionId, request: message, flow });
          break;
        }
        case 'failed':
          this.#outputs.push({ kind: 'failed', transactionId, reason: output.reason });
          break;
        case 'terminated':
          this.#end(held);
      }
    }
    this.#deadlines.add(held);
  }

  #forget(held: Held<F>): void {
    this.#byId.delete(held.id);
    if (this.#servers.get(held.key) === held) this.#servers.delete(held.key);
    else if (this.#clients.get(held.key) === held) this.#clients.delete(held.key);
    const ofFlow = this.#byFlow.get(held.flow.id);
    if (ofFlow?.delete(held) === true && ofFlow.size === 0) this.#byFlow.delete(held.flow.id);
    held.release();
  }
}

function withVia(message: SipRequest, branch: string, flow: TransactionFlow, sentBy: SentBy): SipRequest {
  const headers = message.headers.clone();
  const host = sentBy.host.includes(':') && !sentBy.host.startsWith('[') ? `[${sentBy.host}]` : sentBy.host;
  // RFC 3581 §3: the client asks for symmetric responses with an empty rport.
  const rport = flow.reliable ? '' : ';rport';
  headers.prepend(
    'Via',
    `SIP/2.0/${sentBy.transport.toUpperCase()} ${host}:${sentBy.port};branch=${branch}${rport}`,
  );
  return { ...message, headers };
}

const trying = (request: SipRequest) => responseTo(request, 100);

/** Only the same for the same request. */
function stableTag(key: string): string {
  return fnvOfText(key).toString(36);
}
