// Giving a CAL to a person or a device, taking it away, moving it (licensing rules A10, S1, S2, S3, S5, S7, S23).
// Called by the service before it writes, by the optimiser's list of moves, and by the pages that say what is possible.
import type { Fault } from '@parley/platform/contract';
import { type Sku, skuOf } from './catalogue.ts';
import { addDays } from './day.ts';
import { licensingErrors } from './fault.ts';
import type { Mode, Settings, Subject } from './model.ts';
import { missingUnder, restingOn, suiteAround } from './prerequisite.ts';
import { countsOf, daysOf } from './terms.ts';

/** A refusal says what to do; `earliest` is the first day on which the same request is allowed. */
export interface Refused {
  readonly allowed: false;
  readonly fault: Fault;
  readonly rules: readonly string[];
  /** Licences to assign first. */
  readonly needs?: readonly string[];
  /** Licences to take away first. */
  readonly restingOn?: readonly string[];
  readonly earliest?: string;
}
type Allowed<T> = { readonly allowed: true; readonly rules: readonly string[] } & T;

export interface Pool {
  readonly total: number;
  readonly assigned: number;
}

export interface Assigning {
  readonly sku: string;
  readonly subject: Subject;
  /** SKUs that the subject holds already. */
  readonly holds?: readonly string[];
  readonly disabled?: boolean;
  /** Left out where the stock does not matter. */
  readonly pool?: Pool | undefined;
  /** Only under `enforce`, the default, does an empty pool refuse. */
  readonly mode?: Mode | undefined;
}

/** How many more are assigned than owned, afterwards; `free` is signed. */
export type Assigned = Allowed<{ readonly free?: number; readonly overage: number }>;

export function assign(request: Assigning): Assigned | Refused {
  const { subject, holds = [], pool, mode = 'enforce' } = request;
  const sku = assignable(request.sku);
  if (sku === undefined) return unknownOr(request.sku);
  if (!sku.metrics.includes(subject.kind)) return refused('LICENCE_METRIC_MISMATCH', ['S1']);
  const stranger = holds.find((id) => skuOf(id) === undefined);
  if (stranger !== undefined) return unknownOr(stranger);
  if (request.disabled === true) return refused('LICENCE_SUBJECT_DISABLED', ['S1']);
  if (holds.some((id) => skuOf(id)?.id === sku.id)) return refused('LICENCE_ALREADY_ASSIGNED', ['S1']);
  const needs = missingUnder(sku, holds, subject.kind);
  if (needs.length > 0) return refusedPrerequisite(sku, needs);
  if (pool === undefined) return { allowed: true, overage: 0, rules: rulesOf(sku, ['S1']) };
  const checked = countsOf({ total: pool.total, assigned: pool.assigned });
  if (!checked.ok) return { allowed: false, fault: checked.fault, rules: [] };
  const free = pool.total - pool.assigned - 1;
  if (free < 0 && mode === 'enforce') return refused('LICENCE_POOL_EXHAUSTED', ['S1', 'M3']);
  return { allowed: true, free, overage: Math.max(0, -free), rules: rulesOf(sku, ['S1']) };
}

export interface Unassigning {
  readonly sku: string;
  readonly subject: Subject;
  readonly holds: readonly string[];
}

/** Allowed at any time: the 90 days bind the licence, not the person. See `earliestMove` for when it may go on. */
export function unassign({ sku: id, subject, holds }: Unassigning): Allowed<object> | Refused {
  const sku = assignable(id);
  if (sku === undefined) return unknownOr(id);
  const problem = stuck(sku, holds, subject.kind);
  return problem ?? { allowed: true, rules: rulesOf(sku, ['S1']) };
}

/** `loss` is of a device; `return` ends a temporary move before its day. */
export const moveReasons = [
  'permanent',
  'temporary',
  'return',
  'employment-ended',
  'permanent-hardware-failure',
  'loss',
] as const;
export type MoveReason = (typeof moveReasons)[number];

