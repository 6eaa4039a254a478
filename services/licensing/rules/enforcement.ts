// May somebody new begin to use a product while others do (licensing rules M3, M4, M5)? Never asked for those who hold a
// CAL already: who is covered notices nothing. Called by the licensing view and by the pages that show what would happen.
import type { Fault } from '@parley/platform/contract';
import { addDays, daysBetween } from './day.ts';
import { licensingErrors } from './fault.ts';
import type { Mode } from './model.ts';
import { countsOf, daysOf } from './terms.ts';

/** Decided before any licence is looked at (M5). */
export const exemptPurposes = ['administration', 'emergency-call', 'export', 'licensing-pages'] as const;
export type ExemptPurpose = (typeof exemptPurposes)[number];

export interface EnforcementState {
  readonly mode: Mode;
  readonly licensed: number;
  /** People and devices that use the product, before this request. */
  readonly inUse: number;
  /** False for one that holds a CAL or was counted already (M4). */
  readonly isNew: boolean;
  /** Added to what is licensed: the larger of both. */
  readonly tolerancePct?: number | undefined;
  readonly minExtra?: number | undefined;
  readonly graceDays?: number | undefined;
  /** The first day on which the limit was passed, while it lasts. */
  readonly overSince?: string | null | undefined;
  readonly on?: string | undefined;
  readonly exempt?: ExemptPurpose | undefined;
}

export interface EnforcementVerdict {
  readonly allowed: boolean;
  readonly reason:
    | 'exempt'
    | 'known-subject'
    | 'within-limit'
    | 'honor'
    | 'warn'
    | 'grace'
    | 'limit-reached'
    | 'bad-input';
  readonly limit: number;
  /** In use beyond what is licensed, this request included if it is let in. */
  readonly overage: number;
  /** To be shown to the licence manager, and to the person under `warn`. */
  readonly warning: boolean;
  /** To be recorded for the true-up. */
  readonly audit: boolean;
  /** Only while grace runs. */
  readonly graceDaysLeft?: number;
  /** The first day without grace. */
  readonly graceEndsOn?: string;
  readonly fault?: Fault;
  readonly rules: readonly string[];
}

export function enforce(state: EnforcementState): EnforcementVerdict {
  const { mode, licensed, inUse, isNew, exempt, tolerancePct = 0, minExtra = 0, graceDays = 0 } = state;
  const fault = problemOf(state);
  if (fault !== undefined) return { ...verdict(false, 'bad-input', 0, 0, []), fault };
  const limit = limitOf(licensed, tolerancePct, minExtra);
  const current = Math.max(0, inUse - licensed);
  if (exempt !== undefined) return verdict(true, 'exempt', limit, current, ['M5']);
  if (!isNew) return verdict(true, 'known-subject', limit, current, ['M4']);

  const overage = Math.max(0, inUse + 1 - licensed);
  if (mode === 'honor') return { ...verdict(true, 'honor', limit, overage, ['M3']), warning: false };
  if (mode === 'warn') return verdict(true, 'warn', limit, overage, ['M3']);
  if (inUse + 1 <= limit) return verdict(true, 'within-limit', limit, overage, ['M3']);
  const grace = graceOf(state, graceDays);
  if (grace !== undefined) return { ...verdict(true, 'grace', limit, overage, ['M3']), ...grace };
  const refusal = licensingErrors.fault('LICENCE_LIMIT_REACHED');
  return { ...verdict(false, 'limit-reached', limit, current, ['M3', 'M4']), fault: refusal.fault };
}

function problemOf({
  licensed,
  inUse,
  minExtra,
  graceDays,
  tolerancePct = 0,
  overSince,
  on,
}: EnforcementState) {
  const checks = [
    countsOf({ licensed, 'in use': inUse, minExtra, graceDays }),
    daysOf({ 'over since': overSince, on }),
  ];
  const failed = checks.find((each) => !each.ok);
  if (failed !== undefined && !failed.ok) return failed.fault;
  if (tolerancePct >= 0 && tolerancePct <= 100) return undefined;
  return licensingErrors.fault('LICENCE_BAD_COUNT', 'The tolerance is from 0 to 100 %.').fault;
}

/** M3: licensed + max(minExtra, floor(licensed * pct)); nothing licensed tolerates nothing. */
export function limitOf(licensed: number, tolerancePct: number, minExtra: number): number {
  if (licensed === 0) return 0;
  // 1.1 % of 1000 is 11, although the product of the doubles is a little less.
  const extra = Math.floor((licensed * tolerancePct) / 100 + 1e-9);
  return licensed + Math.max(minExtra, extra);
}

/** Grace begins with the first day over: that is today where it was never over before. */
function graceOf({ overSince, on }: EnforcementState, graceDays: number) {
  if (graceDays === 0) return undefined;
  if (on === undefined)
    return overSince === undefined || overSince === null ? { graceDaysLeft: graceDays } : undefined;
  const since = overSince ?? on;
  const graceDaysLeft = graceDays - Math.max(0, daysBetween(since, on));
  return graceDaysLeft > 0 ? { graceDaysLeft, graceEndsOn: addDays(since, graceDays) } : undefined;
}

function verdict(
  allowed: boolean,
  reason: EnforcementVerdict['reason'],
  limit: number,
  overage: number,
  rules: readonly string[],
): EnforcementVerdict {
  const isOver = overage > 0 || !allowed;
  return { allowed, reason, limit, overage, warning: isOver, audit: isOver, rules };
}
