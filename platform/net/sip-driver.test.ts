// The SIP driver between real sockets: messages, flows, the way of responses, the end.
import assert from 'node:assert/strict';
import { createSocket, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { before, describe, test } from 'node:test';
import { connect as connectTlsSocket } from 'node:tls';
import { serializeMessage, topVia } from '@parley/protocol/sip';
import { WebSocket } from 'ws';
import type { Certificates } from './certificates.ts';
import type { OpenedSipServer } from './sip-driver.ts';
import {
  aRequest,
  at,
  newCertificates,
  openServer,
  parsed,
  RawPeer,
  rawRequest,
  type TestServer,
  until,
} from './sip-driver-testing.ts';
import type { Flow, ServerRequest } from './sip-server.ts';
import { fakeClock } from './testing.ts';
import { tlsSource } from './tls-material.ts';
import { sipUpgrade } from './ws.ts';

const suite = { timeout: 60_000 };
let tls: Certificates;

before(async () => {
  tls = await newCertificates();
});

function collectRequests(server: OpenedSipServer, answer = true): ServerRequest[] {
  const requests: ServerRequest[] = [];
  server.onRequest((request) => {
    requests.push(request);
    if (answer) request.respond(200);
  });
  return requests;
}

async function bindUdp(): Promise<DatagramSocket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

describe('SIP driver: requests and responses', suite, () => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    test(`a request goes there over ${transport}, its response comes back, and the flow carries one the other way`, async () => {
      await using alice = await openServer([transport], { tls });
      await using bob = await openServer([transport], { tls });
      const atBob = collectRequests(bob);
      const atAlice = collectRequests(alice);

      const outcome = await alice.request(aRequest('OPTIONS', 'hello'), at(bob, transport));
      assert.ok(outcome.kind === 'response');
      assert.equal(outcome.response.status, 200);
      assert.match(outcome.response.headers.get('To') ?? '', /;tag=./);

      const [received] = atBob;
      assert.ok(received !== undefined);
      assert.equal(Buffer.from(received.request.body).toString(), 'hello');
      const via = topVia(received.request.headers);
      assert.equal(via?.transport, transport.toUpperCase());
      assert.match(via?.params.get('branch') ?? '', /^z9hG4bK./);
      assert.equal(received.flow.transport, transport);
      assert.equal(received.flow.remoteAddress, '127.0.0.1');
      if (transport === 'udp') assert.equal(via?.params.get('rport'), String(at(alice, 'udp').port));

      const back = await bob.request(aRequest('MESSAGE', 'hello yourself'), received.flow);
      assert.ok(back.kind === 'response');
      assert.equal(atAlice.length, 1);

      await alice.request(aRequest('OPTIONS'), at(bob, transport));
      assert.equal(atBob[1]?.flow.id, received.flow.id, 'the connection is used again');
      assert.equal(bob.flow(received.flow.id), received.flow);
    });
  }

  test('requests to one address at the same time share one connection', async () => {
    await using alice = await openServer([]);
    await using bob = await openServer(['tcp']);
    collectRequests(bob);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, () => alice.request(aRequest('OPTIONS'), at(bob, 'tcp'))),
    );
    for (const outcome of outcomes) assert.equal(outcome.kind, 'response');
    assert.equal(bob.counted('connection_accepted'), 1);
  });

  test('RFC 7118 §5.1: a request over WebSocket is one frame, and so is its response', async () => {
    await using server = await openServer([]);
    const requests = collectRequests(server);
    const http = createHttpServer();
    http.on(
      'upgrade',
      sipUpgrade({
        clock: server.clock,
        limits: server.limits,
        maxMessageBytes: 100_000,
        isSecure: false,
        accept: (connection) => server.accept(connection),
      }),
    );
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    using _http = { [Symbol.dispose]: () => void http.close() };
    const { port } = http.address() as AddressInfo;

    const browser = new WebSocket(`ws://127.0.0.1:${port}`, 'sip');
    await once(browser, 'open');
    browser.send(rawRequest('REGISTER', 'SIP/2.0/WS df7jal23ls0d.invalid'));
    const [answer, isBinary] = (await once(browser, 'message')) as [Buffer, boolean];
    assert.equal(isBinary, false);
    assert.match(answer.toString(), /^SIP\/2\.0 200 OK\r\nVia: SIP\/2\.0\/WS df7jal23ls0d\.invalid/);
    assert.equal(requests[0]?.flow.transport, 'ws');

    browser.send('\r\n\r\n');
    const [pong] = (await once(browser, 'message')) as [Buffer];
    assert.equal(pong.toString(), '\r\n');

    const asked = server.request(aRequest('MESSAGE', 'hi'), requests[0]!.flow);
    const [message] = (await once(browser, 'message')) as [Buffer];
    const { headers } = parsed(message);
    assert.match(headers.get('Via') ?? '', /^SIP\/2\.0\/WS /);
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map(
      (name) => `${name}: ${headers.get(name)}\r\n`,
    );
    browser.send(`SIP/2.0 202 Accepted\r\n${copied.join('')}Content-Length: 0\r\n\r\n`);
    const outcome = await asked;
    assert.ok(outcome.kind === 'response' && outcome.response.status === 202);

    const other = new WebSocket(`ws://127.0.0.1:${port}`, 'chat');
    const [, refusal] = await once(other, 'unexpected-response');
    assert.equal((refusal as { statusCode: number }).statusCode, 400);
    other.on('error', () => {});
    other.terminate();

    const gone = new Promise<Flow>((resolve) => server.onFlowClosed(resolve));
    browser.send('GET / HTTP/1.1\r\n\r\n');
    assert.equal((await gone).id, requests[0]!.flow.id);
    await once(browser, 'close');
  });

  test('RFC 3261 §18.2.2: over UDP the response goes to the port of sent-by, with rport to where it came from', async () => {
    await using server = await openServer(['udp']);
    collectRequests(server);
    const asking = await bindUdp();
    const listening = await bindUdp();
    using _sockets = { [Symbol.dispose]: () => [asking, listening].forEach((socket) => void socket.close()) };
    const { port } = at(server, 'udp');
    const sentByPort = listening.address().port;

    asking.send(rawRequest('OPTIONS', `SIP/2.0/UDP alice.example.com:${sentByPort}`), port, '127.0.0.1');
    const [first] = (await once(listening, 'message')) as [Buffer];
    assert.match(parsed(first).headers.get('Via') ?? '', /;received=127\.0\.0\.1/);

    asking.send(
      rawRequest('OPTIONS', `SIP/2.0/UDP alice.example.com:${sentByPort};rport`),
      port,
      '127.0.0.1',
    );
    const [second] = (await once(asking, 'message')) as [Buffer];
    const via = topVia(parsed(second).headers);
    assert.equal(via?.params.get('rport'), String(asking.address().port));
    assert.equal(via?.params.get('received'), '127.0.0.1');
  });

  test('RFC 3261 §18.2.2: a response whose connection is gone takes a new one to the port of sent-by', async () => {
    await using server = await openServer(['tcp']);
    const requests = collectRequests(server, false);
    const closed = new Promise<Flow>((resolve) => server.onFlowClosed(resolve));
    const again = createServer().listen(0, '127.0.0.1');
    await once(again, 'listening');
    const { port } = again.address() as AddressInfo;
    const peer = await RawPeer.open(server);
    peer.socket.write(rawRequest('MESSAGE', `SIP/2.0/TCP 127.0.0.1:${port}`));
    await until(() => requests.length === 1);
    peer.socket.destroy();
    await closed;
    const accepted = once(again, 'connection');
    requests[0]?.respond(202);
    const [socket] = await accepted;
    const reopened = new RawPeer(socket);
    await reopened.reads(/^SIP\/2\.0 202 /);
    reopened.socket.destroy();
    again.close();
  });

  test('RFC 3261 §18.1.1: a request over 1300 bytes to a UDP address goes over TCP, or UDP where there is none', async () => {
    const port = await freeTcpPort();
    const clock = fakeClock();
    await using alice = await openServer(['udp', 'tcp']);
    const address = '127.0.0.1';
    const long = 'x'.repeat(1200);
    const closed = new Promise<Flow>((resolve) => alice.onFlowClosed(resolve));
    {
      await using bob = await openServer([], { clock });
      await bob.listen({ transport: 'tcp', address, port });
      const requests = collectRequests(bob);
      assert.equal(
        (await alice.request(aRequest('MESSAGE', long), { transport: 'udp', address, port })).kind,
        'response',
      );
      assert.equal(requests[0]?.flow.transport, 'tcp');
    }
    assert.equal((await closed).transport, 'tcp');
    await using bob = await openServer([], { clock });
    await bob.listen({ transport: 'udp', address, port });
    const requests = collectRequests(bob);
    assert.equal(
      (await alice.request(aRequest('MESSAGE', long), { transport: 'udp', address, port })).kind,
      'response',
    );
    assert.equal(requests[0]?.flow.transport, 'udp');
    assert.equal(Buffer.from(requests[0].request.body).toString(), long);
  });

  test('RFC 5626 §4.4.1: a double CRLF is answered with a single one; over UDP it is no message', async () => {
    await using server = await openServer(['tcp', 'udp']);
    const requests = collectRequests(server);
    const peer = await RawPeer.open(server);
    peer.socket.write('\r\n\r\n');
    await peer.reads(/^\r\n$/);
    peer.socket.destroy();

    const socket = await bindUdp();
    const { port } = at(server, 'udp');
    for (const keepAlive of ['\r\n\r\n', '\0\0\0\0', '\0']) socket.send(keepAlive, port, '127.0.0.1');
    socket.send(rawRequest('OPTIONS', 'SIP/2.0/UDP 127.0.0.1;rport'), port, '127.0.0.1');
    await once(socket, 'message');
    assert.equal(requests.length, 1);
    assert.equal(server.counted('keep_alive'), 4);
    assert.equal(server.counted('malformed'), 0);
    socket.close();
  });

  test('a request that nobody answers fails after 32 s, having been sent again (RFC 3261 §17.1.2)', async () => {
    await using alice = await openServer(['udp']);
    const silentPeer = await bindUdp();
    let datagrams = 0;
    silentPeer.on('message', () => datagrams++);
    const outcome = alice.request(aRequest('OPTIONS'), {
      transport: 'udp',
      address: '127.0.0.1',
      port: silentPeer.address().port,
    });
    await alice.clock.advanceAsync(32_000);
    assert.deepEqual(await outcome, { kind: 'failed', reason: 'timeout' });
    await until(() => datagrams === 11);
    silentPeer.close();
  });

  test('a retransmitted request is answered again and offered once', async () => {
    await using server = await openServer(['udp']);
    const requests = collectRequests(server);
    const socket = await bindUdp();
    const { port } = at(server, 'udp');
    const request = rawRequest('MESSAGE', 'SIP/2.0/UDP 127.0.0.1;rport');
    const answers: string[] = [];
    socket.on('message', (bytes) => answers.push(bytes.toString()));
    socket.send(request, port, '127.0.0.1');
    socket.send(request, port, '127.0.0.1');
    await until(() => answers.length === 2);
    assert.equal(requests.length, 1);
    assert.equal(answers[0], answers[1]);
    socket.close();
  });

  test('RFC 3261 §9.2: a cancelled INVITE is answered with 487, and an answer that comes later is no fault', async () => {
    await using server = await openServer(['tcp']);
    const requests = collectRequests(server, false);
    const peer = await RawPeer.open(server);
    const invite = rawRequest('INVITE', 'SIP/2.0/TCP 127.0.0.1');
    peer.socket.write(invite);
    await until(() => requests.length === 1);
    peer.socket.write(invite.replaceAll('INVITE', 'CANCEL'));
    await peer.reads(/SIP\/2\.0 200 .*\r\n(?:.+\r\n)*CSeq: 1 CANCEL/);
    await peer.reads(/SIP\/2\.0 487 .*\r\n(?:.+\r\n)*CSeq: 1 INVITE/);
    requests[0]?.respond(200);
    peer.socket.destroy();
  });

  test('answering after a final response is our own fault and throws; a handler that throws becomes 500', async () => {
    await using alice = await openServer([]);
    await using bob = await openServer(['tcp']);
    const faults: unknown[] = [];
    bob.onRequest((request) => {
      if (request.request.method === 'MESSAGE') throw new Error('ours');
      request.respond(200);
      try {
        request.respond(404);
      } catch (error) {
        faults.push(error);
      }
    });
    const first = await alice.request(aRequest('OPTIONS'), at(bob, 'tcp'));
    assert.ok(first.kind === 'response' && first.response.status === 200);
    assert.equal(faults.length, 1);
    const second = await alice.request(aRequest('MESSAGE'), at(bob, 'tcp'));
    assert.ok(second.kind === 'response' && second.response.status === 500);
  });

  test('every message can be watched, and a watcher that fails disturbs nobody', async () => {
    await using alice = await openServer(['udp']);
    await using bob = await openServer(['udp']);
    collectRequests(bob);
    const seen: string[] = [];
    bob.onMessage(() => {
      throw new Error('ours');
    });
    const watching = bob.onMessage((direction, message) => {
      seen.push(`${direction} ${message.kind === 'request' ? message.method : message.status}`);
    });
    await alice.request(aRequest('OPTIONS'), at(bob, 'udp'));
    watching[Symbol.dispose]();
    await alice.request(aRequest('OPTIONS'), at(bob, 'udp'));
    assert.deepEqual(seen, ['in OPTIONS', 'out 200']);
  });
});

