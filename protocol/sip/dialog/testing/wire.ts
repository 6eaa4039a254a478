// Two user agents that face each other through two transaction layers and a wire that loses and doubles datagrams, with
// virtual time. Used by the properties of calls.
import { responseTo } from '../../build-message.ts';
import type { SipMessage, SipRequest, SipResponse } from '../../message.ts';
import { parseMessage } from '../../parser.ts';
import { serializeMessage } from '../../serializer.ts';
import { type TransactionId, TransactionLayer } from '../../transaction/transaction-layer.ts';
import { dialogKeyOfRequest } from '../dialog-key.ts';
import { InviteClient } from '../invite-client.ts';
import { openServerSession } from '../invite-server.ts';
import type { InviteSession } from '../invite-session.ts';
import type { SessionEvent, SessionOutput } from '../session-output.ts';
import { OPTIONS, requestWith, WITH_SDP } from './call.ts';

export type Fate = 'deliver' | 'lose' | 'double';
const TRAVEL_MS = 20;

export class Wire {
  readonly alice = new End('alice', this);
  readonly bob = new End('bob', this);
  now = 0;
  readonly #fates: readonly Fate[];
  readonly #travelling: { readonly at: number; readonly to: End; readonly bytes: Uint8Array }[] = [];
  #sent = 0;

  constructor(fates: readonly Fate[]) {
    this.#fates = fates;
  }

  send(from: End, message: SipMessage): void {
    const fate = this.#fates[this.#sent++ % this.#fates.length] ?? 'deliver';
    const to = from === this.alice ? this.bob : this.alice;
    const copies = fate === 'lose' ? 0 : fate === 'double' ? 2 : 1;
    const bytes = serializeMessage(message);
    for (let i = 0; i < copies; i++) this.#travelling.push({ at: this.now + TRAVEL_MS, to, bytes });
  }

  /** Lets time pass to `until`; every message and timer comes in its turn. */
  run(until: number): void {
    for (;;) {
      const times = [this.#travelling[0]?.at, this.alice.wakeAt, this.bob.wakeAt].filter(
        (at) => at !== undefined,
      );
      const next = Math.max(this.now, Math.min(...times));
      if (next > until) break;
      this.now = next;
      for (
        let first = this.#travelling[0];
        first !== undefined && first.at <= next;
        first = this.#travelling[0]
      ) {
        this.#travelling.shift();
        first.to.receive(first.bytes);
      }
      this.alice.advance();
      this.bob.advance();
    }
    this.now = until;
  }
}

export class End {
  readonly name: string;
  session: InviteSession | undefined;
  client: InviteClient | undefined;
  /** CSeq numbers of the requests of our own, in order. */
  readonly sequences: number[] = [];
  readonly #wire: Wire;
  readonly #layer: TransactionLayer;
  readonly #flow = { id: 'f', reliable: false, remoteAddress: '192.0.2.9', remotePort: 5060 };
  readonly #transactions = new Map<TransactionId, SipRequest>();
  readonly #serverTransactions = new Map<SipRequest, TransactionId>();

  constructor(name: string, wire: Wire) {
    this.name = name;
    this.#wire = wire;
    let count = 0;
    this.#layer = new TransactionLayer({ random: () => `${name}${count++}` });
  }

