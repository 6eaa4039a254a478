// Which hosts mean this server: a request for any other is not ours to answer or relay (RFC 3261 §16.4, §16.5). Pure.

export interface OwnHosts {
  /** The part after the @ of every address here. */
  readonly domain: string;
  readonly hostName: string;
  /** Where we listen; 0.0.0.0 and :: are skipped. */
  readonly addresses: readonly string[];
}

/** @param localAddress where the request came in. */
export function isOwnHost(own: OwnHosts, host: string, localAddress: string): boolean {
  const name = bare(host);
  const isName = [own.domain, own.hostName, 'localhost'].some((mine) => bare(mine) === name);
  return isName || [...own.addresses, localAddress].some((mine) => bare(mine) === name && !isWildcard(name));
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
