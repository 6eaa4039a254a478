// What the ledger and the evidence of the window come to on a day (licensing rules A3, A10, M1 to M4, S4, S7): who is covered,
// who is not, what every process may allow, and what is owned, assigned and needed. Pure; service and reports call it.
import { type Release, releaseById, skuOf } from './rules/catalogue.ts';
import { addDays } from './rules/day.ts';
import { enforce, limitOf } from './rules/enforcement.ts';
import { featureMask, features, uses } from './rules/feature.ts';
import { holdingOf } from './rules/holding.ts';
import type { Ledger } from './rules/ledger.ts';
import type { Assignment, CalKind, Edge, Metric, Subject } from './rules/model.ts';
import { inForce, pools } from './rules/stock.ts';

/** The release that this server is. */
export const OWN_RELEASE = releaseById('parley1') as Release;
const CAL_OF: Readonly<Record<CalKind, string>> = {
  standard: 'parley-standard-cal',
  enterprise: 'parley-enterprise-cal',
};
const KINDS = ['standard', 'enterprise'] as const;
/** Bits of one subject: which kinds it is covered for, or needs. */
const BIT: Readonly<Record<CalKind, number>> = { standard: 1, enterprise: 2 };
/** The Enterprise CAL rests on the Standard CAL (A10). */
const NEEDED: Readonly<Record<CalKind, number>> = { standard: 1, enterprise: 3 };
const FEATURES: Readonly<Record<CalKind, number>> = {
  standard: maskOf('standard'),
  enterprise: maskOf('enterprise'),
};
/** While grace runs nobody is refused. */
const ROOM_IN_GRACE = 1_000_000_000;

function maskOf(kind: CalKind): number {
  return [...features, ...uses].reduce((mask, { cal, bit }) => (cal === kind ? mask | (1 << bit) : mask), 0);
}

export interface SubjectState {
  readonly subject: Subject;
  /** In force, with lent CALs at the borrower. */
  readonly held: readonly Assignment[];
  readonly features: number;
  readonly tolerated: number;
  /** Highest level that the evidence shows; null where there is none. */
  readonly needs: CalKind | null;
  readonly covered: boolean;
  readonly lastAccess: string | null;
}

export interface Line {
  readonly sku: string;
  readonly metric: Metric;
  readonly owned: number;
  readonly assigned: number;
  readonly needed: number;
}

export interface Reckoning {
  readonly day: string;
  readonly users: ReadonlyMap<string, SubjectState>;
  readonly devices: ReadonlyMap<string, SubjectState>;
  readonly lines: readonly Line[];
  readonly room: Readonly<Record<CalKind, number>>;
  readonly isOver: boolean;
  /** Whole days until nobody new is let in; null where nothing is over, or it is over for longer. */
  readonly graceDaysLeft: number | null;
  readonly unlicensed: { readonly users: number; readonly devices: number };
}

/** While it is being reckoned. */
interface Draft {
  readonly subject: Subject;
  readonly held: Assignment[];
  bits: number;
  features: number;
  tolerated: number;
  needs: number;
  /** Needs that its own CAL answers, and those that nobody's does. */
  used: number;
  uncovered: number;
  firstUncovered: string;
  lastAccess: string | null;
}

export function windowStart(day: string, windowDays: number): string {
  return addDays(day, -(windowDays - 1));
}

