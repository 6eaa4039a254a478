// The catalogue: what is on sale, which server releases there are, how things are bought. Data of catalogue/*.json with
// types and look-ups (licensing rules A4, A5, A8, A18 to A22, S6, S8, S23). Serves the server, the command line and pages.
import ocs from '../catalogue/ocs.json' with { type: 'json' };
import parley from '../catalogue/parley.json' with { type: 'json' };
import remoteDesktop from '../catalogue/remote-desktop.json' with { type: 'json' };
import suites from '../catalogue/suites.json' with { type: 'json' };
import transitions from '../catalogue/transitions.json' with { type: 'json' };
import windows from '../catalogue/windows.json' with { type: 'json' };
import type { CalKind, Metric, Profile } from './model.ts';
import { sha256Hex } from './sha-256.ts';
import { windowsCals, windowsExternalConnectors, windowsFamilies } from './windows-catalogue.ts';

export type SkuModel =
  | 'server'
  | 'processor'
  | 'cal'
  | 'client'
  | 'suite'
  | 'external-connector'
  | 'public-im';

/** What a licence on a subject grants: one of the two CALs, or Public IM Connectivity (A18). */
export type RightKind = CalKind | 'pic';

export interface Sku {
  readonly id: string;
  readonly aliases?: readonly string[];
  readonly name: string;
  readonly family: string;
  readonly version: string;
  readonly edition?: string;
  readonly model: SkuModel;
  readonly metrics: readonly Metric[];
  /** Sizes in which it is sold; `[1]` where the documents print none (D17). */
  readonly packSizes: readonly number[];
  readonly cal?: RightKind;
  /** Releases that this licence opens; older releases of the same line are opened too (S6). */
  readonly opens?: readonly string[];
  /** The licence that the same subject must hold first (A10). */
  readonly needs?: string;
  /** Of a suite: licences of this catalogue, other suites, and parts that it only names (S23). */
  readonly contains?: readonly string[];
  readonly containsSuites?: readonly string[];
  readonly parts?: readonly string[];
  readonly rules: readonly string[];
}

/** A version of a server product. */
export interface Release {
  readonly id: string;
  readonly family: string;
  readonly version: string;
  readonly name: string;
  /** Releases of one line, from the oldest: a newer CAL reaches the older ones. */
  readonly line: string;
  readonly order: number;
  /** Rows of table A9 that it has, by the version that brought them; older products name them one by one. */
  readonly featuresSince?: readonly string[];
  readonly features?: readonly string[];
  /** A15: whether an anonymous attendee from outside needs a CAL or an External Connector. */
  readonly anonymousAttendance: 'free' | 'licensed';
  /** The licence of our users who talk to public networks (A18). */
  readonly publicIm: string | null;
}

/** What a role costs under each edition: a server licence, none of its own (A21, A22), or no server software of ours. */
export type RoleLicence = 'licensed' | 'additional' | 'none';

export interface ServerRole {
  readonly role: string;
  readonly name: string;
  readonly standard: RoleLicence;
  readonly standardCorrected?: RoleLicence;
  readonly enterprise: RoleLicence;
  readonly rules: readonly string[];
}

export interface Client {
  readonly client: string;
  readonly name: string;
  /** Additional software of the server licence (A20). */
  readonly withServerLicence: boolean;
  /** The server whose licence it comes with. */
  readonly release: string;
  /** The right of rule A13 covers it. */
  readonly grandfathered: boolean;
  readonly routes: readonly string[];
  readonly rules: readonly string[];
}

export interface Route {
  readonly route: string;
  readonly skus: readonly string[];
}

export interface Offering {
  readonly product: string;
  readonly name: string;
  readonly release: string;
  readonly server: readonly Route[];
  readonly cal: readonly Route[];
  readonly client: readonly Route[];
  readonly rules: readonly string[];
}

export const catalogueVersion: string = ocs.catalogueVersion;

export const releases = [...ocs.releases, ...parley.releases] as readonly Release[];

export const skus: readonly Sku[] = [
  ...(ocs.skus as readonly Sku[]),
  ...(parley.skus as readonly Sku[]),
  ...(suites.skus as readonly Sku[]),
  ...windowsSkus(),
];

export const serverRoles = ocs.roles as readonly ServerRole[];

