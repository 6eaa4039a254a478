import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { dataDirectoryOwner, lockDataDirectory } from './data-lock.ts';
import { thisProcess } from './process-identity.ts';
import { StoreError } from './store-error.ts';

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'parley-lock-'));
  t.after(() => rm(path, { recursive: true }));
  return path;
}

const inUse = (error: unknown) => error instanceof StoreError && error.code === 'STORE_DATA_IN_USE';

test('a data directory in use is refused, naming the process, and free again after release', async (t) => {
  const directory = await folder(t);
  const lock = await lockDataDirectory(directory);
  await assert.rejects(lockDataDirectory(directory), (error: unknown) => {
    return inUse(error) && (error as StoreError).sentence.includes(`process ${process.pid}`);
  });
  assert.equal((await dataDirectoryOwner(directory))?.pid, process.pid);
  await lock[Symbol.asyncDispose]();
  await lock[Symbol.asyncDispose]();
  assert.equal(await dataDirectoryOwner(directory), undefined);
  await using _again = await lockDataDirectory(directory);
});

test('what a killed process left is taken over', async (t) => {
  const directory = await folder(t);
  const module = JSON.stringify(new URL('data-lock.ts', import.meta.url).href);
  const script = `const { lockDataDirectory } = await import(${module});
    await lockDataDirectory(${JSON.stringify(directory)}); console.log('locked'); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  await new Promise((resolve) => child.stdout.once('data', resolve));
  await assert.rejects(lockDataDirectory(directory), inUse);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  await using _lock = await lockDataDirectory(directory);
  assert.equal((await dataDirectoryOwner(directory))?.pid, process.pid);
  assert.deepEqual(await readdir(directory), ['parley.lock']);
});

test('a number that another process got later does not hold the directory', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const directory = await folder(t);
  const earlier = { ...(await thisProcess()), id: 'earlier', since: 'yesterday', began: '1' };
  await writeFile(join(directory, 'parley.lock'), JSON.stringify(earlier));
  await using _lock = await lockDataDirectory(directory);
});

test('an owner that cannot be looked at holds the directory while its lock file is fresh', async (t) => {
  const directory = await folder(t);
  const file = join(directory, 'parley.lock');
  const elsewhere = { id: 'elsewhere', since: 'today', pid: 1, host: 'another-machine', bootId: 'another' };
  await writeFile(file, JSON.stringify(elsewhere));
  await assert.rejects(lockDataDirectory(directory), inUse);
  const longAgo = new Date(Date.now() - 60_000);
  await utimes(file, longAgo, longAgo);
  await using _lock = await lockDataDirectory(directory);
});

test('half a lock file, as a full disk leaves it, does not lock anybody out', async (t) => {
  const directory = await folder(t);
  await writeFile(join(directory, 'parley.lock'), '{"id":"x","pi');
  await using _lock = await lockDataDirectory(directory);
  assert.equal(JSON.parse(await readFile(join(directory, 'parley.lock'), 'utf8')).pid, process.pid);
});

test('of many who want one directory at once, one gets it', async (t) => {
  const directory = await folder(t);
  await writeFile(join(directory, 'parley.lock'), '{}');
  const attempts = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDirectory(directory)));
  const won = attempts.filter((attempt) => attempt.status === 'fulfilled');
  assert.equal(won.length, 1);
  await won[0]!.value[Symbol.asyncDispose]();
});

test('a directory that cannot be made is refused with the remedy', async (t) => {
  const directory = await folder(t);
  await writeFile(join(directory, 'file'), '');
  await assert.rejects(lockDataDirectory(join(directory, 'file', 'data')), (error: unknown) => {
    return error instanceof StoreError && error.code === 'STORE_DATA_UNUSABLE' && /--data/.test(error.remedy);
  });
});
