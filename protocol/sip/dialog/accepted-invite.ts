// The 2xx of an INVITE until its ACK (RFC 3261 §13.3.1.4): the user agent core sends it again itself, over any
// transport, because proxies forward it and only the other end acknowledges it. A part of InviteSession.
import type { SipResponse } from '../message.ts';
import { TimerSet } from '../timer-set.ts';
import { type TransactionTimers, timeoutMs } from '../transaction/timers.ts';

export class AcceptedInvite {
  readonly response: SipResponse;
  readonly sequence: number;
  readonly #timing: TransactionTimers;
  readonly #timers = new TimerSet<'resend' | 'timeout'>();
  #intervalMs: number;

  constructor(response: SipResponse, sequence: number, timing: TransactionTimers, now: number) {
    this.response = response;
    this.sequence = sequence;
    this.#timing = timing;
    this.#intervalMs = timing.t1Ms;
    this.#timers.start('resend', now + this.#intervalMs);
    this.#timers.start('timeout', now + timeoutMs(timing));
  }

  get wakeAt(): number | undefined {
    return this.#timers.wakeAt;
  }

  /**
   * How often to send it again now, and whether 64×T1 passed without ACK: then "the session SHOULD be
   * terminated" by BYE.
   */
  advance(now: number): { readonly resend: number; readonly timedOut: boolean } {
    let resend = 0;
    for (let due = this.#timers.takeDue(now); due !== undefined; due = this.#timers.takeDue(now)) {
      if (due.letter === 'timeout') {
        this.#timers.stopAll();
        return { resend, timedOut: true };
      }
      // "… an interval that starts at T1 seconds and doubles for each retransmission until it reaches T2 seconds".
      this.#intervalMs = Math.min(2 * this.#intervalMs, this.#timing.t2Ms);
      this.#timers.repeat('resend', due.at, this.#intervalMs, now);
      resend++;
    }
    return { resend, timedOut: false };
  }
}
