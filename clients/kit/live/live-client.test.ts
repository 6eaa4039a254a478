// The live client against a real WebSocket server on this machine; only the clock is turned by hand.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { type WebSocket as ServerSocket, WebSocketServer } from 'ws';
import type { Message, Snapshot, User } from '../contracts.ts';
import { emptyBook } from './contact-desk.ts';
import { type AlertEvent, LiveClient, type LiveClientState } from './live-client.ts';
import { emptyState } from './live-state.ts';
import type { KeyValueStorage } from './outbox.ts';
import type { Timers } from './timers.ts';

class TurnedClock implements Timers {
  #nowMs = 1_000_000;
  readonly #waiting = new Set<{ at: number; work: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, work: () => void): () => void {
    const entry = { at: this.#nowMs + delayMs, work };
    this.#waiting.add(entry);
    return () => this.#waiting.delete(entry);
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
    for (const entry of [...this.#waiting]) {
      if (entry.at <= this.#nowMs && this.#waiting.delete(entry)) entry.work();
    }
  }
}

class MemoryStorage implements KeyValueStorage {
  readonly #entries = new Map<string, string>();
  get length(): number {
    return this.#entries.size;
  }
  key(index: number): string | null {
    return [...this.#entries.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.#entries.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.#entries.set(key, value);
  }
  removeItem(key: string): void {
    this.#entries.delete(key);
  }
}

interface Frame {
  readonly type: string;
  readonly id?: number;
  readonly name?: string;
  readonly request?: Record<string, unknown>;
  readonly resume?: { sessionId: string; event: number };
}

/** One accepted connection: frames are taken in order with `next`. */
class Peer {
  readonly #frames: Frame[] = [];
  #wanted: ((frame: Frame) => void) | null = null;
  readonly #socket: ServerSocket;

  constructor(socket: ServerSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const frame = JSON.parse(String(data)) as Frame;
      const wanted = this.#wanted;
      this.#wanted = null;
      if (wanted === null) this.#frames.push(frame);
      else wanted(frame);
    });
  }

  async next(type: string): Promise<Frame> {
    const frame = this.#frames.shift() ?? (await new Promise<Frame>((resolve) => (this.#wanted = resolve)));
    assert.equal(frame.type, type);
    return frame;
  }

  say(frame: unknown): void {
    this.#socket.send(JSON.stringify(frame));
  }

  reply(frame: Frame, value: unknown): void {
    this.say({ type: 'reply', id: frame.id, ok: true, value });
  }

  cut(): void {
    this.#socket.terminate();
  }
}

const alice: User = {
  userId: 'alice',
  address: 'alice@example.org',
  name: 'Alice',
  title: '',
  department: '',
  office: '',
  phone: '',
  photo: '',
  administrator: false,
  disabled: false,
  version: 1,
};

function message(seq: number, senderId: string, clientId = `${senderId}-${seq}`): Message {
  return { messageId: `m${seq}`, conversationId: 'c1', seq, senderId, text: `${seq}`, sentAt: seq, clientId };
}

function snapshot(lastSeq: number): Snapshot {
  const lastMessage = lastSeq === 0 ? null : message(lastSeq, 'bob');
  return {
    me: alice,
    users: [],
    presence: [],
    cards: [],
    access: { userId: 'alice', entries: [], version: 0 },
    contacts: [],
    book: emptyBook,
    conversations: [
      {
        conversationId: 'c1',
        participantIds: ['alice', 'bob'],
        lastMessage,
        lastSeq,
        readSeq: 0,
        unread: lastSeq,
      },
    ],
    features: [],
    calls: [],
    missedCalls: 0,
  };
}

async function scene(t: TestContext) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = new TurnedClock();
  const storage = new MemoryStorage();
  const clients: LiveClient[] = [];
  let ids = 0;
  t.after(async () => {
    for (const client of clients) client.close();
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  });
  return {
    clock,
    storage,
    makeClient(onAlert: (event: AlertEvent) => void = () => {}): LiveClient {
      const client = new LiveClient({
        openSocket: () => new WebSocket(`ws://127.0.0.1:${port}/`),
        timers: clock,
        random: () => 1,
        isSignedIn: async () => true,
        userId: 'alice',
        storage,
        randomId: () => `id-${++ids}`,
        onAlert,
      });
      clients.push(client);
      return client;
    },
    async accept(): Promise<Peer> {
      const [socket] = (await once(server, 'connection')) as [ServerSocket];
      return new Peer(socket);
    },
  };
}

