// IP addresses as peers and limits see them: one spelling for each, the group a limit counts by, and which of our own
// addresses a peer can answer to.
import { BlockList, isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** IPv4 in its own form where a dual-stack socket shows it as IPv6 (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}

/** The eight groups of an IPv6 address, without its zone. */
export function ipv6Groups(address: string): number[] {
  const withoutIpv4 = address.split('%')[0]!.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_all, ...bytes) => {
    const [a, b, c, d] = bytes.slice(0, 4).map(Number) as [number, number, number, number];
    return `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
  });
  const [head = '', tail] = withoutIpv4.split('::');
  const groups = (text: string) =>
    text
      .split(':')
      .filter(Boolean)
      .map((group) => Number.parseInt(group, 16));
  const front = groups(head);
  if (tail === undefined) return front;
  const back = groups(tail);
  return [...front, ...Array<number>(Math.max(0, 8 - front.length - back.length)).fill(0), ...back];
}

/** What limits count by: an IPv6 customer owns a /64 and can change the rest at will. */
export function sourceGroup(address: string): string {
  if (isIP(address) !== 6) return address;
  const network = ipv6Groups(address).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(':')}::/64`;
}

export function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || address === '::';
}

/** For a socket bound to all addresses: ours in the peer's own network, else the first that is not loopback. */
export function localAddressFor(
  remoteAddress: string,
  interfaces: readonly NetworkInterfaceInfo[] = ownAddresses(),
): string {
  const family = isIP(remoteAddress.split('%')[0]!) === 6 ? 'IPv6' : 'IPv4';
  const candidates = interfaces.filter((own) => own.family === family);
  const shared = candidates.find((own) => isInNetwork(remoteAddress, own));
  const outward = candidates.find((own) => !own.internal && !own.address.startsWith('fe80:'));
  return (shared ?? outward)?.address ?? (family === 'IPv6' ? '::1' : '127.0.0.1');
}

function isInNetwork(address: string, { cidr, family }: NetworkInterfaceInfo): boolean {
  const [network, prefix] = cidr?.split('/') ?? [];
  if (network === undefined || prefix === undefined) return false;
  const list = new BlockList();
  const type = family === 'IPv6' ? 'ipv6' : 'ipv4';
  list.addSubnet(network, Number(prefix), type);
  return list.check(address.split('%')[0]!, type);
}

function ownAddresses(): NetworkInterfaceInfo[] {
  return Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
}
