// One process a data directory: a lock file that names its owner. What a dead process left is taken over.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HostError } from './host-error.ts';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';

const LOCK_FILE = 'parley.lock';
const BEAT_MS = 5_000;
/** An owner that cannot be looked at (another container or machine) is believed dead after this silence. */
const SILENCE_MS = 20_000;
const ATTEMPTS = 10;

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
      const holder = await readOwner(path);
      if (holder?.id === owner.id) await unlink(path).catch(() => undefined);
    },
  };
}

/** The live process that holds the directory, if there is one. */
export async function dataDirectoryOwner(directory: string): Promise<ProcessIdentity | undefined> {
  const path = join(directory, LOCK_FILE);
  const owner = await readOwner(path);
  return owner !== undefined && (await isHeld(path, owner)) ? owner : undefined;
}

async function acquire(path: string, draft: string, directory: string): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    try {
      // A link is made for one process only, and the file is complete from its first moment.
      await link(draft, path);
      return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = await readOwner(path);
    if (owner !== undefined && (await isHeld(path, owner))) throw inUse(directory, owner);
    await setAside(path, owner);
  }
  throw unusable(directory, new Error('the lock file changes all the time'));
}

/** Two processes may find the same dead lock: who moves away a lock that is not the dead one puts it back. */
async function setAside(path: string, dead: Owner | undefined): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const moved = await readOwner(aside);
  if (moved?.id !== dead?.id) await link(aside, path).catch(() => undefined);
  await unlink(aside).catch(() => undefined);
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

/** @returns undefined when there is none, or it cannot be read as one (a full disk may leave half of it). */
async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8')) as Partial<Owner>;
    return typeof owner.id === 'string' && Number.isInteger(owner.pid) && typeof owner.host === 'string'
      ? (owner as Owner)
      : undefined;
  } catch {
    return undefined;
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
