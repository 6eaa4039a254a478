import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@parley/platform/net/testing';
import fc from 'fast-check';
import type { User } from '../identity/contract.ts';
import { BrowserSession, KEPT_EVENTS, tell, type Wire } from './browser-session.ts';
import type { ServerFrame, Snapshot } from './contract.ts';

const quietEndpoint = {
  up: () => undefined,
  down: () => undefined,
  end: async () => undefined,
  forget: () => undefined,
};
const alice: User = {
  userId: 'alice',
  address: 'alice@parley.test',
  name: 'Alice Example',
  title: '',
  department: '',
  office: '',
  phone: '',
  photo: '',
  administrator: false,
  disabled: false,
  version: 1,
};
const snapshotOf = (version: number): Snapshot => ({
  me: { ...alice, version },
  users: [{ ...alice, version }],
  presence: [],
  cards: [],
  access: { userId: 'alice', entries: [], version: 0 },
  contacts: [],
  book: { version: 0, groups: [], addedBy: [], asksWhenAdded: true },
  conversations: [],
  features: [],
  calls: [],
  missedCalls: 0,
});

const desk = { deviceId: null, deviceName: 'Browser' };

function open() {
  const clock = fakeClock();
  const endpoint = { ...quietEndpoint, say: async () => ({ ok: true as const, value: {} }) };
  const session = new BrowserSession({ ...desk, userId: 'alice', signInId: 's' }, clock, () => endpoint);
  return { clock, session };
}

/** A browser as the protocol wants it: it folds what arrives, and remembers the last number. */
class Browser {
  readonly versions: number[] = [];
  last = 0;
  #wire: Wire | undefined;
  /** Frames that still reach it before the network fails; what is sent later is lost. */
  arrives = Number.POSITIVE_INFINITY;

  connect(): Wire {
    this.arrives = Number.POSITIVE_INFINITY;
    const wire: Wire = {
      send: (text) => {
        if (this.#wire !== wire || this.arrives <= 0) return;
        this.arrives -= 1;
        this.#fold(JSON.parse(text) as ServerFrame);
      },
      close: () => undefined,
    };
    this.#wire = wire;
    return wire;
  }

  #fold(frame: ServerFrame): void {
    if (frame.type === 'snapshot') {
      this.last = frame.event;
      this.versions.push(frame.snapshot.me.version);
    }
    if (frame.type !== 'event' || frame.data.type !== 'user') return;
    assert.equal(frame.event, this.last + 1, 'numbers arrive without gaps');
    this.last = frame.event;
    this.versions.push(frame.data.user.version);
  }
}

test('whatever the network loses and whenever it does, a browser that comes back has every change once and in order', () => {
  const step = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant('change' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('cut' as const), arrives: fc.nat(4) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('return' as const) }) },
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const { session } = open();
      const browser = new Browser();
      let version = 1;
      let wire = browser.connect();
      session.attach(wire);
      session.beginSnapshot();
      session.endSnapshot(snapshotOf(version), undefined);
      const comeBack = () => {
        session.detach(wire, 300_000, () => undefined);
        wire = browser.connect();
        session.attach(wire);
        assert.ok(session.resume(browser.last));
      };
      for (const { kind, ...rest } of steps) {
        if (kind === 'change') {
          version += 1;
          session.deliver(tell({ type: 'user', user: { ...alice, version } }));
        } else if (kind === 'cut')
          browser.arrives = Math.min(browser.arrives, 'arrives' in rest ? rest.arrives : 0);
        else comeBack();
      }
      comeBack();
      assert.deepEqual(
        browser.versions,
        Array.from({ length: version }, (_, index) => index + 1),
      );
      session.close();
    }),
  );
});

test('changes while a snapshot is taken are told after it, unless it has them', () => {
  const { session } = open();
  const browser = new Browser();
  session.attach(browser.connect());
  assert.equal(session.beginSnapshot(), true);
  for (const version of [2, 3, 4]) session.deliver(tell({ type: 'user', user: { ...alice, version } }));
  assert.deepEqual(browser.versions, []);
  assert.equal(session.endSnapshot(snapshotOf(3), undefined), true);
  assert.deepEqual(browser.versions, [3, 4]);
  session.close();
});

