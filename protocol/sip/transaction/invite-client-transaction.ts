// INVITE client transaction: RFC 3261 §17.1.1 Figure 5 with the Accepted state of RFC 6026 §7.2. Driven by the layer.
//
//  Calling ──1xx──▶ Proceeding        A: send INVITE, doubling (unreliable)   B: 64×T1 without any response
//     │ 2xx            │ 2xx          Accepted: every 2xx to the TU until M
//     ├────────▶ Accepted ──M──▶ Terminated
//     │ 300-699        │ 300-699      Completed: ACK every retransmission until D
//     └────────▶ Completed ──D──▶ Terminated
import type { SipRequest, SipResponse } from '../message.ts';
import { acknowledgeFailure } from './acknowledge.ts';
import {
  deliver,
  failed,
  TERMINATED,
  type TransactionMachine,
  type TransactionOutput,
  transmit,
} from './machine.ts';
import { TimerPair, type TransactionTimers, timeoutMs, timerDMs } from './timers.ts';

export type InviteClientState = 'Calling' | 'Proceeding' | 'Completed' | 'Accepted' | 'Terminated';

export class InviteClientTransaction implements TransactionMachine {
  state: InviteClientState = 'Calling';
  /** Complete, with the top Via of this transaction; kept until the final response. */
  request: SipRequest | undefined;
  #ack: SipRequest | undefined;
  readonly #reliable: boolean;
  readonly #timing: TransactionTimers;
  readonly #timers = new TimerPair<'A' | 'B' | 'D' | 'M' | 'cancel'>();
  #intervalA: number;

  constructor(request: SipRequest, reliable: boolean, timing: TransactionTimers) {
    this.request = request;
    this.#reliable = reliable;
    this.#timing = timing;
    this.#intervalA = timing.t1Ms;
  }

  get wakeAt(): number | undefined {
    return this.#timers.wakeAt;
  }

  start(now: number): TransactionOutput[] {
    // RFC 3261 §17.1.1.2: "If an unreliable transport is being used, the client transaction MUST start timer A".
    if (!this.#reliable) this.#timers.start('A', now + this.#intervalA);
    this.#timers.start('B', now + timeoutMs(this.#timing));
    return this.request === undefined ? [] : [transmit(this.request)];
  }

  receive(response: SipResponse, now: number): TransactionOutput[] {
    switch (this.state) {
      case 'Calling':
      case 'Proceeding':
        this.#timers.stop('A');
        this.#timers.stop('B');
        if (response.status < 200) {
          this.state = 'Proceeding';
          return [deliver(response)];
        }
        this.#timers.stop('cancel');
        if (response.status < 300) {
          // RFC 6026 §7.2: the machine stays to pass on the 2xx of other branches and their retransmissions.
          this.state = 'Accepted';
          this.request = undefined;
          this.#timers.start('M', now + timeoutMs(this.#timing));
          return [deliver(response)];
        }
        return this.#complete(response, now);
      case 'Completed':
        // RFC 3261 §17.1.1.2: the ACK is sent again for each retransmission, which is not passed up.
        return response.status >= 300 && this.#ack !== undefined ? [transmit(this.#ack)] : [];
      case 'Accepted':
        return response.status >= 200 && response.status < 300 ? [deliver(response)] : [];
      case 'Terminated':
        return [];
    }
  }

  /**
   * Its CANCEL was sent. RFC 3261 §9.1: without a final response "in 64*T1 seconds … the client SHOULD then consider the
   * original transaction cancelled and SHOULD destroy the client transaction".
   */
  cancelled(now: number): void {
    if (this.state === 'Proceeding') this.#timers.start('cancel', now + timeoutMs(this.#timing));
  }

  transportFailed(_now: number): TransactionOutput[] {
    // In Proceeding and Accepted this machine sends nothing, so nothing of it can fail (Figure 5).
    if (this.state !== 'Calling' && this.state !== 'Completed') return [];
    return [failed('transport'), ...this.#terminate()];
  }

  advance(now: number): TransactionOutput[] {
    const outputs: TransactionOutput[] = [];
    for (let due = this.#timers.takeDue(now); due !== undefined; due = this.#timers.takeDue(now)) {
      switch (due.letter) {
        case 'A':
          this.#intervalA *= 2;
          this.#timers.repeat('A', due.at, this.#intervalA, now);
          if (this.request !== undefined) outputs.push(transmit(this.request));
          break;
        case 'B':
        case 'cancel':
          outputs.push(failed('timeout'), ...this.#terminate());
          break;
        case 'D':
        case 'M':
          outputs.push(...this.#terminate());
      }
    }
    return outputs;
  }

  #complete(response: SipResponse, now: number): TransactionOutput[] {
    this.state = 'Completed';
    this.#ack = this.request === undefined ? undefined : acknowledgeFailure(this.request, response);
    this.request = undefined;
    const outputs = this.#ack === undefined ? [] : [transmit(this.#ack)];
    outputs.push(deliver(response));
    // RFC 3261 §17.1.1.2: timer D is "zero seconds for reliable transports".
    if (this.#reliable) return [...outputs, ...this.#terminate()];
    this.#timers.start('D', now + timerDMs(this.#timing));
    return outputs;
  }

  #terminate(): TransactionOutput[] {
    this.state = 'Terminated';
    this.#timers.stopAll();
    return [TERMINATED];
  }
}
