// What `parley doctor` finds about the machine: Node, data directory, disk, clock, PostgreSQL.
import { constants } from 'node:fs';
import { access, mkdtemp, stat, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { openInProcessBus } from '@parley/platform/bus';
import { asFault, type Config, type ProcessIdentity } from '@parley/platform/host';
import { systemClock } from '@parley/platform/net';
import { createLog } from '@parley/platform/observe';
import { openStore, startEmbeddedPostgres } from '@parley/platform/store';
import { type Finding, fail, ok, warn } from './check.ts';
import { runningPostgres } from './running-postgres.ts';

const NODE_NEEDED = 26;
const MIB = 1024 * 1024;
const LEAST_FREE_MIB = 256;
const COMFORTABLE_MIB = 2048;

export function checkNode(): Finding {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= NODE_NEEDED)
    return ok('node', `Node ${process.version} on ${process.platform}-${process.arch}.`);
  return fail('node', `Node ${process.version} is too old.`, `Run npm ci, which brings Node ${NODE_NEEDED}.`);
}

export async function checkData({ data }: Config, owner: ProcessIdentity | undefined): Promise<Finding> {
  const name = 'data directory';
  if (owner !== undefined) return ok(name, `${data}, in use by Parley (process ${owner.pid}).`);
  const existing = await nearestExisting(data);
  try {
    await access(existing, constants.W_OK | constants.X_OK);
  } catch {
    const remedy = 'Give this user the right to write there, or choose another directory with --data.';
    return fail(name, `This user may not write to ${existing}.`, remedy);
  }
  if (existing !== data) return ok(name, `${data} does not exist yet and will be made.`);
  if (!(await stat(data)).isDirectory()) {
    return fail(name, `${data} is not a directory.`, 'Choose another with --data.');
  }
  return ok(name, `${data}.`);
}

async function nearestExisting(path: string): Promise<string> {
  const found = await stat(path).then(
    () => true,
    () => false,
  );
  return found || dirname(path) === path ? path : await nearestExisting(dirname(path));
}

export async function checkDisk({ data }: Config): Promise<Finding> {
  const disk = await statfs(await nearestExisting(data));
  const freeMib = Math.floor((disk.bavail * disk.bsize) / MIB);
  const free = freeMib > 10_240 ? `${Math.floor(freeMib / 1024)} GiB` : `${freeMib} MiB`;
  if (freeMib < LEAST_FREE_MIB) {
    return fail(
      'disk',
      `Only ${free} are free for the data directory.`,
      `Free at least ${COMFORTABLE_MIB} MiB.`,
    );
  }
  if (freeMib < COMFORTABLE_MIB) {
    return warn(
      'disk',
      `${free} are free for the data directory.`,
      `Keep at least ${COMFORTABLE_MIB} MiB free.`,
    );
  }
  return ok('disk', `${free} are free for the data directory.`);
}

/** A clock before the date of this program cannot be right; certificates and sign-ins would fail in odd ways. */
export async function checkClock(): Promise<Finding> {
  const { mtimeMs } = await stat(new URL('../package.json', import.meta.url));
  const now = new Date();
  const shown = now.toISOString().replace(/\.\d+/, '');
  if (now.getTime() >= mtimeMs) return ok('clock', `${shown}.`);
  const remedy = 'Set the clock of this machine, best with a time service.';
  return fail('clock', `The clock says ${shown}, which is before Parley was installed.`, remedy);
}

/** Opens the database that Parley would use; where there is none yet, one is made in a temporary folder and removed. */
export async function checkPostgres(config: Config): Promise<Finding> {
  const name = 'postgresql';
  try {
    const connection = config.store ?? (await runningPostgres(config.data));
    if (connection !== undefined) {
      await tryStore(connection);
      return ok(
        name,
        config.store === undefined
          ? 'The database of the running Parley answers.'
          : 'Your PostgreSQL answers.',
      );
    }
    const folder = await mkdtemp(join(tmpdir(), 'parley-doctor-'));
    await using postgres = await startEmbeddedPostgres({
      dataDir: folder,
      log: createLog({ level: 'silent' }),
      temporary: true,
    });
    await tryStore(postgres.url);
    return ok(name, `The built-in PostgreSQL ${postgres.version} starts and answers.`);
  } catch (error) {
    const fault = asFault(error);
    return fail(name, fault.sentence, fault.remedy ?? 'See the log.');
  }
}

async function tryStore(connection: string): Promise<void> {
  const log = createLog({ level: 'silent' });
  await using bus = openInProcessBus({ log, clock: systemClock });
  await using _store = await openStore({
    connection,
    bus,
    log,
    clock: systemClock,
    reachableWithinMs: 3_000,
    relays: false,
  });
}
