// Runs the pure transaction layer in time: messages in, requests to the handler, outcomes to who asked, messages out.
// **Every input ends in `#pump`, which drains the layer and sets the one timer it wants.** Used by sip-driver.ts.
import { randomFillSync } from 'node:crypto';
import {
  createHeaderFields,
  type LayerOutput,
  NO_BODY,
  responseTo,
  type SentBy,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  type TransactionId,
  TransactionLayer,
} from '@parley/protocol/sip';
import type { Log } from '../observe/log.ts';
import type { Clock } from './clock.ts';
import type { NetCounts } from './net-counts.ts';
import type { SipFlow } from './sip-flow.ts';
import type { ClientListener, ClientTransaction, ResponseOptions, ServerRequest } from './sip-server.ts';

export interface ExchangeOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly counts: NetCounts;
  readonly maxTransactions: number;
  /** Brings a message to the wire; false when it cannot. */
  transmit(message: SipMessage, target: TransmitTarget): boolean;
  /** After the last message of one turn. */
  flush(): void;
  /** A final response was sent to a request that came on this flow. */
  answered(request: SipRequest, status: number, flow: SipFlow): void;
  /** The handler found it not worth an answer: a scanner's. */
  ignored(flow: SipFlow): void;
}

export interface TransmitTarget {
  readonly flow: SipFlow;
  readonly address: string;
  readonly port: number;
}

/** Branches, tags: 96 bits that nobody guesses (RFC 3261 §19.3). */
export function unguessable(): string {
  if (poolAt === pool.length) {
    randomFillSync(pool);
    poolAt = 0;
  }
  const text = pool.toString('base64url', poolAt, poolAt + unguessableBytes);
  // Used once: nobody finds it in memory later.
  pool.fill(0, poolAt, poolAt + unguessableBytes);
  poolAt += unguessableBytes;
  return text.replaceAll('_', '.');
}

const unguessableBytes = 12;
/** Asking the system each time costs more than all else that a token needs. */
const pool = Buffer.alloc(unguessableBytes * 512);
let poolAt = pool.length;

