// One decision: may this actor, with these licences, do this on this server (licensing rules A3, A9 to A20, S1, S4, S6 to
// S8, S10, D8, D11, D27, D28, D30)? It says what is required, what is missing, who covers it and why.
import { done, type Outcome } from '@parley/platform/contract';
import { type Release, type RightKind, releaseOf } from './catalogue.ts';
import { licensingErrors } from './fault.ts';
import { type Feature, featureOf, features, isIn } from './feature.ts';
import { type Holding, holdingOf, unknownAmong } from './holding.ts';
import type { Profile } from './model.ts';

export const actorKinds = ['internal', 'external', 'federated', 'public-im', 'pstn', 'non-ocs'] as const;
export type ActorKind = (typeof actorKinds)[number];
/** By our directory, by a federation partner, by a public network, or by nobody. */
export const authentications = ['directory', 'partner', 'provider', 'none'] as const;
export type Authentication = (typeof authentications)[number];

export interface Actor {
  readonly kind: ActorKind;
  readonly auth: Authentication;
  /** Over the Internet (D30), through a gateway or account that pools others (S10), or handed on by a person (S10). */
  readonly via?: 'network' | 'internet' | 'gateway' | 'by-hand';
  /** False for a phone in a lobby: a device without a person (A3). */
  readonly hasPerson: boolean;
}

export interface AccessServer {
  readonly family: string;
  readonly version: string;
  /** Makes no difference to what a CAL opens (A11). */
  readonly edition?: string;
  /** SKUs of External Connectors on this server (S8). */
  readonly connectors?: readonly string[];
}

export interface AccessRequest {
  readonly server: AccessServer;
  readonly actor: Actor;
  /** SKUs on the person and on the device; a device that is not known holds none. */
  readonly user: readonly string[];
  readonly device: readonly string[];
  readonly feature: string;
  /** One of `scenarios`; anything else is the plain use of the feature. */
  readonly scenario?: string;
}

export type RefusalReason =
  | 'cal-missing'
  | 'prerequisite-missing'
  | 'cals-split-between-subjects'
  | 'cal-version-older-than-server'
  | 'public-im-licence-missing'
  | 'cal-or-external-connector-missing'
  | 'feature-not-in-server-version';

export interface AccessDecision {
  readonly allowed: boolean;
  readonly calRequired: boolean;
  readonly required: readonly RightKind[];
  /** What the subject that is nearest to being covered still needs. */
  readonly missing: readonly RightKind[];
  readonly coveredBy: 'user' | 'device' | 'external-connector' | null;
  /** No CAL covers it, and an External Connector on the server would (A15 before R2). */
  readonly externalConnectorRequired: boolean;
  readonly reason?: RefusalReason;
  readonly feature: string;
  readonly release: string;
  readonly rules: readonly string[];
  readonly profile: Profile;
}

interface Scenario {
  readonly conference?: 'attend' | 'organise';
  readonly publicNetwork?: true;
  readonly rules: readonly string[];
}

/** What can be going on while a feature is used, as far as a rule names it. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'attend-conference': { conference: 'attend', rules: ['A16b', 'D27'] },
  'organise-conference': { conference: 'organise', rules: ['A16b'] },
  'im-with-internal': { rules: [] },
  'im-with-federated': { rules: [] },
  'im-with-public-network': { publicNetwork: true, rules: ['A18'] },
  'presence-with-public-network': { publicNetwork: true, rules: ['A18'] },
  'voice-with-public-network': { publicNetwork: true, rules: ['A18'] },
  'receive-call-from-extension': { rules: ['A17a'] },
  'call-to-extension': { rules: ['A17b'] },
  'call-from-extension': { rules: ['A16a', 'D28'] },
};

export function checkAccess(request: AccessRequest, profile: Profile = 'printed'): Outcome<AccessDecision> {
  const { server, actor } = request;
  const release = releaseOf(server.family, server.version);
  if (release === undefined) {
    return licensingErrors.fault(
      'LICENCE_UNKNOWN_SERVER',
      `The catalogue has no server ${server.family} ${server.version}.`,
    );
  }
  const feature = featureOf(request.feature);
  if (feature === undefined) {
    return licensingErrors.fault(
      'LICENCE_UNKNOWN_FEATURE',
      `The catalogue has no feature ${request.feature}.`,
    );
  }
  if (!actorKinds.includes(actor.kind) || !authentications.includes(actor.auth)) {
    return licensingErrors.fault('LICENCE_BAD_ACTOR');
  }
  const unknown = unknownAmong([...request.user, ...request.device, ...(server.connectors ?? [])]);
  if (unknown !== undefined) {
    return licensingErrors.fault('LICENCE_UNKNOWN_SKU', `The catalogue has no licence ${unknown}.`);
  }
  return done(decision(request, feature, release, profile));
}

/** The decision for each of the 19 features. */
export function checkAccessAll(
  request: Omit<AccessRequest, 'feature' | 'scenario'>,
  profile: Profile = 'printed',
): Outcome<readonly AccessDecision[]> {
  const decisions: AccessDecision[] = [];
  for (const { feature } of features) {
    const decided = checkAccess({ ...request, feature }, profile);
    if (!decided.ok) return decided;
    decisions.push(decided.value);
  }
  return done(decisions);
}

