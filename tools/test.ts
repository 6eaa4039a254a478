// The whole test run, `npm test`: real peers, the built clients and one PostgreSQL first, then every *.test.ts.
// `npm test -- services/im parser` runs the files whose paths contain one of the words.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { startTestCluster } from '@parley/platform/store/testing';
import { readTree, root } from './source-tree.ts';
import { ensurePeers } from './test-peers.ts';

/** Files at a time: more only makes two cores wait for each other. */
const concurrency = 2;
/** For one test; a file that hangs ends the run and not the patience. */
const testTimeoutMs = 5 * 60_000;

const say = (line: string) => void process.stdout.write(`${line}\n`);

function testFiles(words: readonly string[]): string[] {
  const paths = readTree()
    .map(({ path }) => path)
    .filter((path) => /\.test\.ts$/.test(path));
  if (words.length === 0) return paths;
  const wanted = words.map((word) => word.replace(/^\.\//, ''));
  return paths.filter((path) => wanted.some((word) => path.includes(word)));
}

function touches(files: readonly string[], zones: readonly string[]): boolean {
  return files.some((file) => zones.includes(file.split('/', 1)[0] as string));
}

async function runTests(files: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  const reporter = pathToFileURL(join(root, 'tools', 'test-reporter.ts')).href;
  const options = [
    '--test',
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${testTimeoutMs}`,
    `--test-reporter=${reporter}`,
    '--test-reporter-destination=stdout',
  ];
  const child = spawn(process.execPath, [...options, ...files], {
    cwd: root,
    env: environment,
    stdio: 'inherit',
  });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.once('SIGINT', forward).once('SIGTERM', forward);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.once('error', reject);
  child.once('close', (code) => resolve(code ?? 1));
  return promise;
}

const words = process.argv.slice(2);
const files = testFiles(words);
if (files.length === 0) {
  say(`No test file has ${words.join(' or ')} in its path.`);
  process.exit(1);
}

if (touches(files, ['spec', 'platform'])) await ensurePeers(say);
if (touches(files, ['spec', 'roles', 'clients'])) {
  const { ensureClientBuilt } = await import('@parley/clients/build');
  await ensureClientBuilt(say);
}
const environment = { ...process.env, NODE_ENV: 'test' };
const needsDatabase =
  touches(files, ['spec', 'roles', 'services', 'platform']) && !process.env['PARLEY_TEST_POSTGRES'];
{
  await using cluster = needsDatabase ? await startTestCluster() : undefined;
  if (cluster !== undefined) Object.assign(environment, { PARLEY_TEST_POSTGRES: cluster.url });
  process.exitCode = await runTests(files, environment);
}
