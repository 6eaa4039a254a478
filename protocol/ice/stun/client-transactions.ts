// Requests that wait for their responses, and are sent again until then (RFC 8489 §6.2.1). Used by the TURN client.
import type { RandomBytes } from '../hashes.ts';
import { stunTransactionId, TRANSACTION_ID_BYTES } from './message.ts';

/** RFC 8489 §6.2.1: the first wait, how often it is sent, and how many first waits the last one is long. */
export const FIRST_RETRANSMIT_MS = 500;
const MOST_SENDINGS = 7;
const LAST_WAIT = 16;
/** RFC 8489 §6.2.2: over a transport that loses nothing. */
const RELIABLE_TIMEOUT_MS = 39_500;

interface Waiting<Context> {
  readonly bytes: Uint8Array;
  readonly context: Context;
  sendings: number;
  waitMs: number;
  wakeAtMs: number;
}

export class ClientTransactions<Context> {
  readonly #isReliable: boolean;
  readonly #randomBytes: RandomBytes;
  readonly #send: (bytes: Uint8Array) => void;
  readonly #waiting = new Map<string, Waiting<Context>>();

  constructor(isReliable: boolean, randomBytes: RandomBytes, send: (bytes: Uint8Array) => void) {
    this.#isReliable = isReliable;
    this.#randomBytes = randomBytes;
    this.#send = send;
  }

  /** @returns when `wake` is to be called next; Infinity where nothing waits. */
  get wakeAtMs(): number {
    let next = Number.POSITIVE_INFINITY;
    for (const { wakeAtMs } of this.#waiting.values()) next = Math.min(next, wakeAtMs);
    return next;
  }

  /** Sends what `build` makes with a transaction of its own. `context` comes back with the end of it. */
  begin(build: (transactionId: Uint8Array) => Uint8Array, context: Context, nowMs: number): void {
    const bytes = build(this.#randomBytes(TRANSACTION_ID_BYTES));
    const waitMs = this.#isReliable ? RELIABLE_TIMEOUT_MS : FIRST_RETRANSMIT_MS;
    const waiting = { bytes, context, sendings: 1, waitMs, wakeAtMs: nowMs + waitMs };
    this.#waiting.set(stunTransactionId(bytes).join(), waiting);
    this.#send(bytes);
  }

  /** What the request of this checked response was about; undefined where there is none. Call `end` if it is believed. */
  of(response: Uint8Array): Context | undefined {
    return this.#waiting.get(stunTransactionId(response).join())?.context;
  }

  end(response: Uint8Array): void {
    this.#waiting.delete(stunTransactionId(response).join());
  }

  /** Sends again what has to be. @returns the contexts of those that nobody has answered. */
  wake(nowMs: number): Context[] {
    const unanswered: Context[] = [];
    for (const [id, waiting] of this.#waiting) {
      if (waiting.wakeAtMs > nowMs) continue;
      if (this.#isReliable || waiting.sendings === MOST_SENDINGS) {
        this.#waiting.delete(id);
        unanswered.push(waiting.context);
        continue;
      }
      waiting.sendings++;
      waiting.waitMs *= 2;
      waiting.wakeAtMs =
        nowMs + (waiting.sendings === MOST_SENDINGS ? FIRST_RETRANSMIT_MS * LAST_WAIT : waiting.waitMs);
      this.#send(waiting.bytes);
    }
    return unanswered;
  }

  clear(): void {
    this.#waiting.clear();
  }
}
