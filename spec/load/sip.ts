// What SIP costs the server: CPU time of the whole process tree for each operation, by a load tool in C, beside Kamailio
// as packaged and tuned in the same run. CPU time moves far less than throughput where others use the machine.
import { type Figures, median, RESULTS, spread } from './figures.ts';
import { type KamailioKind, kamailioVersion, startKamailio } from './kamailio.ts';
import type { Organisation } from './organisation.ts';
import { type Product, type ProductOptions, startProduct } from './product.ts';
import { measureSipMemory } from './sip-memory.ts';
import { measureOverload } from './sip-overload.ts';
import { buildLoadTool, type Load, load, SOURCES, WORKLOADS, type Workload } from './sip-workload.ts';

export interface SipOptions {
  /** One short round: for whoever wants to know whether a change helps. */
  readonly quick: boolean;
  /** Writes a CPU profile of Parley into spec/results for each workload, and measures no peer. */
  readonly cpuProfile: boolean;
  /** Ids of workloads, or parts of them; none means all. */
  readonly only: readonly string[];
}

interface Size {
  readonly repeats: number;
  readonly warm: number;
  readonly ops: number;
}

const FULL: Size = { repeats: 5, warm: 10_000, ops: 20_000 };
const QUICK: Size = { repeats: 1, warm: 4_000, ops: 6_000 };
const KINDS: readonly KamailioKind[] = ['packaged', 'tuned'];

export async function measureSip(figures: Figures, organisation: Organisation, options: SipOptions) {
  if (!buildLoadTool()) return;
  console.log(
    `sip: limits as in production; the load comes from ${SOURCES} addresses, as from so many offices`,
  );
  const isWanted = (id: string) =>
    options.only.length === 0 || options.only.some((word) => id.includes(word));
  const workloads = WORKLOADS.filter(({ id }) => isWanted(id));
  if (workloads.length > 0) await compare(figures, organisation, workloads, options);
  if (options.cpuProfile || (options.quick && options.only.length === 0)) return;
  if (isWanted('overload')) await measureOverload(figures, organisation);
  await measureSipMemory(figures, organisation, isWanted);
}

async function compare(
  figures: Figures,
  { data }: Organisation,
  workloads: readonly Workload[],
  { quick, cpuProfile }: SipOptions,
): Promise<void> {
  const size = quick || cpuProfile ? QUICK : FULL;
  const version = cpuProfile ? undefined : kamailioVersion();
  if (version === undefined && !cpuProfile)
    console.log('sip: without a peer (Debian: apt-get install kamailio)');
  const loads = new Map<string, Load[]>();
  const keep = (workload: Workload, server: string, one: Load) => {
    const key = `${workload.id} ${server}`;
    loads.set(key, [...(loads.get(key) ?? []), one]);
  };
  // One after the other, so that all meet the same disturbances.
  for (let repeat = 0; repeat < size.repeats; repeat++) {
    for (const group of cpuProfile ? workloads.map((one) => [one]) : bySettings(workloads)) {
      const product = await startProduct(data, optionsOf(group[0]!, cpuProfile));
      try {
        for (const workload of group) keep(workload, 'Parley', await loadParley(workload, product, size));
      } finally {
        await product.stop();
      }
    }
    for (const kind of version === undefined ? [] : KINDS) {
      await using peer = await startKamailio(kind);
      for (const workload of workloads)
        keep(workload, kind, await load(workload, peer, { warm: size.warm, ops: size.ops }));
    }
    if (size.repeats > 1) console.log(`sip: round ${repeat + 1} of ${size.repeats}`);
  }
  for (const workload of workloads) {
    const of = (server: string) => loads.get(`${workload.id} ${server}`) ?? [];
    report(figures, workload, 'Parley', of('Parley'), workload.bars.us);
    if (version === undefined) continue;
    for (const kind of KINDS) report(figures, workload, `Kamailio ${version} ${kind}`, of(kind));
    for (const kind of KINDS) compareTo(figures, workload, kind, of('Parley'), of(kind));
  }
}

/** Workloads that one process can serve after one another. */
function bySettings(workloads: readonly Workload[]): readonly (readonly Workload[])[] {
  return [...Map.groupBy(workloads, ({ settings }) => JSON.stringify(settings)).values()];
}

function optionsOf({ id, settings = {} }: Workload, cpuProfile: boolean): ProductOptions {
  const profile = ['--cpu-prof', `--cpu-prof-dir=${RESULTS}`, `--cpu-prof-name=${id}.cpuprofile`];
  return { nodeOptions: cpuProfile ? profile : [], settings };
}

function loadParley(workload: Workload, product: Product, { warm, ops }: Size): Promise<Load> {
  return load(workload, { port: product.sipPort(workload.transport), pid: product.pid }, { warm, ops });
}

function medianOf(
  loads: readonly Load[],
  field: 'serverUsPerOp' | 'ownUsPerOp' | 'opsPerS' | 'p50Us' | 'p99Us',
) {
  return median(loads.map((one) => one[field]));
}

function compareTo(
  figures: Figures,
  { title, bars }: Workload,
  kind: KamailioKind,
  parley: readonly Load[],
  peer: readonly Load[],
): void {
  const value = medianOf(parley, 'serverUsPerOp') / medianOf(peer, 'serverUsPerOp');
  const own = medianOf(parley, 'ownUsPerOp') / medianOf(peer, 'serverUsPerOp');
  const bar = bars[kind];
  figures.add('sip', {
    name: `${title}: Parley to Kamailio ${kind}`,
    value,
    unit: '×',
    note: `${own.toFixed(2)} without PostgreSQL`,
    ...(bar === undefined ? {} : { budget: bar }),
  });
}

function report(
  figures: Figures,
  { title, mode }: Workload,
  server: string,
  loads: readonly Load[],
  budget?: number,
): void {
  const values = loads.map(({ serverUsPerOp }) => serverUsPerOp);
  const rate = `${medianOf(loads, 'opsPerS').toFixed(0)}/s`;
  const times = `p50 ${medianOf(loads, 'p50Us')} p99 ${medianOf(loads, 'p99Us')} µs`;
  const own = medianOf(loads, 'ownUsPerOp').toFixed(0);
  const busy = Math.max(...loads.map(({ otherCores }) => otherCores));
  const lost = loads.reduce((sum, { failed, ops, delivered }) => {
    return sum + failed + (mode === 'message' ? Math.max(0, ops - delivered) : 0);
  }, 0);
  const disturbed = busy > 0.3 ? `, BUSY MACHINE: others took ${busy.toFixed(1)} cores` : '';
  figures.add(
    'sip',
    {
      name: `${title}: ${server}`,
      value: median(values),
      unit: 'µs CPU',
      note: `${lost > 0 ? `${lost} FAILED; ` : ''}${spread(values)}; own process ${own}; ${rate}; ${times}${disturbed}`,
      ...(budget === undefined ? {} : { budget }),
    },
    { loads },
  );
}
