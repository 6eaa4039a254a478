// The operations of case files about servers, transition, Software Assurance, true-up and compliance, as adapters to the
// rules; Windows and Remote Desktop are beside this file.
import { done, type Outcome } from '@parley/platform/contract';
import { type Release, releaseById, serverRoles, skuOf } from '../rules/catalogue.ts';
import { type Compliance, compliance, type Estate, type Provisioned } from '../rules/compliance.ts';
import { licensingErrors } from '../rules/fault.ts';
import { grandfatherCommunicator } from '../rules/grandfather.ts';
import type { Grant, Metric, SaTerm } from '../rules/model.ts';
import { type Edition, recommendedEdition, serverLicences, type Topology } from '../rules/server-licence.ts';
import { type Scenario, simulate } from '../rules/simulate.ts';
import { renewSa, stepUp, type VersionRelease, versionRights } from '../rules/software-assurance.ts';
import type { Term } from '../rules/terms.ts';
import { type Holding, r2Release, transition } from '../rules/transition.ts';
import { annualTrueUp, quarterlyTrueUp } from '../rules/true-up.ts';
import { windowsNeed } from '../rules/windows.ts';
import { windowsProduct } from '../rules/windows-catalogue.ts';
import { answer, anyOf, asText, listOf, numberOf, recordOf, recordsOf, textOf } from './given.ts';
import { identityKind } from './identity-kinds.ts';
import type { Given, OperationTable } from './operation.ts';
import { remoteDesktopOperations } from './remote-desktop-operations.ts';
import { unlicensedOperations } from './unlicensed-operation.ts';
import { windowsOperations } from './windows-operations.ts';

/** Long before the first of the licences, and the day of positions for which no day is asked. */
const ALWAYS = '1990-01-01';
const UNDATED = '2026-01-01';
/** The servers of the time of OCS 2007 R2. */
const WINDOWS = 'windows-server-2008';
const DAYS_LIMIT = 1000;

