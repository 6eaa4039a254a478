// Which algorithms a challenge offers (RFC 8760 §2.4): the strongest first, MD5 last, and MD5 alone to clients that cannot
// cope with another challenge beside it. Pure, with time as an argument; bounded in memory. Used by authenticate.ts.
import { DIGEST_ALGORITHMS, type DigestAlgorithm } from '@parley/protocol/sip';

const MD5_ONLY: readonly DigestAlgorithm[] = ['MD5'];
/** Of each kind; those that were noted first are forgotten first. */
const CLIENTS = 20_000;
/** Requests that cross each other on the way are closer than this; a phone that gave up tries again much later. */
const GAVE_UP_AFTER_MS = 2_000;

export class ChallengeOffer {
  /** When who has not answered yet was challenged. */
  readonly #askedAt = new Map<string, number>();
  readonly #needMd5 = new Set<string>();

  /**
   * For a request without credentials.
   *
   * COMPAT(MD5-only clients): some read only the first challenge, others give up when they do not know the algorithm of
   * any, instead of taking the one that they know. Who comes again without an answer gets MD5 alone, until such clients
   * are gone.
   */
  for(client: string, userAgent: string | undefined, now: number): readonly DigestAlgorithm[] {
    if (knowsOnlyMd5(userAgent) || this.#needMd5.has(client)) return MD5_ONLY;
    const askedAt = this.#askedAt.get(client);
    if (askedAt === undefined) {
      this.#askedAt.set(client, now);
      bound(this.#askedAt);
    } else if (now - askedAt >= GAVE_UP_AFTER_MS) {
      this.#askedAt.delete(client);
      this.#needMd5.add(client);
      bound(this.#needMd5);
      return MD5_ONLY;
    }
    return DIGEST_ALGORITHMS;
  }

  /** The client answered a challenge, rightly or not: it can cope with what it was offered. */
  answered(client: string): void {
    this.#askedAt.delete(client);
  }
}

function bound(clients: Map<string, unknown> | Set<string>): void {
  if (clients.size <= CLIENTS) return;
  const [oldest] = clients.keys();
  if (oldest !== undefined) clients.delete(oldest);
}

/** COMPAT(baresip before 2, sipsak 0.9, SIPp 3.6): give up on a challenge that they do not know, until Debian has newer ones. */
function knowsOnlyMd5(userAgent = ''): boolean {
  return /^(?:baresip v[01]\.|sipsak 0\.|SIPp)/.test(userAgent);
}