export function reckon(ledger: Ledger, edges: Iterable<Edge>, day: string): Reckoning {
  const users = new Map<string, Draft>();
  const devices = new Map<string, Draft>();
  const draftOf = (kind: 'user' | 'device', id: string): Draft => {
    const side = kind === 'user' ? users : devices;
    let draft = side.get(id);
    if (draft === undefined) {
      draft = {
        subject: { kind, id },
        held: [],
        bits: 0,
        features: 0,
        tolerated: 0,
        needs: 0,
        used: 0,
        uncovered: 0,
        firstUncovered: '',
        lastAccess: null,
      };
      side.set(id, draft);
    }
    return draft;
  };
  for (const assignment of inForce(ledger.assignments.values(), day))
    draftOf(assignment.subject.kind, assignment.subject.id).held.push(assignment);
  for (const side of [users, devices]) for (const draft of side.values()) cover(draft);
  for (const { deviceId } of ledger.devices.values()) draftOf('device', deviceId);

  const from = windowStart(day, ledger.settings.windowDays);
  for (const edge of edges) {
    if (edge.lastDay < from || edge.firstDay > day) continue;
    count(edge, draftOf);
  }

  const all = [...users.values(), ...devices.values()];
  const supply = supplyOf(ledger, day);
  const { room, isOver, graceDaysLeft } = tolerate(ledger, day, all, supply);
  const unlicensed = (side: ReadonlyMap<string, Draft>) =>
    [...side.values()].filter(({ uncovered }) => uncovered !== 0).length;
  return {
    day,
    users: finished(users),
    devices: finished(devices),
    lines: linesOf(ledger, day, all),
    room,
    isOver,
    graceDaysLeft,
    unlicensed: { users: unlicensed(users), devices: unlicensed(devices) },
  };
}

function cover(draft: Draft): void {
  const held = draft.held.map(({ sku }) => sku);
  draft.features = featureMask(held, OWN_RELEASE);
  const { kinds } = holdingOf(held, OWN_RELEASE);
  if (kinds.has('standard')) draft.bits = kinds.has('enterprise') ? 3 : 1;
}

/** One edge: whose CAL answers it, and who lacks one where none does. A person stands for the pair where there is one. */
function count(edge: Edge, draftOf: (kind: 'user' | 'device', id: string) => Draft): void {
  const user = edge.userId === null ? undefined : draftOf('user', edge.userId);
  const device = edge.deviceId === null ? undefined : draftOf('device', edge.deviceId);
  const needed = NEEDED[edge.level];
  for (const end of [user, device]) {
    if (end === undefined) continue;
    end.needs |= needed;
    if (end.lastAccess === null || end.lastAccess < edge.lastDay) end.lastAccess = edge.lastDay;
  }
  const covering = [user, device].find((end) => end !== undefined && (end.bits & needed) === needed);
  if (covering !== undefined) {
    covering.used |= needed;
    return;
  }
  const subject = user ?? device;
  if (subject === undefined) return;
  subject.used |= needed & subject.bits;
  subject.uncovered |= needed & ~subject.bits;
  if (subject.firstUncovered === '' || edge.firstDay < subject.firstUncovered)
    subject.firstUncovered = edge.firstDay;
}

/** How many CALs of each kind are owned and assigned; a suite is one of each (A12, S23). */
function supplyOf(ledger: Ledger, day: string) {
  const supply = { standard: { owned: 0, assigned: 0 }, enterprise: { owned: 0, assigned: 0 } };
  for (const pool of pools(ledger.grants.values(), ledger.assignments.values(), day)) {
    const { kinds } = holdingOf([pool.sku], OWN_RELEASE);
    for (const kind of KINDS) {
      if (!kinds.has(kind)) continue;
      supply[kind].owned += pool.total;
      supply[kind].assigned += pool.assigned;
    }
  }
  return supply;
}

/**
 * Rules M3 and M4: within the limit those who came first stay, so that somebody new never takes their place. The bits are
 * given whatever the mode: the gate reads them under `enforce` only.
 */
