// The bounds of the SIP listeners in number, size, rate and time, on real sockets and a clock that stands still.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import type { OpenedSipServer } from './sip-driver.ts';
import { at, newCertificates, openServer, RawPeer, rawRequest, until } from './sip-driver-testing.ts';
import { SourceRate } from './source-rate.ts';

const via = 'SIP/2.0/TCP 127.0.0.1';
const suite = { timeout: 120_000 };

/** Opens sockets, in steps that the listener's backlog can hold; resolves with those not closed at once. */
async function openSockets(server: OpenedSipServer, count: number, localAddress?: string): Promise<Socket[]> {
  const { address, port } = at(server, 'tcp');
  const sockets: Socket[] = [];
  for (let opened = 0; opened < count; opened += 200) {
    const step = Array.from({ length: Math.min(200, count - opened) }, async () => {
      const socket = connect({
        host: address,
        port,
        ...(localAddress === undefined ? {} : { localAddress }),
      });
      // The refused are reset.
      socket.on('error', () => {});
      await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', () => resolve()));
      return socket;
    });
    sockets.push(...(await Promise.all(step)));
  }
  return sockets;
}

const refused = (server: OpenedSipServer) =>
  server.counted('refused_source') + server.counted('refused_total');

/** Every one of `count` connections was accepted or refused. */
async function decided(server: OpenedSipServer, count: number): Promise<void> {
  await until(() => server.counted('connection_accepted') + refused(server) === count);
}

async function hangUp(server: OpenedSipServer, sockets: readonly Socket[]): Promise<void> {
  for (const socket of sockets) socket.destroy();
  await until(() => server.openConnections === 0);
}

describe('SIP listeners: number', suite, () => {
  test('one source holds exactly as many connections as it may, another still gets in, and room is given back', async () => {
    await using server = await openServer(['tcp'], {
      limits: { connections: { total: 100, perSource: 20 } },
    });
    const first = await openSockets(server, 30, '127.0.0.2');
    await decided(server, 30);
    assert.equal(server.openConnections, 20);
    assert.equal(server.counted('refused_source'), 10);

    const other = await openSockets(server, 1, '127.0.0.3');
    await decided(server, 31);
    assert.equal(server.openConnections, 21);

    await hangUp(server, [...first, ...other]);
    const again = await openSockets(server, 20, '127.0.0.2');
    await decided(server, 51);
    assert.equal(server.openConnections, 20);
    assert.equal(server.counted('refused_source'), 10);
    await hangUp(server, again);
  });

  test('a full listener refuses everyone', async () => {
    await using server = await openServer(['tcp'], { limits: { connections: { total: 5, perSource: 5 } } });
    const sockets = await openSockets(server, 5, '127.0.0.2');
    sockets.push(...(await openSockets(server, 2, '127.0.0.3')));
    await decided(server, 7);
    assert.equal(server.counted('refused_total'), 2);
    await hangUp(server, sockets);
  });

  // Both ends are in this process: two descriptors each.
  const descriptors = Number(execFileSync('/bin/sh', ['-c', 'ulimit -n']).toString()) || 1024;
  const idle = Math.min(10_000, Math.floor((descriptors - 500) / 2));
  test(`${idle} idle connections are held within a bound of memory, the next are refused, and the server answers on`, async (t) => {
    const limits = { connections: { total: idle, perSource: idle } };
    await using server = await openServer(['tcp', 'udp'], { limits });
    server.onRequest((request) => request.respond(200));
    const before = process.memoryUsage().rss;
    const sockets = await openSockets(server, idle);
    await decided(server, idle);
    assert.equal(server.openConnections, idle);
    const perConnectionBytes = (process.memoryUsage().rss - before) / idle;
    t.diagnostic(`${Math.round(perConnectionBytes / 1024)} KiB a connection, both ends`);
    assert.ok(perConnectionBytes < 40 * 1024, `${perConnectionBytes} bytes a connection`);

    const late = await openSockets(server, 50);
    await decided(server, idle + 50);
    assert.equal(server.openConnections, idle);
    assert.equal(server.counted('refused_total'), 50);

    const peer = new RawPeer(sockets[0]!);
    peer.socket.write(rawRequest('OPTIONS', via));
    await peer.reads(/200 OK/);
    // Those that never say anything leave by themselves.
    server.clock.advance(server.limits.firstMessageMs);
    await until(() => server.openConnections === 1);
    assert.equal(server.counted('closed_silent'), idle - 1);
    await hangUp(server, [...sockets, ...late]);
  });
});