export class SipExchange implements Disposable {
  readonly #options: ExchangeOptions;
  readonly #layer: TransactionLayer<SipFlow>;
  readonly #asked = new Map<TransactionId, Asked>();
  /** Client transactions without a final response. */
  #owed = 0;
  readonly #unanswered = new Map<TransactionId, OpenRequest>();
  #handler: ((request: ServerRequest) => void) | undefined;
  #ackHandler: ((ack: SipRequest, flow: SipFlow) => void) | undefined;
  #timer: Disposable | undefined;
  #timerAt: number | undefined;
  #isPumping = false;
  #isDraining = false;
  #isDisposed = false;
  #whenIdle: (() => void) | undefined;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    this.#layer = new TransactionLayer<SipFlow>({
      random: unguessable,
      maxTransactions: options.maxTransactions,
    });
  }

  set handler(handler: (request: ServerRequest) => void) {
    if (this.#handler !== undefined) throw new Error('this SIP server has a handler already');
    this.#handler = handler;
  }

  /** Transactions that live now. */
  get size(): number {
    return this.#layer.size;
  }

  receive(message: SipMessage, flow: SipFlow): void {
    const before = this.#layer.dropped;
    this.#layer.receive(message, flow, this.#options.clock.now());
    this.#options.counts.add('stray', this.#layer.dropped - before);
    this.#pump();
  }

  set ackHandler(handler: (ack: SipRequest, flow: SipFlow) => void) {
    if (this.#ackHandler !== undefined) throw new Error('this SIP server has a handler of ACKs already');
    this.#ackHandler = handler;
  }

  /** The listener hears nothing before this returns. */
  start(
    message: SipRequest,
    flow: SipFlow,
    sentBy: SentBy,
    listener: ClientListener,
    branchEnd?: string,
  ): ClientTransaction {
    const { clock } = this.#options;
    if (!this.#layer.hasRoom) {
      queueMicrotask(() => listener.failed('transport', 'NET_OVERLOADED'));
      return NOT_STARTED;
    }
    const id = this.#layer.request(message, flow, sentBy, clock.now(), branchEnd);
    this.#asked.set(id, { listener, isInvite: message.method === 'INVITE', isSettled: false });
    this.#owed += 1;
    if (!this.#isPumping) queueMicrotask(() => this.#pump());
    return {
      cancel: (headers) => {
        this.#layer.cancel(id, clock.now(), headers);
        this.#pump();
      },
    };
  }

  sendAck(ack: SipRequest, flow: SipFlow, sentBy: SentBy): void {
    this.#layer.send(ack, flow, sentBy);
    this.#pump();
  }

  /** What was sent on this flow, or is to be, cannot get through. */
  transportError(flowId: string): void {
    this.#layer.transportError(flowId, this.#options.clock.now());
    this.#pump();
  }

  /** New requests are refused; resolves when nobody owes anybody an answer. */
  drained(): Promise<void> {
    this.#isDraining = true;
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
      this.#reportIdle();
    });
  }

  /** Who still waits hears that the transport is gone. */
  [Symbol.dispose](): void {
    this.#isDraining = true;
    this.#isDisposed = true;
    this.#timer?.[Symbol.dispose]();
    this.#timer = undefined;
    const waiting = [...this.#asked.values()];
    this.#asked.clear();
    this.#unanswered.clear();
    for (const { listener, isSettled } of waiting) if (!isSettled) listener.failed('transport');
  }

  respond(open: OpenRequest, response: SipResponse): void {
    const { clock, log, answered } = this.#options;
    const isSent = this.#layer.respond(open.transactionId, response, clock.now());
    if (response.status >= 200) {
      this.#unanswered.delete(open.transactionId);
      if (isSent) answered(open.request, response.status, open.flow);
    }
    // The peer has given up by then: nobody's fault.
    if (!isSent)
      log.debug({ method: open.request.method, status: response.status }, 'The answer came too late.');
    this.#pump();
  }

  /** A final answer after which nothing of the request is kept. */
  refuse(open: OpenRequest, status: number, make: (toTag: string) => SipResponse): void {
    this.#layer.refuse(open.transactionId, make);
    this.#options.answered(open.request, status, open.flow);
    this.#pump();
  }

  /** The request is forgotten without an answer. */
  ignore(open: OpenRequest): void {
    this.#layer.abandon(open.transactionId);
    this.#options.ignored(open.flow);
    this.#pump();
  }

  #pump(): void {
    // A handler that answers at once comes back here from within: the outer call goes on with what it added.
    if (this.#isPumping) return;
    this.#isPumping = true;
    try {
      for (let outputs = this.#layer.take(); outputs.length > 0; outputs = this.#layer.take()) {
        for (const output of outputs) this.#carryOut(output);
      }
    } finally {
      this.#isPumping = false;
    }
    this.#options.flush();
    this.#sleep();
    this.#reportIdle();
  }

  #carryOut(output: LayerOutput<SipFlow>): void {
    switch (output.kind) {
      case 'transmit':
        if (!this.#options.transmit(output.message, output.target)) {
          this.#layer.transportError(output.target.flow.id, this.#options.clock.now());
        }
        break;
      case 'request':
        this.#offer(new OpenRequest(this, output.transactionId, output.request, output.flow));
        break;
      case 'response':
        this.#tell(output.transactionId, output.response);
        break;
      case 'failed':
        this.#fail(output.transactionId, output.reason);
        break;
      case 'cancelled':
        this.#unanswered.get(output.transactionId)?.cancel(output.request);
        break;
      case 'terminated':
        this.#fail(output.transactionId, 'transport');
        this.#unanswered.delete(output.transactionId);
        break;
      case 'acknowledged':
        if (this.#ackHandler === undefined) this.#options.counts.add('stray');
        else this.#ackHandler(output.request, output.flow);
    }
  }

  #tell(transactionId: TransactionId, response: SipResponse): void {
    const asked = this.#asked.get(transactionId);
    if (asked === undefined) return;
    if (response.status >= 200 && !asked.isSettled) {
      asked.isSettled = true;
      this.#owed -= 1;
      // Of an INVITE more 2xx may follow, until its transaction is over.
      if (!asked.isInvite) this.#asked.delete(transactionId);
    }
    asked.listener.response(response);
  }

  #fail(transactionId: TransactionId, reason: 'timeout' | 'transport'): void {
    const asked = this.#asked.get(transactionId);
    if (asked === undefined) return;
    this.#asked.delete(transactionId);
    if (asked.isSettled) return;
    this.#owed -= 1;
    asked.listener.failed(reason);
  }

  #offer(open: OpenRequest): void {
    if (this.#isDraining || this.#handler === undefined) {
      open.respond(503, { headers: [['Retry-After', '2']] });
      return;
    }
    try {
      this.#handler(open);
    } catch (error) {
      this.#options.log.error({ error, method: open.request.method }, 'The handler of a SIP request failed.');
      if (!open.isAnswered) open.respond(500);
    }
    // Most are answered by now.
    if (!open.isAnswered) this.#unanswered.set(open.transactionId, open);
  }

  #sleep(): void {
    const { wakeAt } = this.#layer;
    if (this.#isDisposed || wakeAt === this.#timerAt) return;
    this.#timer?.[Symbol.dispose]();
    this.#timerAt = wakeAt;
    this.#timer = undefined;
    if (wakeAt === undefined) return;
    const { clock } = this.#options;
    this.#timer = clock.after(wakeAt - clock.now(), () => {
      this.#timerAt = undefined;
      this.#layer.advance(clock.now());
      this.#pump();
    });
  }

  #reportIdle(): void {
    if (this.#whenIdle !== undefined && this.#owed === 0 && this.#unanswered.size === 0) this.#whenIdle();
  }
}

