// The operations of case files about the optimiser and the evidence of access: their shapes of `given` are read here and
// nowhere else.
import { addDays } from '../rules/day.ts';
import { inWindow } from '../rules/evidence/window.ts';
import type { CalKind } from '../rules/model.ts';
import { type Access, type AccessGraph, accessGraph, ENTERPRISE } from '../rules/optimise/access-graph.ts';
import { optimise } from '../rules/optimise/optimise.ts';
import type {
  CalMetric,
  CalSupply,
  Holding,
  MetricSupply,
  Mix,
  MixRequest,
  PriceOverride,
  Subjects,
} from '../rules/optimise/request.ts';
import { type GeneratorSpec, type GroupSpec, generatedGraph, groupGraph } from './access-graphs.ts';
import { answer, asText, listOf, numberOf, recordOf, recordsOf, textOf } from './given.ts';
import type { BenchmarkTable, Given, OperationTable } from './operation.ts';
import { recordAccessBenchmark } from './record-access-benchmark.ts';

type PerKind = number | Readonly<Partial<Record<CalKind | 'suite', number>>>;
type PackTable = Readonly<Record<string, number>>;
type PacksPerKind = PackTable | Readonly<Partial<Record<CalKind | 'suite', PackTable>>>;

interface GivenHolding {
  readonly user?: string;
  readonly device?: string;
  readonly cal?: CalKind;
  readonly movableFrom?: string | null;
  readonly earliest?: string | null;
  readonly assigned?: string;
  readonly since?: string;
}

interface GivenMix {
  readonly edges?: unknown;
  readonly shape?: string;
  readonly groups?: unknown;
  readonly generator?: GeneratorSpec;
  readonly price?: Readonly<Partial<Record<CalMetric, PerKind>>> | null;
  readonly packPrice?: Readonly<Partial<Record<CalMetric, PacksPerKind>>>;
  readonly suitePrice?: Readonly<Partial<Record<CalMetric, number>>> | number;
  readonly owned?: Readonly<Partial<Record<CalMetric, PerKind>>>;
  readonly priceOverride?: {
    readonly users?: Readonly<Record<string, number | PriceOverride>>;
    readonly devices?: Readonly<Record<string, number | PriceOverride>>;
  };
  readonly unlicensable?: unknown;
  readonly exempt?: unknown;
  readonly assignments?: readonly GivenHolding[];
  readonly assigned?: readonly GivenHolding[];
  readonly current?: readonly GivenHolding[];
  readonly on?: string;
  readonly today?: string;
  readonly workLimit?: number;
}

const WINDOW_DAYS = 90;

export const optimiseOperations: OperationTable = {
  optimise(given) {
    const request = requestIn(given as GivenMix);
    const found = optimise(request);
    if (!found.ok) return answer(found);
    check(request, found.value);
    return answerOf(found.value, request.graph.edgeLevel.includes(ENTERPRISE));
  },
  window(given) {
    const seen = recordsOf(given, 'edges').map((edge) => {
      const firstDay = textOf(edge, 'firstSeen', 'first');
      return {
        user: textOf(edge, 'user') ?? null,
        device: textOf(edge, 'device') ?? null,
        lastDay: textOf(edge, 'lastSeen', 'last') ?? '',
        ...(firstDay === undefined ? {} : { firstDay }),
      };
    });
    const days = numberOf(given, 'days') ?? WINDOW_DAYS;
    return answer(inWindow(seen, { on: textOf(given, 'on', 'asOf') ?? '', days }), (inside) => {
      const kept = inside.map(({ user, device }) => ({ user, device }));
      return {
        edges: kept.length,
        kept,
        users: idsOf(kept, 'user'),
        devices: idsOf(kept, 'device'),
        rules: ['M7', 'M2'],
      };
    });
  },
};

function idsOf(
  edges: readonly { readonly user: string | null; readonly device: string | null }[],
  end: CalMetric,
) {
  return [...new Set(edges.flatMap((edge) => edge[end] ?? []))];
}