export const clients: readonly Client[] = [...ocs.clients, ...parley.clients].map((each) => ({
  release: 'ocs2007r2',
  grandfathered: false,
  ...each,
}));

export const offerings = [...ocs.offerings, ...parley.offerings] as readonly Offering[];

const skuIndex = new Map(
  skus.flatMap((sku) => [sku.id, ...(sku.aliases ?? [])].map((id) => [id, sku] as const)),
);
const releaseIndex = new Map(releases.map((each) => [`${each.family} ${plain(each.version)}`, each]));
const releaseIds = new Map(releases.map((each) => [each.id, each]));
const clientIndex = new Map(clients.map((each) => [each.client, each]));
const offeringIndex = new Map(offerings.map((each) => [each.product, each]));

/** By its id or another of its names. */
export function skuOf(id: string): Sku | undefined {
  return skuIndex.get(id);
}

/** `2007R2`, `2007 R2` and `2007r2` are one version (D13). */
export function releaseOf(family: string, version: string): Release | undefined {
  return releaseIndex.get(`${family} ${plain(version)}`);
}

export function releaseById(id: string): Release | undefined {
  return releaseIds.get(id);
}

export function clientOf(client: string): Client | undefined {
  return clientIndex.get(client);
}

/** How each part of a product is bought (A4, A5). */
export function offeringOf(product: string): Offering | undefined {
  return offeringIndex.get(product);
}

/** The newest release: where nothing else is said, what is meant. */
export function newestRelease(line: string): Release | undefined {
  return releases
    .filter((each) => each.line === line)
    .toSorted((a, b) => b.order - a.order)
    .at(0);
}

/** Whether a licence opens a server of this release: its version must not be older (S6). */
export function reach(sku: Sku, release: Release): 'opens' | 'too-old' | 'other-product' {
  const orders = (sku.opens ?? [])
    .map((id) => releaseIds.get(id))
    .filter((each) => each?.line === release.line)
    .map((each) => each?.order ?? 0);
  if (orders.length === 0) return 'other-product';
  return Math.max(...orders) >= release.order ? 'opens' : 'too-old';
}

/** What an answer was given by, so that a report can be made again (M11). */
export interface RuleSet {
  readonly profile: Profile;
  readonly version: string;
  /** SHA-256 of all data of the catalogue. */
  readonly hash: string;
}

export function ruleSet(profile: Profile): RuleSet {
  return { profile, version: catalogueVersion, hash: catalogueHash() };
}

export function catalogueHash(): string {
  hash ??= sha256Hex(JSON.stringify([ocs, parley, suites, transitions, windows, remoteDesktop]));
  return hash;
}

let hash: string | undefined;

function windowsSkus(): Sku[] {
  const known = new Set(suites.skus.map(({ id }) => id));
  const packsOf = new Map(windowsFamilies.map((each) => [each.family, each.packSizes ?? [1]]));
  const servers = windowsFamilies.flatMap(({ family, products }) =>
    products.map((each): Sku => {
      const model = each.licence.startsWith('processor') ? 'processor' : 'server';
      return {
        id: each.product,
        name: each.name,
        family,
        version: versionOf(family),
        model,
        metrics: [model],
        packSizes: [1],
        rules: each.rules,
      };
    }),
  );
  const cals = windowsCals
    .filter(({ sku }) => !known.has(sku))
    .map(
      (each): Sku => ({
        id: each.sku,
        name: each.name ?? each.sku,
        family: each.family,
        version: versionOf(each.family),
        model: 'cal',
        metrics: [each.metric],
        // D17: sizes are printed for the CALs of Windows itself only.
        packSizes: each.scope === 'windows' ? (packsOf.get(each.family) ?? [1]) : [1],
        rules:
          each.scope === 'windows'
            ? ['B4', 'B6', 'D17']
            : each.scope === 'sql-server'
              ? ['B12', 'D20']
              : ['S22'],
      }),
    );
  const connectors = windowsExternalConnectors.map(
    ({ sku, name, family }): Sku => ({
      id: sku,
      name,
      family,
      version: versionOf(family),
      model: 'external-connector',
      metrics: ['server'],
      packSizes: [1],
      rules: ['S8'],
    }),
  );
  return [...servers, ...cals, ...connectors];
}

function versionOf(family: string): string {
  return family.split('-').at(-1) as string;
}

function plain(version: string): string {
  return version.replaceAll(/\s/g, '').toLowerCase();
}
