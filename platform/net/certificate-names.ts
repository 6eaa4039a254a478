// Which SIP domains and hosts a certificate stands for (RFC 5922 §7.1, §7.2), and whether one of them is wanted. Used by
// tls.ts for both sides.
import type { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { ipv6Groups } from './net-address.ts';

const MAX_NAMES = 200;

/**
 * In lower case. RFC 5922 §7.1: SIP URIs without a user first; "if and only if" there is none, DNS names; the common
 * name where no alternative name of any kind is given. Addresses are kept for servers that are known by nothing else.
 */
export function namesOf(certificate: Pick<X509Certificate, 'subject' | 'subjectAltName'>): readonly string[] {
  const { subjectAltName, subject } = certificate;
  if (subjectAltName === undefined || subjectAltName === null) {
    const common = /^CN=(.+)$/m.exec(subject ?? '')?.[1];
    return common === undefined ? [] : [common.toLowerCase()];
  }
  // Node quotes what could be mistaken for another entry; nothing that is quoted is a host name.
  const unquoted = subjectAltName.replace(/"(?:[^"\\]|\\.)*"/g, '"');
  const entries = unquoted.split(', ', MAX_NAMES).filter((entry) => !entry.includes('"'));
  const valuesOf = (kind: string) =>
    entries.flatMap((entry) => (entry.startsWith(kind) ? [entry.slice(kind.length).toLowerCase()] : []));
  const domains = valuesOf('URI:').flatMap((uri) => /^sip:([^@;?]+)$/.exec(uri)?.[1] ?? []);
  const addresses = valuesOf('IP Address:');
  return [...(domains.length > 0 ? domains : valuesOf('DNS:')), ...addresses];
}

/** RFC 5922 §7.2: compared whole and without regard to case; "implementations MUST NOT match any form of wildcard". */
export function hasName(names: readonly string[], wanted: readonly string[]): boolean {
  const held = new Set(names.map(spelled));
  return wanted.some((name) => held.has(spelled(name)));
}

function spelled(name: string): string {
  const bare = name.startsWith('[') ? name.slice(1, -1) : name.replace(/\.$/, '');
  return isIP(bare) === 6 ? ipv6Groups(bare).join(':') : bare.toLowerCase();
}