export const estateOperations: OperationTable = {
  ...windowsOperations,
  ...remoteDesktopOperations,
  ...unlicensedOperations,

  serverLicences(given, { profile }) {
    const topology = topologyOf(given);
    return answer(serverLicences(topology, profile), (licences) => ({
      ...licences,
      recommendedEdition: recommendedEdition({
        highAvailability: topology.pool === true || anyOf(given, 'highAvailability', 'ha') === true,
        separateDatabase: licences.violations.includes('standard-edition-database-must-be-local'),
      }),
    }));
  },

  deployment(given, { profile }) {
    if (windowsProduct(textOf(given, 'product') ?? '') !== undefined) return windowsDeployment(given);
    const topology = topologyOf(given);
    const estate = estateOf(given, [
      ...grantsHeld(anyOf(given, 'held')),
      ...serversHeld(given, topology.edition),
    ]);
    if (!estate.ok) return answer(estate);
    return answer(compliance({ ...estate.value, topology }, { asOf: UNDATED, profile }), (position) => ({
      ...shapeOf(position),
      serverLicences: position.servers?.licences.licences,
      serverShortfall: position.servers?.shortfall,
      violations: position.servers?.licences.violations,
      calShortfall: Object.fromEntries(
        position.kinds
          .filter(({ shortfall }) => shortfall > 0)
          .map(({ kind, shortfall }) => [kind, shortfall]),
      ),
    }));
  },

  compliance(given, { profile }) {
    const estate = estateOf(given, grantsHeld(anyOf(given, 'held')));
    if (!estate.ok) return answer(estate);
    return answer(compliance(estate.value, { asOf: textOf(given, 'asOf') ?? UNDATED, profile }), shapeOf);
  },

  complianceAsOf(given, { profile }) {
    const grants = [...grantsHeld(anyOf(given, 'held')), ...recordsOf(given, 'grants').flatMap(grantsOf)];
    const estate = estateOf(given, grants);
    if (!estate.ok) return answer(estate);
    const days = listOf(given, 'asOf');
    if (days.length > DAYS_LIMIT)
      return answer(licensingErrors.fault('LICENCE_BAD_COUNT', `At most ${DAYS_LIMIT} days at once.`));
    const positions: unknown[] = [];
    const shortfalls: number[] = [];
    for (const day of days) {
      const position = compliance(estate.value, { asOf: asText(day), profile });
      if (!position.ok) return answer(position);
      positions.push(shapeOf(position.value));
      shortfalls.push(position.value.kinds.reduce((sum, { shortfall }) => sum + shortfall, 0));
    }
    return { positions, shortfalls };
  },

  /** A position, and what changes in it: the same fields under `change`, counts in place of those of before. */
  simulate(given, { profile }) {
    const change = recordOf(anyOf(given, 'change', 'after'));
    const before = recordOf(anyOf(given, 'before') ?? given);
    const [from, to] = [scenarioOf(before), scenarioOf(changed(before, change))];
    if (!from.ok) return answer(from);
    if (!to.ok) return answer(to);
    const asOf = textOf(given, 'asOf') ?? UNDATED;
    return answer(simulate(from.value, to.value, { asOf, profile }));
  },

  transition(given, { profile }) {
    const release = textOf(given, 'r2Release', 'release');
    return answer(transition(recordsOf(given, 'holdings').map(holdingOf), { profile, release }));
  },

  renewSa(given) {
    const [product, day] = [textOf(given, 'product') ?? '', textOf(given, 'renewalDate', 'on') ?? ''];
    return answer(renewSa(product, day, textOf(given, 'r2Release')), ({ into, ...rest }) => ({
      ...rest,
      renewsInto: into.length === 1 ? into[0] : into,
    }));
  },

  grandfatherCommunicator: (given, { profile }) =>
    answer(
      grandfatherCommunicator(
        {
          lcsCal: listOf(given, 'lcsCalSa').map(termOf),
          lcsServer: listOf(given, 'lcsServerSa').map(termOf),
          ocsStandardCal: listOf(given, 'ocsStandardCalSa').map(termOf),
        },
        {
          profile,
          release: textOf(given, 'communicatorR2Release', 'r2Release'),
          priceList: textOf(given, 'priceListDate', 'calPriceListDate', 'priceList'),
        },
      ),
    ),

  versionRights(given) {
    const sa = anyOf(given, 'sa', 'saTerms');
    const terms = sa === undefined ? saOf(given) : listOf(given, 'sa', 'saTerms').map(termOf);
    const releases = Object.entries(recordOf(given['releases'])).map(releaseOf);
    return answer(versionRights(textOf(given, 'licenceVersion') ?? '', terms, releases));
  },

  stepUp(given) {
    const [from, to] = [textOf(given, 'frm', 'from') ?? '', textOf(given, 'to') ?? ''];
    const quantity = numberOf(given, 'quantity', 'fromQuantity', 'frmQuantity') ?? 1;
    const wanted = numberOf(given, 'wanted', 'want', 'toQuantity', 'resultQuantity', 'into');
    const saActive = anyOf(given, 'saActive', 'sa') === true || recordOf(given['sa'])['active'] === true;
    return answer(stepUp(from, to, { quantity, wanted, saActive }), (value) => ({
      ...value,
      result: value.allowed ? { [to]: value.quantity } : {},
    }));
  },

  trueUp: (given) =>
    answer(
      annualTrueUp(
        numberOf(given, 'owned') ?? 0,
        listOf(given, 'monthlyPeak', 'peaks') as readonly number[],
        numberOf(given, 'unitPrice') ?? 0,
      ),
    ),

  trueUpQuarterly: (given) =>
    answer(
      quarterlyTrueUp(
        numberOf(given, 'owned') ?? 0,
        listOf(given, 'quarterPeak', 'peaks') as readonly number[],
        numberOf(given, 'unitPricePerYear', 'unitPrice') ?? 0,
      ),
    ),
};

/** A1's two halves hold for Windows servers by B2 and B3. */
function windowsDeployment(given: Given): unknown {
  const product = textOf(given, 'product') ?? '';
  const quantity = Math.max(1, listOf(given, 'oses').length);
  const held = recordOf(anyOf(given, 'held')) as Readonly<Record<string, number>>;
  const users = numberOf(given, 'internalUsers', 'users') ?? 0;
  return answer(windowsNeed({ servers: [{ product, quantity }], users, held }), (need) => {
    const licences = need.serverLicences + need.processorLicences;
    const serverShortfall = Math.max(0, licences - (numberOf(given, 'serverLicences') ?? 0));
    return {
      ...need,
      serverShortfall,
      calShortfall: Object.fromEntries(need.buy.map(({ sku, quantity: count }) => [sku, count])),
      compliant: serverShortfall === 0 && need.calsToBuy === 0 && need.violations.length === 0,
    };
  });
}

function shapeOf(position: Compliance): Given {
  return {
    ...position,
    differences: Object.fromEntries(position.kinds.map(({ sku, difference }) => [sku, difference])),
  };
}

/** Fields that are tables are changed row by row, the others as a whole. */
function changed(before: Given, change: Given): Given {
  const merged: Record<string, unknown> = { ...before };
  for (const [key, value] of Object.entries(change)) {
    const isTable = typeof value === 'object' && value !== null && !Array.isArray(value);
    merged[key] = isTable ? { ...recordOf(before[key]), ...value } : value;
  }
  return merged;
}

