// The peer: Kamailio, where it is installed, as a registrar and stateful proxy that asks for the same digests.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { fixedPort } from '../cast/fixed-port.ts';

const MODULES = [
  '/usr/lib/x86_64-linux-gnu/kamailio/modules/',
  '/usr/lib/aarch64-linux-gnu/kamailio/modules/',
];
/** The package's own allocator looks for errors; with the other one it is two to five times as fast. */
const ALLOCATORS = { packaged: [], tuned: ['-x', 'tlsf', '-X', 'tlsf'] } as const;
const WORKERS = ['-n', '1', '-N', '1'];
const START_TRIES = 100;

export interface Kamailio extends AsyncDisposable {
  readonly pid: number;
  readonly port: number;
}

export function kamailioVersion(): string | undefined {
  const { status, stdout } = spawnSync('kamailio', ['-v'], { encoding: 'utf8' });
  return status === 0 ? /kamailio (\S+)/.exec(stdout)?.[1] : undefined;
}

export type KamailioKind = keyof typeof ALLOCATORS;

export async function startKamailio(kind: KamailioKind): Promise<Kamailio> {
  const run = await mkdtemp(join(tmpdir(), 'parley-kamailio-'));
  const port = await fixedPort();
  const template = await readFile(join(import.meta.dirname, 'kamailio', 'kamailio.cfg'), 'utf8');
  const values: Record<string, string> = {
    LISTEN: `127.0.0.1:${port}`,
    RUN: run,
    MODULES: MODULES.find(existsSync) ?? '',
  };
  const file = join(run, 'kamailio.cfg');
  await writeFile(
    file,
    template.replace(/@([A-Z]+)@/g, (_, name: string) => values[name] ?? ''),
  );
  const memory = ['-m', '2048', '-M', '64'];
  const child = spawn(
    'kamailio',
    ['-f', file, '-DD', '-E', ...WORKERS, ...memory, ...ALLOCATORS[kind], '-w', run],
    { stdio: 'ignore' },
  );
  const gone = once(child, 'exit');
  async function stop(): Promise<void> {
    child.kill('SIGTERM');
    await gone;
    await rm(run, { recursive: true, force: true });
  }
  // It makes this socket when it listens.
  for (let tries = 0; !existsSync(join(run, 'ctl')); tries++) {
    if (child.exitCode !== null || tries === START_TRIES) {
      await stop();
      throw new Error('Kamailio did not start');
    }
    await pass(100);
  }
  return { pid: child.pid!, port, [Symbol.asyncDispose]: stop };
}
