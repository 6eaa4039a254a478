// Views: no fact is lost between subscription and snapshot, and an older one never replaces a newer.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { fakeClock } from '../net/testing.ts';
import type { Bus } from './bus.ts';
import { command, done, event } from './contract.ts';
import { openInProcessBus } from './in-process.ts';
import { assertViewLaw, recordedLog } from './testing/index.ts';
import { holdView, pageOf } from './view.ts';

const Person = Type.Object({ id: Type.String(), version: Type.Integer() });
const changed = event('people.person.changed', Person);
const snapshot = command('people.snapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ people: Type.Array(Person), next: Type.Optional(Type.String()) }),
});

type People = ReadonlyMap<string, number>;
const empty = (): People => new Map();
function fold(people: People, person: { id: string; version: number }): People {
  if ((people.get(person.id) ?? 0) >= person.version) return people;
  return new Map(people).set(person.id, person.version);
}

function hold(bus: Bus, clock = fakeClock()) {
  const { log, lines } = recordedLog();
  const view = holdView({
    bus,
    log,
    clock,
    events: [changed],
    snapshot: async (after) =>
      pageOf(await bus.call(snapshot, after === undefined ? {} : { after }), (page) => page.people),
    empty,
    fold,
  });
  return { view, lines };
}

/** The method of that name, bound to its owner. */
function ownOf(owner: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(owner, name);
  return typeof value === 'function' ? value.bind(owner) : value;
}

const openBus = (clock = fakeClock()) => openInProcessBus({ log: recordedLog().log, clock });

test('a view holds all pages of the snapshot and follows the events', async () => {
  await using bus = openBus();
  await bus.serve(snapshot, async ({ after }) =>
    done(
      after === undefined
        ? { people: [{ id: 'alice', version: 1 }], next: 'alice' }
        : { people: [{ id: 'bob', version: 1 }] },
    ),
  );
  const { view } = hold(bus);
  await using _view = view;
  await view.ready;
  assert.deepEqual(
    [...view.current],
    [
      ['alice', 1],
      ['bob', 1],
    ],
  );
  const told = Promise.withResolvers<unknown>();
  view.onChange(told.resolve);
  await bus.publish(changed, { id: 'carol', version: 1 });
  assert.deepEqual(await told.promise, { id: 'carol', version: 1 });
  assert.deepEqual(
    [...view.current],
    [
      ['alice', 1],
      ['bob', 1],
      ['carol', 1],
    ],
  );
});

test('an event that comes while pages load is not lost, and the older page does not undo it', async () => {
  await using bus = openBus();
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  await bus.serve(snapshot, async () => {
    asked.resolve();
    await answer.promise;
    return done({ people: [{ id: 'alice', version: 1 }] });
  });
  const { view } = hold(bus);
  await using _view = view;
  await asked.promise;
  await bus.publish(changed, { id: 'alice', version: 2 });
  await bus.publish(changed, { id: 'bob', version: 1 });
  answer.resolve();
  await view.ready;
  assert.deepEqual(
    [...view.current],
    [
      ['alice', 2],
      ['bob', 1],
    ],
  );
});

test('while nobody answers the snapshot, the view tries again, later and later', async () => {
  const clock = fakeClock();
  await using bus = openBus(clock);
  const { view, lines } = hold(bus, clock);
  await using _view = view;
  await clock.advanceAsync(3_000);
  assert.deepEqual(
    lines.map((line) => line.level),
    ['warn'],
  );
  await bus.serve(snapshot, async () => done({ people: [{ id: 'alice', version: 1 }] }));
  await clock.advanceAsync(5_000);
  await view.ready;
  assert.deepEqual([...view.current], [['alice', 1]]);
  assert.equal(lines.at(-1)?.level, 'info');
});

test('after events were lost, a fresh snapshot takes the place of the old state', async () => {
  await using bus = openBus();
  let people = [{ id: 'alice', version: 1 }];
  await bus.serve(snapshot, async () => done({ people }));
  let reconnect = () => {};
  const onReconnect = (listener: () => void) => {
    reconnect = listener;
    return { [Symbol.dispose]() {} };
  };
  const { view } = hold(
    new Proxy(bus, { get: (target, name) => ownOf(name === 'onReconnect' ? { onReconnect } : target, name) }),
  );
  await using _view = view;
  await view.ready;
  people = [
    { id: 'alice', version: 3 },
    { id: 'bob', version: 1 },
  ];
  const fresh = Promise.withResolvers<unknown>();
  view.onChange(fresh.resolve);
  reconnect();
  assert.equal(await fresh.promise, undefined);
  assert.deepEqual(
    [...view.current],
    [
      ['alice', 3],
      ['bob', 1],
    ],
  );
});

test('a view that is closed before its snapshot says so to those who wait', async () => {
  const clock = fakeClock();
  await using bus = openBus(clock);
  const { view } = hold(bus, clock);
  const refused = assert.rejects(view.ready, /closed before its first snapshot/);
  await view[Symbol.asyncDispose]();
  await view[Symbol.asyncDispose]();
  await refused;
  assert.equal(clock.pending, 0);
});

test('the law of views passes a fold by versions and fails one that takes whatever comes', () => {
  const before = [{ id: 'alice', version: 1 }];
  const events = [
    { id: 'alice', version: 2 },
    { id: 'alice', version: 3 },
  ];
  const after = [{ id: 'alice', version: 3 }];
  assertViewLaw({ empty, fold }, before, events, after);
  const careless = (people: People, person: { id: string; version: number }) =>
    new Map(people).set(person.id, people.size + person.version);
  assert.throws(() => assertViewLaw({ empty, fold: careless }, before, events, after));
  assert.throws(
    () => assertViewLaw({ empty, fold }, before, events.slice(0, 1), after),
    /differ from the fresh snapshot/,
  );
});
