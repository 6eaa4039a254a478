// One workload against one server: what the load tool is told and what it says. Used by sip.ts, sip-overload.ts, sip-memory.ts.
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { RESULTS } from './figures.ts';
import { PHONES } from './organisation.ts';
import { DOMAIN } from './product.ts';

/** A server takes only so much from one source, in production as here; these are many offices. */
export const SOURCES = 100;

export interface Workload {
  /** `--only` chooses by it; also the name of a CPU profile. */
  readonly id: string;
  readonly title: string;
  readonly mode: 'register' | 'message' | 'call' | 'presence';
  readonly transport: 'udp' | 'tcp';
  readonly knownNonce?: boolean;
  /** Of the product, for this workload alone. */
  readonly settings?: Readonly<Record<string, string>>;
  /** What its CPU time may be as a multiple of Kamailio's, and in µs whatever Kamailio takes. */
  readonly bars: { readonly packaged?: number; readonly tuned?: number; readonly us?: number };
}

export const WORKLOADS: readonly Workload[] = [
  {
    id: 'register-udp',
    title: 'REGISTER, challenge and digest, UDP',
    mode: 'register',
    transport: 'udp',
    bars: { packaged: 1, tuned: 1.5 },
  },
  {
    id: 'register-tcp',
    title: 'REGISTER, challenge and digest, 100 TCP connections',
    mode: 'register',
    transport: 'tcp',
    bars: { packaged: 1, tuned: 2 },
  },
  {
    id: 'register-nonce',
    title: 'REGISTER, known nonce, UDP',
    mode: 'register',
    transport: 'udp',
    knownNonce: true,
    bars: { tuned: 2 },
  },
  {
    id: 'message-stored',
    title: 'MESSAGE with digest, stored before the 200, UDP',
    mode: 'message',
    transport: 'udp',
    bars: { us: 100 },
  },
  {
    id: 'message-relayed',
    title: 'MESSAGE with digest, nothing stored, UDP',
    mode: 'message',
    transport: 'udp',
    settings: { PARLEY_MESSAGES_KEEP: 'never' },
    bars: { tuned: 2 },
  },
  {
    id: 'call-udp',
    title: 'INVITE … BYE with digest, UDP',
    mode: 'call',
    transport: 'udp',
    bars: { packaged: 1, tuned: 2 },
  },
  {
    id: 'call-tcp',
    title: 'INVITE … BYE with digest, 100 TCP connections',
    mode: 'call',
    transport: 'tcp',
    bars: {},
  },
];

export interface Second {
  readonly begun: number;
  readonly done: number;
  readonly refused: number;
  readonly lost: number;
  readonly p50Us: number;
  readonly p99Us: number;
}

/** One line of the load tool. */
export interface Load {
  readonly ops: number;
  readonly failed: number;
  readonly delivered: number;
  readonly repeated: number;
  readonly opsPerS: number;
  readonly serverUsPerOp: number;
  /** Of the process itself, without its PostgreSQL. */
  readonly ownUsPerOp: number;
  readonly otherCores: number;
  readonly p50Us: number;
  readonly p99Us: number;
  /** Of a call until it stands, of each NOTIFY of a PUBLISH. */
  readonly setupP50Us: number;
  readonly setupP99Us: number;
  readonly pssMb: number;
  readonly statuses: Readonly<Record<string, number>>;
  /** With `--phases` only. */
  readonly seconds?: readonly Second[];
}

export interface Target {
  readonly port: number;
  readonly pid: number;
}

export type LoadSettings = Readonly<Record<string, string | number | true>>;

/** False, and said why, where it cannot be built here. */
export function buildLoadTool(): boolean {
  const folder = join(import.meta.dirname, 'c');
  if (spawnSync('make', ['-s', '-C', folder, `BIN=${RESULTS}`, 'sipload'], { stdio: 'inherit' }).status === 0)
    return true;
  console.log(
    'sip: left out, because the load tool needs make and a C compiler (Debian: apt-get install gcc make)',
  );
  return false;
}

export async function load(workload: Workload, { port, pid }: Target, more: LoadSettings): Promise<Load> {
  const { mode, transport, knownNonce } = workload;
  const settings: LoadSettings = {
    target: `127.0.0.1:${port}`,
    transport,
    domain: DOMAIN,
    users: PHONES,
    conns: SOURCES,
    sources: SOURCES,
    'server-pid': pid,
    ...(knownNonce === true ? { 'known-nonce': true } : {}),
    ...more,
  };
  const args = Object.entries(settings).flatMap(([name, value]) =>
    value === true ? [`--${name}`] : [`--${name}`, String(value)],
  );
  const child = spawn(join(RESULTS, 'sipload'), [mode, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  // What failed is in its line, which is worth more than its exit code.
  const line = await text(child.stdout);
  if (line === '') throw new Error(`sipload ${mode} ${args.join(' ')} measured nothing`);
  return JSON.parse(line) as Load;
}
