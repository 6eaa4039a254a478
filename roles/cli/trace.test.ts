// `parley trace` beside a process that keeps SIP messages: real sockets, a real database, the door in the data directory.
import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { openSipServer, systemClock } from '@parley/platform/net';
import { silentLog } from '@parley/platform/store/testing';
import { createRequest } from '@parley/protocol/sip';
import { identityService } from '@parley/services/identity/service';
import { monitoringService } from '@parley/services/monitoring/service';
import { testProcess } from '@parley/services/testing';
import { jsonHere, runHere } from './run-testing.ts';
import { temporaryFolder } from './spawn-testing.ts';

const CALL_ID = 'trace-1@parley.test';

/** A server that was asked OPTIONS once. @returns its data directory. */
async function asked(t: TestContext): Promise<string> {
  const data = await temporaryFolder(t);
  const listen = [{ transport: 'udp', address: '127.0.0.1', port: 0 }] as const;
  const sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
  sip.onRequest((request) => request.respond(200));
  const running = await testProcess({ sip });
  await running.start(identityService);
  const { context } = running;
  const service = await monitoringService.start({ ...context, config: { ...context.config, data } });
  const phone = await openSipServer({ listen, clock: systemClock, log: silentLog });
  t.after(async () => {
    for (const part of [phone, service, sip, running]) await part[Symbol.asyncDispose]();
  });
  const request = createRequest({
    method: 'OPTIONS',
    uri: 'sip:bob@parley.test',
    headers: [
      ['From', '<sip:alice@parley.test>;tag=a'],
      ['To', '<sip:bob@parley.test>'],
      ['Call-ID', CALL_ID],
      ['CSeq', '1 OPTIONS'],
      ['Max-Forwards', '70'],
      ['Authorization', 'Digest username="alice", response="0123456789abcdef"'],
    ],
  });
  const port = sip.listening[0]?.port ?? 0;
  await phone.request(request, { transport: 'udp', address: '127.0.0.1', port });
  return data;
}

test('what was said is listed, shown as a ladder, and written to files without secrets', async (t) => {
  const data = await asked(t);
  const list = await runHere(['trace', '--data', data]);
  assert.equal(list.code, 0, list.stderr);
  assert.match(
    list.stdout,
    /^\d\d:\d\d:\d\d\.\d{3} +OPTIONS +alice@parley\.test +bob@parley\.test +200 +2 /m,
  );

  const ladder = await runHere(['trace', '--data', data, '--call-id', CALL_ID]);
  assert.match(ladder.stdout, /─ OPTIONS ─+▶/);
  assert.match(ladder.stdout, /◀─+ 200 OK ─/);

  const pcap = join(data, 'alice.pcap');
  const written = await jsonHere(['trace', '--data', data, '--user', 'alice', '--export', pcap]);
  assert.deepEqual(written.callIds, [CALL_ID]);
  assert.equal((await readFile(pcap)).readUInt32BE(0), 0xa1b2c3d4);
  assert.equal((await stat(pcap)).mode & 0o077, 0, 'nobody else on this machine reads it');
  const text = join(data, 'alice.txt');
  assert.equal((await runHere(['trace', '--data', data, '--call-id', CALL_ID, '--export', text])).code, 0);
  const content = await readFile(text, 'utf8');
  assert.match(content, /username="alice", response="\*\*\*"/);
  assert.ok(!content.includes('0123456789abcdef'));
});

test('the list is narrowed, and says so when nothing fits', async (t) => {
  const data = await asked(t);
  const lists = async (...args: string[]) =>
    (await jsonHere(['trace', '--data', data, ...args])).calls.length;
  assert.equal(await lists('--user', 'ALICE', '--method', 'options', '--status', '2xx', '--minutes', '5'), 1);
  assert.equal(await lists('--status', 'none'), 0);
  assert.equal(await lists('--source', '127.0.0.1'), 1);
  const none = await runHere(['trace', '--data', data, '--user', 'carol']);
  assert.equal(none.stdout, 'No SIP message fits.\n');
  const file = join(data, 'none.pcap');
  const refused = await jsonHere(['trace', '--data', data, '--user', 'carol', '--export', file]);
  assert.deepEqual([refused.exit, refused.code], [3, 'CLI_NOTHING_TO_EXPORT']);
});

test('where no Parley runs, and where the question is wrong, it says what to do', async (t) => {
  const nobody = await jsonHere(['trace', '--data', await temporaryFolder(t)]);
  assert.deepEqual([nobody.exit, nobody.code], [1, 'HOST_NOT_RUNNING']);
  for (const args of [
    ['--status', '9xx'],
    ['--minutes', '0'],
    ['--limit', 'many'],
  ])
    assert.deepEqual((await jsonHere(['trace', ...args])).code, 'CLI_BAD_USAGE', args.join(' '));
  const missing = await jsonHere(['trace', '--data', await asked(t), '--call-id', 'never']);
  assert.deepEqual([missing.exit, missing.code], [3, 'MONITORING_NOT_HELD']);
});
