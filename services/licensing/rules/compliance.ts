// The position as of a day: what is required against what is held, who is not covered, and whether the whole deployment is
// licensed (licensing rules A1 to A3, A10, A16, A23, A24, D25, S24, M11). Called by reports, the dashboard, simulate.ts.
import { done, type Outcome } from '@parley/platform/contract';
import { type CalPosition, calPosition, type Demand, noStock, type Stock, totalOf } from './cal-position.ts';
import { type Release, type RightKind, skuOf } from './catalogue.ts';
import { isDay } from './day.ts';
import { licensingErrors } from './fault.ts';
import { holdingOf } from './holding.ts';
import type { Assignment, CalKind, Grant, Profile, SaTerm, Subject } from './model.ts';
import { type ServerLicences, serverLicences, type Topology } from './server-licence.ts';
import { countsOf, daysOf, isActive, isCount } from './terms.ts';
import { r2Release, transition } from './transition.ts';
import { Coverage } from './unlicensed-access.ts';
import { windowsCal, windowsFamily } from './windows-catalogue.ts';

/** A hosted identity, or a device without a person: it needs its CALs used or not (A16). */
export interface Provisioned {
  readonly id: string;
  readonly level: CalKind;
  /** First and last day; always, unless stated. */
  readonly from?: string | undefined;
  readonly to?: string | null | undefined;
  /** Talks to public networks (A18). */
  readonly publicIm?: boolean | undefined;
  /** How many alike, where they are only counted; 1 unless stated. */
  readonly quantity?: number | undefined;
}

export interface Estate {
  readonly release: Release;
  readonly people: readonly Provisioned[];
  /** Common-area phones and the like. */
  readonly devices: readonly Provisioned[];
  readonly grants: readonly Grant[];
  readonly saTerms?: readonly SaTerm[] | undefined;
  /** Left out where CALs are only counted and not assigned. */
  readonly assignments?: readonly Assignment[] | undefined;
  readonly topology?: Topology | undefined;
  /** Family of the Windows servers underneath, for a line of its own (D25, S24). */
  readonly windowsFamily?: string | undefined;
}

export interface ServerPosition {
  readonly licences: ServerLicences;
  readonly held: number;
  readonly shortfall: number;
}

export interface Compliance extends CalPosition {
  readonly asOf: string;
  readonly profile: Profile;
  /** CALs in force on the day, by kind. */
  readonly assigned: Readonly<Partial<Record<RightKind, number>>>;
  /** Who needs a CAL on this day and was assigned none; undefined where nothing is assigned. */
  readonly uncovered:
    | { readonly users: number; readonly devices: number; readonly first: readonly Subject[] }
    | undefined;
  readonly servers: ServerPosition | undefined;
  readonly windows:
    | {
        readonly family: string;
        readonly required: number;
        readonly held: number;
        readonly shortfall: number;
      }
    | undefined;
  /** Server licences and CALs, both (A1). */
  readonly compliant: boolean;
  readonly discrepancy: boolean;
}

const FIRST_UNCOVERED = 100;

export function compliance(
  estate: Estate,
  { asOf, profile }: { readonly asOf: string; readonly profile: Profile },
): Outcome<Compliance> {
  const days = daysOf({ asOf });
  if (!days.ok) return days;
  const { release, assignments } = estate;
  for (const { id, quantity, from, to } of [...estate.people, ...estate.devices]) {
    if (quantity !== undefined && !isCount(quantity))
      return licensingErrors.fault('LICENCE_BAD_COUNT', `${id} cannot be ${quantity}.`);
    if ((from === undefined || isDay(from)) && (to == null || isDay(to))) continue;
    return licensingErrors.fault('LICENCE_BAD_DATE', `${id}: ${from} to ${to} are no days of the calendar.`);
  }
  const people = inForce(estate.people, asOf);
  const devices = inForce(estate.devices, asOf);
  const stock = stockOf(estate, asOf, profile);
  if (!stock.ok) return stock;
  const position = calPosition(release, demandOf(people, devices), stock.value.held);
  if (!position.ok) return position;
  const servers = serversOf(estate.topology, stock.value.held, profile);
  if (servers !== undefined && !servers.ok) return servers;
  const windows = windowsOf(estate.windowsFamily, counted(people) + counted(devices), stock.value.held);
  if (windows !== undefined && !windows.ok) return windows;
  const rules = new Set([...position.value.rules, 'A16', ...stock.value.rules]);
  const discrepancy = stock.value.discrepancy || (servers?.value.licences.discrepancy ?? false);
  for (const rule of servers?.value.licences.rules ?? []) rules.add(rule);
  if (windows !== undefined) for (const rule of ['D25', 'S24']) rules.add(rule);
  const isLicensed =
    servers === undefined ||
    (servers.value.shortfall === 0 && servers.value.licences.violations.length === 0);
  return done({
    ...position.value,
    asOf,
    profile,
    assigned: assignments === undefined ? {} : assignedOf(assignments, asOf),
    uncovered:
      assignments === undefined ? undefined : uncoveredOf(people, devices, assignments, release, asOf),
    servers: servers?.value,
    windows: windows?.value,
    compliant: isLicensed && Object.keys(position.value.shortfall).length === 0,
    discrepancy,
    rules: [...rules],
  });
}

