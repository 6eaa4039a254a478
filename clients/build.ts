// Builds the web clients when their sources or the lockfile have changed since the last build.
// `node clients/build.ts` does it by hand; the start of the product does it once.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { findPackageJSON } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';

export interface ClientFolders {
  readonly communicator: string;
  readonly console: string;
}

const HERE = import.meta.dirname;
const NAMES = ['communicator', 'console'] as const;
const STAMP = '.built-from';

/** Where the built clients are; they exist after `ensureClientBuilt`. */
export function clientFolders(): ClientFolders {
  return { communicator: join(HERE, 'communicator', 'dist'), console: join(HERE, 'console', 'dist') };
}

export async function ensureClientBuilt(log: (line: string) => void): Promise<ClientFolders> {
  const folders = clientFolders();
  // `npm run dev` builds with every change by itself.
  if (process.env['CLIENTS_WATCHED'] !== undefined) return folders;
  const hash = await sourceHash();
  for (const name of NAMES) {
    const stamp = join(folders[name], STAMP);
    if ((await readFile(stamp, 'utf8').catch(() => '')) === hash) continue;
    log(`Building the ${name} (once, about 20 seconds) …`);
    await build(name, folders[name], hash);
  }
  return folders;
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  const files = (await sourceFiles(HERE)).sort();
  for (const file of [...files, join(HERE, '..', 'package-lock.json')]) {
    hash.update(relative(HERE, file)).update('\0');
    hash.update(await readFile(file).catch(() => '')).update('\0');
  }
  return hash.digest('hex');
}

async function sourceFiles(folder: string): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.name === 'dist' || entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await sourceFiles(path)));
    else if (!entry.name.includes('.test.') && path !== import.meta.filename) files.push(path);
  }
  return files;
}

/** Two processes may build at once: each works in a folder of its own and puts the whole result in place. */
async function build(name: string, folder: string, hash: string): Promise<void> {
  const made = join(HERE, '..', 'node_modules', '.cache', 'parley-clients', `${name}-${process.pid}`);
  try {
    await runVite(name, made);
    await writeFile(join(made, STAMP), hash);
    await putInPlace(made, folder);
  } finally {
    await rm(made, { recursive: true, force: true });
  }
}

/** Another process may put the same result in place between the two steps: then the second attempt wins. */
async function putInPlace(made: string, folder: string, attempts = 5): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  try {
    await rename(made, folder);
  } catch (error) {
    const taken = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '');
    if (!taken || attempts === 0) throw error;
    await putInPlace(made, folder, attempts - 1);
  }
}

async function runVite(name: string, outDir: string): Promise<void> {
  const manifest = findPackageJSON('vite', import.meta.url);
  if (manifest === undefined) throw new Error('Vite is not installed: run `npm ci` first.');
  const config = ['--config', join(HERE, 'vite.config.ts'), '--mode', name, '--outDir', outDir];
  const child = spawn(process.execPath, [join(dirname(manifest), 'bin', 'vite.js'), 'build', ...config], {
    cwd: HERE,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => lines.push(line));
  }
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  if ((await promise) === 0) return;
  throw new Error(`The ${name} could not be built:\n${lines.slice(-30).join('\n')}`);
}

if (import.meta.main) await ensureClientBuilt((line) => process.stderr.write(`${line}\n`));