function decision(
  request: AccessRequest,
  feature: Feature,
  release: Release,
  profile: Profile,
): AccessDecision {
  const about = { feature: feature.feature, release: release.id, profile };
  const scenario = (Object.hasOwn(scenarios, request.scenario ?? '') &&
    scenarios[request.scenario ?? '']) || {
    rules: [],
  };
  const exempt = exemption(request, feature, release, scenario);
  const inServer = isIn(feature, release) ? {} : { reason: 'feature-not-in-server-version' as const };
  const absent = inServer.reason !== undefined;
  if (exempt !== undefined) {
    return {
      allowed: !absent,
      calRequired: false,
      required: [],
      missing: [],
      coveredBy: null,
      externalConnectorRequired: false,
      ...inServer,
      ...about,
      rules: [...exempt, ...(absent ? ['A9'] : [])],
    };
  }
  const required = requirement(feature, release, scenario, request.actor);
  const cover = coverage(request, required, release);
  const isOutside = request.actor.kind !== 'internal' && request.actor.kind !== 'public-im';
  const connectors = holdingOf(isOutside ? (request.server.connectors ?? []) : [], release);
  const connected = connects(connectors, feature, request, release);
  const attendsLicensed = isOutside && request.actor.auth !== 'directory' && isAttending(scenario, feature);
  const coveredBy = cover.missing.length === 0 ? cover.subject : connected ? 'external-connector' : null;
  const allowed = coveredBy !== null && !absent;
  const reason = allowed ? undefined : (inServer.reason ?? cover.reason);
  const rules = new Set([
    ...requirementRules(request, feature, release, scenario),
    ...cover.rules,
    ...(coveredBy === 'external-connector' ? ['S8', ...connectors.rules] : []),
    ...(attendsLicensed ? ['A15'] : []),
  ]);
  return {
    allowed,
    calRequired: true,
    required,
    missing: coveredBy === null ? cover.missing : [],
    coveredBy,
    externalConnectorRequired: attendsLicensed && cover.missing.length > 0,
    ...(reason === undefined
      ? {}
      : {
          reason: attendsLicensed && reason === 'cal-missing' ? 'cal-or-external-connector-missing' : reason,
        }),
    ...about,
    rules: [...rules],
  };
}

/** The rules by which nobody needs a CAL for this, or undefined. */
function exemption(
  { actor, scenario: name }: AccessRequest,
  feature: Feature,
  release: Release,
  scenario: Scenario,
): readonly string[] | undefined {
  if (actor.via === 'by-hand') return ['S10'];
  // A14, D11: who is in our directory needs a CAL, wherever he sits; the people of the house need one in any case (A16).
  if (actor.auth === 'directory' || actor.kind === 'internal') return undefined;
  // What is free is to attend and to talk to somebody of ours (A17), not to hold a meeting here.
  if (scenario.conference === 'organise') return undefined;
  if (actor.kind === 'federated' || actor.kind === 'public-im') return ['A17c', 'D9', 'A14'];
  if (actor.kind === 'external') {
    if (!isAttending(scenario, feature)) return ['A14', 'D11'];
    return release.anonymousAttendance === 'free' ? ['A15', 'A17d', 'A14', 'D10', 'D11'] : undefined;
  }
  if (name === 'receive-call-from-extension') return ['A17a'];
  if (name === 'call-to-extension') return ['A17b'];
  return isAttending(scenario, feature) ? ['A17d'] : ['A17a', 'A17b'];
}

