// How Remote Desktop Services license (licensing rules S16 to S20): grace without a licence server, tokens of devices,
// records of people, revocation, versions. Figures are data. Called by the command line and the estate pages.
import { done, type Outcome } from '@parley/platform/contract';
import table from '../catalogue/remote-desktop.json' with { type: 'json' };
import { addDays, daysBetween } from './day.ts';
import { licensingErrors } from './fault.ts';
import { countsOf, daysOf } from './terms.ts';

const { temporaryDays, permanentDaysMin, permanentDaysMax, renewalDaysLeft, revocablePercent } =
  table.perDevice;
const graceDaysOf = new Map(Object.entries(table.graceDays));
const generations = new Map(
  table.generations.flatMap((versions, generation) => versions.map((each) => [each, generation] as const)),
);

export interface Grace {
  readonly allowed: boolean;
  readonly graceDays: number;
  readonly graceDaysLeft: number;
  readonly error?: 'grace-expired';
  readonly rules: readonly string[];
}

/** S16: a host without any licence server admits everybody for so many days; the last of them is the day before. */
export function graceOf(hostFirstUse: string, on: string, hostVersion?: string): Outcome<Grace> {
  const days = daysOf({ hostFirstUse, on });
  if (!days.ok) return days;
  if (on < hostFirstUse)
    return licensingErrors.fault(
      'LICENCE_BAD_DATE',
      `The host was first used (${hostFirstUse}) after ${on}.`,
    );
  const graceDays = graceDaysOf.get(hostVersion ?? '') ?? table.graceDays.default;
  const left = graceDays - daysBetween(hostFirstUse, on);
  return done({
    allowed: left > 0,
    graceDays,
    graceDaysLeft: Math.max(0, left),
    ...(left > 0 ? {} : { error: 'grace-expired' as const }),
    rules: ['S16'],
  });
}

/** What a device presents; it is good until the day before `expires`. */
export interface DeviceToken {
  readonly kind: 'temporary' | 'permanent';
  readonly expires: string;
  /** Somebody signed in with it successfully. */
  readonly validated: boolean;
}

export interface DeviceStock {
  readonly total: number;
  /** Permanent tokens that are out, that of this device included. */
  readonly issued: number;
}

export interface DeviceConnection {
  readonly allowed: boolean;
  /** The token that is issued now; null where the device keeps what it has. */
  readonly issue: 'temporary' | 'permanent' | null;
  readonly renewed: boolean;
  /** Of what is issued: how long a permanent token can be good for. */
  readonly validDays: { readonly min: number; readonly max: number } | undefined;
  /** Of what the device holds afterwards; undefined for a permanent token whose length chance decides. */
  readonly expires: string | undefined;
  readonly poolUsed: number;
  readonly error?: 'no-licence-available' | 'temporary-licence-expired';
  readonly rules: readonly string[];
}

/**
 * S17. First a temporary token that takes nothing from the stock; once somebody signed in, a permanent one if there is
 * stock. Never more than the stock.
 * @param chance from 0 up to but not including 1, decides how long a permanent token is good for.
 */
export function connectDevice(
  token: DeviceToken | undefined,
  stock: DeviceStock,
  on: string,
  chance?: number,
): Outcome<DeviceConnection> {
  const days = daysOf({ on, expires: token?.expires });
  if (!days.ok) return days;
  const counts = countsOf({ ...stock });
  if (!counts.ok) return counts;
  const rules = ['S17'];
  const { issued, total } = stock;
  const keeps = (expires: string | undefined): DeviceConnection => ({
    allowed: true,
    issue: null,
    renewed: false,
    validDays: undefined,
    expires,
    poolUsed: issued,
    rules,
  });
  if (token === undefined) {
    const validDays = { min: temporaryDays, max: temporaryDays };
    return done({ ...keeps(addDays(on, temporaryDays)), issue: 'temporary', validDays });
  }
  const isGood = on < token.expires;
  const permanent = (poolUsed: number, renewed: boolean): DeviceConnection => ({
    allowed: true,
    issue: 'permanent',
    renewed,
    validDays: { min: permanentDaysMin, max: permanentDaysMax },
    expires: chance === undefined ? undefined : addDays(on, permanentDays(chance)),
    poolUsed,
    rules,
  });
  const refused = (error: NonNullable<DeviceConnection['error']>, poolUsed: number): DeviceConnection => ({
    ...keeps(undefined),
    allowed: false,
    poolUsed,
    error,
  });
  if (token.kind === 'temporary') {
    if (token.validated && issued < total) return done(permanent(issued + 1, false));
    if (isGood) return done(keeps(token.expires));
    return done(refused(token.validated ? 'no-licence-available' : 'temporary-licence-expired', issued));
  }
  if (isGood) {
    if (daysBetween(on, token.expires) > renewalDaysLeft) return done(keeps(token.expires));
    return done(permanent(issued, true));
  }
  // It went back into the stock on the day it ran out.
  const others = Math.max(0, issued - 1);
  return done(others < total ? permanent(others + 1, false) : refused('no-licence-available', others));
}