async function until(client: LiveClient, holds: (state: LiveClientState) => boolean): Promise<void> {
  if (holds(client.store.getState())) return;
  await new Promise<void>((resolve) => {
    const stop = client.store.subscribe((state) => {
      if (!holds(state)) return;
      stop();
      resolve();
    });
  });
}

async function connect(client: LiveClient, accepted: Promise<Peer>, lastSeq = 0): Promise<Peer> {
  client.start();
  const peer = await accepted;
  await peer.next('hello');
  peer.say({ type: 'snapshot', sessionId: 's1', event: 10, snapshot: snapshot(lastSeq) });
  await until(client, (state) => state.connection.kind === 'connected');
  return peer;
}

test('a message is kept until the server has stored it, and is then shown once', async (t) => {
  const { accept, makeClient, storage } = await scene(t);
  const client = makeClient();
  const peer = await connect(client, accept());
  client.send('c1', 'Hello');
  assert.equal(client.store.getState().outbox.length, 1);
  const sent = await peer.next('command');
  assert.deepEqual(sent.request, { conversationId: 'c1', text: 'Hello', clientId: 'id-1' });
  const stored = message(1, 'alice', 'id-1');
  peer.say({
    type: 'event',
    event: 11,
    data: { type: 'message', message: stored, participantIds: ['alice', 'bob'] },
  });
  peer.reply(sent, stored);
  await until(client, (state) => state.outbox.length === 0);
  assert.equal(storage.length, 0);
  assert.equal(client.store.getState().live.conversations.c1?.lastSeq, 1);
});

test('a message whose answer was lost is sent again with the same clientId after the reconnect', async (t) => {
  const { accept, makeClient, clock } = await scene(t);
  const client = makeClient();
  const first = await connect(client, accept());
  client.send('c1', 'Hello');
  await first.next('command');
  first.cut();
  await until(client, (state) => state.connection.kind === 'offline');
  const accepted = accept();
  clock.advance(1000);
  const second = await accepted;
  assert.deepEqual((await second.next('hello')).resume, { sessionId: 's1', event: 10 });
  second.say({ type: 'resumed', sessionId: 's1', event: 10 });
  const again = await second.next('command');
  assert.equal(again.request?.['clientId'], 'id-1');
});

test('what waits in the outbox survives a reload of the page', async (t) => {
  const { accept, makeClient } = await scene(t);
  const before = makeClient();
  before.send('c1', 'Written offline');
  before.close();
  const after = makeClient();
  assert.equal(after.store.getState().outbox[0]?.text, 'Written offline');
  const peer = await connect(after, accept());
  assert.equal((await peer.next('command')).request?.['text'], 'Written offline');
});

test('a refused message stays with its sentence, and the one behind it is sent', async (t) => {
  const { accept, makeClient } = await scene(t);
  const client = makeClient();
  const peer = await connect(client, accept());
  client.send('c1', 'too long');
  client.send('c1', 'short');
  const first = await peer.next('command');
  const fault = { code: 'IM_MESSAGE_TOO_LONG', sentence: 'The message is longer than 64 KiB.' };
  peer.say({ type: 'reply', id: first.id, ok: false, fault });
  const second = await peer.next('command');
  assert.equal(second.request?.['text'], 'short');
  const [refused] = client.store.getState().outbox;
  assert.deepEqual(refused?.fault, fault);
});

test('a message that the server cannot store at the moment waits and is sent again', async (t) => {
  const { accept, makeClient, clock } = await scene(t);
  const client = makeClient();
  const peer = await connect(client, accept());
  client.send('c1', 'Hello');
  const refused = await peer.next('command');
  const fault = { code: 'STORE_UNAVAILABLE', sentence: 'The database does not answer.' };
  peer.say({ type: 'reply', id: refused.id, ok: false, fault });
  const barrier = client.command('im.typing', { conversationId: 'c1', typing: false });
  peer.reply(await peer.next('command'), {});
  await barrier;
  assert.equal(client.store.getState().outbox[0]?.fault, null);
  clock.advance(1000);
  assert.equal((await peer.next('command')).request?.['clientId'], 'id-1');
});

