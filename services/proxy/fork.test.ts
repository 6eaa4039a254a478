// Fail-over between the servers of a peer where one says nothing, over real sockets and a clock that the test moves.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { openInProcessBus } from '@parley/platform/bus';
import { defaultConfig } from '@parley/platform/host';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { type FakeClock, fakeClock } from '@parley/platform/net/testing';
import { silentLog } from '@parley/platform/store/testing';
import { createRequest, type SipResponse } from '@parley/protocol/sip';
import { FlowTokens } from './flow-token.ts';
import { fork, SILENT_MS } from './fork.ts';
import { Outlet } from './outlet.ts';
import { PeerTable } from './peer-table.ts';
import { PoolHop } from './pool-hop.ts';
import { serversAsTarget } from './targets.ts';

const MACHINE = { hostName: 'localhost', homeDirectory: '/nowhere', isRoot: false, environment: {} };

async function listening(t: TestContext, clock?: FakeClock): Promise<OpenedSipServer> {
  const listen = [{ transport: 'udp', address: '127.0.0.1', port: 0 }] as const;
  const sip = await openSipServer({
    listen,
    clock: clock ?? systemClock,
    log: silentLog,
    limits: { drainMs: 50 },
  });
  t.after(async () => {
    const closed = sip[Symbol.asyncDispose]();
    // What nobody has answered is waited for in the time of the test.
    await clock?.advanceAsync(60_000);
    await closed;
  });
  return sip;
}

const at = (port: number) => ({ transport: 'udp', address: '127.0.0.1', port }) as const;

/** A caller, a proxy whose time stands still, a server that hears and says nothing, and one that answers. */
async function stage(t: TestContext) {
  const mute = createSocket('udp4').bind(0, '127.0.0.1');
  t.after(() => mute.close());
  await once(mute, 'listening');
  const heard: string[] = [];
  mute.on('message', (bytes) => heard.push(bytes.toString().split(' ', 1)[0]!));
  const other = await listening(t);
  const caller = await listening(t);
  const clock = fakeClock();
  const sip = await listening(t, clock);
  const config = defaultConfig(MACHINE);
  const bus = openInProcessBus({ log: silentLog, clock });
  t.after(() => bus[Symbol.asyncDispose]());
  const hop = await PoolHop.start({ bus, nodeId: 'one', sip: () => sip, log: silentLog });
  t.after(() => hop[Symbol.asyncDispose]());
  const peers = await PeerTable.start({ clock, config, log: silentLog });
  t.after(() => peers[Symbol.asyncDispose]());
  const outlet = new Outlet(sip, 'one', new FlowTokens(Buffer.alloc(32)), hop, peers);
  const servers = [at((mute.address() as AddressInfo).port), at(other.listening[0]!.port)];
  const target = serversAsTarget(servers, { nodeId: '*', flowId: 'peer' }, false);
  const { promise: isOver, resolve } = Promise.withResolvers<void>();
  sip.onRequest((server) => {
    void fork({ outlet, clock }, server, server.request, [[target]]).then(resolve);
  });
  const asks = (method: string) => {
    const responses: SipResponse[] = [];
    const request = createRequest({
      method,
      uri: 'sip:bob@peer.test',
      headers: [
        ['Max-Forwards', '70'],
        ['From', '<sip:alice@parley.test>;tag=a'],
        ['To', '<sip:bob@peer.test>'],
        ['Call-ID', `call-${method}`],
        ['CSeq', `1 ${method}`],
        ['Contact', '<sip:alice@127.0.0.1>'],
      ],
    });
    const transaction = caller.start(request, at(sip.listening[0]!.port), {
      response: (response) => {
        if (response.status > 100) responses.push(response);
      },
      failed: () => undefined,
    });
    return { responses, transaction };
  };
  const until = async (holds: () => boolean) => {
    while (!holds()) await new Promise<void>((done) => setImmediate(done));
  };
  /** Bytes of the silent server, late. */
  const says = (status: string, request: Buffer) => {
    const [head = ''] = request.toString().split('\r\n\r\n');
    const kept = head.split('\r\n').filter((line) => /^(Via|From|To|Call-ID|CSeq):/i.test(line));
    const to = kept.map((line) => (line.startsWith('To:') ? `${line};tag=late` : line));
    mute.send(
      `SIP/2.0 ${status}\r\n${to.join('\r\n')}\r\nContent-Length: 0\r\n\r\n`,
      sip.listening[0]!.port,
      '127.0.0.1',
    );
  };
  return { mute, heard, other, sip, clock, peers, servers, asks, until, isOver, says };
}

for (const method of ['MESSAGE', 'INVITE']) {
  test(`RFC 3263 §4.3: ${method}: a server that says nothing for ${SILENT_MS} ms is left for the next`, async (t) => {
    const { heard, other, clock, asks, until } = await stage(t);
    other.onRequest((server) => server.respond(200));
    const { responses } = asks(method);
    await until(() => heard.length > 0);
    clock.advance(SILENT_MS - 1);
    assert.equal(responses.length, 0);
    clock.advance(2);
    await until(() => responses.length > 0);
    assert.equal(responses[0]?.status, 200);
  });
}

test('a server that was left and rings after all is cancelled', async (t) => {
  const { mute, heard, other, clock, asks, until, says } = await stage(t);
  other.onRequest((server) => server.respond(180));
  const arrived = once(mute, 'message') as Promise<[Buffer]>;
  const { responses } = asks('INVITE');
  const [invite] = await arrived;
  clock.advance(SILENT_MS + 1);
  await until(() => responses.length > 0);
  says('180 Ringing', invite);
  await until(() => heard.includes('CANCEL'));
  assert.deepEqual(
    responses.map(({ headers }) => headers.get('To')?.includes('tag=late')),
    [false],
  );
});

test('a call that is given up goes to no other server', async (t) => {
  const { heard, other, clock, asks, until, isOver } = await stage(t);
  const called: string[] = [];
  other.onRequest(({ request }) => called.push(request.method));
  const { transaction, responses } = asks('INVITE');
  await until(() => heard.length > 0);
  transaction.cancel();
  // The proxy's own 100 lets the caller's CANCEL go, and its time has to pass for the silent server.
  await until(() => {
    clock.advance(1_000);
    return responses.length > 0;
  });
  await isOver;
  assert.equal(responses[0]?.status, 487);
  assert.deepEqual(called, []);
});