function scenarioOf(given: Given): Outcome<Scenario> {
  const topology = anyOf(given, 'oses') === undefined ? undefined : topologyOf(given);
  const grants = [
    ...grantsHeld(anyOf(given, 'held')),
    ...recordsOf(given, 'grants').flatMap(grantsOf),
    ...(topology === undefined ? [] : serversHeld(given, topology.edition)),
  ];
  const estate = estateOf(given, grants);
  if (!estate.ok) return estate;
  const prices = recordOf(given['prices']) as Scenario['prices'];
  return done({ estate: { ...estate.value, topology }, prices });
}

const roleNames = new Map(
  Object.entries({
    'back-end': 'sql-back-end',
    'sql-server': 'sql-back-end',
    sql: 'sql-back-end',
    database: 'sql-back-end',
    'a/v-edge': 'av-edge',
    'edge-access': 'access-edge',
    'edge-web-conferencing': 'web-conferencing-edge',
    'edge-av': 'av-edge',
    'consolidated-edge': 'edge',
    'communicator-web-access': 'cwa',
    'web-conferencing': 'web-conferencing-server',
    'av-conferencing': 'av-conferencing-server',
    'application-sharing': 'application-sharing-server',
    speech: 'speech-server',
  }),
);

/** With or without `-server` behind it. */
function roleName(name: string): string {
  const given = roleNames.get(name) ?? name;
  const names = [given, given.replace(/-(?:server|role)$/, ''), `${given}-server`];
  return names.find((each) => serverRoles.some(({ role }) => role === each)) ?? given;
}

function topologyOf(given: Given): Topology {
  const edition = (text: string | undefined): Edition => (text === 'enterprise' ? 'enterprise' : 'standard');
  return {
    release: releaseIdOf(given),
    edition: edition(textOf(given, 'edition')),
    pool: anyOf(given, 'pool', 'clustered') === true,
    oses: recordsOf(given, 'oses').map((each) => ({
      id: textOf(each, 'id') ?? '',
      roles: listOf(each, 'roles').map((role) => roleName(asText(role))),
      edition: textOf(each, 'edition') === undefined ? undefined : edition(textOf(each, 'edition')),
      pool: textOf(each, 'pool'),
    })),
  };
}

function releaseIdOf(given: Given): string {
  const product = textOf(given, 'product', 'release') ?? 'ocs2007r2';
  return product === 'parley' ? 'parley1' : product;
}

function estateOf(given: Given, grants: readonly Grant[]): Outcome<Estate> {
  const release: Release | undefined = releaseById(releaseIdOf(given));
  if (release === undefined) return licensingErrors.fault('LICENCE_UNKNOWN_SKU');
  const people = peopleOf(given);
  if (!people.ok) return people;
  const phones = numberOf(given, 'commonAreaPhones', 'commonAreaDevices', 'lobbyPhones') ?? 0;
  return done({
    release,
    people: people.value,
    devices: [{ id: 'common-area phones', level: 'enterprise', quantity: phones }],
    grants,
    saTerms: [
      ...recordsOf(given, 'grants').flatMap((each) => saTermsOf(each, saOf(each))),
      ...recordsOf(given, 'saTerms').flatMap((each) => saTermsOf(each, [termOf(each)])),
    ],
    windowsFamily: textOf(given, 'windowsFamily') ?? (asksWindows(given) ? WINDOWS : undefined),
  });
}

/** D25: a line that is off unless it is asked for. */
function asksWindows(given: Given): boolean {
  return Object.entries(given).some(([key, value]) => value === true && /windows.*cal/i.test(key));
}

/** Kinds with counts, or identities one by one. Outsiders who are not signed in to our directory need nothing (A17). */
function peopleOf(given: Given): Outcome<readonly Provisioned[]> {
  const identities = anyOf(given, 'identities');
  if (Array.isArray(identities)) return done(recordsOf(given, 'identities').map(identityOf));
  const people: Provisioned[] = [];
  const counts: readonly (readonly [string, unknown])[] = [
    ...Object.entries(recordOf(identities)),
    ['im', anyOf(given, 'internalUsers') ?? 0],
    ['enterprise', anyOf(given, 'enterpriseUsers') ?? 0],
    ...Object.entries(given)
      .filter(([key]) => /authenticated/i.test(key) && !/un|non|not/i.test(key))
      .map(([key, count]) => [/attend|conferenc/i.test(key) ? 'attendee' : 'im', count] as const),
  ];
  for (const [name, count] of counts) {
    const kind = identityKind(name);
    if (kind === undefined)
      return licensingErrors.fault('LICENCE_UNKNOWN_KIND', `No rule knows the identities ${name}.`);
    if (kind.level === undefined) continue;
    people.push({
      ...kind,
      id: name,
      level: kind.level,
      quantity: typeof count === 'number' ? count : Number.NaN,
    });
  }
  return done(markPublic(people, numberOf(given, 'publicImUsers') ?? 0));
}