test('an opened conversation without a message is found again after a reload', async (t) => {
  const { accept, makeClient } = await scene(t);
  const before = makeClient();
  const first = await connect(before, accept());
  const opening = before.open(['dave']);
  const empty = {
    conversationId: 'c9',
    participantIds: ['alice', 'dave'],
    lastMessage: null,
    lastSeq: 0,
    readSeq: 0,
    unread: 0,
  };
  first.reply(await first.next('command'), empty);
  await opening;
  before.close();
  const after = makeClient();
  const second = await connect(after, accept());
  const found = after.reopen('c9');
  const again = await second.next('command');
  assert.deepEqual(again.request, { participantIds: ['dave'] });
  second.reply(again, empty);
  assert.equal(await found, true);
  // Nothing is known of it here, so the server is asked: it may be a group that the snapshot left out.
  const group = after.reopen('g1');
  const asked = await second.next('command');
  assert.deepEqual([asked.name, asked.request], ['im.conversation', { conversationId: 'g1' }]);
  second.reply(asked, { ...empty, conversationId: 'g1', isGroup: true, title: 'Lunch' });
  assert.equal(await group, true);
  assert.equal(after.store.getState().live.conversations['g1']?.title, 'Lunch');
});

test('a group grows, shrinks and is left, whichever of its events comes first', async (t) => {
  const { accept, makeClient } = await scene(t);
  const client = makeClient();
  const peer = await connect(client, accept());
  const group = { type: 'group', conversationId: 'g1', title: 'Lunch', isLocked: false, leaderIds: ['bob'] };
  const added = {
    ...message(5, 'bob'),
    conversationId: 'g1',
    notice: { kind: 'added', userIds: ['alice'], by: 'bob' },
  };
  let last = 10;
  const told = (data: object) => peer.say({ type: 'event', event: ++last, data });
  told({ type: 'message', message: added, participantIds: ['alice', 'bob'] });
  told({ ...group, peopleVersion: 2, lastSeq: 4, participantIds: ['bob', 'alice'] });
  await until(client, ({ live }) => live.conversations['g1']?.peopleVersion === 2);
  const held = () => client.store.getState().live.conversations['g1'];
  assert.deepEqual([held()?.title, held()?.unread, held()?.lastSeq], ['Lunch', 1, 5]);
  // What is older than what is held changes nothing.
  told({ ...group, title: 'Old', peopleVersion: 1, lastSeq: 0, participantIds: ['bob'] });
  told({
    type: 'group',
    conversationId: 'g1',
    peopleVersion: 3,
    lastSeq: 5,
    participantIds: ['bob', 'alice'],
    isPast: true,
  });
  await until(client, ({ live }) => live.conversations['g1']?.isPast === true);
  assert.equal(held()?.title, 'Lunch');
  told({ ...group, title: 'Dinner', peopleVersion: 6, lastSeq: 20, participantIds: ['bob', 'alice'] });
  await until(client, ({ live }) => live.conversations['g1']?.title === 'Dinner');
  assert.deepEqual(
    [held()?.isPast, held()?.lastSeq, held()?.readSeq, held()?.unread],
    [undefined, 20, 20, 0],
  );
});

test('a gap in the sequence of a conversation is filled from the history', async (t) => {
  const { accept, makeClient } = await scene(t);
  const client = makeClient();
  const peer = await connect(client, accept(), 2);
  void client.load('c1');
  peer.reply(await peer.next('command'), { messages: [message(2, 'bob'), message(1, 'bob')], more: false });
  await until(client, (state) => state.live.threads['c1'] !== undefined);
  peer.say({
    type: 'event',
    event: 11,
    data: { type: 'message', message: message(5, 'bob'), participantIds: ['alice', 'bob'] },
  });
  const fill = await peer.next('command');
  assert.equal(fill.request?.['afterSeq'], 2);
  peer.reply(fill, { messages: [message(3, 'bob'), message(4, 'bob'), message(5, 'bob')], more: false });
  await until(client, (state) => state.live.threads['c1']?.messages.length === 5);
});