describe('SIP driver: flows', suite, () => {
  test('a flow whose connection closed is announced once, and reusing it fails with FLOW_GONE', async () => {
    await using server = await openServer(['tcp']);
    const requests = collectRequests(server);
    const closed: Flow[] = [];
    server.onFlowClosed((flow) => closed.push(flow));
    const peer = await RawPeer.open(server);
    peer.socket.write(rawRequest('REGISTER', 'SIP/2.0/TCP 127.0.0.1'));
    await peer.reads(/200 OK/);
    const flow = requests[0]!.flow;
    const pending = server.request(aRequest('MESSAGE'), flow);
    await peer.reads(/MESSAGE sip:/);
    peer.socket.destroy();
    assert.deepEqual(await pending, { kind: 'failed', reason: 'transport' });
    assert.deepEqual(closed, [flow]);
    assert.equal(server.flow(flow.id), undefined);
    assert.deepEqual(await server.request(aRequest('MESSAGE'), flow), {
      kind: 'failed',
      reason: 'transport',
      code: 'FLOW_GONE',
    });
  });

  test('an idle UDP flow is forgotten; one whose request was granted is kept as long as a registration', async () => {
    await using server = await openServer(['udp'], {
      limits: { udpIdleMs: 1_000, udpGrantedIdleMs: 10_000 },
    });
    collectRequests(server);
    const closed: string[] = [];
    server.onFlowClosed(({ remotePort }) => closed.push(String(remotePort)));
    const { port } = at(server, 'udp');
    const [scanner, phone] = [await bindUdp(), await bindUdp()];
    scanner.send(rawRequest('OPTIONS', 'SIP/2.0/UDP 127.0.0.1;rport'), port, '127.0.0.1');
    phone.send(rawRequest('REGISTER', 'SIP/2.0/UDP 127.0.0.1;rport'), port, '127.0.0.1');
    await Promise.all([once(scanner, 'message'), once(phone, 'message')]);
    server.clock.advance(999);
    assert.deepEqual(closed, []);
    server.clock.advance(1);
    assert.deepEqual(closed, [String(scanner.address().port)]);
    server.clock.advance(9_000);
    assert.deepEqual(closed, [String(scanner.address().port), String(phone.address().port)]);
    for (const socket of [scanner, phone]) socket.close();
  });

  test('too many UDP flows push out those that only asked, not the phones', async () => {
    await using server = await openServer(['udp'], { limits: { udpFlows: 3 } });
    collectRequests(server);
    const forgotten: number[] = [];
    server.onFlowClosed(({ remotePort }) => forgotten.push(remotePort));
    const { port } = at(server, 'udp');
    const sockets = await Promise.all(Array.from({ length: 5 }, bindUdp));
    for (const [index, socket] of sockets.entries()) {
      const method = index === 0 ? 'REGISTER' : 'OPTIONS';
      socket.send(rawRequest(method, 'SIP/2.0/UDP 127.0.0.1;rport'), port, '127.0.0.1');
      await once(socket, 'message');
    }
    assert.deepEqual(
      forgotten,
      sockets.slice(1, 3).map((socket) => socket.address().port),
    );
    assert.equal(server.counted('flow_evicted'), 2);
    for (const socket of sockets) socket.close();
  });

  test('an address that cannot be reached is a failure with a code, at once or after the time to connect', async () => {
    await using alice = await openServer([], { limits: { connectMs: 5_000 } });
    const unreachable = { kind: 'failed', reason: 'transport', code: 'NET_UNREACHABLE' };
    const address = '127.0.0.1';
    const port = await freeTcpPort();
    for (const transport of ['tcp', 'tls', 'udp', 'ws'] as const)
      assert.deepEqual(await alice.request(aRequest('OPTIONS'), { transport, address, port }), unreachable);

    // A TLS peer that accepts and then says nothing.
    const mute = createServer().listen(0, address);
    await once(mute, 'listening');
    const accepted = once(mute, 'connection');
    const destination = { transport: 'tls', address, port: (mute.address() as AddressInfo).port } as const;
    const outcome = alice.request(aRequest('OPTIONS'), destination);
    const [socket] = await accepted;
    socket.on('error', () => {});
    await alice.clock.advanceAsync(5_000);
    assert.deepEqual(await outcome, unreachable);
    assert.equal(alice.counted('connection_failed'), 3);
    mute.close();
  });

  test('as a TLS client it verifies: an authority that we do not trust is unreachable', async () => {
    await using alice = await openServer([], { tls: await newCertificates() });
    await using bob = await openServer(['tls'], { tls });
    const outcome = await alice.request(aRequest('OPTIONS'), at(bob, 'tls'));
    assert.ok(outcome.kind === 'failed' && outcome.code === 'NET_UNREACHABLE');
  });

  test('a replaced certificate is shown to the next connection, and the present ones live on', async () => {
    const source = tlsSource(tls);
    await using alice = await openServer([], { tls });
    await using bob = await openServer(['tls'], { tls: source });
    collectRequests(bob);
    assert.equal((await alice.request(aRequest('OPTIONS'), at(bob, 'tls'))).kind, 'response');
    const renewed = await newCertificates();
    source.replace(renewed);
    assert.equal((await alice.request(aRequest('OPTIONS'), at(bob, 'tls'))).kind, 'response');
    assert.equal(bob.counted('connection_accepted'), 1);
    const socket = connectTlsSocket({ host: '127.0.0.1', port: at(bob, 'tls').port, ca: renewed.caPem! });
    await once(socket, 'secureConnect');
    socket.destroy();
  });
});

