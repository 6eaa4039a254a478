import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { openTestWebServer, TestBrowser } from './testing.ts';

const PATH = '/api/v1/socket';

/** @returns what a peer hears of a server that does this when it comes, and how it was closed. */
async function heardOf(speak: (socket: WebSocket) => void): Promise<{ heard: string[]; code: number }> {
  await using server = await openTestWebServer();
  server.socket(PATH, async () => ({ ok: true, value: undefined }), speak);
  await server.listen();
  const peer = new WebSocket(`ws://127.0.0.1:${new TestBrowser(server).port}${PATH}`);
  const heard: string[] = [];
  peer.on('message', (data: Buffer) => heard.push(data.toString()));
  const [code] = (await once(peer, 'close')) as [number];
  return { heard, code };
}

const shown = (text: string) => `${text.length} ${text.slice(0, 20)}`;

test('texts of every length and script arrive whole, in order, before the close', async () => {
  const texts = [
    '',
    'x',
    'x'.repeat(125),
    'x'.repeat(126),
    'é'.repeat(63),
    'x'.repeat(65_535),
    'x'.repeat(65_536),
  ];
  texts.push('Grüße', 'Привет', '日本語', '👋🏽', 'ÿ\x81\x00', 'ž'.repeat(40_000));
  const { heard, code } = await heardOf((socket) => {
    for (const text of texts) socket.send(text);
    socket.close(4000, 'that was all');
  });
  assert.deepEqual(heard.map(shown), texts.map(shown));
  assert.ok(heard.every((text, index) => text === texts[index]));
  assert.equal(code, 4000);
});

test('what is binary and what is asked for keep their place among the texts', async () => {
  const { heard } = await heardOf((socket) => {
    socket.send('one');
    socket.send(Buffer.from('two'));
    socket.ping();
    socket.send('three');
    socket.once('pong', () => socket.close());
  });
  assert.deepEqual(heard, ['one', 'two', 'three']);
});

test('after the peer has gone, nothing is written and nothing fails', async () => {
  await using server = await openTestWebServer();
  const { promise: gone, resolve } = Promise.withResolvers<void>();
  server.socket(
    PATH,
    async () => ({ ok: true, value: undefined }),
    (socket: WebSocket) => {
      socket.on('close', () => {
        socket.send('too late');
        setImmediate(resolve);
      });
      socket.on('message', () => {
        socket.send('half said');
        socket.terminate();
      });
    },
  );
  await server.listen();
  const peer = new WebSocket(`ws://127.0.0.1:${new TestBrowser(server).port}${PATH}`);
  peer.on('error', () => undefined);
  await once(peer, 'open');
  peer.send('hello');
  await gone;
});
