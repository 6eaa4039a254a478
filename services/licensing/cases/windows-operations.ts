// The operations of case files about Windows servers and about outsiders, as adapters to the rules.
import { done, type Outcome } from '@parley/platform/contract';
import { releaseById } from '../rules/catalogue.ts';
import {
  connectorForAnonymous,
  type ExternalDefinition,
  externalConnector,
  externalDefinitionOf,
  externalUsers,
  multiplexed,
  type Outsider,
  type PersonKind,
} from '../rules/external.ts';
import { licensingErrors } from '../rules/fault.ts';
import {
  type WindowsEstate,
  type WindowsNeed,
  type WindowsServers,
  windowsMove,
  windowsNeed,
} from '../rules/windows.ts';
import { calSkuOf, type WindowsFamily, windowsFamily, windowsProduct } from '../rules/windows-catalogue.ts';
import { answer, anyOf, numberOf, recordOf, recordsOf, textOf } from './given.ts';
import type { Given, OperationTable } from './operation.ts';

export const windowsOperations: OperationTable = {
  productTable(given) {
    const family = windowsFamily(textOf(given, 'family') ?? '');
    if (family === undefined) return answer(licensingErrors.fault('LICENCE_UNKNOWN_SKU'));
    return { family: family.family, rows: rowsOf(family), packSizes: family.packSizes, rules: family.rules };
  },

  windowsNeed(given) {
    const estate = estateOf(given);
    const move = anyOf(given, 'transition');
    if (move !== undefined) {
      const [from, to] = [textOf(recordOf(move), 'frm', 'from') ?? '', textOf(recordOf(move), 'to') ?? ''];
      return answer(windowsMove(from, to, estate), (need) => shapeOf(need, estate));
    }
    return answer(windowsNeed(estate), (need) => shapeOf(need, estate));
  },

  multiplex: (given) =>
    answer(
      multiplexed({
        endUsers: numberOf(given, 'endUsers', 'users'),
        endDevices: numberOf(given, 'endDevices', 'devices'),
        connections: numberOf(given, 'backendConnections', 'connections'),
        byHand: numberOf(given, 'manualForwardRecipients'),
      }),
    ),

  externalConnector(given) {
    const release = releaseById(textOf(given, 'product') ?? '');
    if (release !== undefined && anyOf(given, 'anonymous') === true) {
      const { needed, rules } = connectorForAnonymous(release);
      if (!needed) return { required: false, cheapest: 'none', ecLicences: 0, cost: 0, rules };
    }
    const prices = (...names: readonly string[]) => pricesOf(anyOf(given, ...names));
    const connectors = prices('ecPrice', 'externalConnectorPrice');
    return answer(
      externalConnector({
        externalUsers: numberOf(given, 'externalUsers', 'users') ?? 0,
        servers: numberOf(given, 'servers', 'instances') ?? 0,
        calPrice: sum(prices('calPrice')),
        ecPrice: sum(connectors),
      }),
      (choice) => ({ ...choice, ecLicences: choice.ecLicences * connectors.length }),
    );
  },

  externalUser(given) {
    const definition = definitionOf(given);
    if (!definition.ok) return answer(definition);
    return answer(externalUsers(recordsOf(given, 'people', 'users').map(outsiderOf), definition.value));
  },
};

/** A family that includes no CAL says so once; the others say how many come with each variant. */
function rowsOf({ products }: WindowsFamily): readonly unknown[] {
  const includesNone = products.every(({ calsIncluded }) => calsIncluded.every((each) => each === 0));
  return products.map((each) => ({
    product: each.product,
    name: each.name,
    licence: each.licence,
    calsRequired: each.calsRequired,
    calsIncluded: includesNone ? 0 : each.calsIncluded,
    calScope: each.calScope,
    maxUserAccounts: printedCap(each, 'user-accounts'),
    caps: each.caps,
    printed: each.misprint?.printed,
    discrepancy: each.misprint !== undefined,
    rules: each.rules,
  }));
}

function printedCap({ caps }: WindowsFamily['products'][number], of: string): number | null {
  return caps.find((each) => each.of === of && each.rule.startsWith('B'))?.limit ?? null;
}

