// Bad input over HTTP and WebSocket: each has an answer with a code and a remedy, a bound, and harms nobody else.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ServerFrame } from '@parley/services/web-access/contract';
import { WebSocket } from 'ws';
import { HttpClient, HttpProblem, type Problem } from '../cast/http-client.ts';
import { RawPeer } from '../cast/raw-peer.ts';
import { onEveryTopology, type Person, type Stage } from '../cast/stage.ts';
import type { WebUser } from '../cast/web-user.ts';

/** What is refused says why in a stable code, a sentence and what to do. */
async function refusal(request: Promise<unknown>): Promise<Problem> {
  const problem = await request.then(
    () => assert.fail('it was not refused'),
    (error: unknown) => {
      if (error instanceof HttpProblem) return error.problem;
      throw error;
    },
  );
  assert.ok(problem.detail.length > 10 && (problem.remedy ?? '').length > 10, JSON.stringify(problem));
  return problem;
}

function signIn(stage: Stage, address: string, password: string) {
  return new HttpClient(stage.web.origin).post('/api/v1/sign-in', { address, password });
}

/** A signed-in window at the level of frames. */
async function rawSocket(stage: Stage, person: Person) {
  const http = new HttpClient(stage.web.origin);
  await http.post('/api/v1/sign-in', { address: person.address, password: person.password });
  const url = new URL('/api/v1/socket', stage.web.origin);
  url.protocol = 'ws:';
  const socket = new WebSocket(url, { headers: { cookie: http.cookie, origin: http.origin } });
  const texts: string[] = [];
  socket.on('message', (data) => texts.push(String(data)));
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('open', resolve));
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  return { socket, texts, closed };
}

function raw(stage: Stage): Promise<RawPeer> {
  return RawPeer.connect({ address: '127.0.0.1', port: Number(new URL(stage.web.origin).port) });
}

