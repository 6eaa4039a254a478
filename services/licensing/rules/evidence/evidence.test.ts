// Access folded into edges, its window and its pseudonyms (licensing rules M2, M7).
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type AccessEvent, AccessFold } from './access-fold.ts';
import { pseudonymise } from './pseudonym.ts';
import { inWindow } from './window.ts';

const event = (more: Partial<AccessEvent> = {}): AccessEvent => ({
  userId: 'alice',
  deviceId: 'desk-1',
  product: 'parley',
  level: 'standard',
  day: '2026-05-20',
  ...more,
});

const events = fc.array(
  fc.record({
    userId: fc.constantFrom(null, 'alice', 'bob', 'carol'),
    deviceId: fc.constantFrom('desk-1', 'lobby'),
    product: fc.constantFrom('parley', 'ocs2007r2'),
    level: fc.constantFrom('standard' as const, 'enterprise' as const),
    day: fc.constantFrom('2026-05-20', '2026-05-21', '2026-06-01'),
    eventId: fc.nat(30).map(String),
  }),
  { maxLength: 40 },
);

/** An event id names one event: its first appearance in `all` says which. */
function agreed(all: readonly AccessEvent[]): AccessEvent[] {
  const first = new Map<string, AccessEvent>();
  for (const each of all) if (!first.has(each.eventId!)) first.set(each.eventId!, each);
  return all.map((each) => first.get(each.eventId!)!);
}

function foldOf(list: readonly AccessEvent[]): AccessFold {
  const fold = new AccessFold();
  for (const each of list) fold.record(each);
  return fold;
}

const edgesOf = (fold: AccessFold) => [...fold.edges()].map((edge) => JSON.stringify(edge)).sort();

test('events of the same person, device, product and level are one edge with its first and last day', () => {
  const fold = foldOf([event({ day: '2026-05-21' }), event(), event({ day: '2026-06-01' })]);
  assert.deepEqual(
    [...fold.edges()],
    [
      {
        userId: 'alice',
        deviceId: 'desk-1',
        product: 'parley',
        level: 'standard',
        firstDay: '2026-05-20',
        lastDay: '2026-06-01',
        count: 3,
      },
    ],
  );
});

test('another person, device, product or level is another edge', () => {
  const others = [
    { userId: null },
    { deviceId: null },
    { product: 'ocs2007r2' },
    { level: 'enterprise' as const },
  ];
  assert.equal(foldOf([event(), ...others.map(event)]).size, 5);
});

test('what is not an event of somebody on some day changes nothing', () => {
  const fold = new AccessFold();
  assert.equal(fold.record(event({ day: '2026-02-30' })), 'bad-day');
  assert.equal(fold.record(event({ userId: null, deviceId: null })), 'nobody');
  assert.equal(fold.size, 0);
});

test('merged in any order and any number of times, named events give the same edges', () => {
  fc.assert(
    fc.property(events, fc.nat(40), fc.nat(40), (list, a, b) => {
      const all = agreed(list);
      const parts = [all.slice(0, a), all.slice(Math.min(a, b)), all.slice(b)];
      const expected = edgesOf(foldOf(parts.flat()));
      for (const order of [
        [0, 1, 2],
        [2, 1, 0],
        [1, 0, 1, 2, 2],
      ]) {
        const whole = new AccessFold();
        for (const at of order) whole.merge(foldOf(parts[at]!));
        assert.deepEqual(edgesOf(whole), expected);
      }
      const right = foldOf(parts[1]!);
      right.merge(foldOf(parts[2]!));
      const left = foldOf(parts[0]!);
      left.merge(right);
      assert.deepEqual(edgesOf(left), expected);
    }),
  );
});

test('a million duplicates of one event are one event', () => {
  const fold = new AccessFold();
  const same = event({ eventId: 'one' });
  for (let n = 0; n < 1_000_000; n++) fold.record(same);
  assert.equal([...fold.edges()][0]?.count, 1);
});

test('names are forgotten behind the window, and an event from there is not counted twice', () => {
  const fold = foldOf([event({ eventId: 'old' }), event({ eventId: 'new', day: '2026-06-01' })]);
  fold.forgetNamesBefore('2026-06-01');
  assert.equal(fold.record(event({ eventId: 'old' })), 'too-late');
  assert.equal(fold.record(event({ eventId: 'new', day: '2026-06-01' })), 'known');
  assert.equal([...fold.edges()][0]?.count, 2);
});

test('a window of 90 days holds what was last seen 90 days ago, and not what is a day older', () => {
  const edges = [{ lastDay: '2026-03-03' }, { lastDay: '2026-03-02' }, { lastDay: '2026-06-02' }];
  const found = inWindow(edges, { on: '2026-06-01', days: 90 });
  assert.ok(found.ok);
  assert.deepEqual(found.value, [{ lastDay: '2026-03-03' }]);
});

test('a window refuses what is no day and what ends before it starts', () => {
  for (const edge of [{ lastDay: 'yesterday' }, { firstDay: '2026-05-02', lastDay: '2026-05-01' }])
    assert.equal(inWindow([edge], { on: '2026-06-01', days: 90 }).ok, false);
  assert.equal(inWindow([], { on: '2026-06-31', days: 90 }).ok, false);
  assert.equal(inWindow([], { on: '2026-06-01', days: -1 }).ok, false);
});

test('a pseudonym is the same for the same key and another for another, and tells persons from devices', async () => {
  const edges = [
    { userId: 'alice', deviceId: 'alice' },
    { userId: null, deviceId: 'lobby' },
  ];
  const key = new Uint8Array(32).fill(1);
  const [first, again, other] = await Promise.all([
    pseudonymise(edges, key),
    pseudonymise(edges, key),
    pseudonymise(edges, new Uint8Array(32).fill(2)),
  ]);
  assert.deepEqual(first, again);
  assert.notEqual(first[0]?.userId, other[0]?.userId);
  assert.notEqual(first[0]?.userId, first[0]?.deviceId);
  assert.equal(first[1]?.userId, null);
  assert.doesNotMatch(JSON.stringify(first), /alice|lobby/);
});
