// The servers by the computer they stand on, each with the licence it needs and the roles that ask for it. Pure.
import { type OseLicence, serverLicences } from '@parley/services/licensing/rules/server-licence';
import type { OperationReply, Settings } from '../licensing-api.ts';

export type ServersReply = OperationReply<'servers'>;
export type ServerRow = ServersReply['oses'][number];
export type Ose = Omit<ServerRow, 'running'>;

const RELEASE = 'parley1';

export interface PlacedServer {
  readonly ose: ServerRow;
  readonly licence: OseLicence | undefined;
}

export interface HostGroup {
  readonly host: string;
  readonly servers: readonly PlacedServer[];
}

/** Licence and reasons of each server by its id. */
export function licencesOf(
  oses: readonly Ose[],
  profile: Settings['profile'],
): ReadonlyMap<string, OseLicence> {
  const counted = serverLicences(
    {
      release: RELEASE,
      edition: oses.some(({ edition }) => edition === 'enterprise') ? 'enterprise' : 'standard',
      oses: oses.map(({ oseId, roles, edition }) => ({ id: oseId, roles, edition })),
    },
    profile,
  );
  return new Map(counted.ok ? counted.value.oses.map((each) => [each.id, each]) : []);
}

export function hostGroups(oses: readonly ServerRow[], profile: Settings['profile']): readonly HostGroup[] {
  const licences = licencesOf(oses, profile);
  const hosts = new Map<string, PlacedServer[]>();
  for (const ose of [...oses].sort((a, b) => (a.oseId < b.oseId ? -1 : 1))) {
    const there = hosts.get(ose.host) ?? [];
    hosts.set(ose.host, there);
    there.push({ ose, licence: licences.get(ose.oseId) });
  }
  return [...hosts].map(([host, servers]) => ({ host, servers })).sort((a, b) => (a.host < b.host ? -1 : 1));
}
