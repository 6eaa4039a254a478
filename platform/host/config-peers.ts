// The setting `sip.peers`: other SIP servers that this one sends to and takes from, with the rules that need more than one
// setting. Used by config.ts and config-load.ts.
import { isIP } from 'node:net';
import { Type } from 'typebox';
import { parsePeerAddress } from '../net/peer-address.ts';
import type { Config } from './config.ts';
import type { ConfigProblem } from './config-check.ts';

const Name = { maxLength: 253, pattern: '^[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9])?$' } as const;

export const PeerSchema = Type.Object(
  {
    name: Type.String({
      pattern: '^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$',
      description: 'What this peer is called here, in logs and on pages.',
      'x-expected': 'a name of letters, digits, dots and hyphens, such as carrier',
    }),
    addresses: Type.Optional(
      Type.Array(Type.String({ minLength: 1, maxLength: 300 }), {
        maxItems: 64,
        description:
          'Where it is: addresses and host names, each with a port if need be, to which requests go in this order; networks such as 192.0.2.0/24 only tell who a request is from. Without any, the DNS says where its domains are.',
        'x-expected': 'a list such as [sip.example.com, 192.0.2.10:5070, 192.0.2.0/24]',
      }),
    ),
    certificateNames: Type.Optional(
      Type.Array(Type.String(Name), {
        minItems: 1,
        maxItems: 64,
        description:
          'Names of which its TLS certificate has one. With it the peer is known by its certificate only, signed by tls.peerCa, and its address proves nothing.',
        'x-expected': 'a list of names such as [sip.example.com]',
      }),
    ),
    domains: Type.Optional(
      Type.Array(Type.String(Name), {
        maxItems: 256,
        description: 'Requests for addresses at these domains go to this peer.',
        'x-expected': 'a list of domains such as [example.com]',
      }),
    ),
    transport: Type.Optional(
      Type.Union(
        (['udp', 'tcp', 'tls'] as const).map((transport) => Type.Literal(transport)),
        {
          description:
            'How requests go to this peer. Without it the DNS says, or else UDP; with certificateNames it is tls.',
        },
      ),
    ),
    trusted: Type.Optional(
      Type.Boolean({
        description:
          'Whether what it says about who is calling is believed, and passed on to it (P-Asserted-Identity). Without it no.',
      }),
    ),
  },
  { description: 'A SIP server beside this one: a carrier, an edge proxy, another company.' },
);

export interface PeerConfig {
  readonly name: string;
  readonly addresses?: readonly string[];
  readonly certificateNames?: readonly string[];
  readonly domains?: readonly string[];
  readonly transport?: 'udp' | 'tcp' | 'tls';
  readonly trusted?: boolean;
}

/** Rules that need more than one setting. */
export function peerProblems(config: Config, source: string): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report = (path: string, sentence: string, remedy: string) =>
    problems.push({ code: 'CONFIG_BAD_PEER', sentence, remedy, source, path });
  for (const server of config.sip.nameServers) {
    const parsed = parsePeerAddress(server);
    if (parsed?.kind !== 'host' || isIP(parsed.host) === 0)
      report(
        'sip.nameServers',
        `"${server}" is no address of a DNS server.`,
        'Write it like 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353.',
      );
  }
  const byDomain = new Map<string, string>([[config.domain.toLowerCase(), 'this server']]);
  const names = new Set<string>();
  for (const [at, peer] of config.sip.peers.entries()) {
    const { name, addresses = [], certificateNames, domains = [], transport } = peer;
    const path = `sip.peers.${at}`;
    if (names.has(name))
      report(`${path}.name`, `Two peers are called ${name}.`, 'Give each a name of its own.');
    names.add(name);
    if (addresses.length === 0 && domains.length === 0 && certificateNames === undefined)
      report(
        path,
        `The peer ${name} has no addresses, no certificateNames and no domains.`,
        'Say at least where it is or which domains go to it.',
      );
    for (const address of addresses) {
      if (parsePeerAddress(address) === undefined)
        report(
          `${path}.addresses`,
          `"${address}" of the peer ${name} is no address, network or host name.`,
          'Write it like sip.example.com, 192.0.2.10:5070, [2001:db8::1]:5060 or 192.0.2.0/24.',
        );
    }
    if (certificateNames !== undefined && transport !== undefined && transport !== 'tls')
      report(
        `${path}.transport`,
        `The peer ${name} has certificateNames, but its transport is ${transport}, which has no certificates.`,
        'Set transport to tls or remove certificateNames.',
      );
    if (certificateNames !== undefined && config.tls.peerCa === undefined)
      report(
        'tls.peerCa',
        `The peer ${name} has certificateNames, but nothing says who signs the certificates of peers.`,
        'Set tls.peerCa to a PEM file with the authorities that you trust for peers.',
      );
    for (const domain of domains.map((given) => given.toLowerCase())) {
      const owner = byDomain.get(domain);
      if (owner !== undefined)
        report(
          `${path}.domains`,
          `The domain ${domain} of the peer ${name} belongs to ${owner} already.`,
          'Leave it with one of them.',
        );
      byDomain.set(domain, `the peer ${name}`);
    }
  }
  return problems;
}
