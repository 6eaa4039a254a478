// One process a data folder. The lock is a file that names its holder; a holder that is dead holds nothing,
// and a process that merely has the same number is told apart by when it began.
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { runAs } from './embedded-account.ts';
import { errorCode, StoreError } from './store-error.ts';

interface Holder {
  readonly pid: number;
  /** When it began, in the system's own words; '' where the system does not tell. */
  readonly began: string;
}

/** @throws StoreError STORE_DATA_IN_USE naming the process. Disposing lets go. */
export async function lockFolder(file: string, folder: string): Promise<AsyncDisposable> {
  const mine: Holder = { pid: process.pid, began: await beganAt(process.pid) };
  const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600 });
  try {
    while (!(await linked(draft, file))) {
      const found = await readFile(file, 'utf8').catch(() => '');
      const holder = parse(found);
      if (holder !== undefined && (await isAlive(holder))) {
        throw new StoreError(
          'STORE_DATA_IN_USE',
          `The data folder ${folder} is in use by process ${holder.pid}.`,
        );
      }
      await removeStale(file, found, draft);
    }
  } finally {
    await rm(draft, { force: true });
  }
  let held = true;
  return {
    async [Symbol.asyncDispose]() {
      if (!held) return;
      held = false;
      await rm(file, { force: true });
    },
  };
}

async function linked(draft: string, file: string): Promise<boolean> {
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Moves the dead holder's file away. If a living one took its place in between, that one is put back. */
async function removeStale(file: string, expected: string, draft: string): Promise<void> {
  const aside = `${draft}.stale`;
  try {
    await rename(file, aside);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readFile(aside, 'utf8')) !== expected) await linked(aside, file);
  await rm(aside, { force: true });
}

function parse(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder>;
    return typeof value.pid === 'number' ? { pid: value.pid, began: String(value.began ?? '') } : undefined;
  } catch {
    return undefined;
  }
}

async function isAlive(holder: Holder): Promise<boolean> {
  if (!processExists(holder.pid)) return false;
  const began = await beganAt(holder.pid);
  return began === '' || holder.began === '' || began === holder.began;
}

export function processExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

async function beganAt(pid: number): Promise<string> {
  if (process.platform === 'win32') return '';
  if (process.platform !== 'linux') {
    return (await runAs(undefined, 'ps', ['-o', 'lstart=', '-p', String(pid)])).stdout.trim();
  }
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // Field 22; the name in field 2 may hold spaces and brackets.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}