/** What `bench` times here. */
export const benchmarks: BenchmarkTable = {
  optimise: (given, context) =>
    optimiseOperations['optimise']?.({ price: { user: 100, device: 100 }, ...given }, context),
  recordAccess: ({ events, distinctEdges }) =>
    recordAccessBenchmark({ events: Number(events), distinctEdges: Number(distinctEdges) }),
};

function requestIn(given: GivenMix): MixRequest {
  const holdings = given.assignments ?? given.assigned ?? given.current;
  const on = given.on ?? given.today;
  const overrides = {
    ...overridesIn('users', given),
    ...overridesIn('devices', given),
  };
  return {
    graph: graphIn(given),
    supply: { user: supplyIn('user', given), device: supplyIn('device', given) },
    overrides,
    unlicensable: subjectsIn(given.unlicensable),
    exempt: subjectsIn(given.exempt),
    ...(holdings === undefined
      ? {}
      : { holdings: (recordsOf({ holdings }, 'holdings') as readonly GivenHolding[]).map(holdingIn) }),
    ...(on === undefined ? {} : { on }),
    ...(given.workLimit === undefined ? {} : { workLimit: given.workLimit }),
  };
}

function graphIn(given: GivenMix): AccessGraph {
  const graph = drawnOrListed(given);
  // One price for everything: one kind of CAL, whatever the accesses are called.
  const isOneKind = [given.price, given.packPrice].every(
    (each) => !JSON.stringify(each ?? {}).includes('"enterprise"'),
  );
  return isOneKind ? { ...graph, edgeLevel: new Uint8Array(graph.edgeLevel.length) } : graph;
}

function drawnOrListed({ edges, groups, generator }: GivenMix): AccessGraph {
  if (generator !== undefined) return generatedGraph(generator);
  if (Array.isArray(groups)) return groupGraph(groups.map(recordOf).map(groupIn));
  if (!Array.isArray(edges)) throw new Error('who used what is not given: edges, groups or a generator');
  return accessGraph(edges.map(accessIn));
}

/** The sizes as they stand: groupGraph judges them. */
function groupIn(group: Given): GroupSpec {
  const usersPerDevice = numberOf(group, 'usersPerDevice');
  return {
    users: numberOf(group, 'users') ?? Number.NaN,
    devicesPerUser: numberOf(group, 'devicesPerUser') ?? 0,
    sharedDevices: numberOf(group, 'sharedDevices') ?? 0,
    ...(usersPerDevice === undefined ? {} : { usersPerDevice }),
  };
}

/** `[user, device, level]`, or the same with names. */
function accessIn(edge: unknown): Access {
  const { user, device, cal, level } = recordOf(edge);
  const parts: readonly unknown[] = Array.isArray(edge) ? edge : [user, device, cal ?? level];
  const [person, thing] = [parts[0] ?? null, parts[1] ?? null];
  return {
    user: person === null ? null : asText(person),
    device: thing === null ? null : asText(thing),
    level: parts[2] === 'enterprise' ? 'enterprise' : 'standard',
  };
}

function subjectsIn(value: unknown): Subjects {
  const given = recordOf(value);
  return { users: listOf(given, 'users').map(asText), devices: listOf(given, 'devices').map(asText) };
}

function supplyIn(metric: CalMetric, given: GivenMix): MetricSupply {
  const price = given.price?.[metric];
  const packs = given.packPrice?.[metric];
  const owned = given.owned?.[metric];
  const suite =
    typeof given.suitePrice === 'object'
      ? given.suitePrice[metric]
      : (given.suitePrice ?? kindOf(price, 'suite'));
  const one = (kind: CalKind | 'suite', single: number | undefined): CalSupply => ({
    packs: new Map([
      ...(single === undefined ? [] : [[1, single] as const]),
      ...Object.entries(packsOf(packs, kind)).map(([size, each]) => [Number(size), each] as const),
    ]),
    owned: kindOf(owned, kind) ?? 0,
  });
  const hasSuite = suite !== undefined || Object.keys(packsOf(packs, 'suite')).length > 0;
  return {
    standard: one('standard', kindOf(price, 'standard')),
    enterprise: one('enterprise', kindOf(price, 'enterprise')),
    ...(hasSuite ? { suite: one('suite', suite) } : {}),
  };
}

