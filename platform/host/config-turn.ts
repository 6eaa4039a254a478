// The setting `turn`: the relay for browsers that reach nobody directly, with the rules that need more than one setting. Used
// by config.ts and config-load.ts.
import { isIP } from 'node:net';
import { Type } from 'typebox';
import { parsePeerAddress } from '../net/peer-address.ts';
import type { Config } from './config.ts';
import type { ConfigProblem } from './config-check.ts';

const NETWORK = '^[0-9A-Fa-f:.]+(/[0-9]{1,3})?$';

export const TurnSchema = Type.Object(
  {
    publicAddress: Type.Optional(
      Type.String({
        pattern: '^[0-9A-Fa-f:.]{2,45}$',
        description:
          'The IP address under which the Internet reaches this server. Set it where the server is behind NAT; the ports below have to be forwarded to it.',
        'x-expected': 'an IP address such as 198.51.100.7',
      }),
    ),
    portFrom: Type.Integer({
      minimum: 1024,
      maximum: 65_535,
      description: 'The first UDP port on which calls are relayed.',
    }),
    portTo: Type.Integer({
      minimum: 1024,
      maximum: 65_535,
      description: 'The last one. Each relayed call takes one or two.',
    }),
    allowPeers: Type.Array(Type.String({ pattern: NETWORK, maxLength: 50 }), {
      maxItems: 100,
      description:
        'Internal networks to which calls may be relayed. Without any, only addresses of the Internet and other clients of this relay are reached.',
      'x-expected': 'a list of networks, for example [10.20.0.0/16]',
    }),
    allocationsPerUser: Type.Integer({
      minimum: 1,
      maximum: 10_000,
      description:
        'How many relayed addresses one person has at once; each call of a browser takes two to six.',
    }),
    allocations: Type.Integer({
      minimum: 1,
      maximum: 60_000,
      description: 'How many relayed addresses this process gives altogether.',
    }),
    userKilobitsPerS: Type.Integer({
      minimum: 100,
      maximum: 10_000_000,
      description: 'What is relayed for one person, both ways together.',
    }),
    totalKilobitsPerS: Type.Integer({
      minimum: 100,
      maximum: 100_000_000,
      description: 'What this process relays altogether.',
    }),
  },
  { description: 'The relay (TURN) for calls of browsers that reach nobody directly.' },
);

export interface TurnConfig {
  readonly publicAddress?: string;
  readonly portFrom: number;
  readonly portTo: number;
  readonly allowPeers: readonly string[];
  readonly allocationsPerUser: number;
  readonly allocations: number;
  readonly userKilobitsPerS: number;
  readonly totalKilobitsPerS: number;
}

export const DEFAULT_TURN: TurnConfig = {
  portFrom: 49_152,
  portTo: 65_535,
  allowPeers: [],
  allocationsPerUser: 40,
  allocations: 5_000,
  userKilobitsPerS: 32_000,
  totalKilobitsPerS: 500_000,
};

/** Rules that need more than one setting. */
export function turnProblems({ turn }: Config, source: string): ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const found = (path: string, sentence: string, remedy: string) =>
    problems.push({ code: 'CONFIG_BAD_TURN', sentence, remedy, source, path });
  if (turn.publicAddress !== undefined && isIP(turn.publicAddress) === 0)
    found(
      'turn.publicAddress',
      `turn.publicAddress is ${turn.publicAddress}, which is no IP address.`,
      'Write the address itself, for example 198.51.100.7; a name is not looked up.',
    );
  if (turn.portTo - turn.portFrom < 9)
    found(
      'turn.portTo',
      `turn.portFrom is ${turn.portFrom} and turn.portTo ${turn.portTo}: that is no range of ten ports.`,
      'Make turn.portTo larger.',
    );
  for (const network of turn.allowPeers)
    if (parsePeerAddress(network) === undefined)
      found(
        'turn.allowPeers',
        `turn.allowPeers has ${network}, which is neither an address nor a network.`,
        'Write networks as 10.20.0.0/16 and single addresses as 10.20.0.7.',
      );
  return problems;
}
