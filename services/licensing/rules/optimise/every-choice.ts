// The optimum by trying every choice: what the tests hold the optimiser against. For estates of a dozen people and devices.
import type { CalKind } from '../model.ts';
import type { PackPrices } from '../packs.ts';
import { type CalMetric, type CalSupply, type MetricSupply, type MixRequest, metrics } from './request.ts';

export interface BestChoice {
  readonly cost: number;
  readonly total: number;
  /** Subjects with a user CAL, of any kind and counted once for each kind. */
  readonly users: number;
}

interface Candidate {
  readonly metric: CalMetric;
  readonly id: string;
  readonly isLicensable: boolean;
  /** 0 nothing, 1 Standard, 2 both: fixed from below where a CAL may not move. */
  readonly least: number;
}

/** @returns undefined where no choice covers every access */
export function everyChoice(request: MixRequest): BestChoice | undefined {
  const { graph, exempt, unlicensable, holdings, on } = request;
  const exemptUsers = new Set(exempt?.users);
  const exemptDevices = new Set(exempt?.devices);
  const accesses = Array.from(graph.edgeUser, (user, edge) => ({
    user: user < 0 ? undefined : graph.users[user]!,
    device: graph.edgeDevice[edge]! < 0 ? undefined : graph.devices[graph.edgeDevice[edge]!]!,
    level: graph.edgeLevel[edge]! + 1,
  })).filter(({ user, device }) => !exemptUsers.has(user ?? '') && !exemptDevices.has(device ?? ''));
  const pinned = (holdings ?? []).filter(
    ({ movableFrom }) => movableFrom !== null && (on === undefined || movableFrom > on),
  );
  const touched = {
    user: levelsOf(accesses, ({ user }) => user),
    device: levelsOf(accesses, ({ device }) => device),
  };
  const barred = { user: new Set(unlicensable?.users), device: new Set(unlicensable?.devices) };
  const candidates: Candidate[] = metrics.flatMap((metric) =>
    Array.from(touched[metric], ([id, level]) => {
      // An Enterprise CAL that is of no use there lies idle.
      const own = pinned
        .filter((each) => each.metric === metric && each.subject === id)
        .map((each) => (each.level === 'enterprise' ? 2 : 1));
      const least = Math.max(0, ...own.filter((each) => each <= level));
      return { metric, id, isLicensable: !barred[metric].has(id), least };
    }),
  );
  const most = accesses.some(({ level }) => level === 2) ? 2 : 1;
  const place = new Map(candidates.map(({ metric, id }, index) => [`${metric} ${id}`, index]));
  const ends = accesses.map(({ user, device, level }) => ({
    level,
    places: [place.get(`user ${user}`), place.get(`device ${device}`)].filter((each) => each !== undefined),
  }));
  const has = new Uint8Array(candidates.length);
  let best: BestChoice | undefined;

  function isCovered(): boolean {
    return ends.every(({ level, places }) => places.some((at) => has[at]! >= level));
  }
  function isPinned(metric: CalMetric, id: string, level: CalKind): boolean {
    return pinned.some((each) => each.metric === metric && each.subject === id && each.level === level);
  }
  function measure(): void {
    let [cost, total, users] = [0, 0, 0];
    for (const metric of metrics) {
      const pool = { standard: 0, enterprise: 0 };
      for (const [at, candidate] of candidates.entries()) {
        if (candidate.metric !== metric) continue;
        total += has[at]!;
        if (metric === 'user') users += has[at]!;
        for (const [rank, level] of (['standard', 'enterprise'] as const).entries()) {
          if (has[at]! <= rank) continue;
          const price = (metric === 'user' ? request.overrides?.users : request.overrides?.devices)?.get(
            candidate.id,
          )?.[level];
          if (price === undefined || isPinned(metric, candidate.id, level)) pool[level]++;
          else cost += price;
        }
      }
      cost += poolCost(supplyOf(request, metric, touched[metric]), pool.standard, pool.enterprise);
    }
    const isBetter =
      best === undefined ||
      cost < best.cost ||
      (cost === best.cost && (total < best.total || (total === best.total && users > best.users)));
    if (isBetter && Number.isFinite(cost)) best = { cost, total, users };
  }
  function walk(at: number): void {
    const candidate = candidates[at];
    if (candidate === undefined) {
      if (isCovered()) measure();
      return;
    }
    const highest = candidate.isLicensable ? most : candidate.least;
    for (let level = candidate.least; level <= Math.max(highest, candidate.least); level++) {
      has[at] = level;
      walk(at + 1);
    }
  }
  walk(0);
  return best;
}

/** The highest level of access of each subject: 1 Standard, 2 Enterprise. */
function levelsOf<A extends { readonly level: number }>(
  accesses: readonly A[],
  subjectOf: (access: A) => string | undefined,
) {
  const levels = new Map<string, number>();
  for (const access of accesses) {
    const subject = subjectOf(access);
    if (subject !== undefined) levels.set(subject, Math.max(levels.get(subject) ?? 0, access.level));
  }
  return levels;
}

/** Stock without what is pinned where it serves nobody. */
function supplyOf(
  { supply, holdings, on }: MixRequest,
  metric: CalMetric,
  touched: ReadonlyMap<string, number>,
): MetricSupply {
  const rest = (stock: CalSupply | undefined, level: CalKind): CalSupply => {
    const own = (holdings ?? []).filter((each) => each.metric === metric && each.level === level);
    const idle = own.filter(
      ({ subject, movableFrom }) =>
        movableFrom !== null &&
        (on === undefined || movableFrom > on) &&
        (touched.get(subject) ?? 0) < (level === 'enterprise' ? 2 : 1),
    );
    return { packs: stock?.packs ?? new Map(), owned: Math.max(stock?.owned ?? 0, own.length) - idle.length };
  };
  return {
    ...supply[metric],
    standard: rest(supply[metric].standard, 'standard'),
    enterprise: rest(supply[metric].enterprise, 'enterprise'),
  };
}

function poolCost(
  { standard, enterprise, suite }: MetricSupply,
  standards: number,
  enterprises: number,
): number {
  let best = Number.POSITIVE_INFINITY;
  for (let suites = 0; suites <= (suite === undefined ? 0 : standards); suites++) {
    const cost =
      buy(standard, standards - suites) +
      buy(enterprise, Math.max(0, enterprises - suites)) +
      (suite === undefined ? 0 : buy(suite, suites));
    best = Math.min(best, cost);
  }
  return best;
}

function buy(supply: CalSupply | undefined, count: number): number {
  return count <= (supply?.owned ?? 0) ? 0 : cover(supply?.packs ?? new Map(), count - (supply?.owned ?? 0));
}

function cover(packs: PackPrices, need: number): number {
  if (need <= 0) return 0;
  let best = Number.POSITIVE_INFINITY;
  for (const [size, price] of packs) best = Math.min(best, price + cover(packs, need - size));
  return best;
}
