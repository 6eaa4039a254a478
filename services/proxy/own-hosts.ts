// Which hosts mean this server: a request for any other is not ours to answer or relay (RFC 3261 §16.4, §16.5).

export interface OwnHosts {
  /** The part after the @ of every address here. */
  readonly domain: string;
  readonly hostName: string;
  /** Where we listen; 0.0.0.0 and :: are skipped. */
  readonly addresses: readonly string[];
  /** Of all our listeners; undefined where they do not matter. */
  readonly ports?: ReadonlySet<number>;
}

/** Sockets open when all services run, and one more may later. */
const LOOK_AGAIN_MS = 1_000;

/** Those of this process; its sockets are looked at anew now and then. */
export function ownHostsOf(
  { domain, hostName }: Pick<OwnHosts, 'domain' | 'hostName'>,
  sip: { readonly listening: readonly { readonly address: string; readonly port: number }[] },
  clock: { now(): number },
): OwnHosts {
  let addresses: readonly string[] = [];
  let ports: ReadonlySet<number> = new Set();
  let lookedAt = Number.NEGATIVE_INFINITY;
  const look = () => {
    const now = clock.now();
    if (now - lookedAt < LOOK_AGAIN_MS) return;
    lookedAt = now;
    addresses = sip.listening.map(({ address }) => address);
    ports = new Set(sip.listening.map(({ port }) => port));
  };
  return {
    domain,
    hostName,
    get addresses() {
      look();
      return addresses;
    },
    get ports() {
      look();
      return ports;
    },
  };
}

/**
 * @param localAddress where the request came in.
 * @param port where one is named: another server may have another port of the same address. Behind a name it may be one
 *   that somebody else translates.
 */
export function isOwnHost(own: OwnHosts, host: string, localAddress: string, port?: number): boolean {
  const name = bare(host);
  if (name === bare(own.domain) || name === bare(own.hostName) || name === 'localhost') return true;
  if (port !== undefined && own.ports?.has(port) === false) return false;
  if (isWildcard(name)) return false;
  return name === bare(localAddress) || own.addresses.some((mine) => bare(mine) === name);
}

/** Lower case, without the brackets of an IPv6 address and the dot of an absolute name. */
function bare(host: string): string {
  const name = host.toLowerCase();
  if (name.startsWith('[')) return name.slice(1, -1);
  return name.endsWith('.') ? name.slice(0, -1) : name;
}

function isWildcard(name: string): boolean {
  return name === '0.0.0.0' || name === '::';
}
