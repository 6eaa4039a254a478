// Ports that are kept for a second allocation of the same user (RFC 8656 §7.2): RTCP beside RTP. Used by turn/server.ts.
import type { RandomBytes } from '../hashes.ts';
import type { TurnRelay } from './allocation.ts';
import type { TurnServerOutput } from './server-output.ts';

/** RFC 8656 §7.2: "for at least 30 seconds". */
const KEPT_MS = 30_000;

interface Reservation {
  readonly relay: TurnRelay;
  readonly user: string;
  readonly endsAtMs: number;
}

export class Reservations {
  readonly #randomBytes: RandomBytes;
  readonly #output: Pick<TurnServerOutput, 'closeRelay'>;
  readonly #byToken = new Map<string, Reservation>();

  constructor(randomBytes: RandomBytes, output: Pick<TurnServerOutput, 'closeRelay'>) {
    this.#randomBytes = randomBytes;
    this.#output = output;
  }

  get size(): number {
    return this.#byToken.size;
  }

  /** @returns the token: 8 bytes that nobody guesses. */
  keep(relay: TurnRelay, user: string, nowMs: number): Uint8Array {
    const token = this.#randomBytes(8);
    this.#byToken.set(token.join(), { relay, user, endsAtMs: nowMs + KEPT_MS });
    return token;
  }

  take(token: Uint8Array, user: string, nowMs: number): TurnRelay | undefined {
    const key = token.join();
    const found = this.#byToken.get(key);
    if (found === undefined || found.user !== user || found.endsAtMs <= nowMs) return undefined;
    this.#byToken.delete(key);
    return found.relay;
  }

  sweep(nowMs: number): void {
    for (const [token, { relay, endsAtMs }] of this.#byToken) {
      if (endsAtMs > nowMs) continue;
      this.#byToken.delete(token);
      this.#output.closeRelay(relay);
    }
  }
}
