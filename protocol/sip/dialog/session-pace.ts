// When a call does something by itself: session timer refresh and expiry (RFC 4028 §7, §10) and the retry after a 491
// (RFC 3261 §14.1). A part of InviteSession.
import { parseCSeq } from '../header/cseq.ts';
import type { HeaderFields } from '../header-fields.ts';
import type { SipResponse } from '../message.ts';
import { TimerSet } from '../timer-set.ts';
import type { SessionOptions } from './session-output.ts';
import {
  agreedSessionTimer,
  answerSessionTimer,
  minSessionIntervalOf,
  type SessionTimer,
  sessionTimerRequest,
} from './session-timer.ts';

type Due = 'refresh' | 'give up' | 'INVITE' | 'UPDATE';

/** A refresh that was refused is tried again at half the time that is left, but not more often than this. */
const MIN_REFRESH_RETRY_MS = 1000;

export class SessionPace {
  readonly #options: SessionOptions;
  readonly #timers = new TimerSet<Due>();
  #timer: SessionTimer | undefined;
  #minS = 0;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  get wakeAt(): number | undefined {
    return this.#timers.wakeAt;
  }

  /** Session-Expires and Min-SE of our next INVITE or UPDATE. */
  requestFields(): readonly (readonly [string, string])[] {
    const policy = this.#options.sessionTimer;
    return policy === undefined ? [] : sessionTimerRequest(policy, { timer: this.#timer, minS: this.#minS });
  }

  /** Fields of our 2xx; the timer starts. */
  agreeAsServer(request: HeaderFields, now: number): readonly (readonly [string, string])[] {
    const policy = this.#options.sessionTimer;
    const answer = policy && answerSessionTimer(request, policy, now);
    if (answer === undefined || !answer.ok) return [];
    this.#start(answer.timer);
    return answer.headers;
  }

  agreeAsClient(response: HeaderFields, now: number): void {
    if (this.#options.sessionTimer !== undefined) this.#start(agreedSessionTimer(response, now));
  }

  #start(timer: SessionTimer | undefined): void {
    this.#timer = timer;
    this.#timers.stop('refresh');
    this.#timers.stop('give up');
    if (timer?.refreshAt !== undefined) this.#timers.start('refresh', timer.refreshAt);
    if (timer !== undefined) this.#timers.start('give up', timer.giveUpAt);
  }

  /** Our re-INVITE or UPDATE was refused. */
  refused(method: 'INVITE' | 'UPDATE', response: SipResponse, ownsCallId: boolean, now: number): void {
    const { status, headers } = response;
    const minS = minSessionIntervalOf(status, headers);
    if (minS !== undefined && minS > this.#minS && parseCSeq(headers.get('CSeq') ?? '') !== undefined) {
      // RFC 4028 §7.3: come back with an interval of at least this.
      this.#minS = minS;
      this.#timers.start(method, now);
    } else if (status === 491) {
      this.#timers.start(method, now + glareDelayMs(ownsCallId, this.#options.random()));
    }
    const timer = this.#timer;
    if (timer === undefined || !timer.weRefresh) return;
    const againMs = Math.floor((timer.giveUpAt - now) / 2);
    if (againMs >= MIN_REFRESH_RETRY_MS) this.#timers.start('refresh', now + againMs);
  }

  takeDue(now: number): Due[] {
    const due: Due[] = [];
    for (let next = this.#timers.takeDue(now); next !== undefined; next = this.#timers.takeDue(now)) {
      due.push(next.letter);
    }
    return due;
  }
}

/**
 * RFC 3261 §14.1: the owner of the Call-ID waits 2.1 to 4 s, the other side 0 to 2 s, in units of 10 ms.
 * @param random 0 ≤ x < 1
 */
export function glareDelayMs(ownsCallId: boolean, random: number): number {
  return ownsCallId ? 2100 + Math.floor(random * 191) * 10 : Math.floor(random * 201) * 10;
}
