// Which addresses are of the internal network or of no host at all: what a person names must not lead the server there.
import { BlockList, isIP } from 'node:net';

/** RFC 6890 §2.2.2 and the registry that grew out of it. */
const IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** All but 2000::/3 is private or of no host; inside it, documentation and the tunnels in which an IPv4 address hides. */
const IPV6: readonly (readonly [network: string, prefix: number])[] = [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const internal4 = new BlockList();
for (const [network, prefix] of IPV4) internal4.addSubnet(network, prefix, 'ipv4');
const internal6 = new BlockList();
for (const [network, prefix] of IPV6) internal6.addSubnet(network, prefix, 'ipv6');

/** True for what is no address, too. */
export function isInternalAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return internal4.check(address, 'ipv4');
  return version !== 6 || internal6.check(address, 'ipv6');
}
