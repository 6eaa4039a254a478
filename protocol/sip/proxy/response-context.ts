// The response context of a stateful proxy (RFC 3261 §16.6 step 11, §16.7 to §16.10): forks a request to its targets, in
// parallel within a group and one group after another, and chooses what goes back. Pure; run by services/proxy.
// **After every call: carry out the outputs in order, then sleep until `wakeAt` and call `advance`.**
import type { SipResponse } from '../message.ts';
import { bestResponse } from './best-response.ts';

export interface ResponseContextOptions {
  readonly isInvite: boolean;
  /** RFC 3261 §16.6 step 11: timer C "MUST be larger than 3 minutes". */
  readonly timerCMs: number;
  /** How long one group of targets may ring while another waits for its turn. */
  readonly groupMs: number;
}

export const DEFAULT_RESPONSE_CONTEXT: Omit<ResponseContextOptions, 'isInvite'> = {
  timerCMs: 185_000,
  groupMs: 20_000,
};

export type ForkOutput<T> =
  /** Start a client transaction to that target; its responses come back under this number. */
  | { readonly kind: 'forward'; readonly branch: number; readonly target: T }
  | { readonly kind: 'cancel'; readonly branch: number }
  /** To the caller; our Via is taken off already. */
  | { readonly kind: 'pass'; readonly response: SipResponse }
  /** No response of a target is fit to go back: answer with this status. */
  | { readonly kind: 'answer'; readonly status: number }
  /** The time in which the caller waits is over (RFC 4320 §4.2): forget the request. */
  | { readonly kind: 'abandon' };

interface Branch<T> {
  readonly target: T;
  isRinging: boolean;
  isCancelled: boolean;
  isOver: boolean;
  timerCAt: number;
}

const NEVER = Number.POSITIVE_INFINITY;

export class ResponseContext<T> {
  readonly #options: ResponseContextOptions;
  readonly #groups: readonly (readonly T[])[];
  readonly #branches: Branch<T>[] = [];
  /** Final responses that may be chosen. */
  readonly #finals: SipResponse[] = [];
  #nextGroup = 0;
  #groupEndsAt = NEVER;
  #pending = 0;
  #isTimedOut = false;
  #isCancelled = false;
  /** A 6xx came: nobody else is to be tried. */
  #isRefused = false;
  #isAnswered = false;

  constructor(groups: readonly (readonly T[])[], options: ResponseContextOptions) {
    this.#groups = groups.filter((group) => group.length > 0);
    this.#options = options;
  }

  /** True once the caller has a final response and no target owes one. */
  get isOver(): boolean {
    return this.#isAnswered && this.#pending === 0;
  }

