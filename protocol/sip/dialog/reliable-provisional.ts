// Reliable provisional responses: the UAS sends each until its PRACK comes (RFC 3262 §3), the UAC takes them in order
// (RFC 3262 §4).
// One sender for an INVITE, one receiver for a dialog; both are parts of InviteSession.

import { parseRSeq, type RAck } from '../header/reliable-response.ts';
import type { SipResponse } from '../message.ts';
import { TimerSet } from '../timer-set.ts';
import { type TransactionTimers, timeoutMs } from '../transaction/timers.ts';

export const MAX_FIRST_RSEQ = 2 ** 31 - 1;

/** Held back while another is unacknowledged; more than this means that the user agent rings in a loop. */
const MAX_WAITING = 32;

export class ReliableProvisionalSender {
  readonly #timing: TransactionTimers;
  readonly #inviteSequence: number;
  readonly #timers = new TimerSet<'resend' | 'timeout'>();
  readonly #waiting: SipResponse[] = [];
  #rseq: number;
  #intervalMs = 0;
  #unacknowledged: SipResponse | undefined;

  /** @param firstRseq 1 … 2³¹−1, chosen uniformly (RFC 3262 §3). */
  constructor(inviteSequence: number, firstRseq: number, timing: TransactionTimers) {
    this.#inviteSequence = inviteSequence;
    this.#rseq = firstRseq - 1;
    this.#timing = timing;
  }

  get wakeAt(): number | undefined {
    return this.#timers.wakeAt;
  }
  get isAcknowledged(): boolean {
    return this.#unacknowledged === undefined;
  }

  /** @returns what to send now: nothing while the one before is unacknowledged. */
  send(response: SipResponse, now: number): SipResponse[] {
    if (!isReliable(response)) response.headers.append('Require', '100rel');
    if (this.#unacknowledged !== undefined) {
      if (this.#waiting.length < MAX_WAITING) this.#waiting.push(response);
      return [];
    }
    // RFC 3262 §3: each further one is greater by exactly one.
    this.#rseq++;
    response.headers.set('RSeq', String(this.#rseq));
    this.#unacknowledged = response;
    this.#intervalMs = this.#timing.t1Ms;
    this.#timers.start('resend', now + this.#intervalMs);
    this.#timers.start('timeout', now + timeoutMs(this.#timing));
    return [response];
  }

  /** A PRACK. undefined where it acknowledges nothing that we sent: answer it 481 (RFC 3262 §3). */
  acknowledge(rack: RAck | undefined, now: number): SipResponse[] | undefined {
    if (this.#unacknowledged === undefined || rack === undefined) return undefined;
    if (
      rack.rseq !== this.#rseq ||
      rack.cseq.sequence !== this.#inviteSequence ||
      rack.cseq.method !== 'INVITE'
    )
      return undefined;
    this.#unacknowledged = undefined;
    this.#timers.stopAll();
    const next = this.#waiting.shift();
    return next === undefined ? [] : this.send(next, now);
  }

  /** `timeout` where 64×T1 have passed: "the UAS SHOULD reject the original request with a 5xx". */
  advance(now: number): { readonly resend: readonly SipResponse[]; readonly timedOut: boolean } {
    const resend: SipResponse[] = [];
    for (let due = this.#timers.takeDue(now); due !== undefined; due = this.#timers.takeDue(now)) {
      if (due.letter === 'timeout') {
        this.stop();
        return { resend, timedOut: true };
      }
      // RFC 3262 §3: "an interval that starts at T1 seconds and doubles for each retransmission", without the cap of T2.
      this.#intervalMs *= 2;
      this.#timers.repeat('resend', due.at, this.#intervalMs, now);
      if (this.#unacknowledged !== undefined) resend.push(this.#unacknowledged);
    }
    return { resend, timedOut: false };
  }

  /** RFC 3262 §3: after a final response it "SHOULD NOT continue to retransmit"; PRACKs are still answered. */
  stop(): void {
    this.#timers.stopAll();
    this.#waiting.length = 0;
  }
}

export class ReliableProvisionalReceiver {
  #last: number | undefined;

  /**
   * RFC 3262 §4: `next` is to be processed and acknowledged; `unreliable` to be processed; one that is
   * not the next, a repeated one too, "MUST NOT be acknowledged with a PRACK, and MUST NOT be processed further".
   */
  receive(response: SipResponse): 'next' | 'unreliable' | 'repeated' | 'out of order' {
    if (!isReliable(response)) return 'unreliable';
    const rseq = parseRSeq(response.headers.get('RSeq') ?? '');
    if (rseq === undefined) return 'out of order';
    if (this.#last !== undefined && rseq !== this.#last + 1)
      return rseq <= this.#last ? 'repeated' : 'out of order';
    this.#last = rseq;
    return 'next';
  }
}

/** RFC 3262 §4: 101 … 199 with the option tag 100rel in Require. */
export function isReliable(response: SipResponse): boolean {
  const { status, headers } = response;
  return (
    status > 100 && status < 200 && headers.getAll('Require').some((tag) => tag.toLowerCase() === '100rel')
  );
}
