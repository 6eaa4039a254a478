// `npm run dev`: the demo organisation; a change of the server restarts it, a change of a client builds it anew.
// What follows `--` goes to `parley start`.
import { type ChildProcess, spawn } from 'node:child_process';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { clientFolders, ensureClientBuilt } from '@parley/clients/build';
import { root } from './source-tree.ts';

const say = (line: string) => void process.stdout.write(`${line}\n`);
const vite = join(dirname(findPackageJSON('vite', import.meta.url) ?? root), 'bin', 'vite.js');
const children = new Set<ChildProcess>();
let isStopping = false;

/** Without `shows` its lines go straight to the terminal. */
function start(name: string, args: readonly string[], shows?: (line: string) => boolean): void {
  const child = spawn(process.execPath, [...args], {
    cwd: root,
    stdio: shows === undefined ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CLIENTS_WATCHED: '1' },
  });
  children.add(child);
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      if (shows?.(line)) say(line);
    });
  }
  child.once('exit', (code) => {
    children.delete(child);
    if (isStopping) return;
    say(`${name} has ended${code === null ? '' : ` with ${code}`}.`);
    stop(1);
  });
}

function stop(code: number): void {
  process.exitCode = code;
  if (isStopping) return;
  isStopping = true;
  for (const child of children) child.kill('SIGTERM');
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop(0));

await ensureClientBuilt(say);
const config = ['--config', join(root, 'clients', 'vite.config.ts')];
for (const [name, folder] of Object.entries(clientFolders())) {
  // The stamp of the last whole build stays, and pages that are open keep their files.
  const output = ['--outDir', folder, '--emptyOutDir', 'false'];
  const interesting = (line: string) => /error|built in/i.test(line);
  start(
    `The build of the ${name}`,
    [vite, 'build', '--watch', '--mode', name, ...config, ...output],
    interesting,
  );
}
const parley = join(root, 'roles', 'bin', 'parley.mjs');
start('The server', ['--watch', parley, 'start', '--demo', ...process.argv.slice(2)]);
