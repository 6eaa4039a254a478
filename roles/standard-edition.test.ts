import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { PROGRAM, runParley, spawnParley, temporaryFolder } from './cli/spawn-testing.ts';

const FREE_PORTS = {
  PARLEY_LISTEN_HTTP_PORT: '0',
  PARLEY_LISTEN_HTTPS_PORT: '0',
  PARLEY_LISTEN_SIP: 'off',
  PARLEY_LISTEN_SIPS_PORT: '0',
  PARLEY_LISTEN_TURN_PORT: '0',
  PARLEY_LISTEN_TURNS_PORT: '0',
  PARLEY_LISTEN_ADMIN_PORT: '0',
  PARLEY_LOG_LEVEL: 'warn',
};

interface Ready {
  readonly address: string;
  readonly adminPort: number;
  readonly sip: readonly { readonly transport: string }[];
}

function nextLine(child: ChildProcess, wanted: RegExp): Promise<string> {
  const lines: string[] = [];
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      lines.push(line);
      if (wanted.test(line)) resolve(line);
    });
    child.stderr?.on('data', (text) => lines.push(String(text)));
    child.once('exit', (code) => reject(new Error(`ended with ${code}:\n${lines.join('\n')}`)));
  });
}

async function start(t: TestContext, args: readonly string[], environment: Record<string, string> = {}) {
  const child = spawnParley(['start', '--json', ...args], { environment: { ...FREE_PORTS, ...environment } });
  t.after(() => child.kill('SIGKILL'));
  return { child, ready: JSON.parse(await nextLine(child, /"ready":true/)) as Ready };
}

async function stopped(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const exited = once(child, 'exit');
  child.kill(signal);
  return (await exited)[0];
}

test('the demo starts from nothing, works beside the command line, survives a kill, and stops on SIGTERM', async (t) => {
  const data = join(await temporaryFolder(t), 'data');
  const first = await start(t, ['--demo', '--data', data]);
  assert.ok(first.ready.sip.some(({ transport }) => transport === 'tls'));
  assert.equal((await fetch(first.ready.address)).status, 200);
  assert.equal((await fetch(`http://127.0.0.1:${first.ready.adminPort}/readyz`)).status, 200);

  const list = await runParley(['user', 'list', '--json', '--data', data]);
  assert.equal(JSON.parse(list.stdout).users.length, 50);
  const { points } = JSON.parse((await runParley(['licence', 'trend', '--json', '--data', data])).stdout);
  const days = new Set(points.map(({ day }: { readonly day: string }) => day));
  assert.ok(days.size >= 90, `the licence dashboard has a past of ${days.size} days`);
  const second = await runParley(['start', '--data', data, '--json'], { environment: FREE_PORTS });
  assert.deepEqual([second.code, JSON.parse(second.stdout).code], [1, 'STORE_DATA_IN_USE']);

  await stopped(first.child, 'SIGKILL');
  const again = await start(t, ['--demo', '--data', data]);
  const session = await (await fetch(`${again.ready.address}/api/v1/session`)).text();
  assert.match(session, /"firstRun":false/);
  const after = await runParley(['user', 'list', '--json', '--data', data]);
  assert.equal(JSON.parse(after.stdout).users.length, 50, 'the demo is seeded once');

  assert.equal(await stopped(again.child, 'SIGTERM'), 0);
  await assert.rejects(fetch(again.ready.address));
});

test('without --json the last line is the ready line, after the set-up code of a first start', async (t) => {
  const data = join(await temporaryFolder(t), 'data');
  const child = spawnParley(['start', '--data', data], { environment: FREE_PORTS });
  t.after(() => child.kill('SIGKILL'));
  const seen: string[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => seen.push(line));
  const ready = await nextLine(child, /^Parley is ready/);
  assert.match(ready, /^Parley is ready: http:\/\/localhost:\d+$/);
  assert.ok(seen.some((line) => /code: \d{3}-\d{3}-\d{3}$/.test(line)));
  assert.equal(await stopped(child, 'SIGINT'), 0);
});

test('a taken port ends the start with 1, named with its setting, and leaves nothing running', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  await once(other, 'listening');
  t.after(() => other.close());
  const { port } = other.address() as AddressInfo;
  const data = join(await temporaryFolder(t), 'data');
  const { code, stdout, stderr } = await runParley(['start', '--data', data], {
    environment: { ...FREE_PORTS, PARLEY_LISTEN_HTTP_PORT: String(port) },
  });
  assert.equal(code, 1);
  assert.doesNotMatch(stdout, /ready/);
  assert.match(
    stderr,
    new RegExp(`Port ${port} of 127\\.0\\.0\\.1 is used by another program\\..*\n.*listen\\.http\\.port`),
  );
  assert.doesNotMatch(stderr, /\n\s+at /);
  const doctor = await runParley(['doctor', '--data', data, '--json'], { environment: FREE_PORTS });
  assert.equal(doctor.code, 0, doctor.stdout);
});

test('when the program that started it is killed, Parley stops', async (t) => {
  const data = join(await temporaryFolder(t), 'data');
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('PARLEY_'));
  const child = spawn(process.execPath, [PROGRAM, 'start', '--json', '--data', data], {
    env: { ...Object.fromEntries(own), ...FREE_PORTS },
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  t.after(() => child.kill('SIGKILL'));
  await nextLine(child, /"ready":true/);
  const exited = once(child, 'exit');
  child.disconnect();
  assert.equal((await exited)[0], 0);
});
