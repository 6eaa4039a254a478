// Outsiders: who is one, what is cheaper for them, and that a pool hides nobody (licensing rules A15, D22, S8, S9, S10).
import { done, type Outcome } from '@parley/platform/contract';
import type { Release } from './catalogue.ts';
import { licensingErrors } from './fault.ts';
import { countsOf, daysOf, priceOf } from './terms.ts';

export type PersonKind =
  | 'employee'
  | 'affiliate-employee'
  | 'contractor'
  | 'agent'
  | 'customer'
  | 'supplier'
  | 'partner'
  | 'other';

export interface Outsider {
  readonly id: string;
  readonly kind: PersonKind;
  /** Works on the site of the organisation, for contractors and agents. */
  readonly onSite?: boolean | undefined;
  /** Each working day. Unless stated, whoever is on site is there each day. */
  readonly onSiteEachDay?: boolean | undefined;
  readonly hoursPerWeek?: number | undefined;
}

/** S9: the wording changed for agreements signed from this day. */
export const EXTERNAL_SINCE = '2024-10-01';
const HOURS_LIMIT = 30;

export type ExternalDefinition = 'pre-2024-10' | 'from-2024-10';

/** @param agreementDay the day on which the agreement was signed. */
export function externalDefinitionOf(agreementDay: string): Outcome<ExternalDefinition> {
  const days = daysOf({ agreementDay });
  return days.ok ? done(agreementDay < EXTERNAL_SINCE ? 'pre-2024-10' : 'from-2024-10') : days;
}

export interface ExternalUsers {
  readonly external: readonly string[];
  readonly internal: readonly string[];
  readonly definition: ExternalDefinition;
  readonly rules: readonly string[];
}

export function externalUsers(
  people: readonly Outsider[],
  definition: ExternalDefinition,
): Outcome<ExternalUsers> {
  const external: string[] = [];
  const internal: string[] = [];
  for (const person of people) {
    const { id, hoursPerWeek = 0 } = person;
    if (!(hoursPerWeek >= 0 && hoursPerWeek <= 168))
      return licensingErrors.fault('LICENCE_BAD_COUNT', `${id}: a week has no ${hoursPerWeek} hours.`);
    (isExternal(person, definition) ? external : internal).push(id);
  }
  return done({ external, internal, definition, rules: ['S9'] });
}

function isExternal(person: Outsider, definition: ExternalDefinition): boolean {
  const { kind, onSite = false, onSiteEachDay = onSite, hoursPerWeek = 0 } = person;
  if (kind === 'employee' || kind === 'affiliate-employee') return false;
  if (kind !== 'contractor' && kind !== 'agent') return true;
  if (definition === 'pre-2024-10') return !(onSite || onSiteEachDay);
  return !(onSiteEachDay || hoursPerWeek > HOURS_LIMIT);
}

export interface ConnectorChoice {
  readonly cheapest: 'external-connector' | 'cal';
  readonly ecLicences: number;
  readonly ecCost: number;
  readonly calCost: number;
  readonly cost: number;
  /** From so many external users on the connector is the cheaper; null where it never is. */
  readonly breakEvenUsers: number | null;
  readonly rules: readonly string[];
}

/**
 * S8: one External Connector for each server, however many outsiders it serves, or one CAL for each of them. Prices in
 * minor units of all the licences that one server, or one person, needs.
 */
export function externalConnector(given: {
  readonly externalUsers: number;
  readonly servers: number;
  readonly calPrice: number;
  readonly ecPrice: number;
}): Outcome<ConnectorChoice> {
  const { externalUsers: people, servers, calPrice, ecPrice } = given;
  const counts = countsOf({ externalUsers: people, servers });
  if (!counts.ok) return counts;
  for (const price of [calPrice, ecPrice]) {
    const checked = priceOf('A licence', price);
    if (!checked.ok) return checked;
  }
  const ecCost = servers * ecPrice;
  const calCost = people * calPrice;
  const rules = ['S8', 'S9'];
  const breakEvenUsers = calPrice === 0 ? null : Math.floor(ecCost / calPrice) + 1;
  const shared = { ecCost, calCost, breakEvenUsers, rules };
  return calCost <= ecCost
    ? done({ ...shared, cheapest: 'cal', ecLicences: 0, cost: calCost })
    : done({ ...shared, cheapest: 'external-connector', ecLicences: servers, cost: ecCost });
}

/** A15, D22: where anonymous outsiders attend conferences freely, they need no connector. */
export function connectorForAnonymous(release: Release): {
  readonly needed: boolean;
  readonly rules: readonly string[];
} {
  return { needed: release.anonymousAttendance === 'licensed', rules: ['A15', 'D22'] };
}

export interface Multiplexed {
  readonly calsRequired: number;
  /** When people are counted, and when devices are; either is enough (A3). */
  readonly perUser: number | undefined;
  readonly perDevice: number | undefined;
  readonly rules: readonly string[];
}

/**
 * S10: whoever is behind a pool, a gateway or a service account counts; the connections that they share do not, nor does
 * who receives data by hand.
 */
export function multiplexed(behind: {
  readonly endUsers?: number | undefined;
  readonly endDevices?: number | undefined;
  readonly connections?: number | undefined;
  readonly byHand?: number | undefined;
}): Outcome<Multiplexed> {
  const counts = countsOf(behind);
  if (!counts.ok) return counts;
  const { endUsers, endDevices } = behind;
  const stated = [endUsers, endDevices].filter((each) => each !== undefined);
  return done({
    calsRequired: stated.length === 0 ? 0 : Math.min(...stated),
    perUser: endUsers,
    perDevice: endDevices,
    rules: ['S10', 'A14'],
  });
}
