// Where calls may be relayed to: the Internet, what an administrator names, and our own media hosts at their port for browsers.
// Nothing else of this machine or its network (RFC 8656 §21.4): who holds a credential would stand inside the firewall.
import { AddressSet, isInternalAddress, parsePeerAddress } from '@parley/platform/net';
import type { TurnPeerRule } from '@parley/protocol/ice';

/**
 * @param allowed addresses and networks, as the configuration has checked them.
 * @param doors of media hosts, as they are now.
 */
export function peerRule(
  allowed: readonly string[],
  doors: { has(address: string, port?: number): boolean },
): TurnPeerRule {
  const named = new AddressSet();
  for (const text of allowed) {
    const parsed = parsePeerAddress(text);
    if (parsed?.kind === 'network') named.addNetwork(parsed.address, parsed.prefix);
    else if (parsed?.kind === 'host') named.addAddress(parsed.host);
  }
  const permits = (address: string) => named.has(address) || !isInternalAddress(address);
  return {
    permits: (address) => permits(address) || doors.has(address),
    // Names of hosts and mail are asked for by programs, not by calls.
    reaches: (address, port) => (port >= 1024 && permits(address)) || doors.has(address, port),
  };
}
