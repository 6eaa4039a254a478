// Gets the C of native/ ready: compiled once for this machine where there is a C compiler (about a second), loaded from then on.
// Without it node:dgram serves.
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { HubBinding } from './udp-hub-native.ts';
import type { UdpBinding } from './udp-native.ts';

export type Native<T> =
  | { readonly ok: true; readonly binding: T }
  | { readonly ok: false; readonly reason: string };

const NATIVE = join(import.meta.dirname, 'native');
const UDP_SOURCE = join(NATIVE, 'udp-batch.c');
const HUB_SOURCE = join(NATIVE, 'udp-hub.c');
const INCLUDED = ['loop.h', 'peer.h', 'sieve.h', 'values.h'].map((name) => join(NATIVE, name));
/** A symbol that this Node does not export fails when the module is loaded, and not in the first call. */
export const BOUND_AT_ONCE = ['-O2', '-Wl,-z,now'];
const COMPILE_MS = 60_000;
const run = promisify(execFile);
const require = createRequire(import.meta.url);

let udp: Promise<Native<UdpBinding>> | undefined;
let hub: Promise<Native<HubBinding>> | undefined;

/** @returns the same answer for the life of the process. */
export function loadNativeUdp(): Promise<Native<UdpBinding>> {
  udp ??= loadBinding<UdpBinding>(UDP_SOURCE, INCLUDED);
  return udp;
}

/** @returns the same answer for the life of the process. */
export function loadNativeHub(): Promise<Native<HubBinding>> {
  hub ??= loadBinding<HubBinding>(HUB_SOURCE, INCLUDED);
  return hub;
}

/** What is built is kept in a folder `build` beside the source, under a name for these very bytes. @param included headers of ours. */
export async function loadBinding<T>(source: string, included: readonly string[]): Promise<Native<T>> {
  if (process.platform !== 'linux') return { ok: false, reason: `there is none for ${process.platform}` };
  const hash = createHash('sha256');
  for (const file of [source, ...included]) hash.update(await readFile(file));
  const folder = join(dirname(source), 'build');
  const version = `${process.arch}-${hash.digest('hex').slice(0, 12)}`;
  const built = join(folder, `${basename(source, '.c')}-${version}.node`);
  const isThere = await access(built).then(
    () => true,
    () => false,
  );
  try {
    if (!isThere) await compileBinding(source, built, BOUND_AT_ONCE);
    return { ok: true, binding: require(built) as T };
  } catch (error) {
    return { ok: false, reason: reasonOf(error, folder) };
  }
}

export function compileUdpBinding(target: string, flags: readonly string[] = ['-O2']): Promise<void> {
  return compileBinding(UDP_SOURCE, target, flags);
}

export function compileHubBinding(target: string, flags: readonly string[]): Promise<void> {
  return compileBinding(HUB_SOURCE, target, flags);
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
function reasonOf(error: unknown, folder: string): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'there is no C compiler here (install gcc and libc6-dev, or clang)';
  if (code === 'EACCES' || code === 'EROFS') return `this user may not write to ${folder}`;
  return message.split('\n').slice(0, 2).join(' ');
}