describe('SIP driver: opening and closing', suite, () => {
  for (const transport of ['udp', 'tcp', 'tls'] as const) {
    test(`a ${transport} port in use is named with a remedy, and nothing stays open`, async () => {
      await using first = await openServer([transport], { tls });
      const { port } = at(first, transport);
      const clock = fakeClock();
      const address = '127.0.0.1';
      const free = await freeTcpPort();
      const listen = [
        { transport: 'tcp' as const, address, port: free },
        { transport, address, port },
      ];
      await assert.rejects(
        openServer([], { listen, tls, clock }),
        (error: { code: string; sentence: string; remedy: string }) => {
          assert.equal(error.code, 'NET_PORT_TAKEN');
          assert.match(error.sentence, new RegExp(`port ${port} of 127\\.0\\.0\\.1 is used`));
          assert.match(error.remedy, /parley\.yaml/);
          return true;
        },
      );
      assert.equal(clock.pending, 0);
      await using again = await openServer([], { listen: [{ transport: 'tcp', address, port: free }] });
      assert.equal(again.listening.length, 1);
    });
  }

  test('a foreign address, a missing certificate and a key of another certificate are told apart', async () => {
    const other = await newCertificates();
    const cases = [
      [{ listen: [{ transport: 'udp', address: '203.0.113.1', port: 0 }] }, 'NET_ADDRESS_UNKNOWN'],
      [{ listen: [{ transport: 'tcp', address: '203.0.113.1', port: 0 }] }, 'NET_ADDRESS_UNKNOWN'],
      [{ listen: [{ transport: 'tls', address: '127.0.0.1', port: 0 }] }, 'NET_TLS_MISSING'],
      [
        {
          listen: [{ transport: 'tls', address: '127.0.0.1', port: 0 }],
          tls: { certPem: tls.certPem, keyPem: other.keyPem },
        },
        'NET_TLS_KEY_MISMATCH',
      ],
      [
        {
          listen: [{ transport: 'tls', address: '127.0.0.1', port: 0 }],
          tls: { certPem: 'noise', keyPem: other.keyPem },
        },
        'NET_TLS_UNREADABLE',
      ],
    ] as const;
    for (const [options, code] of cases) {
      await assert.rejects(openServer([], options), (error: { code: string; remedy: string }) => {
        assert.equal(error.code, code);
        assert.ok(error.remedy.length > 20);
        return true;
      });
    }
  });

  test('before there is a handler, a request is asked to come again', async () => {
    await using alice = await openServer([]);
    await using bob = await openServer(['tcp']);
    const outcome = await alice.request(aRequest('OPTIONS'), at(bob, 'tcp'));
    assert.ok(outcome.kind === 'response');
    assert.equal(outcome.response.status, 503);
    assert.equal(outcome.response.headers.get('Retry-After'), '2');
  });

  test('disposing waits for answers that are owed, refuses new requests, then closes; twice is once', async () => {
    await using alice = await openServer(['udp', 'tcp']);
    const bob: TestServer = await openServer(['udp', 'tcp']);
    const requests = collectRequests(bob, false);
    const owed = alice.request(aRequest('MESSAGE'), at(bob, 'udp'));
    const overTcp = alice.request(aRequest('MESSAGE'), at(bob, 'tcp'));
    await until(() => requests.length === 2);
    const disposing = Promise.all([bob[Symbol.asyncDispose](), bob[Symbol.asyncDispose]()]);
    const late = await alice.request(aRequest('OPTIONS'), at(bob, 'udp'));
    assert.ok(late.kind === 'response' && late.response.status === 503);
    for (const request of requests) request.respond(200);
    for (const outcome of await Promise.all([owed, overTcp])) {
      assert.ok(outcome.kind === 'response' && outcome.response.status === 200);
    }
    await disposing;
    assert.equal(bob.clock.pending, 0);
    assert.equal(bob.openConnections, 0);
    assert.deepEqual(await bob.request(aRequest('OPTIONS'), at(alice, 'tcp')), {
      kind: 'failed',
      reason: 'transport',
      code: 'NET_UNREACHABLE',
    });
  });

  test('disposing waits no longer than its bound, and who asked hears it', async () => {
    await using alice = await openServer(['udp', 'tcp']);
    const requests = collectRequests(alice, false);
    const bob = await openServer(['udp', 'tcp'], { limits: { drainMs: 5_000 } });
    const unanswered = bob.request(aRequest('OPTIONS'), at(alice, 'tcp'));
    await until(() => alice.counted('message_in') === 1);
    const disposing = bob[Symbol.asyncDispose]();
    await bob.clock.advanceAsync(5_000);
    assert.deepEqual(await unanswered, { kind: 'failed', reason: 'transport' });
    await disposing;
    assert.equal(bob.clock.pending, 0);
    requests[0]?.respond(200);
  });

  test('a message that was received can be serialized again as it came, but for the stamped Via', async () => {
    await using server = await openServer(['udp']);
    const requests = collectRequests(server);
    const socket = await bindUdp();
    const text = rawRequest('MESSAGE', 'SIP/2.0/UDP 127.0.0.1:5070;rport', 'X-Name: J\u00fcrgen\r\nl: 0\r\n');
    // The datagram arrives in shared memory; text beyond ASCII must survive that.
    socket.send(text.replace('Content-Length: 0\r\n', ''), at(server, 'udp').port, '127.0.0.1');
    await once(socket, 'message');
    assert.match(Buffer.from(serializeMessage(requests[0]!.request)).toString(), /X-Name: J\u00fcrgen\r\n/);
    socket.close();
  });
});
