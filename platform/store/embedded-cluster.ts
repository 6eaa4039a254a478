// The folder of the embedded PostgreSQL: made once by initdb, configured at every start, cleaned of what a killed
// process left. Used by embedded-postgres.ts.
import { randomBytes } from 'node:crypto';
import { chown, mkdir, mkdtemp, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Account, runAs } from './embedded-account.ts';
import { type PostgresBinaries, program } from './embedded-binaries.ts';
import { processExists } from './process-identity.ts';
import { errorCode, StoreError } from './store-error.ts';

export const superuser = 'parley';
export const databaseName = 'parley';

/** An empty cluster and its first journal; PostgreSQL needs room to breathe besides. */
const leastFreeBytes = 128 * 1024 * 1024;
/** What a socket's path may be long: 104 on macOS, 108 on Linux, with the zero at the end. */
const socketPathLimitBytes = 100;
const socketPort = 5432;
const unfinishedPrefix = 'postgres.new-';

export interface Cluster {
  readonly dataDir: string;
  /** The rows: PostgreSQL's own data directory. */
  readonly folder: string;
  readonly runFolder: string;
  readonly secret: string;
  readonly account: Account | undefined;
  readonly binaries: PostgresBinaries;
}

export function clusterFolder(dataDir: string): string {
  return join(dataDir, 'postgres');
}

/** @throws StoreError STORE_DATA_OTHER_MAJOR, STORE_SECRET_MISSING, STORE_DISK_FULL, STORE_START_FAILED */
export async function prepareCluster(
  dataDir: string,
  account: Account | undefined,
  binaries: PostgresBinaries,
): Promise<Cluster> {
  const folder = clusterFolder(dataDir);
  const runFolder = join(dataDir, 'run');
  await ownFolder(runFolder, account);
  const found = await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (found !== undefined && Number(found) !== binaries.major) {
    throw new StoreError(
      'STORE_DATA_OTHER_MAJOR',
      `The data in ${folder} is of PostgreSQL ${found.trim()}; this Parley brings ${binaries.major}.`,
    );
  }
  const cluster: Cluster = {
    dataDir,
    folder,
    runFolder,
    secret: await secretOf(dataDir, found !== undefined),
    account,
    binaries,
  };
  if (found === undefined) await initialise(cluster);
  return cluster;
}

/** Only Parley reads it: PostgreSQL knows a hash. */
export async function readSecret(dataDir: string): Promise<string> {
  try {
    return (await readFile(join(dataDir, 'postgres.secret'), 'utf8')).trim();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return '';
    throw new StoreError('STORE_DATA_NOT_OURS', `The data folder ${dataDir} belongs to another user.`, {
      cause: error,
    });
  }
}

