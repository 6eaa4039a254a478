// SIP over WebSocket (RFC 7118 §4, RFC 6455 §4) as a browser phone meets it, on the wire: upgrade, liveness, bounds, the closing handshake.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { describe, test } from 'node:test';
import type { SipServerOptions } from './sip-driver.ts';
import { openServer, rawRequest, type TestServer, until } from './sip-driver-testing.ts';
import { sipUpgrade } from './ws.ts';

const via = 'SIP/2.0/WS df7jal23ls0d.invalid';

interface Opened extends AsyncDisposable {
  readonly server: TestServer;
  browser(fields?: readonly string[]): Promise<RawBrowser>;
}

async function opened(limits: SipServerOptions['limits'] = {}): Promise<Opened> {
  const server = await openServer([], { limits });
  server.onRequest((request) => request.respond(200));
  const http = createServer();
  const take = sipUpgrade({
    clock: server.clock,
    limits: server.limits,
    maxMessageBytes: 20_000,
    isSecure: ({ headers }) => headers['x-forwarded-proto'] === 'https',
    sourceOf: ({ headers }) => String(headers['x-forwarded-for'] ?? ''),
    accept: (connection) => server.accept(connection),
  });
  http.on('upgrade', take);
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
  const { port } = http.address() as AddressInfo;
  const browsers: RawBrowser[] = [];
  return {
    server,
    async browser(fields) {
      const browser = await RawBrowser.open(port, fields);
      browsers.push(browser);
      return browser;
    },
    async [Symbol.asyncDispose]() {
      // Time stands still, so that nobody would be cut for not answering our close.
      for (const { socket } of browsers) socket.destroy();
      await server[Symbol.asyncDispose]();
      http.closeAllConnections();
      http.close();
    },
  };
}

const handshake = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Protocol: sip',
];

/** The far end of a WebSocket, as bytes. */
class RawBrowser {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  /** What the server said to the upgrade. */
  answer = '';
  bytes = Buffer.alloc(0);

  constructor(socket: Socket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (bytes: Buffer) => {
      this.bytes = Buffer.concat([this.bytes, bytes]);
    });
    this.closed = new Promise((resolve) => socket.on('close', () => resolve()));
  }

  static async open(port: number, fields: readonly string[] = handshake): Promise<RawBrowser> {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    const browser = new RawBrowser(socket);
    socket.write(['GET /sip HTTP/1.1', 'Host: localhost', ...fields, '', ''].join('\r\n'));
    browser.answer = await browser.reads(/\r\n\r\n/);
    return browser;
  }

  /** @param opcode 1 text, 8 close, 9 ping, 10 pong. */
  send(opcode: number, payload: string | Uint8Array = '', isFinal = true): void {
    const bytes = Buffer.from(payload as string);
    const length = bytes.length < 126 ? [bytes.length] : [126, bytes.length >> 8, bytes.length & 0xff];
    const head = [(isFinal ? 0x80 : 0) | opcode, 0x80 | length[0]!, ...length.slice(1), 0, 0, 0, 0];
    this.socket.write(Buffer.concat([Buffer.from(head), bytes]));
  }

  /** Forgets what came before and waits for what comes. */
  async reads(pattern: RegExp): Promise<string> {
    for (;;) {
      const text = this.bytes.toString('latin1');
      if (pattern.test(text)) {
        this.bytes = Buffer.alloc(0);
        return text;
      }
      await once(this.socket, 'data');
    }
  }

  async registers(): Promise<void> {
    this.send(1, rawRequest('REGISTER', via));
    await this.reads(/SIP\/2\.0 200/);
  }
}

const suite = { timeout: 20_000 };

