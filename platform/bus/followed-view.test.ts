import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Type } from 'typebox';
import { fakeClock } from '../net/testing.ts';
import { command, done, event, view } from './contract.ts';
import { openInProcessBus } from './in-process.ts';
import { recordedLog } from './testing/index.ts';
import { followView } from './view.ts';

const Person = Type.Object({ id: Type.String(), version: Type.Integer() });
const changed = event('people.person.changed', Person);
const snapshot = command('people.snapshot', {
  request: Type.Object({ after: Type.Optional(Type.String()) }),
  reply: Type.Object({ people: Type.Array(Person) }),
});
const people = view({
  event: changed,
  snapshot,
  items: (page) => page.people,
  empty: () => new Map<string, number>(),
  fold: (held, { id, version }) => new Map(held).set(id, version),
});

async function openPorts() {
  const ports = { log: recordedLog().log, clock: fakeClock() };
  const bus = openInProcessBus(ports);
  let asked = 0;
  await bus.serve(snapshot, async () => {
    asked += 1;
    return done({ people: [{ id: 'alice', version: 1 }] });
  });
  return { ...ports, bus, asked: () => asked };
}

test('services of one process that follow the same view hold one copy of it, each with its own listeners', async () => {
  const ports = await openPorts();
  await using _bus = ports.bus;
  const first = followView(ports, people);
  await using second = followView(ports, people);
  await Promise.all([first.ready, second.ready]);
  assert.equal(ports.asked(), 1);
  assert.equal(first.current, second.current);
  let heard = 0;
  first.onChange(() => {
    heard += 1;
  });
  const told = Promise.withResolvers<unknown>();
  second.onChange(told.resolve);
  await first[Symbol.asyncDispose]();
  await first[Symbol.asyncDispose]();
  await ports.bus.publish(changed, { id: 'bob', version: 1 });
  assert.deepEqual(await told.promise, { id: 'bob', version: 1 });
  assert.equal(heard, 0, 'who let go hears nothing more');
  assert.equal(second.current.get('bob'), 1);
});

test('after the last one let go, the next loads afresh', async () => {
  const ports = await openPorts();
  await using _bus = ports.bus;
  const first = followView(ports, people);
  await first.ready;
  await first[Symbol.asyncDispose]();
  await using second = followView(ports, people);
  await second.ready;
  assert.equal(ports.asked(), 2);
});

test('who lets go before the first snapshot is told so, and the others still get it', async () => {
  const ports = await openPorts();
  await using _bus = ports.bus;
  const first = followView(ports, people);
  await using second = followView(ports, people);
  await first[Symbol.asyncDispose]();
  await assert.rejects(first.ready, /closed before/);
  await second.ready;
});