/** The same estate on several days, each reproducible (M11). */
export function complianceOn(
  estate: Estate,
  days: readonly string[],
  profile: Profile,
): Outcome<readonly Compliance[]> {
  const positions: Compliance[] = [];
  for (const asOf of days) {
    const position = compliance(estate, { asOf, profile });
    if (!position.ok) return position;
    positions.push(position.value);
  }
  return done(positions);
}

function inForce(subjects: readonly Provisioned[], day: string): Provisioned[] {
  const found: Provisioned[] = [];
  for (const each of subjects) {
    if ((each.from === undefined || each.from <= day) && (each.to == null || day <= each.to))
      found.push(each);
  }
  return found;
}

/** A10: who needs the Enterprise CAL needs the Standard CAL too. */
function demandOf(
  people: readonly Provisioned[],
  devices: readonly Provisioned[],
): Readonly<Record<RightKind, Demand>> {
  const enterprise = (of: readonly Provisioned[]) =>
    counted(of.filter(({ level }) => level === 'enterprise'));
  return {
    standard: { users: counted(people), devices: counted(devices) },
    enterprise: { users: enterprise(people), devices: enterprise(devices) },
    pic: { users: counted(people.filter(({ publicIm }) => publicIm)), devices: 0 },
  };
}

function counted(subjects: readonly Provisioned[]): number {
  return subjects.reduce((sum, { quantity = 1 }) => sum + quantity, 0);
}

interface DatedStock {
  readonly held: Map<string, Stock>;
  readonly rules: readonly string[];
  readonly discrepancy: boolean;
}

function stockOf(
  { release, grants, saTerms = [] }: Estate,
  asOf: string,
  profile: Profile,
): Outcome<DatedStock> {
  const held = new Map<string, Stock>();
  const all: Grant[] = [];
  for (const grant of grants) {
    const checked = checkedGrant(grant);
    if (!checked.ok) return checked;
    if (isActive(grant, asOf)) all.push(grant);
  }
  // S23: a suite that is in the stock holds its parts already.
  const hasSuite = all.some(({ sku }) => skuOf(sku)?.model === 'suite');
  for (const grant of all) {
    if (grant.source === 'suite' && hasSuite) continue;
    add(held, grant.sku, grant.metric, grant.quantity);
  }
  const isRecorded = all.some(({ source }) => source === 'transition');
  const opensAlready = holdingOf(['ocs2007-standard-cal'], release).kinds.size > 0;
  if (isRecorded || opensAlready || asOf < r2Release) return done({ held, rules: [], discrepancy: false });
  return withTransition(held, all, saTerms, profile);
}

function checkedGrant({ sku, quantity, from, to }: Grant): Outcome<undefined> {
  const counts = countsOf({ [sku]: quantity });
  if (!counts.ok) return counts;
  if (skuOf(sku) === undefined)
    return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `The catalogue has no licence ${sku}.`);
  const days = daysOf({ [`start of ${sku}`]: from, [`end of ${sku}`]: to });
  if (!days.ok) return days;
  if (to !== null && to < from)
    return licensingErrors.fault(
      'LICENCE_BAD_DATE',
      `${sku}: the grant ends (${to}) before it starts (${from}).`,
    );
  return days;
}