async function secretOf(dataDir: string, clusterExists: boolean): Promise<string> {
  const file = join(dataDir, 'postgres.secret');
  const present = await readSecret(dataDir);
  if (present !== '') return present;
  if (clusterExists)
    throw new StoreError('STORE_SECRET_MISSING', `The password of the database, ${file}, is gone.`);
  const secret = randomBytes(24).toString('base64url');
  await writeFile(`${file}.new`, `${secret}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
  return secret;
}

async function initialise(cluster: Cluster): Promise<void> {
  const { dataDir, folder, account, secret } = cluster;
  const disk = await statfs(dataDir);
  if (disk.bavail * disk.bsize < leastFreeBytes) throw noRoom(dataDir);
  // Under another name until it is complete: a kill in the middle leaves nothing that looks like a database.
  await removeUnfinished(dataDir);
  const unfinished = await mkdtemp(join(dataDir, unfinishedPrefix));
  await ownFolder(unfinished, account);
  const secretFile = join(cluster.runFolder, 'initial-secret');
  await writeFile(secretFile, secret, { mode: 0o600 });
  try {
    if (account !== undefined) await chown(secretFile, account.uid, account.gid);
    const { status, stderr } = await runAs(account, program(cluster.binaries, 'initdb'), [
      ...['-D', unfinished, '-U', superuser, '--auth=scram-sha-256', `--pwfile=${secretFile}`],
      ...['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'],
      '--no-instructions',
    ]);
    if (status !== 0) throw initdbFailure(dataDir, stderr);
    await rename(unfinished, folder);
  } finally {
    await rm(secretFile, { force: true });
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** An initdb whose Parley was killed may still be at work on its own, and fails when that is gone. */
async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (!name.startsWith(unfinishedPrefix)) continue;
    await rm(join(dataDir, name), { recursive: true, force: true }).catch(() => undefined);
  }
}

function initdbFailure(dataDir: string, stderr: string): StoreError {
  if (/No space left on device|Disk quota exceeded/.test(stderr)) return noRoom(dataDir);
  const last = stderr.trim().split('\n').at(-1) ?? '';
  return new StoreError('STORE_START_FAILED', `PostgreSQL could not make its files in ${dataDir}: ${last}.`);
}

export function noRoom(dataDir: string): StoreError {
  return new StoreError('STORE_DISK_FULL', `The disk of ${dataDir} is full.`);
}

async function ownFolder(folder: string, account: Account | undefined): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  if (account !== undefined) await chown(folder, account.uid, account.gid);
}

export type Endpoint = { readonly host: string; readonly port: number };

/** A socket that only this user can enter; the loopback interface where the path is too long or sockets are missing. */
export async function chooseEndpoint(cluster: Cluster): Promise<Endpoint> {
  const socket = join(cluster.runFolder, `.s.PGSQL.${socketPort}`);
  if (process.platform !== 'win32' && Buffer.byteLength(socket) <= socketPathLimitBytes) {
    return { host: cluster.runFolder, port: socketPort };
  }
  return { host: '127.0.0.1', port: await freePort() };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Written at every start, so that a new version of Parley brings its own settings; the owner's come last and win. */
export async function writeSettings(
  cluster: Cluster,
  endpoint: Endpoint,
  extra: Readonly<Record<string, string>>,
): Promise<void> {
  const bySocket = endpoint.host === cluster.runFolder;
  const settings: Record<string, string> = {
    listen_addresses: bySocket ? '' : endpoint.host,
    port: String(endpoint.port),
    unix_socket_directories: bySocket ? cluster.runFolder : '',
    unix_socket_permissions: '0700',
    max_connections: '60',
    // Small: the organisation's rows fit, and an idle server stays well under 100 MB.
    shared_buffers: '32MB',
    work_mem: '4MB',
    maintenance_work_mem: '32MB',
    autovacuum_max_workers: '2',
    autovacuum_worker_slots: '2',
    max_parallel_workers: '0',
    max_parallel_workers_per_gather: '0',
    max_parallel_maintenance_workers: '0',
    max_logical_replication_workers: '0',
    io_method: 'sync',
    jit: 'off',
    // No replicas: a shorter journal. What is acknowledged is on the disk all the same.
    wal_level: 'minimal',
    max_wal_senders: '0',
    max_wal_size: '256MB',
    min_wal_size: '32MB',
    checkpoint_timeout: '15min',
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    log_timezone: 'UTC',
    lc_messages: 'C',
    logging_collector: 'off',
    log_destination: 'stderr',
    log_line_prefix: '',
    log_checkpoints: 'off',
    // Failed statements come back to who sent them; their text and values do not belong in a log.
    log_min_messages: 'log',
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    ...extra,
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  const header =
    '# Written by Parley at every start. Settings of your own belong in local.conf beside this file.';
  const text = [header, ...lines, "include_if_exists 'local.conf'", ''].join('\n');
  await writeFor(cluster, 'postgresql.conf', text);
  const rule = bySocket ? 'local all all scram-sha-256' : 'host all all 127.0.0.1/32 scram-sha-256';
  await writeFor(cluster, 'pg_hba.conf', `# Written by Parley at every start.\n${rule}\n`);
}

async function writeFor(cluster: Cluster, name: string, text: string): Promise<void> {
  const file = join(cluster.folder, name);
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  if (cluster.account !== undefined) await chown(`${file}.new`, cluster.account.uid, cluster.account.gid);
  await rename(`${file}.new`, file);
}

/**
 * Ends a PostgreSQL that outlived its Parley, and removes the files that a killed one left: a number in them may
 * belong to another program by now. Only called while this process holds the data directory's lock.
 */
export async function endOrphan(cluster: Cluster): Promise<void> {
  const { folder, runFolder } = cluster;
  const file = join(folder, 'postmaster.pid');
  const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0]);
  if (await runsOn(pid, folder)) await endProcess(pid);
  await rm(file, { force: true });
  for (const left of await readdir(runFolder)) await rm(join(runFolder, left), { force: true });
}

/** Fast, immediate, and the one that nothing survives. PostgreSQL recovers from each. */
export const endings = [
  ['SIGINT', 10_000],
  ['SIGQUIT', 5_000],
  ['SIGKILL', 2_000],
] as const satisfies readonly (readonly [NodeJS.Signals, number])[];

async function endProcess(pid: number): Promise<void> {
  for (const [signal, patienceMs] of endings) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += 20) {
      if (!processExists(pid)) return;
      await wait(20);
    }
  }
}

/** Whether that process is a PostgreSQL on this folder, and not a stranger with the same number. */
export async function runsOn(pid: number, folder: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 1 || !processExists(pid)) return false;
  if (process.platform === 'linux') {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    return command.split('\0').includes(folder);
  }
  if (process.platform === 'win32') return true;
  const { stdout } = await runAs(undefined, 'ps', ['-o', 'args=', '-p', String(pid)]);
  return stdout.trim().endsWith(`-D ${folder}`);
}