describe('SIP over WebSocket: the upgrade', suite, () => {
  const without = (name: string) => handshake.filter((field) => !field.startsWith(name));
  const refused: readonly (readonly [string, readonly string[], RegExp])[] = [
    ['RFC 7118 §4.1: without the subprotocol sip', without('Sec-WebSocket-Protocol'), /^HTTP\/1\.1 400 /],
    [
      'RFC 7118 §4.1: with other subprotocols only',
      [...without('Sec-WebSocket-Protocol'), 'Sec-WebSocket-Protocol: xmpp, sips'],
      /^HTTP\/1\.1 400 /,
    ],
    [
      'RFC 6455 §4.4: of another version',
      [...without('Sec-WebSocket-Version'), 'Sec-WebSocket-Version: 8'],
      /^HTTP\/1\.1 426 [\s\S]*Sec-WebSocket-Version: 13\r\n/,
    ],
    ['RFC 6455 §4.2.1: without a key', without('Sec-WebSocket-Key'), /^HTTP\/1\.1 400 /],
  ];
  for (const [what, fields, answer] of refused) {
    test(`${what} it is refused, and nothing is held`, async () => {
      await using stage = await opened();
      const browser = await stage.browser(fields);
      assert.match(browser.answer, answer);
      await browser.closed;
      assert.equal(stage.server.openConnections, 0);
    });
  }

  test('RFC 6455 §1.3: the key is proven, and the subprotocol sip is chosen among others', async () => {
    await using stage = await opened();
    const { answer } = await stage.browser([
      ...without('Sec-WebSocket-Protocol'),
      'Sec-WebSocket-Protocol: chat, sip',
    ]);
    assert.match(answer, /^HTTP\/1\.1 101 [\s\S]*Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK\+xOo=\r\n/);
    assert.match(answer, /Sec-WebSocket-Protocol: sip\r\n/);
  });

  test('behind a proxy the flow is the phone’s: its address, and wss where the proxy ends TLS', async () => {
    await using stage = await opened();
    const flows: string[] = [];
    stage.server.onMessage((_direction, _message, flow) =>
      flows.push(`${flow.transport} ${flow.remoteAddress}`),
    );
    const far = ['X-Forwarded-For: 192.0.2.7', 'X-Forwarded-Proto: https'];
    await (await stage.browser([...handshake, ...far])).registers();
    await (await stage.browser([...handshake, 'X-Forwarded-For: unknown'])).registers();
    assert.deepEqual([...new Set(flows)], ['wss 192.0.2.7', 'ws 127.0.0.1']);
  });
});