function estateOf(given: Given): WindowsEstate {
  const metric = textOf(given, 'metric', 'calType', 'mode')?.replace(/^per-/, '');
  const servers = recordsOf(given, 'servers').map(
    (each): WindowsServers => ({
      product: textOf(each, 'product') ?? '',
      quantity: numberOf(each, 'quantity'),
      variant: numberOf(each, 'variant'),
      processors: numberOf(each, 'processors'),
      virtualOses: numberOf(each, 'virtualOses', 'virtualOSEs', 'vms'),
      users: numberOf(each, 'users'),
    }),
  );
  return {
    servers,
    users: numberOf(given, 'users') ?? 0,
    devices: numberOf(given, 'devices'),
    metric: metric === 'user' || metric === 'device' ? metric : undefined,
    adminOnly: total(given, 'adminOnlyUsers', 'adminOnlyDevices'),
    sqlUsers: numberOf(given, 'sqlUsers', 'sqlServerUsers'),
    remoteDesktopUsers: numberOf(given, 'rdsUsers', 'remoteDesktopUsers'),
    rightsManagementUsers: numberOf(given, 'rmsUsers', 'adRmsUsers', 'rightsManagementUsers'),
    anonymousInternet: numberOf(given, 'anonymousInternet', 'anonymousInternetUsers'),
    anonymousLan: numberOf(
      given,
      ...Object.keys(given).filter((key) => /anonymous.*(?:lan|local|internal|kiosk)|kiosk/i.test(key)),
    ),
    webWorkload: anyOf(given, 'webWorkload', 'webWorkloadOnly') === true,
    webWorkloadUsers: numberOf(given, 'webWorkloadUsers', 'webUsers'),
    externalUsers: numberOf(given, 'externalUsers'),
    externalConnectors: numberOf(given, 'externalConnectors'),
    peerServers: numberOf(given, 'peerServers'),
    computers: numberOf(given, 'computers'),
    held: heldOf(given, servers),
  };
}

/** A bare number is of the CALs that these servers are sold with. */
function heldOf(given: Given, servers: readonly WindowsServers[]): Readonly<Record<string, number>> {
  const held = anyOf(given, 'held', 'calsHeld');
  if (typeof held !== 'number') return recordOf(held) as Readonly<Record<string, number>>;
  const family = windowsProduct(servers[0]?.product ?? '')?.family ?? 'windows-server-2012';
  return { [calSkuOf(family, 'user') as string]: held };
}

function shapeOf(need: WindowsNeed, { servers }: WindowsEstate): unknown {
  const sql = need.additive['sql-server'];
  const isOnlyAddOn =
    servers.length > 0 && servers.every(({ product }) => windowsProduct(product)?.calScope === 'sql-server');
  return {
    ...need,
    ...(sql === undefined || !isOnlyAddOn
      ? {}
      : { calsRequired: sql.required, calsIncluded: sql.included, calsToBuy: sql.toBuy }),
    ...named('sql', sql),
    ...named('rds', need.additive['remote-desktop']),
    ...named('rms', need.additive['rights-management']),
  };
}

function named(name: string, need: WindowsNeed['additive']['sql-server']): Given {
  if (need === undefined) return {};
  return {
    [`${name}CalsRequired`]: need.required,
    [`${name}CalsIncluded`]: need.included,
    [`${name}CalsToBuy`]: need.toBuy,
  };
}

function total(given: Given, ...names: readonly string[]): number | undefined {
  const stated = names.map((each) => numberOf(given, each)).filter((each) => each !== undefined);
  return stated.length === 0 ? undefined : sum(stated);
}

/** One price, or a price for each of several licences that are needed together. */
function pricesOf(value: unknown): readonly number[] {
  return typeof value === 'object' && value !== null ? (Object.values(value) as number[]) : [Number(value)];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((before, each) => before + each, 0);
}

function definitionOf(given: Given): Outcome<ExternalDefinition> {
  const day = textOf(given, 'agreementDate', 'agreementDay', 'asOf', 'on');
  const named = textOf(given, 'definition');
  if (named === undefined && day !== undefined) return externalDefinitionOf(day);
  const isOld = named === undefined || named.startsWith('pre') || named.startsWith('before');
  return done(isOld ? 'pre-2024-10' : 'from-2024-10');
}

/** The first that the word for a person names; who is none of these is an outsider. */
const personKinds: readonly (readonly [RegExp, PersonKind])[] = [
  [/affiliate(?!.*(?:contractor|agent))/, 'affiliate-employee'],
  [/employee|staff|intern\b/, 'employee'],
  [/contractor|consultant|freelance|temp/, 'contractor'],
  [/agent/, 'agent'],
  [/customer/, 'customer'],
  [/supplier|vendor/, 'supplier'],
  [/partner/, 'partner'],
];

function personKind(word: string): PersonKind {
  return personKinds.find(([pattern]) => pattern.test(word))?.[1] ?? 'other';
}

const WORKING_DAYS = 5;

/** Files name hours, days on site and their frequency in many ways: what the word says counts. */
function outsiderOf(person: Given): Outsider {
  const named = (pattern: RegExp, type: string) =>
    Object.entries(person).find(([key, value]) => pattern.test(key) && typeof value === type)?.[1];
  const onSite = anyOf(person, 'onsite', 'onSite');
  const days = named(/days/i, 'number') as number | undefined;
  const stated = (named(/every|each|daily/i, 'boolean') ??
    (typeof onSite === 'string' ? /daily|each|every/.test(onSite) : undefined)) as boolean | undefined;
  return {
    id: textOf(person, 'id') ?? '',
    kind: personKind(textOf(person, 'kind') ?? ''),
    onSite: onSite === true || typeof onSite === 'string' || (days ?? 0) > 0 || stated === true,
    onSiteEachDay: days === undefined ? stated : days >= WORKING_DAYS,
    hoursPerWeek: named(/hours/i, 'number') as number | undefined,
  };
}