function isAttending(scenario: Scenario, feature: Feature): boolean {
  if (scenario.conference !== undefined) return scenario.conference === 'attend';
  return feature.workload === 'Conferencing' || feature.feature === 'live-meeting-console';
}

/** A10: an Enterprise feature needs both CALs; A18: a public network needs its own licence beside them. */
function requirement(
  feature: Feature,
  release: Release,
  scenario: Scenario,
  actor: Actor,
): readonly RightKind[] {
  const kinds: RightKind[] = feature.cal === 'enterprise' ? ['standard', 'enterprise'] : ['standard'];
  if (scenario.publicNetwork && actor.kind === 'internal' && release.publicIm !== null) kinds.push('pic');
  return kinds;
}

function requirementRules(
  { actor, scenario: name }: AccessRequest,
  feature: Feature,
  release: Release,
  scenario: Scenario,
): readonly string[] {
  const isInternal = actor.kind === 'internal';
  return [
    'A3',
    'D8',
    ...(actor.auth === 'directory' ? ['A14'] : []),
    ...(isInternal || actor.auth !== 'directory' ? [] : ['D11']),
    ...(isInternal && actor.via === 'internet' ? ['D30'] : []),
    ...(actor.via === 'gateway' ? ['S10'] : []),
    ...feature.rules,
    'A11',
    ...(feature.cal === 'enterprise' ? ['A10'] : []),
    ...(isInternal && feature.workload === 'Conferencing' ? ['A16b'] : []),
    ...(isInternal && feature.workload === 'Voice/Telecom' ? ['A16a', 'D28'] : []),
    ...(isInternal || scenario.conference === 'organise'
      ? scenario.rules.filter((rule) => rule !== 'A18' || release.publicIm !== null)
      : []),
    ...(!isInternal && (scenario.conference !== undefined || name === undefined) && actor.auth !== 'directory'
      ? ['A17d']
      : []),
  ];
}

interface Coverage {
  readonly subject: 'user' | 'device';
  readonly missing: readonly RightKind[];
  readonly reason: RefusalReason;
  readonly rules: readonly string[];
}

/** The person or the device, whichever lacks less; the person where both lack as much (S1, S4). */
function coverage(request: AccessRequest, required: readonly RightKind[], release: Release): Coverage {
  const { hasPerson } = request.actor;
  const user = holdingOf(hasPerson ? request.user : [], release);
  const device = holdingOf(request.device, release);
  // A18 licenses our people, whatever they sit at: it counts beside the CALs of the device.
  const deviceKinds = new Set(device.kinds);
  if (user.kinds.has('pic')) deviceKinds.add('pic');
  const userLacks = required.filter((kind) => !user.kinds.has(kind));
  const deviceLacks = required.filter((kind) => !deviceKinds.has(kind));
  const isUser = hasPerson && userLacks.length <= deviceLacks.length;
  const [holding, missing] = isUser ? [user, userLacks] : [device, deviceLacks];
  const reason = refusal(holding, isUser ? device : user, missing);
  return {
    subject: isUser ? 'user' : 'device',
    missing,
    reason,
    rules: [
      ...(missing.length === 0 ? ['S1', 'S4'] : []),
      ...holding.rules,
      ...(missing.length > 0 && reason === 'prerequisite-missing' ? ['A10'] : []),
      ...(missing.length > 0 && reason === 'cals-split-between-subjects' ? ['A10', 'S7'] : []),
    ],
  };
}

function refusal(own: Holding, other: Holding, missing: readonly RightKind[]): RefusalReason {
  if (missing.some((kind) => own.tooOld.has(kind))) return 'cal-version-older-than-server';
  if (missing.length === 1 && missing[0] === 'pic') return 'public-im-licence-missing';
  if (missing.every((kind) => other.kinds.has(kind))) return 'cals-split-between-subjects';
  if (missing.includes('standard') && own.kinds.has('enterprise')) return 'prerequisite-missing';
  return 'cal-missing';
}

/** S8: a Standard connector opens the server to outsiders, the additive Enterprise one the Enterprise features too. */
function connects(held: Holding, feature: Feature, { actor }: AccessRequest, release: Release): boolean {
  if (!held.kinds.has('standard')) return false;
  // A15 asks for a connector and names no edition of it.
  const isAnonymousAttendee = actor.auth !== 'directory' && release.anonymousAttendance === 'licensed';
  return feature.cal === 'standard' || held.kinds.has('enterprise') || isAnonymousAttendee;
}
