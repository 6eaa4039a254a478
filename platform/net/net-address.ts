// IP addresses as peers and limits see them: one spelling for each, the group a limit counts by, and which of our own
// addresses a peer can answer to.
import { BlockList, isIP } from 'node:net';
import { type NetworkInterfaceInfo, networkInterfaces } from 'node:os';

/** IPv4 in its own form where a dual-stack socket shows it as IPv6 (RFC 4291 §2.5.5.2). */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && address.includes('.') ? address.slice('::ffff:'.length) : address;
}

/** What limits count by: an IPv6 customer owns a /64 and can change the rest at will. */
export function sourceGroup(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('%')[0]!.split('::');
  const front = head.split(':').filter(Boolean);
  const back = tail?.split(':').filter(Boolean) ?? [];
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - front.length - back.length);
  return `${[...front, ...Array<string>(zeros).fill('0'), ...back].slice(0, 4).join(':')}::/64`;
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
