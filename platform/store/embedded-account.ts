// As whom PostgreSQL runs. It refuses root, so a root Parley runs it under a system user of its own, and every
// folder above its data must let that user in. Used by embedded-postgres.ts.
import { type SpawnOptions, spawn } from 'node:child_process';
import { chmod, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode, StoreError } from './store-error.ts';

/** A system user other than the one that runs this process. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

const ownUser = 'parley';
const distributionUser = 'postgres';

/**
 * @param cluster the folder of the rows, if it exists: whoever owns it keeps running it
 * @returns undefined when this process may run PostgreSQL itself
 * @throws StoreError STORE_NO_USER, STORE_DATA_NOT_OURS
 */
export async function chooseAccount(cluster: string): Promise<Account | undefined> {
  const me = process.getuid?.();
  if (me === undefined) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (me !== 0) {
    if (owner !== undefined && owner.uid !== me) {
      throw new StoreError(
        'STORE_DATA_NOT_OURS',
        `The folder ${cluster} belongs to another user (${owner.uid}).`,
      );
    }
    return undefined;
  }
  if (owner !== undefined && owner.uid !== 0)
    return { uid: owner.uid, gid: owner.gid, name: String(owner.uid) };
  const account = (await lookUp(ownUser)) ?? (await create(ownUser)) ?? (await lookUp(distributionUser));
  if (account !== undefined && (await canEnter('/', account))) return account;
  throw new StoreError(
    'STORE_NO_USER',
    'PostgreSQL does not run as root, and no system user for it could be created or used.',
  );
}

async function lookUp(name: string): Promise<Account | undefined> {
  const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
  if (uid.status !== 0 || gid.status !== 0) return undefined;
  return { uid: Number(uid.stdout), gid: Number(gid.stdout), name };
}

async function create(name: string): Promise<Account | undefined> {
  const options = ['--system', '--user-group', '--no-create-home', '--home-dir', '/nonexistent'];
  await run('useradd', [...options, '--shell', '/usr/sbin/nologin', name]);
  // Two first starts at once: the other one may have created it.
  return lookUp(name);
}

/**
 * Makes sure that the account can enter the data folder, which itself is ours to open.
 * @throws StoreError STORE_DATA_UNREACHABLE naming the folder that is closed
 */
export async function checkReachable(dataDir: string, account: Account | undefined): Promise<void> {
  if (account === undefined) return;
  const { mode } = await stat(dataDir);
  if (!(await canEnter(dataDir, account)) && (await canEnter(dirname(dataDir), account))) {
    await chmod(dataDir, (mode & 0o777) | 0o011);
  }
  if (await canEnter(dataDir, account)) return;
  let closed = dataDir;
  while (closed !== dirname(closed) && !(await canEnter(dirname(closed), account))) closed = dirname(closed);
  throw new StoreError(
    'STORE_DATA_UNREACHABLE',
    `The data folder ${dataDir} is inside ${closed}, which the user ${account.name} of PostgreSQL cannot enter.`,
  );
}

async function canEnter(folder: string, account: Account): Promise<boolean> {
  // Asking the system, not the mode bits: access lists and mounts count too.
  return (await runAs(account, '/bin/sh', ['-c', 'cd -- "$1"', 'sh', folder])).status === 0;
}

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** What children of Parley see of the environment: nothing of its settings and secrets. */
export const childEnvironment: NodeJS.ProcessEnv = {
  PATH: process.env['PATH'] ?? '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
  ...(process.platform === 'win32' ? { SystemRoot: process.env['SystemRoot'] } : {}),
};

export function spawnOptions(account: Account | undefined): SpawnOptions {
  return {
    env: childEnvironment,
    cwd: '/',
    windowsHide: true,
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  };
}

/** Runs a short program under the account. One that cannot be started has status 127. */
export function runAs(
  account: Account | undefined,
  file: string,
  args: readonly string[],
): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { ...spawnOptions(account), stdio: ['ignore', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', (error) => resolve({ status: 127, stdout, stderr: `${stderr}${errorCode(error)}` }));
    child.on('close', (status) => resolve({ status: status ?? 128, stdout, stderr }));
  });
}

function run(file: string, args: readonly string[]): Promise<Finished> {
  return runAs(undefined, file, args);
}
