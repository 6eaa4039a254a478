// The real peers that tests talk to: installed where this may be done (root on Debian), else their tests are skipped
// and say so. Used by test.ts.
import { spawn } from 'node:child_process';
import { accessSync, constants, createWriteStream, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { root } from './source-tree.ts';

const peers = [
  { program: 'chromium', debianPackage: 'chromium' },
  { program: 'baresip', debianPackage: 'baresip-core' },
  { program: 'sipp', debianPackage: 'sip-tester' },
  { program: 'sipsak', debianPackage: 'sipsak' },
  { program: 'svmap', debianPackage: 'sipvicious' },
  { program: 'linphonec', debianPackage: 'linphone-cli' },
  { program: 'kamailio', debianPackage: 'kamailio' },
  { program: 'nats-server', debianPackage: 'nats-server' },
] as const;

const logPath = join(root, 'node_modules', '.cache', 'parley', 'apt-get.log');
const installWithinMs = 10 * 60_000;

export async function ensurePeers(say: (line: string) => void): Promise<void> {
  const wanted = missing();
  if (wanted.length > 0 && mayInstall()) {
    say(`Installing ${packagesOf(wanted)} for the tests (output in ${logPath}) …`);
    await install(wanted.map(({ debianPackage }) => debianPackage));
  }
  const left = missing();
  if (left.length === 0) return;
  const programs = left.map(({ program }) => program).join(', ');
  say(`Left out: the tests that need ${programs}. On Debian: apt-get install ${packagesOf(left)}`);
}

function packagesOf(some: readonly (typeof peers)[number][]): string {
  return some.map(({ debianPackage }) => debianPackage).join(' ');
}

function missing(): (typeof peers)[number][] {
  const folders = (process.env['PATH'] ?? '').split(':').concat('/usr/sbin');
  return peers.filter(({ program }) => !folders.some((folder) => isProgram(join(folder, program))));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function mayInstall(): boolean {
  return (
    process.getuid?.() === 0 &&
    existsSync('/etc/debian_version') &&
    process.env['PARLEY_TEST_NO_INSTALL'] === undefined
  );
}

/** Without a network this ends soon: one attempt, short timeouts. */
async function install(packages: readonly string[]): Promise<void> {
  mkdirSync(dirname(logPath), { recursive: true });
  const log = createWriteStream(logPath);
  const network = [
    '-o',
    'Acquire::Retries=1',
    '-o',
    'Acquire::http::Timeout=20',
    '-o',
    'Acquire::https::Timeout=20',
  ];
  const steps = [
    [...network, 'update'],
    [...network, 'install', '--yes', '--no-install-recommends', ...packages],
  ];
  for (const step of steps) await aptGet(step, log);
  log.end();
  await finished(log);
}

async function aptGet(step: readonly string[], log: NodeJS.WritableStream): Promise<void> {
  const child = spawn('apt-get', step, {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: installWithinMs,
  });
  child.stdout.pipe(log, { end: false });
  child.stderr.pipe(log, { end: false });
  const { promise, resolve } = Promise.withResolvers<void>();
  // Whether it worked is seen by what is there afterwards.
  child.once('error', () => resolve());
  child.once('close', () => resolve());
  return promise;
}