  get wakeAt(): number | undefined {
    const times = [this.#layer.wakeAt, this.session?.wakeAt, this.client?.wakeAt];
    const known = times.filter((at) => at !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  call(): void {
    this.client = new InviteClient(requestWith({ Supported: '100rel, timer' }), OPTIONS);
    this.carryOut(this.client.start());
  }

  receive(bytes: Uint8Array): void {
    const parsed = parseMessage(bytes);
    if (!parsed.ok) throw new Error(parsed.reason);
    this.#layer.receive(parsed.message, this.#flow, this.#wire.now);
    this.#drain();
  }

  advance(): void {
    const { now } = this.#wire;
    this.#layer.advance(now);
    this.#drain();
    if (this.session !== undefined) this.carryOut(this.session.advance(now));
    if (this.client !== undefined) this.carryOut(this.client.advance(now));
  }

  carryOut(outputs: readonly SessionOutput[]): void {
    const { now } = this.#wire;
    for (const output of outputs) {
      if (output.kind === 'send') this.#send(output.request);
      else if (output.kind === 'acknowledge') {
        const ack = { ...output.request, headers: output.request.headers.clone() };
        ack.headers.prepend('Via', `SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKack${this.name}${now}`);
        this.#wire.send(this, ack);
      } else if (output.kind === 'respond') {
        const id = this.#serverTransactions.get(output.request);
        if (id !== undefined) this.#layer.respond(id, output.response, now);
      } else if (output.kind === 'event') this.#tell(output.event, output.session);
    }
    this.#drain();
  }

  #send(request: SipRequest): void {
    this.sequences.push(Number.parseInt(request.headers.get('CSeq')!, 10));
    const sentBy = { transport: 'UDP', host: '192.0.2.1', port: 5060 };
    this.#transactions.set(this.#layer.request(request, this.#flow, sentBy, this.#wire.now), request);
  }

  /** A user who agrees to everything. */
  #tell(event: SessionEvent, session: InviteSession | undefined): void {
    if (session === undefined) return;
    this.session = session;
    const { now } = this.#wire;
    if (event.kind === 'request') {
      const { method } = event.request;
      const described = method === 'INVITE' || method === 'UPDATE' || method === 'PRACK';
      this.carryOut(session.respond(event.request, 200, described ? WITH_SDP : {}, now));
    } else if (event.kind === 'accepted' && event.needsAnswer) this.carryOut(session.acknowledge(WITH_SDP));
    else if (event.kind === 'progress' && event.needsAnswer)
      this.carryOut(session.acknowledgeProvisional(event.response, WITH_SDP));
  }

  #drain(): void {
    const { now } = this.#wire;
    for (const output of this.#layer.take()) {
      if (output.kind === 'transmit') this.#wire.send(this, output.message);
      else if (output.kind === 'request') this.#receiveRequest(output.request, output.transactionId);
      else if (output.kind === 'acknowledged') {
        if (this.session !== undefined) this.carryOut(this.session.receiveRequest(output.request, now));
      } else if (output.kind === 'response') this.#receiveResponse(output.transactionId, output.response);
      else if (output.kind === 'failed') this.#failed(output.transactionId, output.reason);
    }
  }

  #receiveRequest(request: SipRequest, transactionId: TransactionId): void {
    this.#serverTransactions.set(request, transactionId);
    const { now } = this.#wire;
    if (this.session !== undefined) {
      this.carryOut(this.session.receiveRequest(request, now));
      return;
    }
    // Bob may be ahead of the response that tells alice of the dialog (RFC 3261 §12.2.2: 481).
    if (dialogKeyOfRequest(request) !== undefined) {
      this.#layer.respond(transactionId, responseTo(request, 481), now);
      return;
    }
    const options = { ...OPTIONS, localTag: 'b1', localContact: 'sip:bob@192.0.2.2' };
    const opened = openServerSession(request, options);
    if (!opened.ok) return;
    this.session = opened.session;
    this.carryOut(opened.session.respond(request, 183, WITH_SDP, now));
    this.carryOut(opened.session.respond(request, 200, {}, now));
  }

  #receiveResponse(transactionId: TransactionId, response: SipResponse): void {
    const request = this.#transactions.get(transactionId);
    const { client } = this;
    const { now } = this.#wire;
    if (client !== undefined && request === client.invite)
      this.carryOut(client.receiveResponse(response, now));
    else if (this.session !== undefined) this.carryOut(this.session.receiveResponse(response, now));
  }

  #failed(transactionId: TransactionId, reason: 'timeout' | 'transport'): void {
    const request = this.#transactions.get(transactionId);
    const { now } = this.#wire;
    if (request === undefined) return;
    if (request === this.client?.invite) this.carryOut(this.client.transactionFailed(reason, now));
    else if (this.session !== undefined) this.carryOut(this.session.transactionFailed(request, reason, now));
  }
}
