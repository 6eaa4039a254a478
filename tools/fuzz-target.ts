// Fuzzes one target for a while and keeps what broke it. Used by fuzz.ts.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { maxInputBytes } from './fuzz-mutate.ts';
import type { FuzzNews, FuzzTarget, FuzzWork } from './fuzz-worker.ts';

export interface FuzzOptions {
  readonly root: string;
  /** The file of the target, from the root. */
  readonly path: string;
  readonly forMs: number;
  readonly randomSeed: number;
  /** Where inputs that broke the target are kept, and taken from as seeds. */
  readonly crashFolder: string;
  /** How long one input may take. Default 10,000. */
  readonly hangMs?: number;
  /** How much memory the target may hold. Default 512. */
  readonly heapMb?: number;
}

export interface FuzzFailure {
  readonly file: string;
  readonly error: string;
}

export interface FuzzResult {
  readonly tried: number;
  readonly failures: readonly FuzzFailure[];
}

export async function fuzzTarget(options: FuzzOptions): Promise<FuzzResult> {
  const targetUrl = pathToFileURL(join(options.root, options.path)).href;
  const { corpus } = (await import(targetUrl)) as FuzzTarget;
  const folders = [...corpus.map((folder) => join(options.root, folder)), options.crashFolder];
  const state = new Int32Array(new SharedArrayBuffer(8));
  const input = new Uint8Array(new SharedArrayBuffer(maxInputBytes));
  const { randomSeed, forMs } = options;
  const workerData: FuzzWork = {
    targetUrl,
    seeds: folders.flatMap(filesIn),
    randomSeed,
    forMs,
    state,
    input,
  };
  const resourceLimits = { maxOldGenerationSizeMb: options.heapMb ?? 512 };
  const worker = new Worker(new URL('./fuzz-worker.ts', import.meta.url), { workerData, resourceLimits });
  const failures: FuzzFailure[] = [];
  const keep = (data: Uint8Array, error: string) =>
    failures.push({ file: kept(options.crashFolder, data), error });

  const { promise, resolve, reject } = Promise.withResolvers<void>();
  worker.on('message', (news: FuzzNews) => {
    if (news.kind === 'failed') keep(news.input, news.error);
    else resolve();
  });
  worker.once('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return reject(error);
    keep(
      input.slice(0, Atomics.load(state, 1)),
      `The target took more than ${resourceLimits.maxOldGenerationSizeMb} MB.`,
    );
    resolve();
  });
  worker.once('exit', () => resolve());
  const hangMs = options.hangMs ?? 10_000;
  let seen = -1;
  const watch = setInterval(() => {
    const tried = Atomics.load(state, 0);
    // Before the first input the thread is still loading.
    if (tried > 0 && tried === seen) {
      keep(input.slice(0, Atomics.load(state, 1)), `The target did not end within ${hangMs} ms.`);
      resolve();
    }
    seen = tried;
  }, hangMs);
  try {
    await promise;
  } finally {
    clearInterval(watch);
    await worker.terminate();
  }
  return { tried: Atomics.load(state, 0), failures };
}

function filesIn(folder: string): Uint8Array[] {
  try {
    const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
    return entries.map((entry) => new Uint8Array(readFileSync(join(folder, entry.name))));
  } catch (error) {
    // The folder of crashes is made by the first crash.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function kept(folder: string, data: Uint8Array): string {
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${createHash('sha256').update(data).digest('hex').slice(0, 16)}.bin`);
  writeFileSync(file, data);
  return file;
}