/** So many of the people, no matter which, talk to public networks. */
function markPublic(people: readonly Provisioned[], count: number): readonly Provisioned[] {
  let left = count;
  return people.flatMap((each) => {
    const marked = Math.min(left, each.quantity ?? 1);
    if (!(marked > 0)) return [each];
    left -= marked;
    return [
      { ...each, publicIm: true, quantity: marked },
      { ...each, quantity: (each.quantity ?? 1) - marked },
    ];
  });
}

function identityOf(identity: Given, index: number): Provisioned {
  const marks = Object.keys(identity).filter((key) => identity[key] === true);
  const kinds = marks.map(identityKind).filter((kind) => kind !== undefined);
  return {
    id: textOf(identity, 'id') ?? String(index),
    level: kinds.some(({ level }) => level === 'enterprise') ? 'enterprise' : 'standard',
    publicIm: kinds.some(({ publicIm }) => publicIm),
    from: textOf(identity, 'from', 'on'),
    to: textOf(identity, 'to', 'until'),
  };
}

/** Counts by SKU; a count may be split into user and device CALs. */
function grantsHeld(held: unknown): Grant[] {
  return Object.entries(recordOf(held)).flatMap(([sku, quantity]) => grantsOf({ sku, quantity }));
}

function grantsOf(grant: Given): Grant[] {
  const { quantity } = grant;
  const typed = /^(.*)-(user|device)(-cal)$/.exec(textOf(grant, 'sku', 'product') ?? '');
  const full = textOf(grant, 'sku', 'product') ?? '';
  const isTyped = typed !== null && skuOf(full) === undefined;
  const sku = isTyped ? `${typed[1]}${typed[3]}` : full;
  const metric = isTyped ? typed[2] : textOf(grant, 'metric');
  const parts =
    typeof quantity === 'object' && quantity !== null
      ? Object.entries(quantity)
      : [[metric, quantity] as const];
  return parts.map(([type, count], index) => ({
    grantId: `${sku} ${index}`,
    sku,
    metric: (type === 'user' || type === 'device' ? type : 'server') as Metric,
    quantity: typeof count === 'number' ? count : Number.NaN,
    source: textOf(grant, 'source') === 'transition' ? 'transition' : 'purchase',
    from: textOf(grant, 'on', 'from') ?? ALWAYS,
    to: textOf(grant, 'until', 'to', 'expires', 'validTo', 'end') ?? null,
    agreementId: null,
    proof: '',
    unitPrice: null,
  }));
}

function saTermsOf(of: Given, terms: readonly Term[]): SaTerm[] {
  const sku = textOf(of, 'sku', 'product') ?? '';
  const quantity = numberOf(of, 'quantity') ?? 0;
  return terms.map(({ from, to }, index) => ({
    saTermId: `${sku} ${index}`,
    sku,
    quantity,
    from,
    to: to ?? '9999-12-31',
    agreementId: null,
  }));
}

function serversHeld(given: Given, edition: Edition): Grant[] {
  const licences = anyOf(given, 'serverLicences');
  if (typeof licences === 'object') return grantsHeld(licences);
  const release = releaseIdOf(given);
  const sku = release === 'parley1' ? 'parley-server' : `${release}-${edition}-server`;
  return grantsOf({ sku, quantity: licences ?? 0 });
}

function holdingOf(holding: Given): Holding {
  return {
    product: textOf(holding, 'recordedAs', 'convertedTo', 'product') ?? '',
    quantity: numberOf(holding, 'quantity') ?? 1,
    sa: saOf(holding),
    licence: textOf(holding, 'licenceId', 'licence'),
  };
}

/** `saFrom` and `saTo`, or that there is Software Assurance on the day that counts. */
function saOf(holding: Given): readonly Term[] {
  if (anyOf(holding, 'sa') === true) return [{ from: r2Release, to: null }];
  const [from, to] = [textOf(holding, 'saFrom'), textOf(holding, 'saTo')];
  if (from === undefined && to === undefined) return [];
  return [{ from: from ?? ALWAYS, to: to ?? null }];
}

function termOf(term: unknown): Term {
  const [from, to] = Array.isArray(term) ? term : [recordOf(term)['from'], recordOf(term)['to']];
  return { from: asText(from ?? ALWAYS), to: to === undefined || to === null ? null : asText(to) };
}

function releaseOf([version, when]: readonly [string, unknown]): VersionRelease {
  if (typeof when === 'string') return { version, priceList: when };
  const [first, second] = Object.values(recordOf(when)).filter((each) => typeof each === 'string');
  return { version, priceList: first, download: second };
}
