// A full disk: a start is refused with one message and leaves nothing; a running server says so to who sends, loses
// nothing that it acknowledged, and goes on by itself when there is space again.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { PROGRAM, runParley } from '@parley/roles/cli/spawn-testing';
import { HttpClient } from '../cast/http-client.ts';
import { mountSmallDisk, smallDiskMissing } from '../cast/small-disk.ts';
import { WebUser } from '../cast/web-user.ts';

const PASSWORD = 'a long enough password';
const environment = {
  PARLEY_LISTEN_HTTP_PORT: '0',
  PARLEY_LISTEN_HTTPS_PORT: 'off',
  PARLEY_LISTEN_SIP_PORT: '0',
  PARLEY_LISTEN_SIPS_PORT: 'off',
  PARLEY_LISTEN_TURN_PORT: 'off',
  PARLEY_LISTEN_TURNS_PORT: 'off',
  PARLEY_LISTEN_ADMIN_PORT: '0',
  PARLEY_LOG_LEVEL: 'error',
};

test('a first start on a full disk ends with 1 and says so, and leaves no half database', {
  skip: smallDiskMissing,
}, async () => {
  await using disk = await mountSmallDisk(30);
  const data = join(disk.folder, 'data');
  const ran = await runParley(['start', '--data', data, '--json'], { environment });
  const fault = JSON.parse(ran.stdout.slice(ran.stdout.indexOf('{'))) as Record<string, string>;
  assert.deepEqual([ran.code, fault['code']], [1, 'STORE_DISK_FULL']);
  assert.match(fault['remedy'] ?? '', /Free some space/);
  const left = await readdir(data, { recursive: true });
  assert.deepEqual(
    left.filter((name) => name.endsWith('PG_VERSION')),
    [],
  );
});

test('the disk fills up while people write: it is told, nothing acknowledged is lost, and it passes', {
  skip: smallDiskMissing,
}, async (t) => {
  await using disk = await mountSmallDisk(300);
  const child = spawn(process.execPath, [PROGRAM, 'start', '--json', '--data', join(disk.folder, 'data')], {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  t.after(() => child.kill('SIGKILL'));
  const origin = await ready(child);
  const administrator = new HttpClient(origin);
  await administrator.post('/api/v1/first-run', { address: 'alice', name: 'Alice', password: PASSWORD });
  const bob = await administrator.post<{ userId: string }>('/api/v1/admin/users', {
    address: 'bob',
    name: 'Bob',
    password: PASSWORD,
  });
  await using browser = await WebUser.signIn(origin, 'alice', PASSWORD);
  const conversation = await browser.conversationWith(bob.userId);

  disk.fill();
  const acknowledged: string[] = [];
  let refusal = '';
  for (let index = 0; refusal === '' && index < 90; index++) {
    const text = `${index} ${'x'.repeat(60_000)}`;
    await browser.send(conversation, text, `m${index}`).then(
      () => acknowledged.push(text),
      (error: Error) => {
        refusal = error.message;
      },
    );
  }
  assert.match(refusal, /^STORE_FULL: The disk of the server is full/);
  const another = administrator.post('/api/v1/admin/users', { address: 'carol', name: 'C'.repeat(200) });
  await another.catch((error: Error) => assert.match(error.message, /^507 STORE_FULL/));

  disk.free();
  await browser.send(conversation, 'there is space again');
  acknowledged.push('there is space again');
  const history = await browser.history(conversation);
  assert.deepEqual(
    history.map(({ text }) => text),
    acknowledged,
  );
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await gone, [0, null]);
});

async function ready(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (line.includes('"ready":true')) return (JSON.parse(line) as { address: string }).address;
  }
  throw new Error('Parley ended before it was ready');
}
