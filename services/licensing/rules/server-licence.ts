// How many server licences a topology needs, and what is wrong with it (licensing rules A2, A6, A7, A19, A21, A22, D12,
// D32, D33, S14). Called by the servers page, the compliance report and the command line.
import { done, type Outcome } from '@parley/platform/contract';
import { type RoleLicence, type ServerRole, serverRoles, skus } from './catalogue.ts';
import { licensingErrors } from './fault.ts';
import type { Profile } from './model.ts';

export type Edition = 'standard' | 'enterprise';

export interface TopologyOse {
  readonly id: string;
  readonly roles: readonly string[];
  /** Where it differs from the rest of the topology. */
  readonly edition?: Edition | undefined;
  /** Front Ends that serve the same people together. */
  readonly pool?: string | undefined;
}

export interface Topology {
  /** Release of the catalogue: `ocs2007r2` unless stated. */
  readonly release?: string | undefined;
  readonly edition: Edition;
  /** All Front Ends form one pool. */
  readonly pool?: boolean | undefined;
  readonly oses: readonly TopologyOse[];
}

export interface OseLicence {
  readonly id: string;
  readonly licensed: boolean;
  /** Roles that ask for the licence; they share it. */
  readonly because: readonly string[];
  readonly rules: readonly string[];
}

export type TopologyViolation = 'standard-edition-database-must-be-local' | 'standard-edition-no-clustering';

export interface ServerLicences {
  readonly licences: number;
  readonly bySku: Readonly<Record<string, number>>;
  readonly oses: readonly OseLicence[];
  readonly violations: readonly TopologyViolation[];
  readonly warnings: readonly string[];
  readonly rules: readonly string[];
  /** The other profile gives another number (D12). */
  readonly discrepancy: boolean;
}

const roles = new Map(serverRoles.map((each) => [each.role, each]));

export function serverLicences(topology: Topology, profile: Profile): Outcome<ServerLicences> {
  const release = topology.release ?? 'ocs2007r2';
  const ids = new Set<string>();
  for (const { id } of topology.oses) {
    if (ids.has(id)) return licensingErrors.fault('LICENCE_NAMED_TWICE', `Two servers are named ${id}.`);
    ids.add(id);
  }
  const bySku: Record<string, number> = {};
  const rules = new Set(['A2', 'S14']);
  const warnings = new Set<string>();
  const oses: OseLicence[] = [];
  let discrepancy = false;
  for (const ose of topology.oses) {
    const edition = ose.edition ?? topology.edition;
    const because = askingFor(ose.roles, edition, profile);
    const cited = new Set(ose.roles.flatMap((role) => rulesOf(role, edition)));
    for (const role of ose.roles) if (!roles.has(role)) warnings.add(`unknown-role: ${role}`);
    const licensed = because.length > 0;
    const other = profile === 'printed' ? 'corrected' : 'printed';
    if (licensed !== askingFor(ose.roles, edition, other).length > 0) discrepancy = true;
    if (licensed) {
      const sku = serverSku(release, edition);
      if (sku === undefined)
        return licensingErrors.fault(
          'LICENCE_UNKNOWN_SKU',
          `The catalogue has no server licence of ${release}.`,
        );
      bySku[sku] = (bySku[sku] ?? 0) + 1;
    }
    oses.push({ id: ose.id, licensed, because, rules: [...cited] });
    for (const rule of cited) rules.add(rule);
  }
  const violations = violationsOf(topology);
  if (violations.includes('standard-edition-no-clustering')) rules.add('D32');
  if (violations.length > 0) rules.add('A6');
  return done({
    licences: oses.filter(({ licensed }) => licensed).length,
    bySku,
    oses,
    violations,
    warnings: [...warnings],
    rules: [...rules],
    discrepancy,
  });
}

/** A7: whoever wants clustering or the database apart takes the Enterprise Edition. */
export function recommendedEdition(wants: {
  readonly highAvailability: boolean;
  readonly separateDatabase: boolean;
}): Edition {
  return wants.highAvailability || wants.separateDatabase ? 'enterprise' : 'standard';
}

function askingFor(names: readonly string[], edition: Edition, profile: Profile): string[] {
  return names.filter((name) => licenceOf(roles.get(name), edition, profile) === 'licensed');
}

/** The list of A21 is closed, that of A22 is open: a role nobody knows is licensed under the one, free under the other. */
function licenceOf(role: ServerRole | undefined, edition: Edition, profile: Profile): RoleLicence {
  if (role === undefined) return edition === 'standard' ? 'licensed' : 'additional';
  if (edition === 'enterprise') return role.enterprise;
  return profile === 'corrected' ? (role.standardCorrected ?? role.standard) : role.standard;
}

function rulesOf(name: string, edition: Edition): readonly string[] {
  const rules = roles.get(name)?.rules ?? ['A21', 'A22', 'D12'];
  const unused = edition === 'standard' ? ['A22'] : ['A21', 'D12'];
  return rules.filter((rule) => !unused.includes(rule));
}

function violationsOf({ edition, pool = false, oses }: Topology): TopologyViolation[] {
  const violations: TopologyViolation[] = [];
  const standard = oses.filter((each) => (each.edition ?? edition) === 'standard');
  const isFrontEnd = ({ roles: names }: TopologyOse) => names.includes('front-end');
  if (standard.some((each) => each.roles.includes('sql-back-end') && !isFrontEnd(each)))
    violations.push('standard-edition-database-must-be-local');
  const pools = standard.filter(isFrontEnd).map((each) => each.pool ?? (pool ? '' : undefined));
  const named = pools.filter((each) => each !== undefined);
  if (new Set(named).size < named.length) violations.push('standard-edition-no-clustering');
  return violations;
}

/** Products that have no editions have one licence for all. */
function serverSku(release: string, edition: Edition): string | undefined {
  const ofRelease = skus.filter(
    (each) =>
      each.model === 'server' && `${each.family}${each.version}`.toLowerCase() === release.toLowerCase(),
  );
  return (
    ofRelease.find((each) => each.edition === edition) ?? ofRelease.find((each) => each.edition === undefined)
  )?.id;
}
