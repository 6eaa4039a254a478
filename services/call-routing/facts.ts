// Gathers what the rules ask about: people, how they are, who has which level with them, policies and licences, all held in
// this process. Used by service.ts for every call.
import type { HeldView } from '@parley/platform/bus';
import type { RequestOf } from '@parley/platform/contract';
import type { User } from '../identity/contract.ts';
import type { Directory } from '../identity/view.ts';
import type { Policy } from '../policy/contract.ts';
import { effectiveIn, type PolicyView } from '../policy/view.ts';
import type { Access, Presentity } from '../presence/contract.ts';
import { type AccessView, type PresenceView, presenceOf, reachOf } from '../presence/view.ts';
import type { Allowances, CallRules, planCall } from './contract.ts';
import { type RulesGate, rulesMayAct } from './licence.ts';
import { isListed } from './rules/blocked.ts';
import { canonical } from './rules/number.ts';
import type { Caller, Situation } from './rules/situation.ts';
import { sightOfCaller } from './sight.ts';

export interface Facts {
  readonly directory: HeldView<Directory, User>;
  readonly presence: HeldView<PresenceView, Presentity>;
  readonly access: HeldView<AccessView, Access>;
  readonly policies: HeldView<PolicyView, Policy>;
  readonly gate: RulesGate;
  readonly domain: string;
  /** Of who has not said where they work. */
  readonly timeZone: string;
}

export function personIn({ directory }: Facts, userId: string): User | undefined {
  const user = directory.current.users.get(userId);
  return user?.disabled === false ? user : undefined;
}

/** Whose number or address of this server it is. */
export function personBehind({ directory }: Facts, numberOrAddress: string): string | undefined {
  const { users, byAddress } = directory.current;
  if (numberOrAddress.includes('@')) return byAddress.get(numberOrAddress)?.userId;
  if (!numberOrAddress.startsWith('+')) return undefined;
  for (const user of users.values()) if (user.phone === numberOrAddress && !user.disabled) return user.userId;
  return undefined;
}

export function allowancesOf(facts: Facts, userId: string): Allowances {
  const department = facts.directory.current.users.get(userId)?.department ?? '';
  const { settings, origins } = effectiveIn(facts.policies.current, { userId, department });
  const allowed = (name: 'forwarding' | 'ringAlso' | 'outsideNumbers' | 'voicemail') => ({
    allowed: settings[name],
    origin: origins[name] ?? 'default',
  });
  return {
    forwarding: allowed('forwarding'),
    ringAlso: allowed('ringAlso'),
    outsideNumbers: allowed('outsideNumbers'),
    voicemail: allowed('voicemail'),
    ...(settings.tooSoonMs === 0 ? {} : { tooSoonMs: settings.tooSoonMs }),
    department,
  };
}

export function callerIn(facts: Facts, { userId, address }: RequestOf<typeof planCall>['caller']): Caller {
  const given = canonical(address) ?? address.trim().toLowerCase();
  const users = facts.directory.current;
  const person = userId === undefined ? users.byAddress.get(given) : users.users.get(userId);
  const all = [...(given === '' ? [] : [given]), person?.address ?? '', person?.phone ?? ''];
  return { userId: person?.userId ?? userId, addresses: [...new Set(all.filter((one) => one !== ''))] };
}

/** @param rulesOf what is kept of the person who is called and of everybody whom their rules name. */
export function situationOf(
  facts: Facts,
  { calleeId, caller: said, at, through }: RequestOf<typeof planCall> & { readonly at: number },
  rulesOf: (userId: string) => CallRules,
): Situation {
  const caller = callerIn(facts, said);
  const { general } = presenceOf(facts.presence.current, calleeId);
  const sight = sightOfCaller(facts, calleeId, caller);
  return {
    calleeId,
    caller,
    isBlocked: reachOf(sight, general.state, 'call') === 'unreachable',
    isTeam: sight === 'team',
    at,
    through,
    rules: rulesOf(calleeId),
    allowances: allowancesOf(facts, calleeId),
    isLicensed: rulesMayAct(facts.gate, calleeId),
    isUndisturbed: general.state === 'doNotDisturb',
    undisturbedUntil: general.until,
    workingHours: general.workingHours,
    timeZone: general.workingHours?.timeZone ?? facts.timeZone,
    nameOf: (userId) => personIn(facts, userId)?.name,
    mayRing(userId) {
      const { state } = presenceOf(facts.presence.current, userId).general;
      const level = sightOfCaller(facts, userId, caller);
      if (reachOf(level, state, 'call') === 'unreachable') return false;
      if (isListed(caller, rulesOf(userId).blocked)) return false;
      return state !== 'doNotDisturb' || level === 'team';
    },
  };
}