/** Exceptions from the 90 days, and the type of CAL each is for: people leave, devices fail or are lost. */
const EXCEPTIONS: Readonly<Partial<Record<MoveReason, 'user' | 'device'>>> = {
  'employment-ended': 'user',
  'permanent-hardware-failure': 'device',
  loss: 'device',
};
const CLOCK_DAYS = 90;

export interface Reassigning {
  /** The type of CAL that is moved. */
  readonly metric: 'user' | 'device';
  /** Ids of the subjects. */
  readonly from: string;
  readonly to: string;
  /** What it shall be afterwards; the same unless stated (S5). */
  readonly toMetric?: 'user' | 'device' | undefined;
  readonly lastAssigned: string;
  readonly on: string;
  readonly reason: MoveReason;
  /** Last day of a temporary move. */
  readonly until?: string | undefined;
  /** `assignment` is the safe reading of S2, and the default. */
  readonly clock?: Settings['clock'] | undefined;
  /** Whether `lastAssigned` was a move already: under the clock `reassignment` the first one is free. */
  readonly movedBefore?: boolean | undefined;
  readonly assurance?: { readonly active: boolean; readonly renewalOn?: string } | undefined;
  readonly toDisabled?: boolean | undefined;
  /** Where they are known, what the licence rests on and carries is checked too. */
  readonly sku?: string | undefined;
  readonly fromHolds?: readonly string[] | undefined;
  readonly toHolds?: readonly string[] | undefined;
}

export type Reassigned = Allowed<{
  /** Whether the 90 days begin anew on this day. */
  readonly resetsClock: boolean;
  /** The first day of the next permanent move. */
  readonly nextMove: string;
  /** Who holds it again after a temporary move, and from which day. */
  readonly returnsTo?: string;
  readonly returnsOn?: string;
  /** Of a switch between user and device CALs. */
  readonly ratio?: '1:1';
}>;

export function reassign(request: Reassigning): Reassigned | Refused {
  const { metric, from, to, lastAssigned, on, reason, until } = request;
  if (!moveReasons.includes(reason)) return refused('LICENCE_UNKNOWN_REASON', ['S2']);
  const days = daysOf({ 'last assigned': lastAssigned, on, until });
  if (!days.ok) return { allowed: false, fault: days.fault, rules: ['S2'] };
  if (on < lastAssigned)
    return refused(
      'LICENCE_BAD_DATE',
      ['S2'],
      `The move (${on}) is before the assignment (${lastAssigned}).`,
    );
  if (from === to) return refused('LICENCE_ALREADY_ASSIGNED', ['S2']);
  if (request.toDisabled === true) return refused('LICENCE_SUBJECT_DISABLED', ['S1']);
  const problem = companions(request);
  if (problem !== undefined) return problem;

  const earliest = earliestMove(request);
  if (request.toMetric !== undefined && request.toMetric !== metric) return typeSwitch(request);
  if (reason === 'temporary') {
    if (until === undefined) return refused('LICENCE_UNTIL_MISSING', ['S3']);
    if (until < on)
      return refused('LICENCE_UNTIL_MISSING', ['S3'], `The day of return (${until}) is before ${on}.`);
    const returns = { returnsTo: from, returnsOn: addDays(until, 1) };
    return { allowed: true, resetsClock: false, nextMove: earliest, ...returns, rules: ['S2', 'S3'] };
  }
  if (reason === 'return')
    return { allowed: true, resetsClock: false, nextMove: earliest, rules: ['S2', 'S3'] };
  // A reason that does not fit the type of CAL is no exception: then the clock decides.
  const excepted = EXCEPTIONS[reason] === metric;
  if (on < earliest && !excepted) {
    const sentence = `This CAL was assigned on ${lastAssigned}; it may move from ${earliest} on.`;
    return { ...refused('LICENCE_MOVED_TOO_EARLY', ['S2'], sentence), earliest };
  }
  return { allowed: true, resetsClock: true, nextMove: addDays(on, CLOCK_DAYS), rules: ['S2'] };
}