describe('SIP listeners: time', suite, () => {
  const halves = {
    'half a header': 'OPTIONS sip:bob@example.com SIP/2.0\r\nVia: ',
    'a header whose body never comes': rawRequest('MESSAGE', via).replace('Length: 0', 'Length: 5'),
  };
  for (const [name, half] of Object.entries(halves)) {
    test(`${name} and then silence is closed after 30 s`, async () => {
      await using server = await openServer(['tcp']);
      server.onRequest((request) => request.respond(200));
      const peer = await RawPeer.open(server);
      // In one segment: when the first is answered, the half has arrived.
      peer.socket.write(rawRequest('OPTIONS', via) + half);
      await peer.reads(/200 OK/);
      server.clock.advance(29_999);
      assert.equal(server.openConnections, 1);
      server.clock.advance(1);
      await peer.closed;
      assert.equal(server.counted('closed_slow_peer'), 1);
    });
  }

  test('a peer that trickles a message byte by byte gains nothing', async () => {
    await using server = await openServer(['tcp']);
    const peer = await RawPeer.open(server);
    const text = rawRequest('OPTIONS', via);
    let isClosed = false;
    void peer.closed.then(() => {
      isClosed = true;
    });
    for (let index = 0; index < 100 && !isClosed; index++) {
      peer.socket.write(text[index]!);
      await server.clock.advanceAsync(1_000);
    }
    await peer.closed;
    assert.equal(server.counted('closed_slow_peer') + server.counted('closed_silent'), 1);
    assert.ok(server.clock.now() <= 40_000, `closed after ${server.clock.now()} ms`);
  });

  test('a connection without a message is closed after 30 s, one that goes silent after more than an hour', async () => {
    await using server = await openServer(['tcp']);
    server.onRequest((request) => request.respond(200));
    const mute = await RawPeer.open(server);
    const phone = await RawPeer.open(server);
    phone.socket.write(rawRequest('REGISTER', via));
    await phone.reads(/200 OK/);
    await until(() => server.openConnections === 2);
    server.clock.advance(30_000);
    await mute.closed;
    assert.equal(server.counted('closed_silent'), 1);

    server.clock.advance(3_600_000);
    assert.equal(server.openConnections, 1);
    phone.socket.write('\r\n\r\n');
    await phone.reads(/\r\n\r\n\r\n$/);
    server.clock.advance(server.limits.idleMs - 1);
    assert.equal(server.openConnections, 1);
    server.clock.advance(1);
    await phone.closed;
    assert.equal(server.counted('closed_idle'), 1);
  });

  test('a TLS connection that ends, in its handshake or after it, gives its place back', async () => {
    const tls = await newCertificates();
    const limits = { connections: { total: 1, perSource: 1 } };
    await using server = await openServer(['tls'], { tls, limits });
    const { address: host, port } = at(server, 'tls');
    for (let round = 1; round <= 3; round++) {
      const unfinished = connect({ host, port });
      await once(unfinished, 'connect');
      unfinished.end('this is no TLS');
      unfinished.on('error', () => {});
      await once(unfinished.resume(), 'close');
      await until(() => server.counted('refused_handshake') === round);
      const finished = connectTls({ host, port, ca: tls.caPem! });
      await once(finished, 'secureConnect');
      await until(() => server.openConnections === 1);
      finished.destroy();
      await until(() => server.openConnections === 0);
    }
    assert.equal(server.counted('connection_accepted'), 3);
    assert.equal(server.counted('refused_total') + server.counted('refused_source'), 0);
  });

  test('a TLS peer that does not finish its handshake, or never begins it, is closed after 10 s', async () => {
    await using server = await openServer(['tls'], { tls: await newCertificates() });
    const { address, port } = at(server, 'tls');
    // The beginning of a ClientHello (RFC 8446 §4.1.2), and nothing at all.
    for (const [round, said] of [Uint8Array.of(0x16, 3, 1, 2, 0, 1), undefined].entries()) {
      const socket = connect({ host: address, port });
      // Bytes that nobody reads any more reset the connection.
      socket.on('error', () => {});
      const closed = new Promise((resolve) => socket.on('close', resolve));
      await once(socket, 'connect');
      if (said !== undefined) socket.write(said);
      await until(() => server.clock.pending === 1);
      server.clock.advance(10_000);
      await closed;
      await until(() => server.counted('refused_handshake') === round + 1);
      assert.equal(server.clock.pending, 0);
    }
  });
});

