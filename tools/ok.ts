// Every rule of the house, `npm run ok`: format, lint, types, checkers, tests. Goes on after a failure, so that one run
// tells all. `--quick` leaves out the tests.
import { spawn } from 'node:child_process';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { root } from './source-tree.ts';

interface Step {
  readonly name: string;
  readonly command: readonly string[];
  /** Its own lines are worth seeing while it runs. */
  readonly isLong?: boolean;
}

const tool = (name: string) => join(root, 'tools', name);

function installed(name: string, program: string): string {
  const manifest = findPackageJSON(name, import.meta.url);
  if (manifest === undefined) throw new Error(`${name} is not installed: run npm ci first.`);
  return join(dirname(manifest), program);
}

const biome = installed('@biomejs/biome', 'bin/biome');
const tsc = installed('typescript', 'bin/tsc');

const steps: readonly Step[] = [
  { name: 'format and lint', command: [biome, 'ci', '--colors=off', '--max-diagnostics=50', '.'] },
  { name: 'types', command: [tsc, '-p', 'tsconfig.json'] },
  { name: 'types of the clients', command: [tsc, '-p', 'clients/tsconfig.json'] },
  { name: 'checkers', command: [tool('checks.ts')] },
  { name: 'tests', command: [tool('test.ts')], isLong: true },
];

async function run({
  command,
  isLong = false,
}: Step): Promise<{ readonly isOk: boolean; readonly output: string }> {
  const child = spawn(process.execPath, [...command], {
    cwd: root,
    stdio: isLong ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk));
  const { promise, resolve, reject } = Promise.withResolvers<number | null>();
  child.once('error', reject);
  child.once('close', resolve);
  return { isOk: (await promise) === 0, output };
}

const failed: string[] = [];
for (const step of steps) {
  if (step.isLong && process.argv.includes('--quick')) continue;
  const startedAt = performance.now();
  const { isOk, output } = await run(step);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  process.stdout.write(`${isOk ? 'ok    ' : 'FAILED'} ${step.name} (${seconds} s)\n`);
  if (isOk) continue;
  failed.push(step.name);
  process.stdout.write(output.replace(/^(?=.)/gm, '    '));
}
process.stdout.write(failed.length === 0 ? 'Everything is ok.\n' : `Not ok: ${failed.join(', ')}.\n`);
process.exitCode = failed.length === 0 ? 0 : 1;
