// One suite for every kind of connection: TCP, TLS, WebSocket, loopback.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { WebSocket } from 'ws';
import { Admission } from './admission.ts';
import { obtainCertificates } from './certificates.ts';
import type { Clock } from './clock.ts';
import type { CloseReason, Connection } from './connection.ts';
import { loopbackPair } from './loopback.ts';
import { connectTcp, listenTcp } from './tcp.ts';
import { fakeClock } from './testing.ts';
import { connectTls, listenTls } from './tls.ts';
import { tlsSource } from './tls-material.ts';
import { sipUpgrade } from './ws.ts';
import { WebSocketEnd } from './ws-testing.ts';

const limits = { maxUnsentBytes: 1024 * 1024, lingerMs: 2_000 };
const local = { address: '127.0.0.1', port: 0 };

/** Both ends of one connection, and what closes the listener that made it. */
interface Ends extends AsyncDisposable {
  readonly accepted: Connection;
  readonly opened: Connection;
}
type OpenEnds = (clock: Clock) => Promise<Ends>;

const kinds: Record<string, OpenEnds> = {
  async loopback() {
    const [accepted, opened] = loopbackPair();
    return { accepted, opened, async [Symbol.asyncDispose]() {} };
  },
  async TCP(clock) {
    const { promise, resolve } = Promise.withResolvers<Connection>();
    const admission = new Admission({ total: 1, perSource: 1 });
    const listener = await listenTcp({ ...local, clock, limits, admission, accept: resolve });
    const opened = await connectTcp({ ...listener, clock, limits, timeoutMs: 5000 });
    return { opened, accepted: await promise, [Symbol.asyncDispose]: listener[Symbol.asyncDispose] };
  },
  async TLS(clock) {
    const folder = await mkdtemp(join(tmpdir(), 'parley-connection-'));
    const made = await obtainCertificates({ folder, hostNames: [], clock: fakeClock({ at: Date.now() }) });
    await rm(folder, { recursive: true });
    const { promise, resolve } = Promise.withResolvers<Connection>();
    const admission = new Admission({ total: 1, perSource: 1 });
    const tls = tlsSource(made);
    const listener = await listenTls({ ...local, clock, limits, admission, accept: resolve, tls });
    const opened = await connectTls({ ...listener, clock, limits, timeoutMs: 5000, material: made });
    return { opened, accepted: await promise, [Symbol.asyncDispose]: listener[Symbol.asyncDispose] };
  },
  async WebSocket(clock) {
    const { promise, resolve } = Promise.withResolvers<Connection>();
    const server = createServer();
    const upgrade = { clock, limits, maxMessageBytes: 4 * 1024 * 1024, isSecure: false, accept: resolve };
    server.on('upgrade', sipUpgrade(upgrade));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const socket = new WebSocket(`ws://127.0.0.1:${port}`, 'sip');
    await once(socket, 'open');
    const accepted = await promise;
    const opened = new WebSocketEnd(socket, accepted);
    return { opened, accepted, [Symbol.asyncDispose]: async () => void server.close() };
  },
};

function collect(connection: Connection) {
  const chunks: Buffer[] = [];
  const closed = Promise.withResolvers<CloseReason>();
  let look = () => {};
  connection.start({
    data(bytes) {
      chunks.push(Buffer.from(bytes));
      look();
    },
    closed: (reason) => closed.resolve(reason),
  });
  const bytes = (count: number) =>
    new Promise<string>((resolve) => {
      look = () => {
        const all = Buffer.concat(chunks);
        if (all.length >= count) resolve(all.toString());
      };
      look();
    });
  return { bytes, closed: closed.promise };
}

for (const [kind, open] of Object.entries(kinds)) {
  describe(`connection over ${kind}`, { timeout: 20_000 }, () => {
    test('bytes go both ways in order, also those sent before the other end starts', async () => {
      await using ends = await open(fakeClock());
      const { accepted, opened } = ends;
      for (let index = 0; index < 50; index++) assert.ok(opened.send(Buffer.from(`<${index}>`)));
      const expected = Array.from({ length: 50 }, (_, index) => `<${index}>`).join('');
      const server = collect(accepted);
      assert.equal(await server.bytes(expected.length), expected);
      const client = collect(opened);
      assert.ok(accepted.send(Buffer.from('thank you')));
      assert.equal(await client.bytes(9), 'thank you');
      opened.close('idle');
      await Promise.all([client.closed, server.closed]);
    });

    test('each end knows the address of the other', async () => {
      await using ends = await open(fakeClock());
      const { accepted, opened } = ends;
      assert.equal(accepted.remoteAddress, '127.0.0.1');
      assert.equal(accepted.remotePort, opened.localPort);
      assert.equal(accepted.localPort, opened.remotePort);
      const closed = [collect(accepted).closed, collect(opened).closed];
      opened.close('idle');
      await Promise.all(closed);
    });

    test('who closes gives the reason, the other end sees its peer go; then nothing can be sent', async () => {
      await using ends = await open(fakeClock());
      const { accepted, opened } = ends;
      const server = collect(accepted);
      const client = collect(opened);
      accepted.close('idle');
      accepted.close('malformed');
      assert.equal(await server.closed, 'idle');
      assert.match(await client.closed, /peer|error/);
      assert.equal(accepted.send(Buffer.from('x')), false);
      assert.equal(opened.send(Buffer.from('x')), false);
    });

    test('the last words before a gentle close arrive, and no timer is left', async () => {
      for (const reason of ['shutdown', 'malformed'] as const) {
        const clock = fakeClock();
        await using ends = await open(clock);
        const { accepted, opened } = ends;
        const server = collect(accepted);
        const client = collect(opened);
        accepted.send(Buffer.from('last words'));
        accepted.close(reason);
        assert.equal(await client.bytes(10), 'last words');
        assert.equal(await client.closed, 'peer');
        assert.equal(await server.closed, reason);
        assert.equal(clock.pending, 0);
      }
    });

    test('a peer that does not read is closed when too much waits for it', async () => {
      await using ends = await open(fakeClock());
      const { accepted, opened } = ends;
      const server = collect(accepted);
      const chunk = Buffer.alloc(64 * 1024, 'x');
      let sent = 0;
      // The system's own buffers take some first; they are bounded too.
      while (accepted.send(chunk)) {
        sent += 1;
        assert.ok(sent < 2_000, 'never closed');
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
      assert.equal(await server.closed, 'not-reading');
      opened.close('idle');
      await collect(opened).closed;
    });
  });
}
