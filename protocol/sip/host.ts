// Hosts as SIP writes them (RFC 3261 §25.1): names, IPv4 addresses, IPv6 addresses in brackets (RFC 5118 §4.1).
// Used by the URI and Via modules.
import { ALPHANUMERIC, characterSet, isAllOf } from './grammar.ts';

const LABELS = characterSet(`${ALPHANUMERIC}-_.`);

/**
 * DEVIATES RFC 3261 §25.1: names may hold `_` and begin or end a label with `-`, because deployed hosts and SRV-like
 * names do; nothing that could be mistaken for another part of a URI is let through.
 */
export function isHost(text: string): boolean {
  if (text.length === 0 || text.length > 255) return false;
  if (text.startsWith('[')) return text.endsWith(']') && isIpv6(text.slice(1, -1));
  return isAllOf(LABELS, text) && !text.startsWith('.') && !text.includes('..');
}

/**
 * RFC 5118 §4.10: the grammar of RFC 3261 §25.1 has three colons before an IPv4 address at the end of an IPv6 address,
 * so peers that obey it send them; two are meant, and two are kept.
 */
export function withTwoColons(host: string): string {
  return host.startsWith('[') ? host.replace(/:::(?=[0-9]{1,3}(?:\.[0-9]{1,3}){3}\]$)/, '::') : host;
}

/** RFC 4291 §2.2: eight groups, one run of zeros abbreviated, or a dotted quad at the end. */
export function isIpv6(text: string): boolean {
  if (text.length < 2 || text.length > 45) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  let groups = 0;
  for (const [i, half] of halves.entries()) {
    if (half === '') continue;
    const parts = half.split(':');
    for (const [j, part] of parts.entries()) {
      const isLast = i === halves.length - 1 && j === parts.length - 1;
      if (isLast && part.includes('.')) {
        if (!isIpv4(part)) return false;
        groups += 2;
      } else if (/^[0-9A-Fa-f]{1,4}$/.test(part)) groups++;
      else return false;
    }
  }
  return halves.length === 2 ? groups <= 7 : groups === 8;
}

export function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^[0-9]{1,3}$/.test(part) && Number(part) <= 255);
}
