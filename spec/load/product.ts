// Parley as an administrator starts it: the real program in a data directory of its own, free ports, its own PostgreSQL.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pass } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { runParley } from '@parley/roles/cli/spawn-testing';
import { HttpClient } from '../cast/http-client.ts';
import { RESULTS } from './figures.ts';
import { cpuMsOf } from './process-memory.ts';

const PROGRAM = join(import.meta.dirname, '..', '..', 'roles', 'bin', 'parley.mjs');
export const DOMAIN = 'example.test';
export const PASSWORD = 'a long enough password';

const SETTINGS = {
  PARLEY_DOMAIN: DOMAIN,
  PARLEY_HOST_NAME: 'localhost',
  PARLEY_LISTEN_HTTP_PORT: '0',
  PARLEY_LISTEN_HTTPS_PORT: '0',
  PARLEY_LISTEN_SIP_PORT: '0',
  PARLEY_LISTEN_SIP_ADDRESS: '127.0.0.1',
  PARLEY_LISTEN_SIPS_PORT: '0',
  PARLEY_LISTEN_TURN_PORT: '0',
  PARLEY_LISTEN_TURNS_PORT: '0',
  PARLEY_LISTEN_ADMIN_PORT: '0',
  PARLEY_MEDIA_PORT: '0',
  PARLEY_LOG_LEVEL: 'warn',
  PARLEY_CALLS_PER_MINUTE: '100000',
};

/** Node options with which a product collects garbage on SIGUSR2. */
export const GARBAGE_ON_SIGNAL = [
  '--expose-gc',
  `--import=${pathToFileURL(join(import.meta.dirname, 'garbage-on-signal.ts')).href}`,
];
const COLLECT_MS = 1_500;

interface Ready {
  readonly address: string;
  readonly sip: readonly { readonly transport: string; readonly port: number }[];
}

export interface Product extends AsyncDisposable {
  readonly pid: number;
  readonly origin: string;
  readonly readyMs: number;
  /** CPU time of the process until then, which others on the machine disturb less. */
  readonly readyCpuMs: number;
  sipPort(transport: 'udp' | 'tcp' | 'tls'): number;
  /** Collects garbage, where the product was started with `GARBAGE_ON_SIGNAL`, so that memory can be compared. */
  collectGarbage(): Promise<void>;
  /** Ends it and waits: a profile is written then. */
  stop(): Promise<void>;
}

export interface ProductOptions {
  /** For Node itself, such as --cpu-prof. */
  readonly nodeOptions?: readonly string[];
  /** Settings as the environment gives them, such as PARLEY_LOG_LEVEL. */
  readonly settings?: Readonly<Record<string, string>>;
}

export async function startProduct(
  data: string,
  { nodeOptions = [], settings = {} }: ProductOptions = {},
): Promise<Product> {
  mkdirSync(RESULTS, { recursive: true });
  const log = openSync(join(RESULTS, 'parley.log'), 'a');
  const began = performance.now();
  const child = spawn(process.execPath, [...nodeOptions, PROGRAM, 'start', '--json', '--data', data], {
    env: { ...process.env, ...SETTINGS, ...settings },
    stdio: ['ignore', 'pipe', log],
  });
  closeSync(log);
  const ready = await readyOf(child);
  const readyMs = performance.now() - began;
  const readyCpuMs = cpuMsOf(child.pid!);
  async function stop(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  }
  return {
    pid: child.pid!,
    origin: ready.address,
    readyMs,
    readyCpuMs,
    sipPort: (transport) => ready.sip.find((one) => one.transport === transport)!.port,
    async collectGarbage() {
      // Twice: what the first one finalises is freed by the second.
      for (let time = 0; time < 2; time++) {
        child.kill('SIGUSR2');
        await pass(COLLECT_MS);
      }
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

async function readyOf(child: ChildProcess): Promise<Ready> {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.includes('"ready":true')) return JSON.parse(line) as Ready;
  }
  throw new Error(`Parley ended before it was ready: see ${join(RESULTS, 'parley.log')}`);
}

/** The command line beside a running product. */
export async function parley(data: string, ...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runParley([...args, '--data', data], { environment: SETTINGS });
  if (code !== 0) throw new Error(`parley ${args.join(' ')} ended with ${code}: ${stderr}`);
}

/** Signed in as the administrator, who is made where there is none yet. */
export async function administratorOf({ origin }: Product): Promise<HttpClient> {
  const http = new HttpClient(origin);
  const { firstRun } = await http.session();
  const administrator = { address: 'admin', name: 'Administrator', password: PASSWORD };
  if (firstRun) await http.post('/api/v1/first-run', administrator);
  else await http.post('/api/v1/sign-in', administrator);
  return http;
}
