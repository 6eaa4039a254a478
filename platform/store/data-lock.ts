// One process a data directory: a lock file that names its owner. What a dead process left is taken over. Used by the
// host for everything in it, and by embedded-postgres.ts where nobody holds the directory yet.
import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, stat, unlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isAlive, type ProcessIdentity, thisProcess } from './process-identity.ts';
import { errorCode, errorText, fullDisks, StoreError } from './store-error.ts';

const lockFile = 'parley.lock';
const beatMs = 5_000;
/** An owner that cannot be looked at (another container or machine) is believed dead after this silence. */
const silenceMs = 20_000;
const attempts = 100;
const turnMs = 10;

export interface DataLock extends AsyncDisposable {
  readonly directory: string;
}

interface Owner extends ProcessIdentity {
  readonly id: string;
  /** ISO 8601 */
  readonly since: string;
}

/**
 * Makes the directory where there is none. Disposing lets go.
 * @throws {StoreError} `STORE_DATA_IN_USE` naming the process, `STORE_DATA_UNUSABLE`, `STORE_DISK_FULL`
 */
export async function lockDataDirectory(directory: string): Promise<DataLock> {
  const path = join(directory, lockFile);
  const owner: Owner = { id: randomUUID(), since: new Date().toISOString(), ...(await thisProcess()) };
  const draft = `${path}.${owner.id}`;
  try {
    // Folders on the way are for everybody, as elsewhere on the machine; this one is not.
    await mkdir(dirname(directory), { recursive: true });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await writeFile(draft, JSON.stringify(owner), { mode: 0o644 });
    await acquire(path, draft, directory);
  } catch (error) {
    throw error instanceof StoreError ? error : unusable(directory, error);
  } finally {
    await unlink(draft).catch(() => undefined);
  }

  const beat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => undefined);
  }, beatMs);
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
  const path = join(directory, lockFile);
  const owner = await readOwner(path).catch(() => 'nobody' as const);
  return typeof owner === 'object' && (await isHeld(path, owner)) ? owner : undefined;
}

async function acquire(path: string, draft: string, directory: string): Promise<void> {
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (await linked(draft, path)) return;
    const owner = await readOwner(path);
    if (owner === 'nobody') continue;
    if (owner !== 'unreadable' && (await isHeld(path, owner))) throw await inUse(directory, owner);
    if (!(await takeOver(path, draft))) await delay(turnMs);
  }
  throw unusable(directory, new Error('the lock file changes all the time'));
}

/** A link is made for one process only, and the file is complete from its first moment. */
async function linked(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** One process at a time removes what a dead one left: a second one could remove the lock of the first. */
async function takeOver(path: string, draft: string): Promise<boolean> {
  const turn = `${path}.turn`;
  if (!(await linked(draft, turn))) {
    const other = await readOwner(turn);
    if (await isDead(turn, other)) await unlink(turn).catch(() => undefined);
    return false;
  }
  try {
    const isFree = await isDead(path, await readOwner(path));
    if (isFree) await unlink(path).catch(() => undefined);
    return isFree;
  } finally {
    await unlink(turn).catch(() => undefined);
  }
}

async function isDead(path: string, owner: Owner | 'nobody' | 'unreadable'): Promise<boolean> {
  return owner === 'unreadable' || (owner !== 'nobody' && !(await isHeld(path, owner)));
}

async function isHeld(path: string, owner: Owner): Promise<boolean> {
  const life = await isAlive(owner);
  if (life !== 'unknown') return life === 'alive';
  const lastBeat = await stat(path).then(
    (file) => file.mtimeMs,
    () => 0,
  );
  return Date.now() - lastBeat < silenceMs;
}

/** A full disk may have left half of it. */
async function readOwner(path: string): Promise<Owner | 'nobody' | 'unreadable'> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return 'nobody';
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

async function inUse(directory: string, owner: Owner): Promise<StoreError> {
  const place = owner.host === (await thisProcess()).host ? '' : ` on ${owner.host}`;
  return new StoreError(
    'STORE_DATA_IN_USE',
    `The data directory ${directory} is in use by another Parley (process ${owner.pid}${place}, since ${owner.since}).`,
  );
}

function unusable(directory: string, cause: unknown): StoreError {
  const code = errorCode(cause);
  if (fullDisks.has(code)) {
    return new StoreError('STORE_DISK_FULL', `The disk of ${directory} is full.`, { cause });
  }
  const reason =
    code === 'EACCES' || code === 'EPERM' ? 'this user may not write there' : code || errorText(cause);
  return new StoreError('STORE_DATA_UNUSABLE', `The data directory ${directory} cannot be used: ${reason}.`, {
    cause,
  });
}
