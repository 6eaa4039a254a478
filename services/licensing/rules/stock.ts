// What is owned, assigned and free on a day, and which assignments are in force (licensing rules S1, S2, S3, M11). `free` is
// signed: less than nothing is free where more was assigned than bought.
import { earliestMove } from './assignment.ts';
import type { Assignment, Grant, Metric, Settings } from './model.ts';

export interface PoolStatus {
  readonly sku: string;
  readonly metric: Metric;
  readonly total: number;
  readonly assigned: number;
  readonly free: number;
}

export function pools(
  grants: Iterable<Grant>,
  assignments: Iterable<Assignment>,
  day: string,
): readonly PoolStatus[] {
  const counts = new Map<string, { sku: string; metric: Metric; total: number; assigned: number }>();
  const poolOf = (sku: string, metric: Metric) => {
    const key = `${metric} ${sku}`;
    let pool = counts.get(key);
    if (pool === undefined) {
      pool = { sku, metric, total: 0, assigned: 0 };
      counts.set(key, pool);
    }
    return pool;
  };
  for (const grant of grants)
    if (isWithin(grant, day)) poolOf(grant.sku, grant.metric).total += grant.quantity;
  // A loan takes no second licence: each one in force is one licence.
  for (const { sku, subject } of inForce(assignments, day)) poolOf(sku, subject.kind).assigned++;
  return [...counts.values()].map((pool) => ({ ...pool, free: pool.total - pool.assigned }));
}

/** Who holds what on a day: while a CAL is lent (S3) the borrower does, and the lender does not. */
export function inForce(assignments: Iterable<Assignment>, day: string): readonly Assignment[] {
  const current = [...assignments].filter((each) => isWithin(each, day));
  const lent = new Set(current.filter(({ kind }) => kind === 'temporary').map(({ previous }) => previous));
  return current.filter(({ assignmentId }) => !lent.has(assignmentId));
}

/** The first day on which the licence of this assignment may move on for good (S2); a loan leaves the clock alone. */
export function earliestMoveOf(
  assignment: Assignment,
  byId: ReadonlyMap<string, Assignment>,
  clock: Settings['clock'],
): string {
  const permanent = permanentOf(assignment, byId);
  return earliestMove({ lastAssigned: permanent.from, clock, movedBefore: permanent.previous !== null });
}

function permanentOf(assignment: Assignment, byId: ReadonlyMap<string, Assignment>): Assignment {
  let found = assignment;
  // A loan of a loan ends at the first lender; the bound stops a ring of wrong data.
  for (let steps = 0; found.kind === 'temporary' && found.previous !== null && steps < 100; steps++) {
    const lender = byId.get(found.previous);
    if (lender === undefined) break;
    found = lender;
  }
  return found;
}

function isWithin({ from, to }: { readonly from: string; readonly to: string | null }, day: string): boolean {
  return from <= day && (to === null || day <= to);
}