interface Asked {
  readonly listener: ClientListener;
  readonly isInvite: boolean;
  isSettled: boolean;
}

const NOT_STARTED: ClientTransaction = { cancel() {} };

class OpenRequest implements ServerRequest {
  readonly transactionId: TransactionId;
  request: SipRequest;
  readonly flow: SipFlow;
  readonly #exchange: SipExchange;
  /** RFC 3261 §8.2.6.2: "the same tag MUST be used for all responses to that request". */
  #toTag: string | undefined;
  #answered: 'by handler' | 'by cancel' | undefined;
  #isAccepted = false;
  #cancelListener: ((cancel: SipRequest) => void) | undefined;

  constructor(exchange: SipExchange, transactionId: TransactionId, request: SipRequest, flow: SipFlow) {
    this.#exchange = exchange;
    this.transactionId = transactionId;
    this.request = request;
    this.flow = flow;
  }

  get isAnswered(): boolean {
    return this.#answered !== undefined;
  }

  respond(status: number, options: ResponseOptions = {}): void {
    if (!this.#mayAnswer(status)) return;
    const { stateless, ...parts } = options;
    if (stateless === true && status >= 200) {
      this.#exchange.refuse(this, status, (toTag) => responseTo(this.request, status, { ...parts, toTag }));
      return;
    }
    if (status !== 100) this.#toTag ??= unguessable();
    const toTag = status === 100 ? undefined : this.#toTag;
    this.#exchange.respond(this, responseTo(this.request, status, { ...parts, toTag }));
  }

  pass(response: SipResponse): void {
    // RFC 6026 §7.1: in Accepted each 2xx of another branch goes to the caller too.
    const isFurther = this.#isAccepted && response.status >= 200 && response.status < 300;
    if (isFurther || this.#mayAnswer(response.status)) this.#exchange.respond(this, response);
  }

  release(): void {
    this.request = { ...this.request, headers: createHeaderFields(), body: NO_BODY };
  }

  ignore(): void {
    if (this.#answered !== undefined) return;
    this.#answered = 'by handler';
    this.#exchange.ignore(this);
  }

  onCancel(listener: (cancel: SipRequest) => void): void {
    this.#cancelListener = listener;
  }

  /** RFC 3261 §9.2: the INVITE is answered with 487 (Request Terminated), by the handler where it wants to. */
  cancel(cancel: SipRequest): void {
    if (this.#answered !== undefined) return;
    if (this.#cancelListener !== undefined) {
      this.#cancelListener(cancel);
      return;
    }
    this.respond(487);
    this.#answered = 'by cancel';
  }

  #mayAnswer(status: number): boolean {
    if (this.#answered === 'by handler') {
      throw new Error(`this ${this.request.method} has a final response already; ${status} came after it`);
    }
    // The caller gave up meanwhile; the handler could not know.
    if (this.#answered === 'by cancel') return false;
    if (status >= 200) {
      this.#answered = 'by handler';
      this.#isAccepted = status < 300 && this.request.method === 'INVITE';
    }
    return true;
  }
}
