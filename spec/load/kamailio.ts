// The peer: Kamailio, where it is installed, as a registrar and stateful proxy that asks for the same digests.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
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

/** Whether its packages for presence are here too. */
export function hasKamailioPresence(): boolean {
  const needed = ['presence.so', 'presence_xml.so', 'db_sqlite.so'];
  return MODULES.some((folder) => needed.every((file) => existsSync(join(folder, file))));
}

/** It wants its tables even where it keeps everything in memory. */
function makePresenceTables(file: string): void {
  using database = new DatabaseSync(file);
  for (const script of ['standard-create.sql', 'presence-create.sql'])
    database.exec(readFileSync(join('/usr/share/kamailio/db_sqlite', script), 'utf8'));
}

export type KamailioKind = keyof typeof ALLOCATORS;

export async function startKamailio(
  kind: KamailioKind,
  { presence = false }: { readonly presence?: boolean } = {},
): Promise<Kamailio> {
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
  if (presence) makePresenceTables(join(run, 'presence.sqlite'));
  const memory = ['-m', presence ? '6144' : '2048', '-M', '64'];
  const defines = presence ? ['-A', 'WITH_PRESENCE'] : [];
  const child = spawn(
    'kamailio',
    ['-f', file, '-DD', '-E', ...WORKERS, ...memory, ...ALLOCATORS[kind], ...defines, '-w', run],
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