describe('SIP listeners: memory', suite, () => {
  test('halves of messages are held up to a bound for each source; what is over it is closed, and others go on', async () => {
    await using server = await openServer(['tcp'], {
      limits: { unfinished: { totalBytes: 1_000_000, sourceBytes: 100_000 } },
    });
    server.onRequest((request) => request.respond(200));
    const half = rawRequest('MESSAGE', via).replace('Length: 0', 'Length: 60000') + 'x'.repeat(59_000);
    const first = await RawPeer.open(server);
    first.socket.write(half);
    const second = await RawPeer.open(server);
    second.socket.write(half);
    await Promise.race([first.closed, second.closed]);
    await until(() => server.openConnections === 1);
    assert.equal(server.counted('closed_slow_peer'), 1);
    first.socket.write('x'.repeat(1_000));
    second.socket.write('x'.repeat(1_000));
    await until(() => /200 OK/.test(first.text + second.text));

    const third = await RawPeer.open(server);
    third.socket.write(half);
    third.socket.write(`${'x'.repeat(1_000)}${rawRequest('OPTIONS', via)}`);
    await third.reads(/200 OK[\s\S]*200 OK/);
    await hangUp(
      server,
      [first, second, third].map((peer) => peer.socket),
    );
  });
});

describe('SIP listeners: memory of answers', suite, () => {
  for (const isTrusted of [false, true]) {
    test(`a peer that does not read may leave ${isTrusted ? 'more once it was granted something' : 'little as long as it has proven nothing'}`, async () => {
      const limits = { strangerUnsentBytes: 64 * 1024, maxUnsentBytes: 64 * 1024 * 1024 };
      await using server = await openServer(['tcp'], { limits });
      let answered = 0;
      server.onRequest((request) => {
        answered += 1;
        request.respond(request.request.method === 'REGISTER' ? 200 : 404, {
          headers: [['X-Long', 'x'.repeat(60_000)]],
        });
      });
      const peer = await RawPeer.open(server);
      if (isTrusted) {
        peer.socket.write(rawRequest('REGISTER', via));
        await peer.reads(/200 OK/);
      }
      peer.socket.pause();
      // More than the system's own buffers take.
      const asked = 300;
      for (let sent = 0; sent < asked; sent += 1) peer.socket.write(rawRequest('MESSAGE', via));
      if (isTrusted) await until(() => answered === asked + 1);
      else await until(() => server.openConnections === 0);
      assert.equal(server.counted('closed_not_reading'), isTrusted ? 0 : 1);
      peer.socket.destroy();
    });
  }
});

describe('SIP listeners: size and sense', suite, () => {
  test('a 1 MB header is refused with 513 and the connection closed', async () => {
    await using server = await openServer(['tcp']);
    const peer = await RawPeer.open(server);
    peer.socket.write(rawRequest('OPTIONS', via, `X-Long: ${'x'.repeat(1024 * 1024)}\r\n`));
    await peer.reads(/^SIP\/2\.0 513 [^\r]+\r\nVia: SIP\/2\.0\/TCP 127\.0\.0\.1/);
    await peer.closed;
    await until(() => server.counted('closed_malformed') === 1);
    assert.equal(server.clock.pending, 0);
  });

  test('a 10 MB message is refused by its Content-Length, before its body', async () => {
    await using server = await openServer(['tcp']);
    const peer = await RawPeer.open(server);
    peer.socket.write(rawRequest('MESSAGE', via).replace('Length: 0', `Length: ${10 * 1024 * 1024}`));
    await peer.reads(/^SIP\/2\.0 513 /);
    await peer.closed;
  });

  test('what is not SIP at all is closed without an answer', async () => {
    await using server = await openServer(['tcp']);
    const peer = await RawPeer.open(server);
    peer.socket.write('\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03');
    await peer.closed;
    assert.equal(peer.text, '');
  });

  test('a malformed request over UDP gets its status at the port it came from, noise gets nothing', async () => {
    await using server = await openServer(['udp']);
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = at(server, 'udp');
    const answers: string[] = [];
    socket.on('message', (bytes) => answers.push(bytes.toString()));
    socket.send('GET / HTTP/1.1\r\n\r\n', port, '127.0.0.1');
    const request = rawRequest('OPTIONS', 'SIP/2.0/UDP 127.0.0.1;rport');
    socket.send(request.replace('Length: 0', 'Length: 99'), port, '127.0.0.1');
    await until(() => answers.length === 1);
    assert.match(answers[0]!, /^SIP\/2\.0 400 /);
    assert.match(answers[0]!, /;received=127\.0\.0\.1/);
    assert.match(answers[0]!, /\r\nTo: <sip:bob@example\.com>;tag=./);
    assert.equal(server.counted('malformed'), 2);
    socket.close();
  });
});

