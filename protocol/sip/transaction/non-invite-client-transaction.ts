// Non-INVITE client transaction: RFC 3261 §17.1.2, Figure 6. Driven by the layer.
//
//  Trying ──1xx──▶ Proceeding         E: send the request, doubling up to T2 (unreliable); T2 in Proceeding
//     │ 200-699       │ 200-699       F: 64×T1 without a final response, timeout to the TU
//     └───────▶ Completed ──K──▶ Terminated
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

export type NonInviteClientState = 'Trying' | 'Proceeding' | 'Completed' | 'Terminated';

export class NonInviteClientTransaction implements TransactionMachine {
  state: NonInviteClientState = 'Trying';
  /** Until there is a final response: nothing is sent again after it. */
  #request: SipRequest | undefined;
  readonly #reliable: boolean;
  readonly #timing: TransactionTimers;
  readonly #timers = new TimerPair<'E' | 'F' | 'K'>();
  #intervalE: number;

  /** @param request complete, with the top Via of this transaction. */
  constructor(request: SipRequest, reliable: boolean, timing: TransactionTimers) {
    this.#request = request;
    this.#reliable = reliable;
    this.#timing = timing;
    this.#intervalE = timing.t1Ms;
  }

  get wakeAt(): number | undefined {
    return this.#timers.wakeAt;
  }

  start(now: number): TransactionOutput[] {
    this.#timers.start('F', now + timeoutMs(this.#timing));
    if (!this.#reliable) this.#timers.start('E', now + this.#intervalE);
    return this.#request === undefined ? [] : [transmit(this.#request)];
  }

  receive(response: SipResponse, now: number): TransactionOutput[] {
    // RFC 3261 §17.1.2.2: in Completed the machine only absorbs retransmissions of the response.
    if (this.state === 'Completed' || this.state === 'Terminated') return [];
    if (response.status < 200) {
      this.state = 'Proceeding';
      return [deliver(response)];
    }
    this.state = 'Completed';
    this.#request = undefined;
    this.#timers.stopAll();
    // Timer K is T4 for unreliable transports and zero for reliable ones.
    if (this.#reliable) return [deliver(response), ...this.#terminate()];
    this.#timers.start('K', now + this.#timing.t4Ms);
    return [deliver(response)];
  }

  transportFailed(_now: number): TransactionOutput[] {
    if (this.state !== 'Trying' && this.state !== 'Proceeding') return [];
    return [failed('transport'), ...this.#terminate()];
  }

  advance(now: number): TransactionOutput[] {
    const outputs: TransactionOutput[] = [];
    for (let due = this.#timers.takeDue(now); due !== undefined; due = this.#timers.takeDue(now)) {
      switch (due.letter) {
        case 'E':
          this.#intervalE =
            this.state === 'Proceeding'
              ? this.#timing.t2Ms
              : Math.min(2 * this.#intervalE, this.#timing.t2Ms);
          this.#timers.repeat('E', due.at, this.#intervalE, now);
          if (this.#request !== undefined) outputs.push(transmit(this.#request));
          break;
        case 'F':
          outputs.push(failed('timeout'), ...this.#terminate());
          break;
        case 'K':
          outputs.push(...this.#terminate());
      }
    }
    return outputs;
  }

  #terminate(): TransactionOutput[] {
    this.state = 'Terminated';
    this.#timers.stopAll();
    return [TERMINATED];
  }
}
