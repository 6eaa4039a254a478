// Which algorithms a challenge offers (RFC 8760 §2.4): the strongest first, MD5 last, and MD5 alone to clients that cannot
// cope with another challenge beside it. Pure, with time as an argument; bounded in memory. Used by authenticate.ts.
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from '@parley/protocol/sip';

const MD5_ONLY: readonly DigestAlgorithm[] = ['MD5'];
const CLIENTS = 20_000;
/** Requests that cross each other on the way are closer than this; a phone that gave up tries again much later. */
const GAVE_UP_AFTER_MS = 2_000;

interface Client {
  readonly needsMd5: boolean;
  /** When it was challenged, while it has not answered. */
  readonly askedAt: number | undefined;
}

export class ChallengeOffer {
  readonly #clients = new Map<string, Client>();

  /**
   * For a request without credentials.
   *
   * COMPAT(MD5-only clients): some read only the first challenge, others give up when they do not know the algorithm of
   * any, instead of taking the one that they know. Who comes again without an answer gets MD5 alone, until such clients
   * are gone.
   */
  for(client: string, userAgent: string | undefined, now: number): readonly DigestAlgorithm[] {
    const held = this.#clients.get(client);
    const gaveUp = held?.askedAt !== undefined && now - held.askedAt >= GAVE_UP_AFTER_MS;
    const needsMd5 = gaveUp || (held?.needsMd5 ?? knowsOnlyMd5(userAgent));
    this.#keep(client, { needsMd5, askedAt: held?.askedAt ?? now });
    return needsMd5 ? MD5_ONLY : DIGEST_ALGORITHMS;
  }

  /** The client answered a challenge, rightly or not: it can cope with what it was offered. */
  answered(client: string): void {
    const held = this.#clients.get(client);
    if (held !== undefined) this.#keep(client, { needsMd5: held.needsMd5, askedAt: undefined });
  }

  #keep(client: string, state: Client): void {
    this.#clients.delete(client);
    this.#clients.set(client, state);
    if (this.#clients.size <= CLIENTS) return;
    const [oldest] = this.#clients.keys();
    if (oldest !== undefined) this.#clients.delete(oldest);
  }
}

/** COMPAT(baresip before 2): gives up on a challenge that it does not know, until Debian has a newer one. */
function knowsOnlyMd5(userAgent: string | undefined): boolean {
  return /^baresip v[01]\./.test(userAgent ?? '');
}