describe('SIP over WebSocket: the connection', suite, () => {
  test('RFC 7118 §4.2: text and binary frames, whole and in pieces, are messages', async () => {
    await using stage = await opened();
    const browser = await stage.browser();
    await browser.registers();
    browser.send(2, rawRequest('OPTIONS', via));
    await browser.reads(/SIP\/2\.0 200/);
    const text = rawRequest('OPTIONS', via);
    browser.send(1, text.slice(0, 50), false);
    browser.send(9, 'still there?');
    await browser.reads(/\x8a\x0cstill there\?/);
    browser.send(0, text.slice(50));
    await browser.reads(/SIP\/2\.0 200/);
  });

  test('RFC 5626 §3.5.1: a double CRLF is answered with one, and one with nothing', async () => {
    await using stage = await opened();
    const browser = await stage.browser();
    browser.send(1, '\r\n');
    browser.send(1, '\r\n\r\n');
    assert.equal(await browser.reads(/./s), '\x81\x02\r\n');
    assert.equal(stage.server.counted('keep_alive'), 1);
  });

  test('RFC 7118 §6: a silent phone is asked with a ping; who answers stays, who does not is let go', async () => {
    await using stage = await opened();
    const { clock, limits } = stage.server;
    const browser = await stage.browser();
    await browser.registers();
    for (let round = 0; round < 5; round++) {
      clock.advance(limits.askMs);
      await browser.reads(/\x89\x00/);
      const arrived = clock.pending;
      browser.send(10);
      // The pong has arrived when what follows it is answered.
      browser.send(1, '\r\n\r\n');
      await browser.reads(/\x81\x02\r\n/);
      assert.equal(clock.pending, arrived);
    }
    clock.advance(limits.askMs);
    await browser.reads(/\x89\x00/);
    clock.advance(limits.askMs - 1);
    assert.equal(stage.server.openConnections, 1);
    clock.advance(1);
    await browser.closed;
    assert.equal(stage.server.counted('closed_idle'), 1);
  });

  const halves: Record<string, readonly [begin: (browser: RawBrowser) => void, more: Uint8Array]> = {
    // In one segment with a ping: when that is answered, the half has arrived.
    'a frame': [
      ({ socket }) => socket.write(Uint8Array.of(0x89, 0x80, 0, 0, 0, 0, 0x81)),
      Uint8Array.of(0xfe),
    ],
    'a message in fragments': [
      (browser) => {
        browser.send(1, 'OPTIONS', false);
        browser.send(9);
      },
      Uint8Array.of(0x00, 0x81, 0, 0, 0, 0, 0x20, 0x89, 0x80, 0, 0, 0, 0),
    ],
  };
  for (const [what, [begin, more]] of Object.entries(halves)) {
    test(`${what} that trickles in is closed 30 s after its first byte`, async () => {
      await using stage = await opened();
      const { clock, limits } = stage.server;
      const browser = await stage.browser();
      await browser.registers();
      begin(browser);
      await browser.reads(/\x8a\x00/);
      await clock.advanceAsync(limits.slowPeerMs - 1_000);
      browser.socket.write(more);
      await clock.advanceAsync(999);
      assert.equal(stage.server.openConnections, 1);
      await clock.advanceAsync(1);
      await browser.closed;
      assert.equal(stage.server.counted('closed_slow_peer'), 1);
    });
  }

  test('what many hold of messages that are not whole is bounded for each source', async () => {
    await using stage = await opened({ unfinished: { totalBytes: 1_000_000, sourceBytes: 10_000 } });
    const first = await stage.browser();
    const second = await stage.browser();
    first.send(1, 'x'.repeat(6_000), false);
    second.send(1, 'x'.repeat(6_000), false);
    await Promise.race([first.closed, second.closed]);
    assert.equal(stage.server.openConnections, 1);
    assert.equal(stage.server.counted('closed_slow_peer'), 1);
  });

  test('who asks with pings without end and reads nothing makes us hold little', async () => {
    await using stage = await opened();
    const browser = await stage.browser();
    await browser.registers();
    browser.socket.pause();
    const ping = Buffer.concat([Buffer.from([0x89, 0x80 | 125, 0, 0, 0, 0]), Buffer.alloc(125, 'p')]);
    const many = Buffer.concat(Array.from({ length: 500 }, () => ping));
    const before = process.memoryUsage().rss;
    // Far more pongs than the system's own buffers take.
    for (let round = 0; round < 200; round++) {
      if (!browser.socket.write(many)) await once(browser.socket, 'drain');
    }
    assert.ok(process.memoryUsage().rss - before < 64 * 1024 * 1024);
    browser.socket.resume();
    browser.send(1, rawRequest('OPTIONS', via));
    await browser.reads(/SIP\/2\.0 200/);
  });

  test('RFC 6455 §5.5.1: a close is answered with its code, and then the connection ends', async () => {
    await using stage = await opened();
    const browser = await stage.browser();
    await browser.registers();
    browser.send(8, Uint8Array.of(0x03, 0xe9));
    assert.equal(await browser.reads(/./s), '\x88\x02\x03\xe9');
    await browser.closed;
    await until(() => stage.server.openConnections === 0);
  });

  test('RFC 6455 §7.1.7: what is no WebSocket gets a close that says why', async () => {
    await using stage = await opened();
    const browser = await stage.browser();
    await browser.registers();
    browser.socket.write(rawRequest('OPTIONS', via));
    assert.equal(await browser.reads(/./s), '\x88\x02\x03\xea');
    await browser.closed;
    await until(() => stage.server.counted('closed_malformed') === 1);
  });

  test('a phone that goes without a word of goodbye is forgotten at once, and no timer is left of it', async () => {
    await using stage = await opened();
    const { server } = stage;
    const left: number[] = [];
    for (let round = 0; round < 2; round++) {
      const browser = await stage.browser();
      await browser.registers();
      browser.socket.end();
      await browser.closed;
      await until(() => server.openConnections === 0);
      left.push(server.clock.pending);
    }
    assert.equal(left[1], left[0]);
  });
});
