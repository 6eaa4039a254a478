// Runs the pure transaction layer in time: messages in, requests to the handler, outcomes to who asked, messages out.
// **Every input ends in `#pump`, which drains the layer and sets the one timer it wants.** Used by sip-driver.ts.
import { randomBytes } from 'node:crypto';
import {
  type LayerOutput,
  responseTo,
  type SentBy,
  type SipMessage,
  type SipRequest,
  type SipResponse,
  TransactionLayer,
} from '@parley/protocol/sip';
import type { Log } from '../observe/log.ts';
import type { Clock } from './clock.ts';
import type { NetCounts } from './net-counts.ts';
import type { SipFlow } from './sip-flow.ts';
import type { ClientOutcome, ResponseOptions, ServerRequest } from './sip-server.ts';

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
}

export interface TransmitTarget {
  readonly flow: SipFlow;
  readonly address: string;
  readonly port: number;
}

/** Branches, tags: 96 bits that nobody guesses (RFC 3261 §19.3). */
export function unguessable(): string {
  return randomBytes(12).toString('base64url').replaceAll('_', '.');
}

export class SipExchange implements Disposable {
  readonly #options: ExchangeOptions;
  readonly #layer: TransactionLayer<SipFlow>;
  readonly #asked = new Map<string, (outcome: ClientOutcome) => void>();
  readonly #unanswered = new Map<string, OpenRequest>();
  #handler: ((request: ServerRequest) => void) | undefined;
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

  receive(message: SipMessage, flow: SipFlow): void {
    const before = this.#layer.dropped;
    this.#layer.receive(message, flow, this.#options.clock.now());
    this.#options.counts.add('stray', this.#layer.dropped - before);
    this.#pump();
  }

  request(message: SipRequest, flow: SipFlow, sentBy: SentBy): Promise<ClientOutcome> {
    if (message.method === 'INVITE' || message.method === 'ACK') {
      throw new Error(`request() runs non-INVITE transactions, not ${message.method}`);
    }
    if (!this.#layer.hasRoom)
      return Promise.resolve({ kind: 'failed', reason: 'transport', code: 'NET_OVERLOADED' });
    return new Promise((resolve) => {
      const id = this.#layer.request(message, flow, sentBy, this.#options.clock.now());
      this.#asked.set(id, resolve);
      this.#pump();
    });
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
    for (const resolve of waiting) resolve({ kind: 'failed', reason: 'transport' });
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
  refuse(open: OpenRequest, make: (toTag: string) => SipResponse): void {
    this.#layer.refuse(open.transactionId, make);
    this.#pump();
  }

  /** The request is forgotten without an answer. */
  ignore(open: OpenRequest): void {
    this.#layer.abandon(open.transactionId);
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
        if (output.response.status >= 200)
          this.#settle(output.transactionId, { kind: 'response', response: output.response });
        break;
      case 'failed':
        this.#settle(output.transactionId, { kind: 'failed', reason: output.reason });
        break;
      case 'cancelled':
        this.#unanswered.get(output.transactionId)?.cancel();
        break;
      case 'terminated':
        this.#settle(output.transactionId, { kind: 'failed', reason: 'transport' });
        this.#unanswered.delete(output.transactionId);
        break;
      case 'acknowledged':
        // No handler answers 2xx to an INVITE yet: this ACK belongs to nothing.
        this.#options.counts.add('stray');
    }
  }

  #settle(transactionId: string, outcome: ClientOutcome): void {
    const resolve = this.#asked.get(transactionId);
    this.#asked.delete(transactionId);
    resolve?.(outcome);
  }

  #offer(open: OpenRequest): void {
    this.#unanswered.set(open.transactionId, open);
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
    if (this.#whenIdle !== undefined && this.#asked.size === 0 && this.#unanswered.size === 0)
      this.#whenIdle();
  }
}

class OpenRequest implements ServerRequest {
  readonly transactionId: string;
  readonly request: SipRequest;
  readonly flow: SipFlow;
  readonly #exchange: SipExchange;
  /** RFC 3261 §8.2.6.2: "the same tag MUST be used for all responses to that request". */
  readonly #toTag = unguessable();
  #answered: 'by handler' | 'by cancel' | undefined;

  constructor(exchange: SipExchange, transactionId: string, request: SipRequest, flow: SipFlow) {
    this.#exchange = exchange;
    this.transactionId = transactionId;
    this.request = request;
    this.flow = flow;
  }

  get isAnswered(): boolean {
    return this.#answered !== undefined;
  }

  respond(status: number, options: ResponseOptions = {}): void {
    if (this.#answered === 'by handler') {
      throw new Error(`this ${this.request.method} has a final response already; ${status} came after it`);
    }
    // The caller gave up meanwhile; the handler could not know.
    if (this.#answered === 'by cancel') return;
    if (status >= 200) this.#answered = 'by handler';
    const { stateless, ...parts } = options;
    if (stateless === true && status >= 200) {
      this.#exchange.refuse(this, (toTag) => responseTo(this.request, status, { ...parts, toTag }));
      return;
    }
    const toTag = status === 100 ? undefined : this.#toTag;
    this.#exchange.respond(this, responseTo(this.request, status, { ...parts, toTag }));
  }

  ignore(): void {
    if (this.#answered !== undefined) return;
    this.#answered = 'by handler';
    this.#exchange.ignore(this);
  }

  /** RFC 3261 §9.2: the INVITE is answered with 487 (Request Terminated). */
  cancel(): void {
    if (this.#answered !== undefined) return;
    this.respond(487);
    this.#answered = 'by cancel';
  }
}