test('a missing event makes the client resume after the last one it has', async (t) => {
  const { accept, makeClient, clock } = await scene(t);
  const client = makeClient();
  const first = await connect(client, accept());
  first.say({ type: 'event', event: 12, data: { type: 'user', user: { ...alice, name: 'Never seen' } } });
  await until(client, (state) => state.connection.kind === 'offline');
  const accepted = accept();
  clock.advance(1000);
  const second = await accepted;
  assert.equal((await second.next('hello')).resume?.event, 10);
  assert.equal(client.store.getState().live.me?.name, 'Alice');
});

test('a server that no longer answers a ping counts as gone, and the client says since when', async (t) => {
  const { accept, makeClient, clock } = await scene(t);
  const client = makeClient();
  const peer = await connect(client, accept());
  clock.advance(25_000);
  await peer.next('ping');
  clock.advance(10_000);
  const { connection } = client.store.getState();
  assert.equal(connection.kind, 'offline');
  assert.ok(connection.kind === 'offline' && connection.retryAt === clock.now() + 1000);
});

test('waking connects at once', async (t) => {
  const { accept, makeClient } = await scene(t);
  const client = makeClient();
  const first = await connect(client, accept());
  first.cut();
  await until(client, (state) => state.connection.kind === 'offline');
  const accepted = accept();
  client.wake();
  await (await accepted).next('hello');
});

test('an ended sign-in is final', async (t) => {
  const { accept, makeClient } = await scene(t);
  const client = makeClient();
  const peer = await connect(client, accept());
  const fault = { code: 'AUTHENTICATION_SIGN_IN_ENDED', sentence: 'You are signed out.' };
  peer.say({ type: 'goodbye', fault });
  await until(client, (state) => state.connection.kind === 'ended');
});

test('an alert is heard once what it is about is known, and changes nothing of that', async (t) => {
  const { accept, makeClient } = await scene(t);
  const heard: string[] = [];
  const client: LiveClient = makeClient((event) => {
    if (event.type === 'free' || event.type === 'voicemailAlert') return;
    const { type, seq } = event;
    const { conversations } = client.store.getState().live;
    heard.push(`${type} ${seq}, known to ${conversations['c1']?.lastSeq}`);
  });
  const peer = await connect(client, accept(), 1);
  const event = (number: number, data: object) => peer.say({ type: 'event', event: number, data });
  event(11, { type: 'message', message: message(2, 'bob'), participantIds: ['alice', 'bob'] });
  event(12, { type: 'alert', conversationId: 'c1', seq: 2 });
  event(13, { type: 'alertDismissed', conversationId: 'c1', seq: 2 });
  event(14, { type: 'message', message: message(3, 'bob'), participantIds: ['alice', 'bob'] });
  await until(client, (state) => state.live.conversations['c1']?.lastSeq === 3);
  assert.deepEqual(heard, ['alert 2, known to 2', 'alertDismissed 2, known to 2']);
});

test('what was written in one millisecond, or after the clock was put back, keeps its order over a reload', async (t) => {
  const { makeClient, clock } = await scene(t);
  const client = makeClient();
  client.send('c1', 'one');
  client.send('c1', 'two');
  clock.advance(-60_000);
  client.send('c1', 'three');
  client.send('c1', 'an answer from a notification', {}, 'id-2');
  client.close();
  assert.deepEqual(
    makeClient()
      .store.getState()
      .outbox.map(({ text }) => text),
    ['one', 'two', 'three'],
  );
});

test('what this device has kept is shown until the server says how things are', async (t) => {
  const { accept, makeClient } = await scene(t);
  const client = makeClient();
  client.showCopy({ ...emptyState, me: { ...alice, name: 'Alice as she was' } }, 42);
  assert.deepEqual([client.store.getState().ready, client.store.getState().asOf], [true, 42]);
  await connect(client, accept());
  const { live, asOf } = client.store.getState();
  assert.deepEqual([live.me?.name, asOf], ['Alice', null]);
  client.showCopy(emptyState, 43);
  assert.equal(
    client.store.getState().live.me?.name,
    'Alice',
    'a copy never takes the place of what the server said',
  );
});