/** S17: a random length, so that renewals spread over time. */
export function permanentDays(chance: number): number {
  return permanentDaysMin + Math.floor(chance * (permanentDaysMax - permanentDaysMin + 1));
}

/** S17: after a successful sign-in the temporary token may be exchanged at the next connection. */
export function validated(token: DeviceToken): DeviceToken {
  return { ...token, validated: true };
}

export interface Returned<T> {
  readonly returned: readonly T[];
  readonly stillIssued: readonly T[];
  readonly rules: readonly string[];
}

/** S17: permanent tokens that were not renewed in time go back into the stock. */
export function returnExpired<T extends DeviceToken>(tokens: readonly T[], on: string): Outcome<Returned<T>> {
  const days = daysOf({
    on,
    ...Object.fromEntries(tokens.map(({ expires }, i) => [`token ${i + 1}`, expires])),
  });
  if (!days.ok) return days;
  const permanent = tokens.filter(({ kind }) => kind === 'permanent');
  return done({
    returned: permanent.filter(({ expires }) => expires <= on),
    stillIssued: permanent.filter(({ expires }) => expires > on),
    rules: ['S17'],
  });
}

export interface Revocation {
  readonly allowed: boolean;
  readonly error?: 'per-user-not-revocable' | 'revocation-limit';
  /** How many of this version may be revoked at one time. */
  readonly maxRevoked: number;
  readonly revoked: number;
  readonly rules: readonly string[];
}

/** S18: counted for each version apart. */
export function revoke(given: {
  readonly cal: 'per-device' | 'per-user';
  readonly installed: number;
  readonly currentlyRevoked: number;
  readonly count?: number | undefined;
}): Outcome<Revocation> {
  const { cal, installed, currentlyRevoked, count = 1 } = given;
  const counts = countsOf({ installed, currentlyRevoked, count });
  if (!counts.ok) return counts;
  const rules = ['S18'];
  const unchanged = { allowed: false, revoked: currentlyRevoked, rules };
  if (cal === 'per-user') return done({ ...unchanged, error: 'per-user-not-revocable', maxRevoked: 0 });
  const maxRevoked = Math.floor((installed * revocablePercent) / 100);
  if (currentlyRevoked + count > maxRevoked)
    return done({ ...unchanged, error: 'revocation-limit', maxRevoked });
  return done({ allowed: true, maxRevoked, revoked: currentlyRevoked + count, rules });
}

export interface UserReport {
  /** S19: nobody is refused. */
  readonly allowed: true;
  readonly issuedWithin: number;
  readonly overAllocated: number;
  readonly compliant: boolean;
  readonly rules: readonly string[];
}

export function perUserReport(pool: number, activeUsers: number): Outcome<UserReport> {
  const counts = countsOf({ pool, activeUsers });
  if (!counts.ok) return counts;
  const overAllocated = Math.max(0, activeUsers - pool);
  return done({
    allowed: true,
    issuedWithin: Math.min(pool, activeUsers),
    overAllocated,
    compliant: overAllocated === 0,
    rules: ['S19'],
  });
}

/** S19: how long the record of a person counts. */
export function userRecordExpires(issuedOn: string): Outcome<string> {
  const days = daysOf({ issuedOn });
  return days.ok ? done(addDays(issuedOn, table.perUser.recordDays)) : days;
}

/** People whose record still counts on this day, each once however often they came. */
export function activeUsers(
  records: readonly { readonly user: string; readonly issuedOn: string }[],
  on: string,
): Outcome<number> {
  const active = new Set<string>();
  for (const { user, issuedOn } of records) {
    const expires = userRecordExpires(issuedOn);
    if (!expires.ok) return expires;
    if (issuedOn <= on && on < expires.value) active.add(user);
  }
  return done(active.size);
}

export interface Compatibility {
  readonly compatible: boolean;
  readonly reasons: readonly ('cal-older-than-host' | 'licence-server-older-than-cal')[];
  readonly rules: readonly string[];
}

/** S20: host ≤ CAL ≤ licence server, by generation; a release and its R2 share their CALs. */
export function compatibility(
  cal: string,
  {
    host,
    licenceServer,
  }: { readonly host?: string | undefined; readonly licenceServer?: string | undefined },
): Outcome<Compatibility> {
  for (const version of [cal, host, licenceServer]) {
    if (version !== undefined && generationOf(version) === undefined)
      return licensingErrors.fault('LICENCE_UNKNOWN_KIND', `No table knows the version ${version}.`);
  }
  const own = generationOf(cal) as number;
  const reasons: Compatibility['reasons'][number][] = [];
  if (host !== undefined && own < (generationOf(host) as number)) reasons.push('cal-older-than-host');
  if (licenceServer !== undefined && (generationOf(licenceServer) as number) < own)
    reasons.push('licence-server-older-than-cal');
  return done({ compatible: reasons.length === 0, reasons, rules: ['S20'] });
}

/** `2008 R2` and `2008r2` are `2008R2`. */
function generationOf(version: string): number | undefined {
  return generations.get(version.replaceAll(/\s/g, '').toUpperCase());
}