function tolerate(ledger: Ledger, day: string, all: readonly Draft[], supply: ReturnType<typeof supplyOf>) {
  const { tolerancePct, minExtra, graceDays } = ledger.settings;
  const room = { standard: 0, enterprise: 0 };
  let isOver = false;
  let graceDaysLeft: number | null = null;
  for (const kind of KINDS) {
    const { owned, assigned } = supply[kind];
    // S1: a licence covers whom it is assigned to; what lies in the pool covers nobody, and is quickly assigned.
    const licensed = Math.min(owned, assigned);
    const limit = limitOf(licensed, tolerancePct, minExtra);
    const without = all.filter(({ uncovered }) => (uncovered & BIT[kind]) !== 0).sort(byFirstDay);
    const inUse = assigned + without.length;
    if (inUse > limitOf(owned, tolerancePct, minExtra) && without.length > 0) isOver = true;
    for (const draft of without.slice(0, Math.max(0, limit - assigned))) {
      const restsOn = kind === 'standard' ? 1 : (draft.bits & 1) | (draft.tolerated & FEATURES.standard);
      if (restsOn !== 0) draft.tolerated |= FEATURES[kind];
    }
    const newcomer = enforce({
      mode: 'enforce',
      licensed,
      inUse,
      isNew: true,
      tolerancePct,
      minExtra,
      graceDays,
      overSince: ledger.overSince,
      on: day,
    });
    if (newcomer.reason === 'within-limit') room[kind] = limit - inUse;
    if (newcomer.reason === 'grace') {
      room[kind] = ROOM_IN_GRACE;
      if (ledger.overSince !== null) graceDaysLeft = newcomer.graceDaysLeft ?? null;
    }
  }
  return { room, isOver, graceDaysLeft };
}

function byFirstDay(one: Draft, other: Draft): number {
  if (one.firstUncovered !== other.firstUncovered) return one.firstUncovered < other.firstUncovered ? -1 : 1;
  return one.subject.id < other.subject.id ? -1 : 1;
}

function linesOf(ledger: Ledger, day: string, all: readonly Draft[]): Line[] {
  const lines = new Map<
    string,
    { sku: string; metric: Metric; owned: number; assigned: number; needed: number }
  >();
  const lineOf = (sku: string, metric: Metric) => {
    const key = `${sku} ${metric}`;
    const line = lines.get(key) ?? { sku, metric, owned: 0, assigned: 0, needed: 0 };
    lines.set(key, line);
    return line;
  };
  for (const pool of pools(ledger.grants.values(), ledger.assignments.values(), day)) {
    const line = lineOf(pool.sku, pool.metric);
    line.owned = pool.total;
    line.assigned = pool.assigned;
  }
  for (const { subject, held, used, uncovered } of all) {
    let open = used;
    for (const { sku } of held) {
      const kinds = kindsOf(sku);
      if ((kinds & open) === 0) continue;
      lineOf(sku, subject.kind).needed += 1;
      open &= ~kinds;
    }
    for (const kind of KINDS)
      if ((uncovered & BIT[kind]) !== 0) lineOf(CAL_OF[kind], subject.kind).needed += 1;
  }
  return [...lines.values()].sort((one, other) =>
    `${one.sku} ${one.metric}` < `${other.sku} ${other.metric}` ? -1 : 1,
  );
}

const kindsBySku = new Map<string, number>();

/** Bits of the kinds that a licence is, on this server. */
function kindsOf(sku: string): number {
  let bits = kindsBySku.get(sku);
  if (bits === undefined) {
    const { kinds } = holdingOf([sku], OWN_RELEASE);
    bits = KINDS.reduce((sum, kind) => (kinds.has(kind) ? sum | BIT[kind] : sum), 0);
    // A SKU that no catalogue has comes from outside: only the catalogue's are remembered.
    if (skuOf(sku) !== undefined) kindsBySku.set(sku, bits);
  }
  return bits;
}

function finished(side: ReadonlyMap<string, Draft>): ReadonlyMap<string, SubjectState> {
  const states = new Map<string, SubjectState>();
  for (const [id, { subject, held, features: mask, tolerated, needs, uncovered, lastAccess }] of side) {
    states.set(id, {
      subject,
      held,
      features: mask,
      tolerated: tolerated & ~mask,
      needs: needs === 0 ? null : needs === 3 ? 'enterprise' : 'standard',
      covered: uncovered === 0,
      lastAccess,
    });
  }
  return states;
}

/** Is this edge covered as CALs are assigned on the day of the reckoning (S4)? */
export function coversEdge({ users, devices }: Reckoning, edge: Edge): boolean {
  const needed = FEATURES[edge.level];
  const covers = (state: SubjectState | undefined) => state !== undefined && (state.features & needed) !== 0;
  return (
    (edge.userId !== null && covers(users.get(edge.userId))) ||
    (edge.deviceId !== null && covers(devices.get(edge.deviceId)))
  );
}
