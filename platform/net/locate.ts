// Finds the servers of a SIP URI (RFC 3263 §4): runs the pure machine of `@parley/protocol/sip` over the DNS, and puts
// servers that failed a while ago last. Used by the proxy for requests that leave for other domains.
import { networkInterfaces } from 'node:os';
import {
  type AddressFamily,
  BackOff,
  type DnsAnswer,
  type LocatedServer,
  type LocatedTransport,
  type LocateEnd,
  type LocateTarget,
  locateServers,
} from '@parley/protocol/sip';
import { DnsResolver, type ResolverOptions } from './resolver.ts';
import { peerKey } from './sip-flow.ts';
import type { Destination } from './sip-server.ts';

export interface LocatorOptions extends ResolverOptions {
  /** What this process can send by, the preferred first. */
  readonly transports?: readonly LocatedTransport[];
  /** Without it, those that this machine has an address of. */
  readonly families?: readonly AddressFamily[];
  readonly random?: () => number;
}

/**
 * Servers in the order in which they are tried; what comes later is asked for only when it is wanted. The return value
 * says why there are no more. Stopping early costs nothing.
 */
export type Located = AsyncGenerator<Destination, LocateEnd | 'resting'>;

export interface LocateWish {
  /** Names of which the certificate of a TLS server must have one; without them, the host of the URI (RFC 5922 §7.2). */
  readonly certificateNames?: readonly string[];
  /** Also servers that are left alone, in their place: to know where they are, not to send. */
  readonly evenResting?: boolean;
}

export interface Locator extends Disposable {
  locate(target: LocateTarget, wish?: LocateWish): Located;
  /**
   * RFC 3263 §4.3: it answered 503, or could not be reached, or did not answer.
   * @param retryAfterS of the 503 (RFC 3261 §21.5.4).
   */
  failed(destination: Destination, retryAfterS?: number): void;
  worked(destination: Destination): void;
}

export function openLocator(options: LocatorOptions): Locator {
  const { clock, transports = ['udp', 'tcp', 'tls'], random = Math.random } = options;
  const resolver = new DnsResolver(options);
  const backOff = new BackOff();

  async function* locate(target: LocateTarget, wish: LocateWish = {}): Located {
    const families = options.families ?? ownFamilies();
    const steps = locateServers(target, { transports, families, random });
    const names = wish.certificateNames ?? [target.host];
    const resting: { destination: Destination; untilMs: number; isWanted: boolean }[] = [];
    let answers: readonly DnsAnswer[] = [];
    for (;;) {
      const step = steps.next(answers);
      answers = [];
      if (step.done === true) {
        const lastResort = resting
          .filter(({ isWanted }) => !isWanted)
          .sort((one, other) => one.untilMs - other.untilMs);
        for (const { destination } of lastResort) yield destination;
        return step.value === 'exhausted' && resting.length > lastResort.length ? 'resting' : step.value;
      }
      if (step.value.kind === 'ask') {
        answers = await Promise.all(step.value.questions.map((question) => resolver.ask(question)));
        continue;
      }
      for (const server of step.value.servers) {
        const rest = backOff.restOf(keyOf(server), clock.now());
        const destination = server.transport === 'tls' ? { ...server, certificateNames: names } : server;
        if (rest === undefined || wish.evenResting === true) yield destination;
        else resting.push({ destination, ...rest });
      }
    }
  }

  return {
    locate,
    failed: (destination, retryAfterS) =>
      backOff.failed(
        keyOf(destination),
        clock.now(),
        retryAfterS === undefined ? undefined : retryAfterS * 1000,
      ),
    worked: (destination) => backOff.worked(keyOf(destination)),
    [Symbol.dispose]: () => resolver[Symbol.dispose](),
  };
}

function keyOf({ transport, address, port }: LocatedServer | Destination): string {
  return peerKey(transport, address, port);
}

/**
 * RFC 6724 §2.1 puts IPv6 before IPv4 where both can be used; a machine that has no IPv6 address beyond its own link
 * reaches nobody by it.
 */
function ownFamilies(): readonly AddressFamily[] {
  const outward = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ address, internal }) => !internal && !address.startsWith('fe80:'));
  const hasIpv6 = outward.some(({ family }) => family === 'IPv6');
  const hasIpv4 = outward.some(({ family }) => family === 'IPv4') || !hasIpv6;
  return [...(hasIpv6 ? (['ipv6'] as const) : []), ...(hasIpv4 ? (['ipv4'] as const) : [])];
}
