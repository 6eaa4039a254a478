import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fakeClock } from '@parley/platform/net/testing';
import fc from 'fast-check';
import type { Window } from '../alerts/contract.ts';
import { openAlertDesk } from './alert-desk.ts';
import type { BrowserSession, ToldEvent } from './browser-session.ts';

const DELAY_MS = 12_000;

/** One node, and the windows of everybody; `here` are those that are connected to it. */
function scene(here: readonly string[] = ['laptop', 'tablet']) {
  const clock = fakeClock();
  const windows = new Map<string, Window>();
  const heard: string[] = [];
  let mayAlert = true;
  const sessionOf = (windowId: string) =>
    ({
      sessionId: windowId,
      userId: 'bob',
      deliver({ data }: ToldEvent) {
        assert.ok(data.type === 'alert');
        heard.push(`${windowId} ${data.conversationId} ${data.seq}`);
      },
    }) as unknown as BrowserSession;
  const sessions = here.map(sessionOf);
  const desk = openAlertDesk({
    clock,
    sessions: { ofUser: (userId) => (userId === 'bob' ? sessions : []) },
    windows: { ofUser: (userId) => (userId === 'bob' ? windows.values() : []) },
    mayAlert: () => mayAlert,
    delayMs: DELAY_MS,
  });
  return {
    clock,
    desk,
    heard,
    sessionOf,
    disturb: (isAllowed: boolean) => (mayAlert = isAllowed),
    use(windowId: string, more: Partial<Window> = {}) {
      const base = { userId: 'bob', windowId, browserId: windowId, looksAt: null, isOpen: true };
      windows.set(windowId, { ...base, activeAt: clock.wallNow(), ...more });
    },
    idle(windowId: string) {
      const base = { userId: 'bob', windowId, browserId: windowId, looksAt: null, isOpen: true };
      windows.set(windowId, { ...base, activeAt: 0 });
    },
    says: (seq: number, senderId = 'alice') =>
      desk.stored({ conversationId: 'c', seq, senderId }, ['alice', 'bob']),
    take: () => heard.splice(0),
  };
}

test('the laptop in use hears at once, the tablet when nobody has read it in time, and each only once', () => {
  const { clock, desk, use, idle, says, take } = scene();
  idle('tablet');
  use('laptop');
  says(1);
  assert.deepEqual(take(), ['laptop c 1']);
  says(2);
  clock.advance(DELAY_MS - 1);
  assert.deepEqual(take(), [], 'a burst is one alert');
  clock.advance(1);
  assert.deepEqual(take(), ['tablet c 2']);
  clock.advance(3_600_000);
  assert.deepEqual(take(), []);
  assert.equal(clock.pending, 0);
  desk[Symbol.dispose]();
});

test('what was read, answered or waved away in time is heard nowhere else', () => {
  for (const settle of ['read', 'answered'] as const) {
    const { clock, desk, use, idle, says, take } = scene();
    idle('tablet');
    use('laptop');
    says(1);
    take();
    if (settle === 'read') desk.settled('bob', 'c', 1);
    else says(2, 'bob');
    clock.advance(DELAY_MS * 2);
    assert.deepEqual(take(), [], settle);
    assert.equal(clock.pending, 0);
  }
});

test('read only so far: the rest of the burst still goes on', () => {
  const { clock, desk, use, idle, says, take } = scene();
  idle('tablet');
  use('laptop');
  says(1);
  says(2);
  desk.settled('bob', 'c', 1);
  clock.advance(DELAY_MS);
  assert.deepEqual(take(), ['laptop c 1', 'tablet c 2']);
  desk[Symbol.dispose]();
});

test('a conversation before the eyes is heard nowhere, unless it stays unread', () => {
  const { clock, desk, use, idle, says, take } = scene();
  idle('tablet');
  use('laptop', { looksAt: 'c' });
  says(1);
  assert.deepEqual(take(), []);
  clock.advance(DELAY_MS);
  assert.deepEqual(take().sort(), ['laptop c 1', 'tablet c 1']);
  desk[Symbol.dispose]();
});

test('under Do Not Disturb and in quiet hours nothing is heard, also not by those that would follow', () => {
  const { clock, desk, use, idle, says, take, disturb } = scene();
  idle('tablet');
  use('laptop');
  disturb(false);
  says(1);
  clock.advance(DELAY_MS);
  assert.deepEqual(take(), []);
  disturb(true);
  says(2);
  disturb(false);
  clock.advance(DELAY_MS);
  assert.deepEqual(take(), ['laptop c 2']);
  desk[Symbol.dispose]();
});

test('who lost the connection hears of it when the window is back', () => {
  const { clock, desk, use, says, take, sessionOf } = scene(['laptop']);
  says(1);
  assert.deepEqual(take(), []);
  clock.advance(DELAY_MS * 4);
  use('laptop');
  desk.arrived(sessionOf('laptop'));
  desk.arrived(sessionOf('laptop'));
  assert.deepEqual(take(), ['laptop c 1']);
  desk[Symbol.dispose]();
});

test('a snoozed alert comes again, to where the person is now', () => {
  const { desk, use, idle, says, take } = scene();
  use('laptop');
  idle('tablet');
  says(1);
  desk.settled('bob', 'c', 1);
  take();
  idle('laptop');
  use('tablet');
  desk.raise('bob', 'c', 1);
  assert.deepEqual(take(), ['tablet c 1']);
  desk[Symbol.dispose]();
});

test('whatever the windows do: an alert of two nodes is heard by somebody in time, by no browser twice, by none after it is read', () => {
  const ids = ['a', 'b', 'c', 'd'];
  const step = fc.oneof(
    fc.record({ kind: fc.constant('use' as const), id: fc.constantFrom(...ids), open: fc.boolean() }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: DELAY_MS }) }),
    fc.record({ kind: fc.constant('say' as const) }),
    fc.record({ kind: fc.constant('read' as const) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const [one, two] = [scene(['a', 'b']), scene(['c', 'd'])];
      const both = [one, two];
      let seq = 0;
      let burst: { readonly heard: Set<string>; readonly wasOpen: boolean } | undefined;
      const open = new Set<string>();
      const collect = () => {
        for (const line of both.flatMap(({ take }) => take())) {
          const id = line.split(' ')[0]!;
          assert.ok(burst !== undefined, 'nothing is heard of what was read');
          assert.ok(!burst.heard.has(id), `${id} hears a burst once`);
          burst.heard.add(id);
        }
      };
      for (const taken of [...steps, { kind: 'wait' as const, ms: DELAY_MS }]) {
        if (taken.kind === 'use') {
          if (taken.open) open.add(taken.id);
          else open.delete(taken.id);
          for (const { use } of both) use(taken.id, { isOpen: taken.open });
        } else if (taken.kind === 'wait') for (const { clock } of both) clock.advance(taken.ms);
        else if (taken.kind === 'say') {
          seq += 1;
          burst ??= { heard: new Set(), wasOpen: open.size > 0 };
          for (const { says } of both) says(seq);
        } else {
          for (const { desk } of both) desk.settled('bob', 'c', seq);
          collect();
          burst = undefined;
        }
        collect();
        if (burst?.wasOpen === true) assert.ok(burst.heard.size > 0, 'somebody hears at once');
        // A burst that has come to its end may be followed by another.
        if (taken.kind === 'wait') burst = undefined;
        if (taken.kind === 'wait') for (const { desk } of both) desk.settled('bob', 'c', seq);
      }
      for (const { desk } of both) desk[Symbol.dispose]();
    }),
  );
});
