// One process a data directory: a lock file that names its owner. What a dead process left is taken over.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { HostError } from './host-error.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';

const LOCK_FILE = 'parley.lock';
const BEAT_MS = 5_000;
/** An owner that cannot be looked at (another container or machine) is believed dead after this silence. */
const SILENCE_MS = 20_000;
const ATTEMPTS = 100;
const TURN_MS = 10;

export interface DataLock extends AsyncDisposable {
  readonly directory: string;
}

interface Owner extends ProcessIdentity {
  readonly id: string;
  /** ISO 8601 */
  readonly since: string;
}

/** @throws {HostError} `HOST_DATA_IN_USE`, `HOST_DATA_UNUSABLE`. */
export async function lockDataDirectory(directory: string): Promise<DataLock> {
  const path = join(directory, LOCK_FILE);
  const owner: Owner = { id: randomUUID(), since: new Date().toISOString(), ...thisProcess() };
  const draft = `${path}.${owner.id}`;
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify(owner), { mode: 0o644 });
  } catch (error) {
    throw unusable(directory, error);
  }
  try {
    await acquire(path, draft, directory);
  } catch (error) {
    throw error instanceof HostError ? error : unusable(directory, error);
  } finally {
    await unlink(draft).catch(() => undefined);
  }

  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, BEAT_MS);
  beat.unref();

  let isReleased = false;
  return {
    directory,
    async [Symbol.asyncDispose]() {
      if (isReleased) return;
      isReleased = true;
      clearInterval(beat);
      const holder = await readOwner(path).catch(() => 'nobody' as const);
      if (typeof holder === 'object' && holder.id === owner.id) await unlink(path).catch(() => undefined);
    },
  };
}

/** The live process that holds the directory, if there is one. */
export async function dataDirectoryOwner(directory: string): Promise<ProcessIdentity | undefined> {
  const path = join(directory, LOCK_FILE);
  const owner = await readOwner(path).catch(() => 'nobody' as const);
  return typeof owner === 'object' && (await isHeld(path, owner)) ? owner : undefined;
}

async function acquire(path: string, draft: string, directory: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await linked(draft, path)) return;
    const owner = await readOwner(path);
    if (owner === 'nobody') continue;
    if (owner !== 'unreadable' && (await isHeld(path, owner))) throw inUse(directory, owner);
    if (!(await takeOver(path, draft))) await delay(TURN_MS);
  }
  throw unusable(directory, new Error('the lock file changes all the time'));
}

/** A link is made for one process only, and the file is complete from its first moment. */
async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** One process at a time removes what a dead one left: a second one could remove the lock of the first. */
async function takeOver(path: string, draft: string): Promise<boolean> {
  const turn = `${path}.turn`;
  if (!(await linked(draft, turn))) {
    const other = await readOwner(turn);
    const isDead = other === 'unreadable' || (other !== 'nobody' && !(await isHeld(turn, other)));
    if (isDead) await unlink(turn).catch(() => undefined);
    return false;
  }
  try {
    const owner = await readOwner(path);
    const isDead = owner === 'unreadable' || (owner !== 'nobody' && !(await isHeld(path, owner)));
    if (isDead) await unlink(path).catch(() => undefined);
    return isDead;
  } finally {
    await unlink(turn).catch(() => undefined);
  }
}

async function isHeld(path: string, owner: Owner): Promise<boolean> {
  const life = isAlive(owner);
  if (life !== 'unknown') return life === 'alive';
  const lastBeat = await stat(path).then(
    (file) => file.mtimeMs,
    () => 0,
  );
  return Date.now() - lastBeat < SILENCE_MS;
}

/** A full disk may have left half of it. */
async function readOwner(path: string): Promise<Owner | 'nobody' | 'unreadable'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'nobody';
    throw error;
  }
  try {
    const owner = JSON.parse(text) as Partial<Owner>;
    const isWhole =
      typeof owner.id === 'string' && Number.isInteger(owner.pid) && typeof owner.host === 'string';
    return isWhole ? (owner as Owner) : 'unreadable';
  } catch {
    return 'unreadable';
  }
}

function inUse(directory: string, owner: Owner): HostError {
  const place = owner.host === thisProcess().host ? '' : ` on ${owner.host}`;
  return new HostError(
    'HOST_DATA_IN_USE',
    `The data directory ${directory} is in use by another Parley (process ${owner.pid}${place}, since ${owner.since}).`,
    'Stop that one first, or choose another directory with --data.',
  );
}

function unusable(directory: string, cause: unknown): HostError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const reason = code === 'EACCES' || code === 'EPERM' ? 'this user may not write there' : (code ?? message);
  return new HostError(
    code === 'ENOSPC' ? 'HOST_DISK_FULL' : 'HOST_DATA_UNUSABLE',
    code === 'ENOSPC'
      ? `There is no space left for the data directory ${directory}.`
      : `The data directory ${directory} cannot be used: ${reason}.`,
    code === 'ENOSPC'
      ? 'Free some space, then start again.'
      : 'Give this user the right to write there, or choose another directory with --data.',
    cause,
  );
}
