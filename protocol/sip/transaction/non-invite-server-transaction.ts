// Non-INVITE server transaction: RFC 3261 §17.2.2 Figure 8 with the rules of RFC 4320 §4. Driven by the layer.
//
//  Trying ──100──▶ Proceeding         100 by itself after timer E of the client has reached T2 (RFC 4320 §4.1)
//     │ 200-699       │ 200-699       Completed: send the response for each retransmission of the request
//     └───────▶ Completed ──J──▶ Terminated
import type { SipRequest, SipResponse } from '../message.ts';
import {
  deliver,
  failed,
  TERMINATED,
  type TransactionMachine,
  type TransactionOutput,
  transmit,
} from './machine.ts';
import { TimerPair, type TransactionTimers, timeoutMs, timerEReachesT2Ms } from './timers.ts';

export type NonInviteServerState = 'Trying' | 'Proceeding' | 'Completed' | 'Terminated';

export class NonInviteServerTransaction implements TransactionMachine {
  state: NonInviteServerState = 'Trying';
  /** Until there is a final response: a completed transaction needs no more than that. */
  #request: SipRequest | undefined;
  readonly #reliable: boolean;
  readonly #timing: TransactionTimers;
  readonly #trying: (request: SipRequest) => SipResponse;
  readonly #timers = new TimerPair<'trying' | 'abandoned' | 'J'>();
  #startedAt = 0;
  /** The last one, which goes out again for each retransmission of the request. */
  #response: SipResponse | undefined;

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

  start(now: number): TransactionOutput<SipRequest>[] {
    this.#startedAt = now;
    // RFC 4320 §4.1: "an SIP element MUST respond to a non-INVITE request with a Status-Code of 100 if it has not
    // otherwise responded after the amount of time it takes a client transaction's Timer E to be reset to T2".
    this.#timers.start('trying', now + timerEReachesT2Ms(this.#timing));
    // By then the client has given up (timer F): an answer would be useless, and silence must not hold memory.
    this.#timers.start('abandoned', now + timeoutMs(this.#timing));
    return this.#request === undefined ? [] : [deliver(this.#request)];
  }

  /** The same request again. */
  receive(_request: SipRequest, _now: number): TransactionOutput[] {
    if (this.state !== 'Proceeding' && this.state !== 'Completed') return [];
    return this.#response === undefined ? [] : [transmit(this.#response)];
  }

  /** A response from the transaction user. */
  respond(response: SipResponse, now: number): TransactionOutput[] {
    if (this.state !== 'Trying' && this.state !== 'Proceeding') return [];
    if (response.status < 200) return this.#provisional(response, now);
    this.#timers.stopAll();
    this.#request = undefined;
    this.state = 'Completed';
    // RFC 4320 §4.2: "MUST NOT send a response with Status-Code of 408 to a non-INVITE request".
    const outputs = response.status === 408 ? [] : [transmit(response)];
    this.#response = response.status === 408 ? undefined : response;
    // RFC 3261 §17.2.2: timer J is 64×T1 for unreliable transports and zero for reliable ones.
    if (this.#reliable) return [...outputs, ...this.#terminate()];
    this.#timers.start('J', now + timeoutMs(this.#timing));
    return outputs;
  }

  transportFailed(_now: number): TransactionOutput[] {
    // RFC 6026 §8.8 holds for this machine too: it informs the TU "and MUST remain in the current state", so that a
    // retransmission after a passing network error is not taken for a new request.
    return this.state === 'Proceeding' || this.state === 'Completed' ? [failed('transport')] : [];
  }

  advance(now: number): TransactionOutput[] {
    const outputs: TransactionOutput[] = [];
    for (let due = this.#timers.takeDue(now); due !== undefined; due = this.#timers.takeDue(now)) {
      switch (due.letter) {
        case 'trying':
          if (this.state === 'Trying' && this.#request !== undefined)
            outputs.push(...this.#provisional(this.#trying(this.#request), due.at));
          break;
        case 'abandoned':
          outputs.push(failed('timeout'), ...this.#terminate());
          break;
        case 'J':
          outputs.push(...this.#terminate());
      }
    }
    return outputs;
  }

  /** RFC 4320 §4.1: only 100, and over an unreliable transport not before timer E of the client has reached T2. */
  #provisional(response: SipResponse, now: number): TransactionOutput[] {
    if (response.status !== 100) return [];
    if (!this.#reliable && now < this.#startedAt + timerEReachesT2Ms(this.#timing)) return [];
    this.state = 'Proceeding';
    this.#response = response;
    return [transmit(response)];
  }

  #terminate(): TransactionOutput[] {
    this.state = 'Terminated';
    this.#timers.stopAll();
    return [TERMINATED];
  }
}
