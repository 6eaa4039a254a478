// Where calls may be relayed to: the Internet, and what an administrator names. Never this machine or its network by itself
// (RFC 8656 §21.4): who holds a credential would stand inside the firewall.
import { AddressSet, isInternalAddress, parsePeerAddress } from '@parley/platform/net';
import type { TurnPeerRule } from '@parley/protocol/ice';

/** @param allowed addresses and networks, as the configuration has checked them. */
export function peerRule(allowed: readonly string[]): TurnPeerRule {
  const named = new AddressSet();
  for (const text of allowed) {
    const parsed = parsePeerAddress(text);
    if (parsed?.kind === 'network') named.addNetwork(parsed.address, parsed.prefix);
    else if (parsed?.kind === 'host') named.addAddress(parsed.host);
  }
  const permits = (address: string) => named.has(address) || !isInternalAddress(address);
  return {
    permits,
    // Names of hosts and mail are asked for by programs, not by calls.
    reaches: (address, port) => port >= 1024 && permits(address),
  };
}