  get wakeAt(): number | undefined {
    if (this.#pending === 0 || !this.#options.isInvite) return undefined;
    let earliest = this.#groupEndsAt;
    for (const { isOver, timerCAt } of this.#branches)
      if (!isOver && timerCAt < earliest) earliest = timerCAt;
    return earliest === NEVER ? undefined : earliest;
  }

  start(now: number): ForkOutput<T>[] {
    return this.#goOn([], now);
  }

  /** A response of one branch, with the Via that we added on top. */
  receive(number: number, response: SipResponse, now: number): ForkOutput<T>[] {
    const branch = this.#branches[number];
    if (branch === undefined) return [];
    const { status } = response;
    if (status < 200) return this.#provisional(branch, response, now);
    // RFC 3261 §16.7 step 5: "any 2xx response to an INVITE" goes back at once, also when another went before.
    if (status < 300 && (this.#options.isInvite || !this.#isAnswered)) {
      this.#end(branch);
      this.#isAnswered = true;
      return [pass(response), ...this.#cancelPending()];
    }
    if (branch.isOver) return [];
    this.#end(branch);
    if (status >= 300) this.#finals.push(response);
    // RFC 3261 §16.7 step 5: a 6xx "is not immediately forwarded, but the stateful proxy SHOULD cancel all client pending
    // transactions".
    if (status >= 600) {
      this.#isRefused = true;
      return this.#goOn(this.#cancelPending(), now);
    }
    return this.#goOn([], now);
  }

  /** A branch ended without a final response. */
  failed(number: number, reason: 'timeout' | 'transport', now: number): ForkOutput<T>[] {
    const branch = this.#branches[number];
    if (branch === undefined || branch.isOver) return [];
    this.#end(branch);
    if (reason === 'timeout') this.#isTimedOut = true;
    return this.#goOn([], now);
  }

  /** The caller gave up (RFC 3261 §16.10). */
  cancel(now: number): ForkOutput<T>[] {
    this.#isCancelled = true;
    return this.#goOn(this.#cancelPending(), now);
  }

  advance(now: number): ForkOutput<T>[] {
    const outputs: ForkOutput<T>[] = [];
    if (now >= this.#groupEndsAt) {
      this.#groupEndsAt = NEVER;
      outputs.push(...this.#cancelPending());
    }
    for (const [number, branch] of this.#branches.entries()) {
      if (branch.isOver || now < branch.timerCAt) continue;
      branch.timerCAt = NEVER;
      // RFC 3261 §16.8: with a provisional response the branch is cancelled; without one it counts as answered with 408.
      if (branch.isRinging) outputs.push(...this.#cancelBranch(number, branch));
      else {
        this.#end(branch);
        this.#isTimedOut = true;
      }
    }
    return this.#goOn(outputs, now);
  }

  #provisional(branch: Branch<T>, response: SipResponse, now: number): ForkOutput<T>[] {
    if (branch.isOver || this.#isAnswered) return [];
    branch.isRinging = true;
    // RFC 3261 §16.7 step 2 and step 5: a 100 says something of its own hop only.
    if (response.status === 100) return [];
    branch.timerCAt = now + this.#options.timerCMs;
    return [pass(response)];
  }

  /** Goes to the next group when this one is done, and to an answer when all are. */
  #goOn(outputs: ForkOutput<T>[], now: number): ForkOutput<T>[] {
    if (this.#pending > 0 || this.#isAnswered) return outputs;
    const group = this.#isCancelled || this.#isRefused ? undefined : this.#groups[this.#nextGroup];
    if (group === undefined) {
      this.#isAnswered = true;
      outputs.push(this.#answer());
      return outputs;
    }
    this.#nextGroup += 1;
    const { timerCMs, groupMs } = this.#options;
    this.#groupEndsAt = this.#nextGroup < this.#groups.length ? now + groupMs : NEVER;
    for (const target of group) {
      const branch = this.#branches.length;
      this.#branches.push({
        target,
        isRinging: false,
        isCancelled: false,
        isOver: false,
        timerCAt: now + timerCMs,
      });
      this.#pending += 1;
      outputs.push({ kind: 'forward', branch, target });
    }
    return outputs;
  }

  #answer(): ForkOutput<T> {
    const best = bestResponse(this.#finals);
    if (this.#isCancelled && (best === undefined || best.status < 600))
      return { kind: 'answer', status: 487 };
    if (best !== undefined) {
      // RFC 3261 §16.7 step 6: a 503 of one target says nothing of the next request to us.
      return best.status === 503 ? { kind: 'answer', status: 500 } : pass(best);
    }
    if (!this.#isTimedOut) return { kind: 'answer', status: 480 };
    return this.#options.isInvite ? { kind: 'answer', status: 408 } : { kind: 'abandon' };
  }

  #end(branch: Branch<T>): void {
    if (branch.isOver) return;
    branch.isOver = true;
    this.#pending -= 1;
  }

  #cancelPending(): ForkOutput<T>[] {
    // Only an INVITE can be cancelled to any effect (RFC 3261 §9.1).
    if (!this.#options.isInvite) return [];
    return this.#branches.flatMap((branch, number) =>
      branch.isOver || branch.isCancelled ? [] : this.#cancelBranch(number, branch),
    );
  }

  #cancelBranch(number: number, branch: Branch<T>): ForkOutput<T>[] {
    branch.isCancelled = true;
    return [{ kind: 'cancel', branch: number }];
  }
}

/** RFC 3261 §16.7 step 3: "The proxy removes the topmost Via header field value from the response." */
function pass<T>(response: SipResponse): ForkOutput<T> {
  const headers = response.headers.clone();
  headers.removeFirst('Via');
  return { kind: 'pass', response: { ...response, headers } };
}
