// The soaked process from outside: started with a database of its own, asked what it holds, told to let time pass.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { testDatabase } from '@parley/platform/store/testing';
import type { SoakAddresses, SoakHeld, SoakOrder } from './soak-member.ts';

export const DOMAIN = 'parley.test';
const START_MS = 60_000;
/** Longer than anything is kept: bindings and subscriptions an hour, peers a little more (sip-limits.ts). */
const EVERYTHING_MS = 3 * 60 * 60_000;
const STEPS = 18;
/** For what a step sets off: NOTIFYs, rows that go, answers that come. */
const STEP_MS = 60;

/** What must be as before when everything is over. */
export interface Held extends SoakHeld {
  readonly gauges: Readonly<Record<string, number>>;
}

export interface SoakServer extends AsyncDisposable {
  readonly addresses: SoakAddresses;
  /** Hours pass, in steps. */
  letTimePass(): Promise<void>;
  held(): Promise<Held>;
  /** One value of /metrics: the sum over its labels. */
  metric(name: string): Promise<number>;
}

export async function startSoakServer(people: number): Promise<SoakServer> {
  const database = await testDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'parley-soak-'));
  await chmod(folder, 0o755);
  const file = join(folder, 'parley.json');
  const any = { address: '127.0.0.1', port: 0 };
  const settings = {
    domain: DOMAIN,
    hostName: 'localhost',
    roles: ['standard-edition'],
    listen: { http: any, https: { port: null }, sip: any, sips: any, turn: any, turns: any, admin: any },
    data: join(folder, 'data'),
    store: database.connection,
    media: { port: 0 },
    log: { level: 'error' },
  };
  // JSON is YAML, so the settings are read as an administrator's file is.
  await writeFile(file, JSON.stringify(settings));
  const child = fork(join(import.meta.dirname, 'soak-member.ts'), [file, String(people)], {
    execArgv: ['--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const addresses = (await answerOf(child)) as SoakAddresses;

  async function order(what: SoakOrder): Promise<unknown> {
    const answer = answerOf(child);
    child.send(what);
    return await answer;
  }

  async function metrics(): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${addresses.adminPort}/metrics`);
    return await response.text();
  }

  return {
    addresses,
    async letTimePass() {
      for (let step = 0; step < STEPS; step++) {
        await order({ leapMs: EVERYTHING_MS / STEPS });
        await pass(STEP_MS);
      }
    },
    async held() {
      const text = await metrics();
      const gauges = Object.fromEntries(GAUGES.map((name) => [name, sampled(text, name)]));
      return { ...((await order({ collect: true })) as SoakHeld), gauges };
    },
    metric: async (name) => sampled(await metrics(), name),
    async [Symbol.asyncDispose]() {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true });
      await database[Symbol.asyncDispose]();
    },
  };
}

const GAUGES = [
  'parley_sip_transactions',
  'parley_sip_flows',
  'parley_sip_connections',
  'parley_presence_sip_subscriptions',
  'parley_web_sockets',
  'parley_timers',
] as const;

function sampled(text: string, name: string): number {
  const lines = text.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'));
  return [...lines].reduce((sum, [, value]) => sum + Number(value), 0);
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const abort = new AbortController();
  const { signal } = abort;
  const left = once(child, 'exit', { signal }).then(([code]) => {
    throw new Error(`the server left with ${code}`);
  });
  const late = pass(START_MS, undefined, { signal }).then(() => {
    throw new Error('the server does not answer');
  });
  left.catch(() => {});
  late.catch(() => {});
  try {
    const [answer] = await Promise.race([once(child, 'message', { signal }), left, late]);
    return answer;
  } finally {
    abort.abort();
  }
}
