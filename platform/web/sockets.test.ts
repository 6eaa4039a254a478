import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { fakeClock } from '../net/testing.ts';
import type { OpenedWebServer } from './index.ts';
import { openTestWebServer, TestBrowser } from './testing.ts';

const URL_PATH = '/api/v1/socket';

async function opened(options: Parameters<typeof openTestWebServer>[0] = {}) {
  const server = await openTestWebServer(options);
  const sockets: WebSocket[] = [];
  server.socket(
    URL_PATH,
    async ({ cookies }) =>
      cookies['who'] === 'alice'
        ? { ok: true, value: 'alice' }
        : { ok: false, http: 401, fault: { code: 'WHO', sentence: 'Who are you?' } },
    (socket, admitted) => {
      sockets.push(socket);
      socket.send(`welcome ${String(admitted)}`);
      socket.on('message', (data: Buffer) => socket.send(data));
    },
  );
  await server.listen();
  return { server, sockets };
}

function connect(
  server: OpenedWebServer,
  options: { origin?: string; cookie?: string; host?: string; path?: string } = {},
) {
  const { port } = new TestBrowser(server);
  return new WebSocket(`ws://127.0.0.1:${port}${options.path ?? URL_PATH}`, {
    headers: {
      cookie: options.cookie ?? 'who=alice',
      ...(options.host === undefined ? {} : { host: options.host }),
    },
    ...(options.origin === undefined ? {} : { origin: options.origin }),
  });
}

async function refusal(socket: WebSocket): Promise<string> {
  const [, response] = (await once(socket, 'unexpected-response')) as [
    unknown,
    import('node:http').IncomingMessage,
  ];
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk as Buffer);
  socket.on('error', () => undefined);
  socket.terminate();
  const problem = JSON.parse(Buffer.concat(chunks).toString()) as { code: string };
  return `${response.statusCode} ${problem.code}`;
}

test('a socket is admitted by its cookie, from our own pages, under our own name', async () => {
  const { server } = await opened();
  await using _server = server;
  const { port } = new TestBrowser(server);
  const socket = connect(server, { origin: `http://127.0.0.1:${port}` });
  const [welcome] = (await once(socket, 'message')) as [Buffer];
  assert.equal(welcome.toString(), 'welcome alice');
  socket.terminate();
  assert.equal(await refusal(connect(server, { cookie: 'who=mallory' })), '401 WHO');
  assert.equal(await refusal(connect(server, { origin: 'https://evil.example' })), '403 WEB_BAD_ORIGIN');
  assert.equal(await refusal(connect(server, { host: 'evil.example' })), '421 WEB_BAD_HOST');
  assert.equal(await refusal(connect(server, { path: '/elsewhere' })), '404 WEB_NOT_FOUND');
});

test('one source holds a limited number of sockets, and a closed one makes room', async () => {
  const { server, sockets } = await opened({ limits: { sockets: { perSource: 2 } } });
  await using _server = server;
  const first = connect(server);
  const second = connect(server);
  await Promise.all([once(first, 'message'), once(second, 'message')]);
  assert.equal(await refusal(connect(server)), '503 WEB_TOO_MANY_SOCKETS');
  const closed = once(sockets[0]!, 'close');
  first.close();
  await closed;
  const third = connect(server);
  await once(third, 'message');
  second.terminate();
  third.terminate();
});

test('a source that knocks too often is told to wait, whatever cookie it has', async () => {
  const clock = fakeClock();
  const handshakes = { perSecond: 1, burst: 2 };
  const { server } = await opened({ clock, limits: { sockets: { handshakes } } });
  await using _server = server;
  for (const expected of ['401 WHO', '401 WHO', '429 WEB_TOO_MANY_REQUESTS'])
    assert.equal(await refusal(connect(server, { cookie: 'who=mallory' })), expected);
  clock.advance(1_000);
  const socket = connect(server);
  await once(socket, 'message');
  socket.terminate();
});

