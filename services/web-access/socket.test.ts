import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, test } from 'node:test';
import { signOutEverywhere } from '../authentication/contract.ts';
import { putContacts } from '../contacts/contract.ts';
import { setDisabled, type User, updateUser } from '../identity/contract.ts';
import { listConversations, openConversation, readChanged, sendMessage } from '../im/contract.ts';
import { KEPT_EVENTS } from './browser-session.ts';
import type { ServerFrame } from './contract.ts';
import { granted, type Office, openOffice, type TestBrowser, TestWindow } from './testing.ts';

function codeOf(outcome: { ok: boolean; fault?: { code: string } }): string {
  return outcome.fault?.code ?? 'ok';
}

describe('a browser window', () => {
  let office: Office;
  let alice: User;
  let bob: User;
  let carol: User;
  let aliceBrowser: TestBrowser;
  let bobBrowser: TestBrowser;
  before(async () => {
    office = await openOffice();
    [alice, bob, carol] = [await office.hire('alice'), await office.hire('bob'), await office.hire('carol')];
    aliceBrowser = await office.signedIn(alice);
    bobBrowser = await office.signedIn(bob);
    granted(
      await office.server.bus.call(putContacts, {
        userId: alice.userId,
        contactIds: [bob.userId],
        change: { favourite: true },
      }),
    );
  });
  after(() => office[Symbol.asyncDispose]());

  /** A conversation of alice and bob, and a message of bob in it. */
  async function bobWrites(text: string) {
    const { bus } = office.server;
    const { conversationId } = granted(
      await bus.call(openConversation, { userId: bob.userId, participantIds: [alice.userId] }),
    );
    return granted(
      await bus.call(sendMessage, {
        senderId: bob.userId,
        conversationId,
        text,
        clientId: crypto.randomUUID(),
      }),
    );
  }

  test('starts with a snapshot of the person, the contacts, their presence and the conversations', async () => {
    await bobWrites('before');
    const window = await TestWindow.open(aliceBrowser);
    const { snapshot } = await window.frame('snapshot');
    assert.equal(snapshot.me.userId, alice.userId);
    assert.deepEqual(
      snapshot.contacts.map((contact) => contact.contactId),
      [bob.userId],
    );
    assert.deepEqual(snapshot.users.map((user) => user.name).sort(), ['Alice Example', 'Bob Example']);
    assert.equal(snapshot.conversations[0]?.lastMessage?.text, 'before');
    assert.equal(snapshot.conversations[0]?.unread, snapshot.conversations[0]?.lastSeq);
    await window.cut();
  });

  test('two people see each other come and write to each other', async () => {
    const atAlice = await TestWindow.open(aliceBrowser);
    const atBob = await TestWindow.open(bobBrowser);
    const seen = await atAlice.until(
      (frame) =>
        (frame.type === 'event' &&
          frame.data.type === 'presence' &&
          frame.data.presence.userId === bob.userId &&
          frame.data.presence.state === 'available') ||
        (frame.type === 'snapshot' &&
          frame.snapshot.presence.some((held) => held.userId === bob.userId && held.state === 'available')),
    );
    assert.ok(seen);
    const opened = granted(await atBob.ask('im.open', { participantIds: [alice.userId] }));
    const { conversationId } = opened;
    granted(await atBob.ask('im.typing', { conversationId, typing: true }));
    assert.equal((await atAlice.event('typing')).userId, bob.userId);
    const sent = granted(await atBob.ask('im.send', { conversationId, text: 'hello', clientId: 'c-1' }));
    assert.equal(sent.senderId, bob.userId);
    const arrived = await atAlice.event('message', (event) => event.message.messageId === sent.messageId);
    assert.deepEqual(arrived.message, sent);
    await atBob.event('message', (event) => event.message.messageId === sent.messageId);
    const read = granted(await atAlice.ask('im.read', { conversationId, seq: sent.seq }));
    assert.equal(read.unread, 0);
    await atAlice.event('read', (event) => event.readSeq === sent.seq);
    assert.equal(atBob.events.filter(({ data }) => data.type === 'read').length, 0);
    granted(await atBob.ask('presence.setState', { state: 'doNotDisturb' }));
    await atAlice.event(
      'presence',
      ({ presence }) => presence.userId === bob.userId && presence.state === 'doNotDisturb',
    );
    granted(await atBob.ask('presence.setState', { state: null }));
    await Promise.all([atAlice.cut(), atBob.cut()]);
  });

  test('the sender of a command is the person who is signed in, whatever the command says', async () => {
    const atAlice = await TestWindow.open(aliceBrowser);
    const { conversationId } = granted(await atAlice.ask('im.open', { participantIds: [bob.userId] }));
    const forged = {
      conversationId,
      text: 'forged',
      clientId: 'c-2',
      senderId: bob.userId,
      userId: bob.userId,
    };
    assert.equal(granted(await atAlice.ask('im.send', forged)).senderId, alice.userId);
    await atAlice.cut();
  });

  test('messages are stored in the order in which they were sent, without waiting for each answer', async () => {
    const atBob = await TestWindow.open(bobBrowser);
    const { conversationId } = granted(await atBob.ask('im.open', { participantIds: [carol.userId] }));
    const texts = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    const sent = await Promise.all(
      texts.map((text) => atBob.ask('im.send', { conversationId, text, clientId: text })),
    );
    assert.deepEqual(
      sent.map((outcome) => granted(outcome).seq),
      texts.map((_, index) => index + 1),
    );
    await atBob.cut();
  });

  test('somebody new is introduced before the message or the search result that names them', async () => {
    const { bus } = office.server;
    const dave = await office.hire('dave');
    const atAlice = await TestWindow.open(aliceBrowser);
    const { conversationId } = granted(
      await bus.call(openConversation, { userId: dave.userId, participantIds: [alice.userId] }),
    );
    granted(
      await bus.call(sendMessage, { senderId: dave.userId, conversationId, text: 'hi', clientId: 'd-1' }),
    );
    await atAlice.event('message', (event) => event.message.senderId === dave.userId);
    const order = atAlice.events
      .map(({ data }) => data)
      .filter(
        (data) =>
          (data.type === 'user' && data.user.userId === dave.userId) ||
          (data.type === 'message' && data.message.senderId === dave.userId),
      );
    assert.deepEqual(
      order.map(({ type }) => type),
      ['user', 'message'],
    );
    const found = granted(await atAlice.ask('people.search', { query: 'carol', limit: 10 }));
    assert.deepEqual(
      found.users.map((user) => user.userId),
      [carol.userId],
    );
    granted(await bus.call(updateUser, { userId: carol.userId, changes: { title: 'Architect' } }));
    await atAlice.event('user', ({ user }) => user.title === 'Architect');
    await atAlice.cut();
  });

  test('a window hears nothing of people it does not watch', async () => {
    const { bus } = office.server;
    const erin = await office.hire('erin');
    const atBob = await TestWindow.open(bobBrowser);
    granted(await bus.call(updateUser, { userId: erin.userId, changes: { title: 'Unseen' } }));
    granted(await bus.call(updateUser, { userId: alice.userId, changes: { title: 'Seen' } }));
    await atBob.event('user', ({ user }) => user.title === 'Seen');
    assert.equal(
      atBob.events.filter(({ data }) => data.type === 'user' && data.user.userId === erin.userId).length,
      0,
    );
    await atBob.cut();
  });

  test('after a cut it resumes with exactly what it missed, in order', async () => {
    const first = await TestWindow.open(aliceBrowser);
    const { sessionId } = await first.frame('snapshot');
    const before = await bobWrites('one');
    await first.event('message', ({ message }) => message.messageId === before.messageId);
    const { event } = first.events.at(-1)!;
    await first.cut();
    const missed = [await bobWrites('two'), await bobWrites('three')];
    const second = await TestWindow.open(aliceBrowser, { sessionId, event });
    assert.equal((await second.frame('resumed')).sessionId, sessionId);
    const live = await bobWrites('four');
    await second.event('message', ({ message }) => message.messageId === live.messageId);
    const told = second.events;
    assert.deepEqual(
      told.map((frame) => frame.event),
      told.map((_, index) => event + 1 + index),
    );
    assert.deepEqual(
      told.flatMap(({ data }) => (data.type === 'message' ? [data.message.text] : [])),
      [...missed.map(({ text }) => text), 'four'],
    );
    await second.cut();
  });

  test('an event that is no longer kept is answered with a snapshot and the reason', async () => {
    const first = await TestWindow.open(aliceBrowser);
    const { sessionId, event } = await first.frame('snapshot');
    await first.cut();
    const read = { userId: alice.userId, conversationId: 'any', readSeq: 0, unread: 0 };
    for (let told = 0; told <= KEPT_EVENTS; told += 1) await office.server.bus.publish(readChanged, read);
    const second = await TestWindow.open(aliceBrowser, { sessionId, event });
    const answer = await second.frame('snapshot');
    assert.equal(answer.reason?.code, 'WEB_EVENT_TOO_OLD');
    assert.equal(answer.sessionId, sessionId);
    assert.ok(answer.event > event + KEPT_EVENTS);
    await second.cut();
  });

  test('after the bus was lost and found, windows load everything again, and nobody resumes past that', async () => {
    const window = await TestWindow.open(aliceBrowser);
    const { sessionId, event } = await window.frame('snapshot');
    const away = await TestWindow.open(aliceBrowser);
    const held = await away.frame('snapshot');
    await away.cut();
    office.reconnectBus();
    const fresh = await window.until((frame) => frame.type === 'snapshot' && frame.event > event);
    assert.equal(fresh.type === 'snapshot' && fresh.sessionId, sessionId);
    const back = await TestWindow.open(aliceBrowser, { sessionId: held.sessionId, event: held.event });
    // Whichever comes first: its session ends, its history ends, or it is resumed and given everything as those that stayed.
    const { reason } = await back.frame('snapshot');
    const whys: readonly (string | undefined)[] = [undefined, 'WEB_SESSION_UNKNOWN', 'WEB_EVENT_TOO_OLD'];
    assert.ok(whys.includes(reason?.code), String(reason?.code));
    await Promise.all([window.cut(), back.cut()]);
  });

  test('after the bus was away the windows are refreshed a few at a time', async () => {
    const people = await Promise.all(['hana', 'ian'].map((name) => office.hire(name)));
    const browsers = await Promise.all(people.map((person) => office.signedIn(person)));
    const windows: TestWindow[] = [];
    for (const browser of browsers) for (let i = 0; i < 15; i++) windows.push(await TestWindow.open(browser));
    const { bus } = office.server;
    const call = bus.call.bind(bus);
    let [asking, most] = [0, 0];
    bus.call = async (contract, ...rest) => {
      if (contract.subject !== listConversations.subject) return call(contract, ...rest);
      asking += 1;
      most = Math.max(most, asking);
      try {
        return await call(contract, ...rest);
      } finally {
        asking -= 1;
      }
    };
    office.reconnectBus();
    for (const window of windows)
      await window.until(() => window.frames.filter((frame) => frame.type === 'snapshot').length > 1);
    bus.call = call;
    assert.ok(most <= 16, `${most} at once`);
    await Promise.all(windows.map((window) => window.cut()));
  });

  test('a sign-in that ended between the handshake and hello gets no session', async () => {
    const gina = await office.hire('gina');
    const window = new TestWindow(await office.signedIn(gina));
    await once(window.socket, 'open');
    granted(await office.server.bus.call(signOutEverywhere, { userId: gina.userId }));
    window.say({ type: 'hello' });
    assert.equal((await window.frame('goodbye')).fault.code, 'AUTHENTICATION_SIGN_IN_ENDED');
    assert.equal(await window.closed, 1008);
  });

  test('a session that this node does not hold, or that is of somebody else, is answered with a snapshot', async () => {
    const atAlice = await TestWindow.open(aliceBrowser);
    const { sessionId, event } = await atAlice.frame('snapshot');
    for (const resume of [
      { sessionId: 'elsewhere', event: 3 },
      { sessionId, event },
    ]) {
      const atBob = await TestWindow.open(bobBrowser, resume);
      const answer = await atBob.frame('snapshot');
      assert.equal(answer.reason?.code, 'WEB_SESSION_UNKNOWN');
      assert.notEqual(answer.sessionId, sessionId);
      assert.equal(answer.snapshot.me.userId, bob.userId);
      await atBob.cut();
    }
    await atAlice.cut();
  });

  test('frames that are not ours are answered with a goodbye and 1008', async () => {
    const hello = JSON.stringify({ type: 'hello' });
    const bad: (string | Buffer)[][] = [
      [Buffer.from([1, 2, 3])],
      ['not json'],
      ['{"type":"dance"}'],
      ['[]'],
      [hello, hello],
      [JSON.stringify({ type: 'command', id: 1, name: 'im.open', request: {} })],
      [hello, `{"type":"ping","padding":"${'x'.repeat(200 * 1024)}"}`],
    ];
    for (const frames of bad) {
      const window = new TestWindow(aliceBrowser);
      await once(window.socket, 'open');
      for (const frame of frames) window.socket.send(frame);
      assert.equal((await window.frame('goodbye')).fault.code, 'WEB_BAD_FRAME');
      assert.equal(await window.closed, 1008);
    }
  });

  test('a command that does not fit is refused and the connection stays', async () => {
    const window = await TestWindow.open(aliceBrowser);
    for (const [name, request] of [
      ['im.everything', {}],
      ['toString', {}],
      ['im.open', { participantIds: 'all' }],
      ['im.open', null],
      ['im.history', { conversationId: 'x', limit: 1e9 }],
    ] as const) {
      window.frames.length = 0;
      window.say({ type: 'command', id: 77, name, request });
      const reply = await window.frame('reply');
      assert.equal(reply.ok ? 'ok' : reply.fault.code, 'WEB_BAD_COMMAND', name);
    }
    assert.equal(
      codeOf(await window.ask('im.history', { conversationId: 'nowhere', limit: 10 })),
      'IM_NO_SUCH_CONVERSATION',
    );
    window.say({ type: 'ping' });
    await window.frame('pong');
    await window.cut();
  });

  test('commands beyond the rate are refused, and a flood ends the connection', async () => {
    const window = await TestWindow.open(bobBrowser);
    const { conversationId } = granted(await window.ask('im.open', { participantIds: [alice.userId] }));
    for (let id = 1000; id < 1250; id += 1)
      window.say({ type: 'command', id, name: 'im.history', request: { conversationId, limit: 1 } });
    await window.until((frame) => frame.type === 'reply' && !frame.ok && frame.fault.code === 'WEB_TOO_FAST');
    for (let id = 2000; id < 3000; id += 1)
      window.say({ type: 'command', id, name: 'im.history', request: { conversationId, limit: 1 } });
    assert.equal((await window.frame('goodbye')).fault.code, 'WEB_TOO_FAST');
    assert.equal(await window.closed, 1008);
  });

  test('the twenty-first window of a person is refused', async () => {
    const windows: TestWindow[] = [];
    for (let opened = 0; opened < 20; opened += 1) windows.push(await TestWindow.open(bobBrowser));
    assert.equal(await new TestWindow(bobBrowser).refusal(), 429);
    await Promise.all(windows.map((window) => window.cut()));
  });

  test('of many windows that knock at once no more are let in than of windows one by one', async () => {
    const kim = await office.signedIn(await office.hire('kim'));
    const windows = Array.from({ length: 40 }, () => new TestWindow(kim));
    const ends = await Promise.all(
      windows.map((window) =>
        Promise.race([
          window.until((frame) => frame.type === 'goodbye').then(() => 'refused'),
          once(window.socket, 'unexpected-response').then(() => 'refused'),
          once(window.socket, 'open')
            .then(() => window.say({ type: 'hello' }))
            .then(() => window.until((frame) => frame.type === 'snapshot'))
            .then(() => 'open'),
        ]),
      ),
    );
    assert.equal(ends.filter((end) => end === 'open').length, 20);
    for (const window of windows) window.socket.terminate();
  });

  test('who connects again and again may command no faster for it', async () => {
    const lou = await office.signedIn(await office.hire('lou'));
    let isSlowed = false;
    for (let round = 0; round < 10 && !isSlowed; round += 1) {
      const window = await TestWindow.open(lou);
      for (let id = 1; id <= 90; id += 1)
        window.say({
          type: 'command',
          id,
          name: 'im.typing',
          request: { conversationId: 'x', typing: true },
        });
      const replies = () => window.frames.filter((frame) => frame.type === 'reply');
      await window.until(() => replies().length === 90);
      isSlowed = replies().some((frame) => !frame.ok && frame.fault.code === 'WEB_TOO_FAST');
      await window.cut();
    }
    assert.equal(isSlowed, true);
  });

  test('a flood of pings ends the connection', async () => {
    const window = await TestWindow.open(bobBrowser);
    for (let sent = 0; sent < 100; sent += 1) window.say({ type: 'ping' });
    assert.equal((await window.frame('goodbye')).fault.code, 'WEB_TOO_FAST');
    assert.equal(await window.closed, 1008);
  });

  test('without a sign-in there is no socket', async () => {
    assert.equal(await new TestWindow(await office.browser()).refusal(), 401);
  });

  test('signing out everywhere says goodbye to every window of that person, and disabling does too', async () => {
    const frank = await office.hire('frank');
    const one = await TestWindow.open(await office.signedIn(frank));
    const two = await TestWindow.open(await office.signedIn(frank));
    const other = await TestWindow.open(aliceBrowser);
    granted(await office.server.bus.call(signOutEverywhere, { userId: frank.userId }));
    for (const window of [one, two]) {
      assert.equal((await window.frame('goodbye')).fault.code, 'AUTHENTICATION_SIGN_IN_ENDED');
      assert.equal(await window.closed, 1008);
    }
    const three = await TestWindow.open(await office.signedIn(frank));
    granted(await office.server.bus.call(setDisabled, { userId: frank.userId, disabled: true }));
    const goodbye = (await three.frame('goodbye')) as Extract<ServerFrame, { type: 'goodbye' }>;
    assert.match(goodbye.fault.code, /^AUTHENTICATION_(DISABLED|SIGN_IN_ENDED)$/);
    granted(await other.ask('presence.setNote', { note: 'still here' }));
    await other.cut();
  });
});