/** Rights that Software Assurance gave on the day of the release and nobody wrote into the stock (A23, A24). */
function withTransition(
  held: Map<string, Stock>,
  grants: readonly Grant[],
  saTerms: readonly SaTerm[],
  profile: Profile,
): Outcome<DatedStock> {
  const left = new Map<string, number>();
  for (const term of saTerms) {
    const { sku, quantity, from, to } = term;
    const counts = countsOf({ [`Software Assurance of ${sku}`]: quantity });
    if (!counts.ok) return counts;
    const days = daysOf({ [`Software Assurance of ${sku}`]: from, [`its end`]: to });
    if (!days.ok) return days;
    if (isActive(term, r2Release)) left.set(sku, (left.get(sku) ?? 0) + quantity);
  }
  const rules = new Set<string>();
  let discrepancy = false;
  for (const { sku, quantity, metric, from } of grants) {
    const counted = from <= r2Release ? Math.min(quantity, left.get(sku) ?? 0) : 0;
    if (counted === 0) continue;
    left.set(sku, (left.get(sku) ?? 0) - counted);
    const sa = [{ from: r2Release, to: r2Release }];
    const moved = transition([{ product: sku, quantity: counted, sa }], { profile });
    if (!moved.ok) return moved;
    for (const [into, count] of Object.entries(moved.value.entitled)) add(held, into, metric, count);
    if (Object.keys(moved.value.entitled).length === 0) continue;
    // The same licences: they count as the new version, so no longer as the old one.
    add(held, sku, metric, -counted);
    discrepancy ||= moved.value.discrepancy;
    for (const rule of moved.value.rules) rules.add(rule);
  }
  return done({ held, rules: [...rules], discrepancy });
}

function add(held: Map<string, Stock>, sku: string, metric: Grant['metric'], quantity: number): void {
  const stock = held.get(sku) ?? noStock;
  const type = metric === 'user' || metric === 'device' ? metric : 'either';
  held.set(sku, { ...stock, [type]: stock[type] + quantity });
}

function assignedOf(assignments: readonly Assignment[], day: string): Partial<Record<RightKind, number>> {
  const assigned: Partial<Record<RightKind, number>> = {};
  const kindsOf = new Map<string, readonly RightKind[]>();
  for (const assignment of assignments) {
    if (!isActive(assignment, day)) continue;
    let kinds = kindsOf.get(assignment.sku);
    if (kinds === undefined) {
      kinds = rightsOf(assignment.sku);
      kindsOf.set(assignment.sku, kinds);
    }
    for (const kind of kinds) assigned[kind] = (assigned[kind] ?? 0) + 1;
  }
  return assigned;
}

function rightsOf(id: string): readonly RightKind[] {
  const sku = skuOf(id);
  if (sku === undefined) return [];
  return [...(sku.cal === undefined ? [] : [sku.cal]), ...(sku.contains ?? []).flatMap(rightsOf)];
}

function uncoveredOf(
  people: readonly Provisioned[],
  devices: readonly Provisioned[],
  assignments: readonly Assignment[],
  release: Release,
  day: string,
): NonNullable<Compliance['uncovered']> {
  const coverage = new Coverage(assignments, release);
  const first: Subject[] = [];
  const count = (kind: Subject['kind'], subjects: readonly Provisioned[]): number => {
    let uncovered = 0;
    for (const { id, level, quantity = 1 } of subjects) {
      if (coverage.covers(kind, id, level, day)) continue;
      uncovered += quantity;
      if (first.length < FIRST_UNCOVERED) first.push({ kind, id });
    }
    return uncovered;
  };
  return { users: count('user', people), devices: count('device', devices), first };
}

function serversOf(
  topology: Topology | undefined,
  held: ReadonlyMap<string, Stock>,
  profile: Profile,
): Outcome<ServerPosition> | undefined {
  if (topology === undefined) return undefined;
  const licences = serverLicences(topology, profile);
  if (!licences.ok) return licences;
  let shortfall = 0;
  let ours = 0;
  for (const [sku, needed] of Object.entries(licences.value.bySku)) {
    const have = totalOf(held.get(sku) ?? noStock);
    ours += have;
    shortfall += Math.max(0, needed - have);
  }
  return done({ licences: licences.value, held: ours, shortfall });
}

function windowsOf(
  family: string | undefined,
  required: number,
  held: ReadonlyMap<string, Stock>,
): Outcome<NonNullable<Compliance['windows']>> | undefined {
  if (family === undefined) return undefined;
  if (windowsFamily(family) === undefined)
    return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `The catalogue has no Windows servers ${family}.`);
  let ours = 0;
  for (const [sku, stock] of held) {
    if (windowsCal(sku)?.scope === 'windows' && windowsCal(sku)?.reaches.includes(family))
      ours += totalOf(stock);
  }
  return done({ family, required, held: ours, shortfall: Math.max(0, required - ours) });
}