test('a snapshot that went out of date while it was taken is followed by another', () => {
  const { session } = open();
  session.attach(new Browser().connect());
  assert.equal(session.beginSnapshot(), true);
  assert.equal(session.beginSnapshot(), false);
  assert.equal(session.endSnapshot(snapshotOf(1), undefined), false);
  assert.equal(session.beginSnapshot(), true);
  assert.equal(session.endSnapshot(snapshotOf(1), undefined), true);
  session.close();
});

test('a browser that missed a fresh snapshot cannot resume past it', () => {
  const { session } = open();
  const browser = new Browser();
  session.attach(browser.connect());
  session.beginSnapshot();
  session.endSnapshot(snapshotOf(1), undefined);
  browser.arrives = 0;
  session.beginSnapshot();
  session.endSnapshot(snapshotOf(2), undefined);
  session.attach(browser.connect());
  assert.equal(session.resume(browser.last), false);
  session.close();
});

test('who typed while the browser was away is not told later, and fills no buffer', () => {
  const { session } = open();
  const browser = new Browser();
  const wire = browser.connect();
  session.attach(wire);
  session.beginSnapshot();
  session.endSnapshot(snapshotOf(1), undefined);
  session.detach(wire, 300_000, () => undefined);
  for (let told = 0; told < 2 * KEPT_EVENTS; told += 1)
    session.deliver(tell({ type: 'typing', conversationId: 'c', userId: 'bob', typing: true }));
  session.deliver(tell({ type: 'user', user: { ...alice, version: 2 } }));
  session.attach(browser.connect());
  assert.ok(session.resume(browser.last));
  assert.deepEqual(browser.versions, [1, 2]);
  session.close();
});

test('a session is kept for its time after the connection is lost, and not when it was resumed', () => {
  const { clock, session } = open();
  const expired: string[] = [];
  const first = new Browser().connect();
  session.attach(first);
  session.detach(first, 300_000, () => expired.push('first'));
  clock.advance(299_000);
  const second = new Browser().connect();
  session.attach(second);
  clock.advance(300_000);
  session.detach(first, 1, () => expired.push('a wire that was replaced'));
  assert.equal(expired.length, 0);
  session.detach(second, 300_000, () => expired.push('second'));
  clock.advance(300_000);
  assert.deepEqual(expired, ['second']);
  assert.equal(clock.pending, 0);
});

test('what is sent while nothing can be stored waits in order, but not without end', async () => {
  const { session } = open();
  const stored = Promise.withResolvers<void>();
  const done: number[] = [];
  const sends = Array.from({ length: 101 }, (_, index) =>
    session.inOrder(async () => {
      await stored.promise;
      done.push(index);
    }),
  );
  assert.equal(sends.at(-1), undefined);
  stored.resolve();
  await Promise.all(sends);
  assert.deepEqual(
    done,
    Array.from({ length: 100 }, (_, index) => index),
  );
  await session.inOrder(async () => void done.push(100));
  assert.equal(done.at(-1), 100);
  session.close();
});

test('a snapshot that tells what may not be told any more is never sent, nor what waited for it', () => {
  const { session } = open();
  const wire = { sent: [] as string[], send: (text: string) => void wire.sent.push(text), close: () => {} };
  session.attach(wire);
  assert.equal(session.beginSnapshot(), true);
  session.deliver(tell({ type: 'user', user: { ...alice, phone: '+498912345' } }));
  assert.equal(session.forgetEvents(), false, 'one is being taken');
  assert.equal(session.endSnapshot(snapshotOf(1), undefined), false, 'another one is due');
  assert.deepEqual(wire.sent, []);
  assert.equal(session.beginSnapshot(), true);
  assert.equal(session.endSnapshot(snapshotOf(2), undefined), true);
  assert.equal(wire.sent.length, 1);
  assert.ok(!wire.sent.join().includes('+498912345'));
});

test('what was kept before it was forgotten is not resumed; what came after is', () => {
  const { session } = open();
  const wire = { sent: [] as string[], send: (text: string) => void wire.sent.push(text), close: () => {} };
  session.attach(wire);
  session.beginSnapshot();
  session.endSnapshot(snapshotOf(1), undefined);
  session.deliver(tell({ type: 'user', user: { ...alice, version: 2 } }));
  assert.equal(session.forgetEvents(), true);
  session.deliver(tell({ type: 'user', user: { ...alice, version: 3 } }));
  assert.deepEqual([session.resume(1), session.resume(2)], [false, true]);
});
