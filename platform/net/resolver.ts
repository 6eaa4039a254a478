// Questions to the DNS, bounded in time and number, with a memory: answers live as long as their TTL says within bounds,
// and a DNS that is away leaves what was known in use (RFC 8767 §4). Used by locate.ts.
import { lookup, Resolver as NodeResolver } from 'node:dns/promises';
import type { DnsAnswer, DnsQuestion } from '@parley/protocol/sip';
import type { Clock } from './clock.ts';

export interface ResolverOptions {
  readonly clock: Clock;
  /** Addresses, each with a port where it is not 53. Without them the system's servers and its hosts file are used. */
  readonly servers?: readonly string[];
  readonly limits?: Partial<ResolverLimits>;
}

export interface ResolverLimits {
  /** Of one try; there are two. */
  readonly tryMs: number;
  readonly shortestMs: number;
  readonly longestMs: number;
  /** NAPTR and SRV, of which the system tells no TTL. */
  readonly serviceMs: number;
  /** That a name does not exist. */
  readonly negativeMs: number;
  /** That the DNS did not answer. */
  readonly failureMs: number;
  /** How long an answer that has run out still serves while the DNS is away. */
  readonly staleMs: number;
  readonly entries: number;
  readonly records: number;
}

const minuteMs = 60_000;
const TRIES = 2;

export const defaultResolverLimits: ResolverLimits = {
  tryMs: 2_000,
  shortestMs: 5_000,
  longestMs: 10 * minuteMs,
  serviceMs: minuteMs,
  negativeMs: 30_000,
  failureMs: 5_000,
  staleMs: 60 * minuteMs,
  entries: 10_000,
  records: 64,
};

interface Kept {
  readonly answer: DnsAnswer;
  readonly freshUntilMs: number;
  readonly usableUntilMs: number;
}

interface Fetched {
  readonly answer: DnsAnswer;
  readonly freshMs: number;
}

/** The server says that there is nothing, rather than that it could not find out. */
const NOTHING = new Set(['ENOTFOUND', 'ENODATA']);

/** Disposing gives up what is under way; a question after that fails. */
export class DnsResolver implements Disposable {
  readonly #clock: Clock;
  readonly #limits: ResolverLimits;
  readonly #node: NodeResolver;
  readonly #usesHostsFile: boolean;
  /** Oldest first. */
  readonly #kept = new Map<string, Kept>();
  readonly #asking = new Map<string, Promise<DnsAnswer>>();
  #isDisposed = false;

  constructor({ clock, servers, limits }: ResolverOptions) {
    this.#clock = clock;
    this.#limits = { ...defaultResolverLimits, ...limits };
    this.#node = new NodeResolver({ timeout: this.#limits.tryMs, tries: TRIES });
    if (servers !== undefined && servers.length > 0) this.#node.setServers(servers);
    this.#usesHostsFile = servers === undefined || servers.length === 0;
  }

  /** Never rejects. */
  ask(question: DnsQuestion): Promise<DnsAnswer> {
    const key = `${question.type} ${question.name.toLowerCase()}`;
    const kept = this.#kept.get(key);
    if (kept !== undefined && this.#clock.now() < kept.freshUntilMs) return Promise.resolve(kept.answer);
    const underWay = this.#asking.get(key);
    if (underWay !== undefined) return underWay;
    const asking = this.#fetch(question)
      .then((fetched) => this.#keep(key, fetched))
      .finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#node.cancel();
    this.#kept.clear();
  }

  #keep(key: string, { answer, freshMs }: Fetched): DnsAnswer {
    if (this.#isDisposed) return answer;
    const now = this.#clock.now();
    const known = this.#kept.get(key);
    const isStale = answer.kind === 'failed' && known !== undefined && now < known.usableUntilMs;
    const kept = isStale
      ? { ...known, freshUntilMs: now + freshMs }
      : { answer, freshUntilMs: now + freshMs, usableUntilMs: now + this.#usableMs(answer, freshMs) };
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    if (this.#kept.size > this.#limits.entries) {
      const oldest = this.#kept.keys().next().value;
      if (oldest !== undefined) this.#kept.delete(oldest);
    }
    return kept.answer;
  }

  #usableMs({ kind }: DnsAnswer, freshMs: number): number {
    return kind === 'failed' || kind === 'none' ? freshMs : freshMs + this.#limits.staleMs;
  }

  async #fetch({ type, name }: DnsQuestion): Promise<Fetched> {
    const { records: most, serviceMs, negativeMs, failureMs } = this.#limits;
    // A name without a dot is this machine's or its network's own, and no DNS beyond knows it.
    const own = name.includes('.') ? undefined : await this.#hostsFile({ type, name });
    if (own !== undefined) return { answer: own, freshMs: serviceMs };
    try {
      switch (type) {
        case 'NAPTR': {
          const records = (await this.#node.resolveNaptr(name)).slice(0, most);
          return { answer: { kind: 'naptr', records }, freshMs: serviceMs };
        }
        case 'SRV': {
          const records = (await this.#node.resolveSrv(name)).slice(0, most);
          return {
            answer: {
              kind: 'srv',
              records: records.map(({ name: target, ...rest }) => ({ ...rest, target })),
            },
            freshMs: serviceMs,
          };
        }
        case 'A':
          return this.#addresses(await this.#node.resolve4(name, { ttl: true }));
        case 'AAAA':
          return this.#addresses(await this.#node.resolve6(name, { ttl: true }));
      }
    } catch (error) {
      const isNothing = NOTHING.has((error as NodeJS.ErrnoException).code ?? '');
      const local = isNothing && name.includes('.') ? await this.#hostsFile({ type, name }) : undefined;
      if (local !== undefined) return { answer: local, freshMs: serviceMs };
      return isNothing
        ? { answer: { kind: 'none' }, freshMs: negativeMs }
        : { answer: { kind: 'failed' }, freshMs: failureMs };
    }
  }

  #addresses(records: readonly { readonly address: string; readonly ttl: number }[]): Fetched {
    const { records: most, shortestMs, longestMs } = this.#limits;
    const ttlMs = Math.min(...records.map(({ ttl }) => ttl)) * 1000;
    return {
      answer: { kind: 'addresses', addresses: records.slice(0, most).map(({ address }) => address) },
      freshMs: Math.min(Math.max(ttlMs, shortestMs), longestMs),
    };
  }

  /** Names that only this machine knows, such as localhost. */
  async #hostsFile({ type, name }: DnsQuestion): Promise<DnsAnswer | undefined> {
    if (!this.#usesHostsFile || this.#isDisposed || (type !== 'A' && type !== 'AAAA')) return undefined;
    try {
      const found = await lookup(name, { all: true, family: type === 'A' ? 4 : 6 });
      return { kind: 'addresses', addresses: found.map(({ address }) => address) };
    } catch {
      return undefined;
    }
  }
}
