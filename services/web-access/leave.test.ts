import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { test } from 'node:test';
import { openInProcessBus } from '@parley/platform/bus';
import { done } from '@parley/platform/contract';
import { fakeClock } from '@parley/platform/net/testing';
import { silentLog } from '@parley/platform/store/testing';
import type { WebServer } from '@parley/platform/web';
import { checkSignIn } from '../authentication/contract.ts';
import { listContacts } from '../contacts/contract.ts';
import type { User } from '../identity/contract.ts';
import { emptyDirectory, foldUser } from '../identity/view.ts';
import { listConversations } from '../im/contract.ts';
import { DEFAULTS } from '../policy/contract.ts';
import { getAccess, publish, unpublish } from '../presence/contract.ts';
import type { ServerFrame } from './contract.ts';
import { Departments } from './departments.ts';
import { Sessions } from './sessions.ts';
import { serveSockets } from './socket.ts';

const alice = { userId: 'alice', address: 'alice@parley.test', name: 'Alice', version: 1 } as User;

/** One end of a WebSocket that this process accepted. */
class Socket extends EventEmitter {
  readonly OPEN = 1;
  readonly readyState = 1;
  readonly frames: ServerFrame[] = [];
  send(text: string): void {
    this.frames.push(JSON.parse(text) as ServerFrame);
  }
  close(): void {}
  say(frame: object): void {
    this.emit('message', Buffer.from(JSON.stringify(frame)), false);
  }
}

test('a window that came back after its presence was withdrawn leaves no timer behind when the process stops', async () => {
  const clock = fakeClock();
  const bus = openInProcessBus({ log: silentLog, clock });
  const signedIn = { userId: 'alice', signInId: 's1', administrator: false };
  await bus.serve(checkSignIn, async () => done(signedIn));
  await bus.serve(listContacts, async () =>
    done({ version: 0, contacts: [], groups: [], addedBy: [], asksWhenAdded: true }),
  );
  await bus.serve(getAccess, async ({ userId }) => done({ userId, entries: [], version: 0 }));
  await bus.serve(listConversations, async () => done({ conversations: [] }));
  const said: string[] = [];
  await bus.serve(publish, async ({ machine = '' }) => {
    said.push(machine);
    return done({});
  });
  await bus.serve(unpublish, async () => {
    said.push('withdrawn');
    return done({});
  });
  let accept: (socket: Socket, admitted: object) => void = () => assert.fail('nothing is served');
  const web = {
    socket(_path: string, _admit: unknown, open: typeof accept) {
      accept = open;
    },
  };
  const sockets = serveSockets(web as unknown as WebServer, {
    bus,
    clock,
    log: silentLog,
    sessions: new Sessions(),
    gate: {
      check: () => ({ allowed: true, coveredBy: null }),
      look: () => ({ allowed: true, coveredBy: null }),
      features: () => [],
    },
    departments: new Departments({
      current: emptyDirectory(),
      ready: Promise.resolve(),
      onChange: () => ({ [Symbol.dispose]: () => undefined }),
      [Symbol.asyncDispose]: async () => undefined,
    }),
    policies: { of: () => ({ ...DEFAULTS, hidesReceipts: false }) },
    windows: { ofUser: () => [] },
    people: () => ({
      directory: foldUser(emptyDirectory(), alice),
      presence: new Map(),
      access: new Map(),
      cards: new Map(),
      domain: 'parley.test',
    }),
    introduce: () => undefined,
    counted: () => undefined,
    moved: () => undefined,
    attended: () => undefined,
  });

  const [first, second] = [new Socket(), new Socket()];
  accept(first, { ...signedIn, token: 't' });
  first.say({ type: 'hello' });
  await clock.advanceAsync(1);
  const snapshot = first.frames.find((frame) => frame.type === 'snapshot');
  assert.ok(snapshot !== undefined, JSON.stringify(first.frames));
  first.emit('close');
  await clock.advanceAsync(10_001);
  await clock.advanceAsync(1);
  assert.deepEqual(said, ['active', 'withdrawn']);
  accept(second, { ...signedIn, token: 't' });
  second.say({ type: 'hello', resume: { sessionId: snapshot.sessionId, event: snapshot.event } });
  await clock.advanceAsync(1);
  assert.equal(second.frames[0]?.type, 'resumed');
  sockets.leave();
  await clock.advanceAsync(1);
  await bus[Symbol.asyncDispose]();
  assert.equal(clock.pending, 0);
});
