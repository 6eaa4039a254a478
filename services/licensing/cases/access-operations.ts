// The operations of case files about the catalogue, access and client licences, and the timing of a decision.
import {
  type AccessRequest,
  type ActorKind,
  type Authentication,
  checkAccess,
  checkAccessAll,
} from '../rules/access.ts';
import { offeringOf, type Release, type Route, releaseOf, skuOf, skus } from '../rules/catalogue.ts';
import { additionalClients, clientLicence } from '../rules/client-licence.ts';
import { licensingErrors } from '../rules/fault.ts';
import { featureCounts, featureFlags, features } from '../rules/feature.ts';
import { requiredForProvisioned } from '../rules/provisioning.ts';
import { suiteContents } from '../rules/suite.ts';
import { decideBenchmark } from './decide-benchmark.ts';
import { answer, anyOf, asText, numberOf, recordOf, recordsOf, textOf } from './given.ts';
import type { BenchmarkTable, Given, OperationTable } from './operation.ts';

export const accessOperations: OperationTable = {
  featureTable: () => ({
    features: features.map(({ feature, workload, cal, since }) => ({ feature, workload, cal, since })),
    rules: ['A9', 'D1', 'D2', 'D3', 'D29'],
  }),
  featureCounts: () => featureCounts(),
  featureFlags: (given) =>
    featureFlags({ user: names(given['user']), device: names(given['device']) }, releaseIn(given)),
  suite: (given) =>
    answer(suiteContents(String(given['suite'])), (suite) => ({
      ...suite,
      includesAll: [...suite.licences, ...suite.suites],
    })),
  additionalClients(given) {
    const list = additionalClients(String(given['product'] ?? 'ocs2007r2'));
    return {
      clients: list.map(({ client }) => client),
      count: list.length,
      separateClientLicence: list.some((each) => !each.withServerLicence),
      calStillRequired: true,
      rules: ['A20', 'A14'],
    };
  },
  acquisitionRoutes(given) {
    const offering = offeringOf(String(given['product']));
    if (offering === undefined) return answer(licensingErrors.fault('LICENCE_UNKNOWN_SKU'));
    const routes = (list: readonly Route[]) => list.map(({ route }) => route);
    return {
      server: routes(offering.server),
      cal: routes(offering.cal),
      client: routes(offering.client),
      rules: offering.rules,
    };
  },
  checkAccess: (given, { profile }) => answer(checkAccess(accessRequest(given), profile)),
  checkAccessAll: (given, { profile }) =>
    answer(checkAccessAll(accessRequest(given), profile), (decisions) => {
      const of = (allowed: boolean) =>
        decisions.filter((each) => each.allowed === allowed).map(({ feature }) => feature);
      return {
        allowed: of(true),
        denied: of(false),
        allowedCount: of(true).length,
        deniedCount: of(false).length,
        rules: [...new Set(decisions.flatMap(({ rules }) => rules))],
      };
    }),
  requiredForProvisioned: (given) =>
    answer(
      requiredForProvisioned(
        recordsOf(given, 'identities').map((each) => ({
          id: String(each['id']),
          im: each['im'] === true,
          voiceExtension: each['voiceExtension'] === true,
          features: [
            ...names(each['features']),
            ...(isOn(each, ['conferencing', 'webConferencing']) ? ['web-conferencing'] : []),
            ...(isOn(each, ['dialInConferencing', 'audioConferencing']) ? ['audio-conferencing'] : []),
          ],
        })),
      ),
    ),
  clientLicence: (given) =>
    answer(
      clientLicence(String(given['client']), {
        held: names(given['held']),
        grandfathered: given['grandfathered'] === true,
        ...(typeof given['deploymentHasServerLicence'] === 'boolean'
          ? { hasServerLicence: given['deploymentHasServerLicence'] }
          : {}),
      }),
    ),
};

export const accessBenchmarks: BenchmarkTable = {
  decide: (given) =>
    decideBenchmark({
      users: numberOf(given, 'users') ?? 100_000,
      devices: numberOf(given, 'devices') ?? 100_000,
    }),
};

export function accessRequest(given: Given): AccessRequest {
  const server = recordOf(given['server']);
  const actor = recordOf(given['actor'] ?? { kind: 'internal', auth: 'ad' });
  const auth = textOf(actor, 'auth') ?? 'none';
  const via = viaOf(textOf(actor, 'via'));
  const edition = textOf(server, 'edition');
  const scenario = textOf(given, 'scenario');
  return {
    server: {
      family: textOf(server, 'product', 'family') ?? 'ocs',
      version: textOf(server, 'version') ?? '2007R2',
      connectors: connectorsIn(given, server),
      ...(edition === undefined ? {} : { edition }),
    },
    actor: {
      kind: String(actor['kind']) as ActorKind,
      auth: (auth === 'ad' ? 'directory' : auth) as Authentication,
      hasPerson: actor['user'] !== null && given['user'] !== null,
      ...(via === undefined ? {} : { via }),
    },
    user: names(given['user']),
    device: names(given['device']),
    feature: String(given['feature']),
    ...(scenario === undefined ? {} : { scenario }),
  };
}

function viaOf(via: string | undefined): 'network' | 'internet' | 'gateway' | 'by-hand' | undefined {
  if (via === undefined) return undefined;
  if (/hand|manual/.test(via)) return 'by-hand';
  if (/gateway|service-account|pool|proxy|multiplex/.test(via)) return 'gateway';
  return /internet|edge|remote|vpn/.test(via) ? 'internet' : 'network';
}

/** By SKU, or only that there is one: then whatever there is for this version of the server. */
function connectorsIn(given: Given, server: Given): readonly string[] {
  const said =
    anyOf(server, 'externalConnector', 'connectors') ?? anyOf(given, 'externalConnector', 'connectors');
  if (said === true || (typeof said === 'number' && said > 0)) {
    const release = releaseIn({ server }) as Release | undefined;
    return skus
      .filter(({ model, opens }) => model === 'external-connector' && opens?.includes(release?.id ?? ''))
      .map(({ id }) => id);
  }
  const held = names(given['held']).filter((id) => skuOf(id)?.model === 'external-connector');
  return [...(typeof said === 'string' ? [said] : names(said)), ...held];
}

function releaseIn(given: Given): Release | undefined {
  if (given['server'] === undefined) return undefined;
  const server = recordOf(given['server']);
  return releaseOf(textOf(server, 'product', 'family') ?? 'ocs', textOf(server, 'version') ?? '2007R2');
}

/** A list, or one name alone. */
function names(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(asText) : [];
}

function isOn(given: Given, keys: readonly string[]): boolean {
  return keys.some((key) => given[key] === true);
}
