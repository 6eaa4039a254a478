// A SIP implementation that is not ours against the driver: SIPp sends REGISTER and OPTIONS over UDP and TCP.
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { systemClock } from './clock-system.ts';
import { openSipServer } from './sip-driver.ts';
import { at, silent } from './sip-driver-testing.ts';

const calls = 50;

/** One call: REGISTER answered 200, then OPTIONS refused with 404. */
const scenario = (transport: string) => `<?xml version="1.0" encoding="ISO-8859-1" ?>
<scenario name="register and ask">
  <send retrans="500"><![CDATA[
REGISTER sip:example.com SIP/2.0
Via: SIP/2.0/${transport} [local_ip]:[local_port];branch=[branch];rport
Max-Forwards: 70
From: <sip:alice@example.com>;tag=[call_number]
To: <sip:alice@example.com>
Call-ID: [call_id]
CSeq: 1 REGISTER
Contact: <sip:alice@[local_ip]:[local_port]>
Content-Length: 0

  ]]></send>
  <recv response="200"></recv>
  <send retrans="500"><![CDATA[
OPTIONS sip:nobody@example.com SIP/2.0
v: SIP/2.0/${transport} [local_ip]:[local_port];branch=[branch];rport
Max-Forwards: 70
f: <sip:alice@example.com>;tag=[call_number]
t: <sip:nobody@example.com>
i: [call_id]
CSeq: 2 OPTIONS
l: 0

  ]]></send>
  <recv response="404"></recv>
</scenario>
`;

function installed(): boolean {
  try {
    execFileSync('sipp', ['-v'], { stdio: 'ignore' });
    return true;
  } catch (error) {
    // SIPp leaves with 99 after it has told its version.
    return (error as NodeJS.ErrnoException).code !== 'ENOENT';
  }
}

describe('SIPp', { skip: installed() ? false : 'SIPp is not installed (Debian package sip-tester)' }, () => {
  for (const transport of ['udp', 'tcp'] as const) {
    test(`completes ${calls} calls over ${transport}`, { timeout: 60_000 }, async (t) => {
      await using server = await openSipServer({
        listen: [{ transport, address: '127.0.0.1', port: 0 }],
        clock: systemClock,
        log: silent,
      });
      const methods = { REGISTER: 0, OPTIONS: 0 };
      server.onRequest((request) => {
        const method = request.request.method as keyof typeof methods;
        methods[method] += 1;
        request.respond(method === 'REGISTER' ? 200 : 404);
      });
      const folder = await mkdtemp(join(tmpdir(), 'parley-sipp-'));
      t.after(() => rm(folder, { recursive: true, force: true }));
      const file = join(folder, 'scenario.xml');
      await writeFile(file, scenario(transport.toUpperCase()));
      const errors = join(folder, 'errors.log');
      const { port } = at(server, transport);
      // biome-ignore format: one option a line says less
      const options = [`127.0.0.1:${port}`, '-sf', file, '-i', '127.0.0.1', '-t', transport === 'udp' ? 'u1' : 't1',
        '-m', `${calls}`, '-r', '200', '-nostdin', '-trace_err', '-error_file', errors, '-timeout', '30s'];
      const failure = await new Promise<Error | null>((resolve) => {
        const environment = { ...process.env, TERM: 'dumb' };
        execFile('sipp', options, { cwd: folder, env: environment }, (error) => resolve(error));
      });
      const complaint = await readFile(errors, 'utf8').catch(() => '');
      assert.equal(failure, null, `${failure?.message} ${complaint}`);
      assert.deepEqual(methods, { REGISTER: calls, OPTIONS: calls });
      assert.equal(server.counted('malformed'), 0);
    });
  }
});
