// The setting `media`: where sound and picture of calls go in and out. Used by config.ts and config-load.ts.
import { Type } from 'typebox';
import type { Config } from './config.ts';
import type { ConfigProblem } from './config-check.ts';

const ADDRESS = '^[0-9A-Fa-f:.]{2,45}$';

export const MediaSchema = Type.Object(
  {
    listen: Type.String({
      pattern: ADDRESS,
      description: 'IP address for sound and picture; 0.0.0.0 or :: for all.',
    }),
    port: Type.Integer({
      minimum: 0,
      maximum: 65_535,
      description: 'The one UDP port for the calls of all browsers. Open it in the firewall.',
    }),
    phonePorts: Type.Object(
      {
        from: Type.Integer({ minimum: 1_024, maximum: 65_534, description: 'The first.' }),
        to: Type.Integer({ minimum: 1_025, maximum: 65_535, description: 'The last.' }),
      },
      { description: 'UDP ports for the calls of phones, two for each voice or picture.' },
    ),
    addresses: Type.Array(Type.String({ pattern: ADDRESS }), {
      maxItems: 8,
      description:
        'Addresses under which browsers and phones reach these ports, if a translator stands before this server. Without any, its own.',
      'x-expected': 'a list of IP addresses, for example [192.0.2.10]',
    }),
    mostLegs: Type.Integer({
      minimum: 2,
      maximum: 100_000,
      description: 'How many ends of calls this server carries at most; a call of two has two.',
    }),
  },
  { description: 'Sound and picture of calls.' },
);

export interface MediaConfig {
  readonly listen: string;
  readonly port: number;
  readonly phonePorts: { readonly from: number; readonly to: number };
  readonly addresses: readonly string[];
  readonly mostLegs: number;
}

export const defaultMedia: MediaConfig = {
  listen: '0.0.0.0',
  port: 10_000,
  phonePorts: { from: 20_000, to: 23_999 },
  addresses: [],
  mostLegs: 2_000,
};

/** Rules that need more than one setting. */
export function mediaProblems({ media }: Config, source: string): ConfigProblem[] {
  const { from, to } = media.phonePorts;
  if (to > from) return [];
  return [
    {
      code: 'CONFIG_BAD_MEDIA',
      sentence: `media.phonePorts ends at ${to}, before it begins at ${from}.`,
      remedy: 'Set media.phonePorts.to to a number above media.phonePorts.from.',
      source,
      path: 'media.phonePorts.to',
    },
  ];
}
