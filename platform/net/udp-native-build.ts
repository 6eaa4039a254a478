// Gets native/udp-batch.c ready: compiled once for this machine where there is a C compiler (about a second), loaded from
// then on. Without it node:dgram serves.
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { UdpBinding } from './udp-native.ts';

export type NativeUdp =
  | { readonly ok: true; readonly binding: UdpBinding }
  | { readonly ok: false; readonly reason: string };

const NATIVE = join(import.meta.dirname, 'native');
const SOURCE = join(NATIVE, 'udp-batch.c');
const INCLUDED = join(NATIVE, 'sieve.h');
const COMPILE_MS = 60_000;
const run = promisify(execFile);
const require = createRequire(import.meta.url);

let loading: Promise<NativeUdp> | undefined;

/** @returns the same answer for the life of the process. */
export function loadNativeUdp(): Promise<NativeUdp> {
  loading ??= load();
  return loading;
}

async function load(): Promise<NativeUdp> {
  if (process.platform !== 'linux') return { ok: false, reason: `there is none for ${process.platform}` };
  const hash = createHash('sha256');
  for (const file of [SOURCE, INCLUDED]) hash.update(await readFile(file));
  const name = `udp-batch-${process.arch}-${hash.digest('hex').slice(0, 12)}.node`;
  const built = join(NATIVE, 'build', name);
  const isThere = await access(built).then(
    () => true,
    () => false,
  );
  try {
    if (!isThere) await compileUdpBinding(built);
    return { ok: true, binding: require(built) as UdpBinding };
  } catch (error) {
    return { ok: false, reason: reasonOf(error, join(NATIVE, 'build')) };
  }
}

export function compileUdpBinding(target: string, flags: readonly string[] = ['-O2']): Promise<void> {
  return compileBinding(SOURCE, target, flags);
}

/** Several processes may do it at once: each compiles a file of its own and puts it in place whole. */
export async function compileBinding(
  source: string,
  target: string,
  flags: readonly string[],
): Promise<void> {
  const headers = join(dirname(require.resolve('node-api-headers/package.json')), 'include');
  const unfinished = `${target}.${randomUUID()}`;
  await mkdir(dirname(target), { recursive: true });
  try {
    const how = [...flags, '-Wall', '-Wextra', '-fPIC', '-shared', `-I${headers}`];
    await run('cc', [...how, '-o', unfinished, source], { timeout: COMPILE_MS });
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** @param folder where it would have been built. */
export function reasonOf(error: unknown, folder: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no C compiler here (install gcc and libc6-dev, or clang)';
  if (code === 'EACCES' || code === 'EROFS') return `this user may not write to ${folder}`;
  return message.split('\n').slice(0, 2).join(' ');
}