onEveryTopology((stage) => {
  test('a wrong password and an unknown address read the same', async () => {
    const alice = await stage().hire('Alice');
    const wrong = await refusal(signIn(stage(), alice.address, 'not her password'));
    const unknown = await refusal(signIn(stage(), `nobody-${alice.address}`, 'not her password'));
    assert.deepEqual([wrong.status, wrong.code], [401, 'AUTHENTICATION_FAILED']);
    assert.deepEqual(unknown, wrong);
  });

  test('five wrong passwords lock the account, also for the right one, until a new password is given', async () => {
    const carol = await stage().hire('Carol');
    for (let guess = 0; guess < 5; guess++) {
      await refusal(signIn(stage(), carol.address, `guess number ${guess}`));
    }
    const locked = await refusal(signIn(stage(), carol.address, carol.password));
    assert.deepEqual([locked.status, locked.code], [423, 'AUTHENTICATION_LOCKED']);
    const path = `/api/v1/admin/users/${carol.userId}/reset-password`;
    const given = await stage().administrator.post<{ password: string }>(path);
    await signIn(stage(), carol.address, given.password);
  });

  test('an address that somebody has is refused, however it is written, and nobody is added', async () => {
    const bob = await stage().hire('Bob');
    for (const address of [bob.address, bob.address.toUpperCase(), bob.address.split('@')[0]!]) {
      const again = stage().administrator.post('/api/v1/admin/users', { address, name: 'Another Bob' });
      const problem = await refusal(again);
      assert.deepEqual([problem.status, problem.code], [409, 'IDENTITY_ADDRESS_TAKEN'], address);
    }
  });

  test('a body of 10 MB is refused, and who sent it hears why', async () => {
    const problem = await refusal(signIn(stage(), 'alice', 'x'.repeat(10_000_000)));
    assert.deepEqual([problem.status, problem.code], [413, 'WEB_TOO_LARGE']);
  });

  test('a header of 1 MB is refused with a problem, and the connection is closed', async () => {
    await using peer = await raw(stage());
    peer.say(`GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: ${'x'.repeat(1_000_000)}\r\n\r\n`);
    const answer = await peer.left();
    assert.match(answer, /^HTTP\/1\.1 431 /);
    assert.match(answer, /WEB_HEADERS_TOO_LARGE.*remedy/);
  });

  test('a frame that is not ours ends that window with its reason, and no other', async () => {
    const alice = await stage().hire('Alice');
    const other = await stage().browser(alice);
    const bad: (string | Buffer)[] = [
      'GET / HTTP/1.1',
      '{"type":"hello","resume":7}',
      '[]',
      Buffer.from([0, 1, 2, 3]),
      `"${'x'.repeat(200_000)}"`,
    ];
    for (const frame of bad) {
      const { socket, texts, closed } = await rawSocket(stage(), alice);
      socket.send(frame);
      assert.equal(await closed, 1008);
      assert.match(texts.at(-1) ?? '', /"goodbye".*WEB_BAD_FRAME.*remedy/);
    }
    const flooded = await rawSocket(stage(), alice);
    flooded.socket.send(Buffer.alloc(10_000_000));
    assert.ok([1006, 1009].includes(await flooded.closed));
    await other.command('presence.setNote', { note: 'still here' });
  });

  test('a message of 10 MB or of 65 KiB is refused; one of 64 KiB arrives', async () => {
    const [alice, bob] = [await stage().hire('Alice'), await stage().hire('Bob')];
    const browser = await stage().browser(alice);
    const reader = await stage().browser(bob);
    const conversation = await browser.conversationWith(bob.userId);
    await assert.rejects(browser.send(conversation, 'x'.repeat(65 * 1024)), /IM_MESSAGE_TOO_LONG/);
    const whole = 'ü'.repeat(32 * 1024);
    await browser.send(conversation, whole);
    assert.equal((await reader.hears(whole)).text.length, whole.length);
    await assert.rejects(browser.send(conversation, 'x'.repeat(10_000_000)), /connection was lost/);
  });

  test('who was away for more events than are kept is given everything again, and told so', async () => {
    const bob = await stage().hire('Bob');
    const browser = await stage().browser(bob);
    const windows: { readonly window: WebUser; readonly conversation: string }[] = [];
    // Each window may send a hundred at once, and each person four hundred.
    for (const name of ['Alice', 'Carol', 'Dave']) {
      const person = await stage().hire(name);
      for (let count = 0; count < 4; count++) {
        const window = await stage().browser(person);
        windows.push({ window, conversation: await window.conversationWith(bob.userId) });
      }
    }
    await windows[0]!.window.send(windows[0]!.conversation, 'before');
    await browser.hears('before');
    // Another window of his that stays: what it has heard, the server holds for the one that went.
    const staying = await stage().browser(bob);
    browser.drop();
    await Promise.all(
      windows.map(async ({ window, conversation }) => {
        for (let index = 0; index < 90; index++) await window.send(conversation, 'more');
      }),
    );
    const isMessage = (frame: ServerFrame) => frame.type === 'event' && frame.data.type === 'message';
    await staying.frames.until(
      'all messages',
      (frames) => frames.filter(isMessage).length >= windows.length * 90,
      60_000,
    );
    const answer = await browser.connect({ resume: true });
    assert.ok(answer.type === 'snapshot');
    assert.equal(answer.reason?.code, 'WEB_EVENT_TOO_OLD');
    const unread = answer.snapshot.conversations.reduce((sum, conversation) => sum + conversation.unread, 0);
    assert.equal(unread, 1 + 12 * 90);
  });

  test('half a request, half a frame, no hello: each is told and let go', async () => {
    const alice = await stage().hire('Alice');
    await using half = await raw(stage());
    half.say('POST /api/v1/sign-in HTTP/1.1\r\nHost: local');
    await using silent = await raw(stage());
    const noHello = await rawSocket(stage(), alice);
    assert.match(await half.left(20_000), /^HTTP\/1\.1 408 [\s\S]*WEB_TIMEOUT/);
    assert.match(await silent.left(20_000), /^HTTP\/1\.1 408 /);
    assert.equal(await noHello.closed, 1008);
    assert.match(noHello.texts.at(-1) ?? '', /WEB_BAD_FRAME/);
  });
});
