// INVITE server transaction: RFC 3261 §17.2.1 Figure 7 with the Accepted state of RFC 6026 §7.1. Driven by the layer.
//
//  Proceeding ──300-699──▶ Completed ──ACK──▶ Confirmed ──I──▶ Terminated
//     │ 2xx                   G: send the response, doubling up to T2 (unreliable)   H: 64×T1 without ACK
//     └──▶ Accepted ──L──▶ Terminated
import { tagOf } from '../header/name-addr.ts';
import type { SipRequest, SipResponse } from '../message.ts';
import {
  deliver,
  failed,
  TERMINATED,
  type TransactionMachine,
  type TransactionOutput,
  transmit,
} from './machine.ts';
import { TimerPair, type TransactionTimers, timeoutMs } from './timers.ts';

export type InviteServerState = 'Proceeding' | 'Completed' | 'Confirmed' | 'Accepted' | 'Terminated';

/** RFC 3261 §17.2.1: a 100 is sent unless the TU "will generate a provisional or final response within 200 ms". */
const TRYING_AFTER_MS = 200;

export class InviteServerTransaction implements TransactionMachine {
  state: InviteServerState = 'Proceeding';
  /** Until there is a final response: a completed transaction needs no more than that. */
  #request: SipRequest | undefined;
  readonly #reliable: boolean;
  readonly #timing: TransactionTimers;
  readonly #trying: (request: SipRequest) => SipResponse;
  readonly #timers = new TimerPair<'trying' | 'G' | 'H' | 'I' | 'L'>();
  #intervalG = 0;
  #response: SipResponse | undefined;
  #toTag: string | undefined;

  /** @param trying builds the 100 (Trying). */
  constructor(
    request: SipRequest,
    reliable: boolean,
    timing: TransactionTimers,
    trying: (request: SipRequest) => SipResponse,
  ) {
    this.#request = request;
    this.#reliable = reliable;
    this.#timing = timing;
    this.#trying = trying;
  }

  get wakeAt(): number | undefined {
    return this.#timers.wakeAt;
  }
  /** Of the final response: the ACK of a client without magic cookies is matched by it (RFC 3261 §17.2.3). */
  get toTag(): string | undefined {
    return this.#toTag;
  }

  start(now: number): TransactionOutput<SipRequest>[] {
    this.#timers.start('trying', now + TRYING_AFTER_MS);
    return this.#request === undefined ? [] : [deliver(this.#request)];
  }

  /** A request that matches this transaction: the INVITE again, or an ACK. */
  receive(request: SipRequest, now: number): TransactionOutput[] {
    if (request.method === 'ACK') return this.#acknowledged(request, now);
    if (request.method !== 'INVITE') return [];
    // Retransmission: "the most recent provisional response … MUST be passed to the transport layer".
    if (this.state === 'Proceeding' || this.state === 'Completed') {
      return this.#response === undefined ? [] : [transmit(this.#response)];
    }
    // RFC 6026 §7.1: in Accepted, retransmissions of the INVITE "will be absorbed by the machine".
    return [];
  }

  /** A response from the transaction user. */
  respond(response: SipResponse, now: number): TransactionOutput[] {
    if (this.state === 'Accepted')
      return response.status >= 200 && response.status < 300 ? [transmit(response)] : [];
    if (this.state !== 'Proceeding') return [];
    this.#timers.stop('trying');
    this.#response = response;
    if (response.status < 200) return [transmit(response)];
    this.#request = undefined;
    this.#toTag = tagOf(response.headers.get('To'));
    if (response.status < 300) {
      this.state = 'Accepted';
      // RFC 6026 §7.1: the transaction user sends a 2xx again, not the machine.
      this.#response = undefined;
      this.#timers.start('L', now + timeoutMs(this.#timing));
      return [transmit(response)];
    }
    this.state = 'Completed';
    if (!this.#reliable) {
      this.#intervalG = this.#timing.t1Ms;
      this.#timers.start('G', now + this.#intervalG);
    }
    this.#timers.start('H', now + timeoutMs(this.#timing));
    return [transmit(response)];
  }

  transportFailed(_now: number): TransactionOutput[] {
    // RFC 6026 §8.8: the server transaction informs the TU "and MUST remain in the current state".
    if (this.state === 'Confirmed' || this.state === 'Terminated') return [];
    return [failed('transport')];
  }

  advance(now: number): TransactionOutput[] {
    const outputs: TransactionOutput[] = [];
    for (let due = this.#timers.takeDue(now); due !== undefined; due = this.#timers.takeDue(now)) {
      switch (due.letter) {
        case 'trying':
          if (this.#request === undefined) break;
          this.#response = this.#trying(this.#request);
          outputs.push(transmit(this.#response));
          break;
        case 'G':
          this.#intervalG = Math.min(2 * this.#intervalG, this.#timing.t2Ms);
          this.#timers.repeat('G', due.at, this.#intervalG, now);
          if (this.#response !== undefined) outputs.push(transmit(this.#response));
          break;
        case 'H':
          outputs.push(failed('timeout'), ...this.#terminate());
          break;
        case 'I':
        case 'L':
          outputs.push(...this.#terminate());
      }
    }
    return outputs;
  }

  #acknowledged(ack: SipRequest, now: number): TransactionOutput[] {
    if (this.state === 'Accepted') return [deliver(ack)];
    if (this.state !== 'Completed') return [];
    this.state = 'Confirmed';
    this.#response = undefined;
    this.#timers.stopAll();
    // RFC 3261 §17.2.1: timer I is T4 for unreliable transports and zero for reliable ones.
    if (this.#reliable) return this.#terminate();
    this.#timers.start('I', now + this.#timing.t4Ms);
    return [];
  }

  #terminate(): TransactionOutput[] {
    this.state = 'Terminated';
    this.#timers.stopAll();
    return [TERMINATED];
  }
}