/** A plain number is the Standard CAL's. */
function kindOf(value: PerKind | undefined, kind: CalKind | 'suite'): number | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'object') return kind === 'standard' ? value : undefined;
  return value[kind];
}

function packsOf(packs: PacksPerKind | undefined, kind: CalKind | 'suite'): PackTable {
  const values = recordOf(packs);
  const isPerKind = ['standard', 'enterprise', 'suite'].some((each) => each in values);
  if (isPerKind) return recordOf(values[kind]) as PackTable;
  return kind === 'standard' ? (values as PackTable) : {};
}

function overridesIn(side: 'users' | 'devices', { priceOverride }: GivenMix) {
  const given = recordOf(recordOf(priceOverride)[side]);
  const entries = Object.entries(given).map(
    ([id, price]) =>
      [id, (typeof price === 'object' ? recordOf(price) : { standard: price }) as PriceOverride] as const,
  );
  return { [side]: new Map(entries) };
}

const REASSIGNMENT_DAYS = 90;

/** S2: ninety days after the assignment, where no date is given. */
function holdingIn({ user, device, cal, movableFrom, earliest, ...given }: GivenHolding): Holding {
  const assigned = given.assigned ?? given.since;
  const after = assigned === undefined ? null : addDays(assigned, REASSIGNMENT_DAYS);
  return {
    metric: user === undefined ? 'device' : 'user',
    subject: user ?? device ?? '',
    level: cal ?? 'standard',
    movableFrom: movableFrom ?? earliest ?? after,
  };
}

function answerOf(mix: Mix, isJoint: boolean) {
  const { user, device } = mix.counts;
  return {
    ...mix,
    // In the form of the prices: by kind where both kinds are asked for.
    counts: isJoint ? mix.counts : { user: user.standard, device: device.standard },
    byKind: mix.counts,
    users: mix.chosen.user.standard,
    devices: mix.chosen.device.standard,
    naive: {
      allUser: mix.baselines.allUser?.cost ?? null,
      allDevice: mix.baselines.allDevice?.cost ?? null,
    },
  };
}

/** As the form of the cases asks: the CALs cover every edge, and what is bought costs what is said. */
function check({ graph, exempt }: MixRequest, { chosen, purchases, cost }: Mix): void {
  const users = graph.users.map(() => 0);
  const devices = graph.devices.map(() => 0);
  const mark = (into: number[], ids: readonly string[], names: readonly string[]) => {
    const place = new Map(ids.map((id, index) => [id, index]));
    for (const name of names) into[place.get(name) as number]! += 1;
  };
  for (const kind of ['standard', 'enterprise'] as const) {
    mark(users, graph.users, chosen.user[kind]);
    mark(devices, graph.devices, chosen.device[kind]);
  }
  const [freeUsers, freeDevices] = [new Set(exempt?.users), new Set(exempt?.devices)];
  for (let edge = 0; edge < graph.edgeUser.length; edge++) {
    const [user, device] = [graph.edgeUser[edge]!, graph.edgeDevice[edge]!];
    if (freeUsers.has(graph.users[user] ?? '') || freeDevices.has(graph.devices[device] ?? '')) continue;
    const need = graph.edgeLevel[edge]! + 1;
    if ((users[user] ?? 0) < need && (devices[device] ?? 0) < need)
      throw new Error(`the access of ${graph.users[user]} from ${graph.devices[device]} is not covered`);
  }
  const sum = purchases.reduce((total, each) => total + each.cost, 0);
  if (sum !== cost) throw new Error(`the CALs to buy cost ${sum}, not ${cost}`);
}
