// The gate on real sockets and a clock that stands still: who is banned, and what a busy process refuses.
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, test } from 'node:test';
import type { OpenedSipServer } from './sip-driver.ts';
import { at, openServer, RawPeer, rawRequest, type TestServer, until } from './sip-driver-testing.ts';
import type { OpenUdpPort } from './udp-batch-port.ts';
import { openDgramPort } from './udp-dgram.ts';

const suite = { timeout: 60_000 };

/** A phone at the level of datagrams, at an address of its own. */
class Datagrams implements Disposable {
  readonly #socket: Socket;
  readonly #server: OpenedSipServer;
  readonly received: string[] = [];

  private constructor(socket: Socket, server: OpenedSipServer) {
    this.#socket = socket;
    this.#server = server;
    socket.on('message', (bytes) => this.received.push(bytes.toString('latin1')));
  }

  static async open(server: OpenedSipServer, address = '127.0.0.1'): Promise<Datagrams> {
    const socket = createSocket('udp4').bind(0, address);
    await once(socket, 'listening');
    return new Datagrams(socket, server);
  }

  send(text: string): void {
    const { address, port } = at(this.#server, 'udp');
    this.#socket.send(text, port, address);
  }

  /** One request and its answer. */
  async ask(method: string, extra = ''): Promise<string> {
    const before = this.received.length;
    this.send(rawRequest(method, 'SIP/2.0/UDP 127.0.0.1;rport', extra));
    await until(() => this.received.length > before);
    return this.received.at(-1)!;
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }
}

async function serving(answer: (method: string) => number | 'ignore'): Promise<TestServer> {
  const server = await openServer(['udp', 'tcp']);
  server.onRequest((open) => {
    const status = answer(open.request.method);
    if (status === 'ignore') open.ignore?.();
    else open.respond(status, { stateless: status >= 300 });
  });
  return server;
}

const counted = (server: OpenedSipServer) => server.counted('banned');

describe('bans', suite, () => {
  test('a scanner is not answered, then not even read, and heard again when its time is over', async () => {
    await using server = await serving((method) => (method === 'OPTIONS' ? 'ignore' : 200));
    using scanner = await Datagrams.open(server);
    for (let time = 0; time < 2; time++) scanner.send(rawRequest('OPTIONS', 'SIP/2.0/UDP 127.0.0.1;rport'));
    await until(() => server.counted('ban') === 1);
    scanner.send(rawRequest('MESSAGE', 'SIP/2.0/UDP 127.0.0.1;rport'));
    await until(() => counted(server) === 1);
    assert.deepEqual(scanner.received, []);
    using other = await Datagrams.open(server);
    assert.match(await other.ask('MESSAGE'), /^SIP\/2.0 200/);
    server.clock.advance(10_000);
    assert.match(await scanner.ask('MESSAGE'), /^SIP\/2.0 200/);
  });

  test('who only sends garbage is dropped; the same from a phone that has registered is not held against it', async () => {
    await using server = await serving(() => 200);
    using phone = await Datagrams.open(server);
    using stranger = await Datagrams.open(server);
    await phone.ask('REGISTER');
    for (let time = 0; time < 100; time++) {
      phone.send('INVITE garbage\r\n\r\n');
      stranger.send('INVITE garbage\r\n\r\n');
    }
    await until(() => server.counted('malformed') + counted(server) === 200);
    assert.equal(server.counted('ban'), 1);
    assert.match(await phone.ask('MESSAGE'), /^SIP\/2.0 200/);
    const banned = counted(server);
    stranger.send(rawRequest('MESSAGE', 'SIP/2.0/UDP 127.0.0.1;rport'));
    await until(() => counted(server) === banned + 1);
  });

  test('who asks for ever more people without being anybody is dropped; who asks for one again and again is not', async () => {
    await using server = await serving(() => 401);
    using phone = await Datagrams.open(server);
    using scanner = await Datagrams.open(server, '127.0.0.2');
    for (let time = 0; time < 300; time++) assert.match(await phone.ask('REGISTER'), /^SIP\/2.0 401/);
    assert.equal(server.counted('ban'), 0);
    for (let extension = 0; extension < 300; extension++)
      scanner.send(
        rawRequest('REGISTER', 'SIP/2.0/UDP 127.0.0.2;rport').replace(
          'To: <sip:bob@',
          `To: <sip:${extension}@`,
        ),
      );
    await until(() => server.counted('ban') === 1);
    assert.match(await phone.ask('REGISTER'), /^SIP\/2.0 401/);
  });

  test('a banned address cannot connect', async () => {
    await using server = await serving(() => 'ignore');
    const peers: RawPeer[] = [];
    for (let time = 0; time < 17; time++) {
      const peer = await RawPeer.open(server);
      peers.push(peer);
      peer.socket.write(rawRequest('OPTIONS', 'SIP/2.0/TCP 127.0.0.1'));
    }
    await until(() => server.counted('ban') === 1);
    const { address, port } = at(server, 'tcp');
    const late = new RawPeer(connect({ host: address, port }));
    await late.closed;
    assert.equal(server.counted('refused_banned'), 1);
    for (const peer of peers) peer.socket.destroy();
  });
});

describe('overload', suite, () => {
  /** What datagrams have waited in the queue of the system, as the port tells. */
  let waitedMs = 0;
  let busy = 1;
  const late: OpenUdpPort = (options) =>
    openDgramPort({
      ...options,
      receive(batch) {
        batch.agesUs.fill(waitedMs * 1000);
        options.receive(batch);
      },
    });

  async function overloadable(): Promise<TestServer> {
    const server = await openServer(['udp'], { openUdpPort: late, busy: () => busy });
    server.onRequest((open) => open.respond(200, { stateless: true }));
    return server;
  }

  async function press(server: TestServer, phone: Datagrams, ms: number, forMs: number): Promise<void> {
    waitedMs = ms;
    for (let passed = 0; passed < forMs; passed += 20) {
      await phone.ask('BYE');
      server.clock.advance(20);
    }
    waitedMs = 0;
  }

  test('new work is refused with a time to come again, and what belongs to a call is not', async () => {
    await using server = await overloadable();
    using phone = await Datagrams.open(server);
    await press(server, phone, 400, 2_400);
    assert.ok(server.load.refusedShare > 0.9, `${server.load.refusedShare}`);
    const answers = new Map<string, number>();
    for (let time = 0; time < 40; time++) {
      const status = /^SIP\/2.0 (\d+)/.exec(await phone.ask('INVITE'))?.[1] ?? '';
      answers.set(status, (answers.get(status) ?? 0) + 1);
    }
    assert.ok((answers.get('503') ?? 0) > 25, JSON.stringify([...answers]));
    const refusal = phone.received.find((text) => text.startsWith('SIP/2.0 503'))!;
    const retryAfterS = Number(/^Retry-After: (\d+)\r$/m.exec(refusal)?.[1]);
    assert.ok(retryAfterS >= 30 && retryAfterS <= 75);
    for (let time = 0; time < 20; time++) {
      assert.match(await phone.ask('BYE'), /^SIP\/2.0 200/);
      assert.match(await phone.ask('INFO'), /^SIP\/2.0 200/);
    }
  });

  test('nothing is refused by a process that has little to do, however long it has to wait for the processor', async () => {
    busy = 0.5;
    await using server = await overloadable();
    using phone = await Datagrams.open(server);
    await press(server, phone, 400, 2_400);
    assert.equal(server.load.refusedShare, 0);
    busy = 1;
  });

  test('new work that its sender has sent again meanwhile is not read, and a BYE of that age is', async () => {
    await using server = await overloadable();
    using phone = await Datagrams.open(server);
    waitedMs = 600;
    phone.send(rawRequest('INVITE', 'SIP/2.0/UDP 127.0.0.1;rport'));
    await until(() => server.counted('shed_stale') === 1);
    assert.match(await phone.ask('BYE'), /^SIP\/2.0 200/);
    waitedMs = 0;
    assert.match(await phone.ask('INVITE'), /^SIP\/2.0 200/);
  });

  test('nothing is refused any more when it is over', async () => {
    await using server = await overloadable();
    using phone = await Datagrams.open(server);
    await press(server, phone, 400, 1_600);
    assert.ok(server.load.refusedShare > 0.3);
    await press(server, phone, 0, 4_000);
    assert.equal(server.load.refusedShare, 0);
    for (let time = 0; time < 20; time++) assert.match(await phone.ask('INVITE'), /^SIP\/2.0 200/);
  });
});