describe('SIP listeners: rate', suite, () => {
  test('a source over its rate is dropped and counted until it has waited', async () => {
    await using server = await openServer(['tcp'], { limits: { requests: { perSecond: 2, burst: 3 } } });
    server.onRequest((request) => request.respond(200));
    const peer = await RawPeer.open(server);
    const answers = () => peer.text.match(/SIP\/2\.0 200/g)?.length ?? 0;
    peer.socket.write(Array.from({ length: 5 }, () => rawRequest('OPTIONS', via)).join(''));
    await until(() => server.counted('message_in') === 5 && answers() === 3);
    assert.equal(server.counted('limited_request'), 2);
    server.clock.advance(1_000);
    peer.socket.write(Array.from({ length: 3 }, () => rawRequest('OPTIONS', via)).join(''));
    await until(() => server.counted('message_in') === 8 && answers() === 5);
    assert.equal(server.counted('limited_request'), 3);
    peer.socket.destroy();
  });

  test('a CANCEL counts as a request, whatever it is for', async () => {
    await using server = await openServer(['tcp'], { limits: { requests: { perSecond: 1, burst: 2 } } });
    const peer = await RawPeer.open(server);
    peer.socket.write(Array.from({ length: 5 }, () => rawRequest('CANCEL', via)).join(''));
    await until(() => server.counted('limited_request') === 3);
    await peer.reads(/SIP\/2\.0 481[\s\S]*SIP\/2\.0 481/);
    peer.socket.destroy();
  });

  test('RFC 3261 §8.2.7: an INVITE that is refused without state is answered once, whoever it names as its sender', async () => {
    await using server = await openServer(['udp']);
    server.onRequest((request) => request.respond(501, { stateless: true }));
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { port } = at(server, 'udp');
    const answers: string[] = [];
    socket.on('message', (bytes) => answers.push(bytes.toString()));
    socket.send(rawRequest('INVITE', 'SIP/2.0/UDP 127.0.0.1;rport'), port, '127.0.0.1');
    await until(() => answers.length === 1);
    await server.clock.advanceAsync(40_000);
    socket.send(rawRequest('OPTIONS', 'SIP/2.0/UDP 127.0.0.1;rport'), port, '127.0.0.1');
    await until(() => answers.some((answer) => answer.includes('OPTIONS')));
    assert.equal(answers.length, 2);
    assert.equal(server.counted('message_out'), 2);
    socket.close();
  });

  test('malformed messages are answered up to their own rate', async () => {
    await using server = await openServer(['tcp'], { limits: { malformed: { perSecond: 1, burst: 2 } } });
    const peer = await RawPeer.open(server);
    peer.socket.write(Array.from({ length: 4 }, () => rawRequest('OPTIONS', via, ': no name\r\n')).join(''));
    await until(() => server.counted('malformed') === 4);
    assert.equal(server.counted('limited_malformed'), 2);
    await peer.reads(/SIP\/2\.0 400[\s\S]*SIP\/2\.0 400/);
    peer.socket.destroy();
  });

  test('rates count an IPv6 network of 64 bits as one source', () => {
    const rate = new SourceRate({ perSecond: 1, burst: 1 });
    assert.equal(rate.take('2001:db8:0:1::1', 0), true);
    assert.equal(rate.take('2001:db8:0:1:ffff::2', 0), false);
    assert.equal(rate.take('2001:db8:0:2::1', 0), true);
    assert.equal(rate.take('192.0.2.1', 0), true);
    assert.equal(rate.take('192.0.2.2', 0), true);
    assert.equal(rate.take('192.0.2.1', 999), false);
    assert.equal(rate.take('192.0.2.1', 1_999), true);
  });
});