/** The first day on which a CAL may move for no special reason (S2). */
export function earliestMove({
  lastAssigned,
  clock = 'assignment',
  movedBefore = false,
}: Pick<Reassigning, 'lastAssigned' | 'clock' | 'movedBefore'>): string {
  return clock === 'reassignment' && !movedBefore ? lastAssigned : addDays(lastAssigned, CLOCK_DAYS);
}

/** S5. The licence is exchanged for one of the other type, which was never assigned: the 90 days do not bind it. */
function typeSwitch({ on, assurance }: Reassigning): Reassigned | Refused {
  const renewalOn = assurance?.renewalOn;
  const days = daysOf({ renewal: renewalOn });
  if (!days.ok) return { allowed: false, fault: days.fault, rules: ['S5'] };
  if (assurance?.active !== true || on !== renewalOn) {
    const denial = refused('LICENCE_TYPE_SWITCH_ONLY_AT_SA_RENEWAL', ['S5']);
    const isAhead = assurance?.active === true && renewalOn !== undefined && renewalOn > on;
    return isAhead ? { ...denial, earliest: renewalOn } : denial;
  }
  return {
    allowed: true,
    resetsClock: true,
    nextMove: addDays(on, CLOCK_DAYS),
    ratio: '1:1',
    rules: ['S2', 'S5'],
  };
}

function companions({
  sku: id,
  metric,
  toMetric = metric,
  fromHolds,
  toHolds,
}: Reassigning): Refused | undefined {
  if (id === undefined) return undefined;
  const sku = assignable(id);
  if (sku === undefined) return unknownOr(id);
  const problem = fromHolds === undefined ? undefined : stuck(sku, fromHolds, metric);
  if (problem !== undefined || toHolds === undefined) return problem;
  if (toHolds.some((other) => skuOf(other)?.id === sku.id))
    return refused('LICENCE_ALREADY_ASSIGNED', ['S1']);
  const needs = missingUnder(sku, toHolds, toMetric);
  return needs.length > 0 ? refusedPrerequisite(sku, needs) : undefined;
}

/** Why this licence cannot leave the subject that holds it. */
function stuck(sku: Sku, holds: readonly string[], metric: 'user' | 'device'): Refused | undefined {
  if (suiteAround(sku, holds) !== undefined) return refused('LICENCE_SUITE_INDIVISIBLE', ['S23']);
  if (!holds.some((id) => skuOf(id)?.id === sku.id)) return refused('LICENCE_NOT_ASSIGNED', ['S1']);
  const resting = restingOn(sku, holds, metric);
  if (resting.length === 0) return undefined;
  const sentence = `${namesOf(resting)} of the same person or device rests on ${sku.name}.`;
  return { ...refused('LICENCE_PREREQUISITE_IN_USE', ['A10', 'S7'], sentence), restingOn: resting };
}

function refusedPrerequisite(sku: Sku, needs: readonly string[]): Refused {
  const sentence = `${sku.name} needs ${namesOf(needs)} on the same person or device.`;
  return { ...refused('LICENCE_PREREQUISITE_MISSING', rulesOf(sku, ['S7']), sentence), needs };
}

function namesOf(skus: readonly string[]): string {
  return skus.map((id) => skuOf(id)?.name ?? id).join(' and ');
}

function rulesOf(sku: Sku, rules: readonly string[]): string[] {
  const own = sku.model === 'suite' ? ['A12', 'S23'] : sku.needs === undefined ? [] : ['A10', 'S7'];
  return [...new Set([...own, ...rules])];
}

function assignable(id: string): Sku | undefined {
  const sku = skuOf(id);
  return sku !== undefined && ['cal', 'suite', 'public-im'].includes(sku.model) ? sku : undefined;
}

function unknownOr(id: string): Refused {
  return skuOf(id) === undefined
    ? refused('LICENCE_UNKNOWN_SKU', [], `The catalogue has no licence ${id}.`)
    : refused('LICENCE_NOT_ASSIGNABLE', ['S1']);
}

function refused(
  code: Parameters<typeof licensingErrors.fault>[0],
  rules: readonly string[],
  sentence?: string,
): Refused {
  return { allowed: false, fault: licensingErrors.fault(code, sentence).fault, rules };
}