test('a peer that answers no ping is cut off after two intervals, one that answers stays', async () => {
  const clock = fakeClock();
  const { server, sockets } = await opened({ clock });
  await using _server = server;
  const living = connect(server);
  await once(living, 'message');
  const dead = connect(server);
  await once(dead, 'message');
  // Its network is gone: it reads nothing, so it answers nothing.
  dead.pause();
  const cut = once(sockets[1]!, 'close');
  const answered = once(sockets[0]!, 'pong');
  clock.advance(30_000);
  await answered;
  clock.advance(30_000);
  const [code] = (await cut) as [number];
  assert.equal(code, 1006);
  assert.equal(sockets[0]!.readyState, WebSocket.OPEN);
  living.terminate();
  dead.terminate();
});

test('a peer that does not read is let go before its backlog grows without bound', async () => {
  const { server, sockets } = await opened({ limits: { sockets: { backlogBytes: 1_000_000 } } });
  await using _server = server;
  const slow = connect(server);
  await once(slow, 'message');
  slow.pause();
  const sender = sockets[0]!;
  const block = 'x'.repeat(100_000);
  let sent = 0;
  while (sender.readyState === WebSocket.OPEN && sent < 1_000) {
    sender.send(block);
    sent += 1;
  }
  assert.ok(sent < 1_000, 'it was let go');
  assert.ok(sender.bufferedAmount < 1_300_000);
  slow.resume();
  const [code] = (await once(slow, 'close')) as [number];
  assert.equal(code, 1013);
});

test('a frame beyond the limit closes the socket with 1009', async () => {
  const { server } = await opened();
  await using _server = server;
  const socket = connect(server);
  await once(socket, 'message');
  socket.send('x'.repeat(300 * 1024));
  const [code] = (await once(socket, 'close')) as [number];
  assert.equal(code, 1009);
});

test('a server that stops says 1001 to its sockets', async () => {
  const { server } = await opened();
  const socket = connect(server);
  await once(socket, 'message');
  const closed = once(socket, 'close') as Promise<[number]>;
  await server[Symbol.asyncDispose]();
  assert.equal((await closed)[0], 1001);
});

test('a path for another protocol gets upgrades of our pages, of programs and of the sites that are let in', async () => {
  const server = await openTestWebServer();
  await using _server = server;
  const taken: string[] = [];
  server.upgrade('/sip', {
    origins: ['https://phone.example.com'],
    take(request, stream) {
      taken.push(request.headers.origin ?? 'none');
      stream.end('HTTP/1.1 418 Taken\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}');
    },
  });
  await server.listen();
  const { port } = new TestBrowser(server);
  const ours = `http://127.0.0.1:${port}`;
  for (const origin of [ours, 'https://phone.example.com', undefined])
    assert.equal(
      await refusal(connect(server, { path: '/sip', ...(origin === undefined ? {} : { origin }) })),
      '418 undefined',
    );
  for (const origin of ['https://evil.example', 'http://phone.example.com', 'https://phone.example.com:8443'])
    assert.equal(await refusal(connect(server, { path: '/sip', origin })), '403 WEB_BAD_ORIGIN', origin);
  assert.equal(await refusal(connect(server, { path: '/sip', host: 'evil.example' })), '421 WEB_BAD_HOST');
  assert.deepEqual(taken, [ours, 'https://phone.example.com', 'none']);
});

test('with * the pages of all sites may come to the path of another protocol, and to no other', async () => {
  const { server } = await opened();
  await using _server = server;
  server.upgrade('/sip', {
    origins: ['*'],
    take: (_request, stream) =>
      stream.end('HTTP/1.1 418 Taken\r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}'),
  });
  const origin = 'https://anybody.example';
  assert.equal(await refusal(connect(server, { path: '/sip', origin })), '418 undefined');
  assert.equal(await refusal(connect(server, { origin })), '403 WEB_BAD_ORIGIN');
});
