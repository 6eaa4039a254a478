// What SIP costs the server: CPU time for each REGISTER with digest and each MESSAGE from user to user, by a load tool in
// C, beside Kamailio in the same run. CPU time moves far less than throughput where others use the machine.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Figures, median, RESULTS, spread } from './figures.ts';
import { kamailioVersion, startKamailio } from './kamailio.ts';
import { type Organisation, PHONES } from './organisation.ts';
import { DOMAIN, startProduct } from './product.ts';

const REPEATS = 3;
/** A server takes only so much from one source; these are many offices. */
const SOURCES = 100;

interface Workload {
  readonly mode: 'register' | 'message';
  readonly transport: 'udp' | 'tcp';
  readonly ops: number;
}

const WORKLOADS: readonly Workload[] = [
  { mode: 'register', transport: 'udp', ops: 6_000 },
  { mode: 'register', transport: 'tcp', ops: 6_000 },
  { mode: 'message', transport: 'udp', ops: 2_000 },
  { mode: 'message', transport: 'tcp', ops: 2_000 },
];

/** One line of the load tool. */
interface Load {
  readonly ops: number;
  readonly failed: number;
  readonly delivered: number;
  readonly opsPerS: number;
  readonly serverUsPerOp: number;
  /** Of the process itself, without its PostgreSQL. */
  readonly ownUsPerOp: number;
  readonly otherCores: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly pssMb: number;
}

export interface SipOptions {
  /** Writes a CPU profile of Parley into spec/results for each workload. */
  readonly cpuProfile: boolean;
}

export async function measureSip(figures: Figures, { data }: Organisation, options: SipOptions) {
  if (!buildLoadTool()) {
    console.log(
      'sip: left out, because the load tool needs make and a C compiler (Debian: apt-get install gcc make)',
    );
    return;
  }
  const version = options.cpuProfile ? undefined : kamailioVersion();
  if (version === undefined) console.log('sip: without a peer (Debian: apt-get install kamailio)');
  for (const workload of WORKLOADS) {
    const parley: Load[] = [];
    const peer: Load[] = [];
    // One after the other, so that both meet the same disturbances.
    for (let repeat = 0; repeat < (options.cpuProfile ? 1 : REPEATS); repeat++) {
      parley.push(await loadParley(data, workload, options.cpuProfile));
      if (version !== undefined) peer.push(await loadKamailio(workload));
    }
    report(figures, workload, 'Parley', parley);
    if (version !== undefined) {
      report(figures, workload, `Kamailio ${version}`, peer);
      const ratio = medianOf(parley, 'serverUsPerOp') / medianOf(peer, 'serverUsPerOp');
      const own = medianOf(parley, 'ownUsPerOp') / medianOf(peer, 'serverUsPerOp');
      const name = `${nameOf(workload)}, Parley’s CPU to Kamailio’s`;
      figures.add('sip', { name, value: ratio, unit: '×', note: `${own.toFixed(2)} without PostgreSQL` });
    }
  }
}

function buildLoadTool(): boolean {
  const folder = join(import.meta.dirname, 'c');
  return spawnSync('make', ['-s', '-C', folder, `BIN=${RESULTS}`], { stdio: 'inherit' }).status === 0;
}

async function loadParley(data: string, workload: Workload, cpuProfile: boolean): Promise<Load> {
  const name = `${workload.mode}-${workload.transport}.cpuprofile`;
  const profile = ['--cpu-prof', `--cpu-prof-dir=${RESULTS}`, `--cpu-prof-name=${name}`];
  await using product = await startProduct(data, cpuProfile ? profile : []);
  return await load(workload, product.sipPort(workload.transport), product.pid);
}

async function loadKamailio(workload: Workload): Promise<Load> {
  await using peer = await startKamailio();
  return await load(workload, peer.port, peer.pid);
}

async function load({ mode, transport, ops }: Workload, port: number, pid: number): Promise<Load> {
  const settings = {
    target: `127.0.0.1:${port}`,
    transport,
    domain: DOMAIN,
    users: PHONES,
    conns: SOURCES,
    sources: SOURCES,
    ops,
    'server-pid': pid,
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const child = spawn(join(RESULTS, 'sipload'), [mode, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  // What failed is in its line, which is worth more than its exit code.
  const line = await text(child.stdout);
  if (line === '') throw new Error(`sipload ${mode} ${args.join(' ')} measured nothing`);
  return JSON.parse(line) as Load;
}

function medianOf(loads: readonly Load[], field: keyof Load): number {
  return median(loads.map((one) => one[field]));
}

function nameOf({ mode, transport }: Workload): string {
  const what = mode === 'register' ? 'REGISTER with digest' : 'MESSAGE with digest, delivered';
  return `${what}, ${transport.toUpperCase()}`;
}

function report(figures: Figures, workload: Workload, server: string, loads: readonly Load[]): void {
  const values = loads.map(({ serverUsPerOp }) => serverUsPerOp);
  const rate = `${medianOf(loads, 'opsPerS').toFixed(0)}/s`;
  const times = `p50 ${medianOf(loads, 'p50Us')} p99 ${medianOf(loads, 'p99Us')} µs`;
  const own = medianOf(loads, 'ownUsPerOp').toFixed(0);
  const busy = Math.max(...loads.map(({ otherCores }) => otherCores));
  const lost = loads.reduce((sum, { failed, ops, delivered }) => {
    return sum + failed + (workload.mode === 'message' ? Math.max(0, ops - delivered) : 0);
  }, 0);
  const disturbed = busy > 0.3 ? `, disturbed by ${busy.toFixed(1)} cores of others` : '';
  figures.add(
    'sip',
    {
      name: `${nameOf(workload)}, ${server}`,
      value: median(values),
      unit: 'µs CPU',
      note: `${lost > 0 ? `${lost} FAILED; ` : ''}${spread(values)}; own process ${own}; ${rate}; ${times}${disturbed}`,
    },
    { loads },
  );
}
