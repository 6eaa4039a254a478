// Bindings over time: expiry, front ends that stop, and what the next one makes of their rows. Real sockets and PostgreSQL.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { done, type Outcome, type ReplyOf } from '@parley/platform/contract';
import type { FakeClock } from '@parley/platform/net/testing';
import type { Log } from '@parley/platform/observe';
import { openStore } from '@parley/platform/store';
import { silentLog, testDatabase } from '@parley/platform/store/testing';
import { sql } from 'kysely';
import { addDevice, devicesChanged, listDevices } from '../authentication/contract.ts';
import type { TestProcess } from '../testing.ts';
import { BINDINGS_A_USER, type StoredBinding } from './binding.ts';
import { locationSnapshot } from './contract.ts';
import { bindingsMigration } from './migrations/0001-bindings.ts';
import { locationsMigration } from './migrations/0002-locations.ts';
import { changeBindings, type RegistrarTables, snapshotPage } from './store.ts';
import { DOMAIN, Scene } from './testing.ts';

let scene: Scene;
let running: TestProcess;
let clock: FakeClock;
let connection: string;

before(async () => {
  scene = await Scene.open();
  ({ running, clock, connection } = scene);
});

after(() => scene[Symbol.asyncDispose]());

const frontEnd: Scene['frontEnd'] = (...given) => scene.frontEnd(...given);
const person: Scene['person'] = (...given) => scene.person(...given);
const phoneAt: Scene['phoneAt'] = (...given) => scene.phoneAt(...given);
const announced: Scene['announced'] = (...given) => scene.announced(...given);
const passTime: Scene['passTime'] = (...given) => scene.passTime(...given);
const locationOf: Scene['locationOf'] = (...given) => scene.locationOf(...given);

test('RFC 3261 §10.3: a binding whose time is over is told once, although two front ends look', async () => {
  await using first = await frontEnd('expiry-1');
  await using _second = await frontEnd('expiry-2');
  const alice = await person('alice');
  const phone = await phoneAt(first, 'udp', alice);
  const told = await announced(alice.userId);
  assert.equal((await phone.register(60)).status, 200);
  await told.next(({ bindings }) => bindings.length === 1);
  const registeredAt = clock.wallNow();
  const gone = await passTime(told.next(({ bindings }) => bindings.length === 0));
  assert.ok(clock.wallNow() - registeredAt >= 60_000, 'not before its time');
  assert.equal(gone.version, 2);
  for (let i = 0; i < 20; i += 1) await clock.advanceAsync(1000);
  assert.equal(told.all.filter(({ bindings }) => bindings.length === 0).length, 1);
});

test('when a front end stops, its UDP phones are taken over and reached; its connections are gone', async () => {
  const stopping = await frontEnd('stopping');
  await using staying = await frontEnd('staying');
  const [bob, carol, dave] = [await person('bob'), await person('carol'), await person('dave')];
  const bobs = await phoneAt(stopping, 'udp', bob);
  const carols = await phoneAt(stopping, 'tcp', carol);
  const [ofBob, ofCarol] = [await announced(bob.userId), await announced(carol.userId)];
  assert.equal((await bobs.register()).status, 200);
  assert.equal((await carols.register()).status, 200);
  await stopping[Symbol.asyncDispose]();
  await passTime(
    Promise.all([
      ofBob.next(({ bindings }) => bindings[0]?.nodeId === 'staying'),
      ofCarol.next(({ bindings, version }) => version > 1 && bindings.length === 0),
    ]),
  );
  const daves = await phoneAt(staying, 'udp', dave);
  // The proxy folds the event into its own view, perhaps a turn later than this test hears of it.
  const ask = () => daves.ask('OPTIONS', { uri: `sip:bob@${DOMAIN}` });
  let answer = await ask();
  for (let tries = 1; answer.status === 480 && tries < 20; tries++) answer = await ask();
  assert.equal(answer.status, 200);
  assert.equal((await bobs.receives(1)).length, 1);
});

test('bindings survive a restart: UDP phones are still there, connections of the process before are not', async () => {
  const before = await frontEnd('life-1');
  const [erin, frank] = [await person('erin'), await person('frank')];
  const [erins, franks] = [await phoneAt(before, 'udp', erin), await phoneAt(before, 'tcp', frank)];
  assert.equal((await erins.register()).status, 200);
  assert.equal((await franks.register()).status, 200);
  await before[Symbol.asyncDispose]();
  await using _after = await frontEnd('life-2');
  assert.deepEqual(
    (await locationOf(erin.userId))?.bindings.map(({ nodeId, contact }) => [nodeId, contact]),
    [['life-2', erins.contact]],
  );
  assert.deepEqual((await locationOf(frank.userId))?.bindings, []);
});

test('a request that comes to one front end reaches a phone whose connection another holds', async () => {
  await using one = await frontEnd('one');
  await using other = await frontEnd('other');
  const [gina, hugo] = [await person('gina'), await person('hugo')];
  const hugos = await phoneAt(other, 'tcp', hugo);
  const told = await announced(hugo.userId);
  assert.equal((await hugos.register()).status, 200);
  await told.next(({ bindings }) => bindings.length === 1);
  hugos.answer = { status: 200, headers: [['X-From', 'hugo']], body: new TextEncoder().encode('v=0') };
  const ginas = await phoneAt(one, 'udp', gina);
  const response = await ginas.ask('OPTIONS', { uri: `sip:hugo@${DOMAIN}` });
  assert.equal(response.status, 200);
  assert.equal(response.headers.get('X-From'), 'hugo');
  assert.equal(new TextDecoder().decode(response.body), 'v=0');
});

test('the snapshot comes in pages that miss nobody', async () => {
  await using only = await frontEnd('pages');
  const user = await person('ivy');
  assert.equal((await (await phoneAt(only, 'udp', user)).register()).status, 200);
  const first = await locationOf(user.userId);
  assert.ok(first !== undefined);
  const past = await running.bus.call(locationSnapshot, { after: user.userId });
  assert.ok(past.ok);
  assert.ok(past.value.locations.every((location) => location.userId > user.userId));
});

test('a page of the snapshot fits into one message, however many devices people have', async () => {
  await using _only = await frontEnd('large');
  await using store = await openStore({ connection, bus: running.bus, clock, log: silentLog, relays: false });
  await using own = await store.service<RegistrarTables>('registrar', [
    bindingsMigration,
    locationsMigration,
  ]);
  const people = Array.from({ length: 70 }, (_, index) => `zz-${String(index).padStart(3, '0')}`);
  for (const userId of people) {
    const location = { userId, address: `${userId}@${DOMAIN}` };
    const bindings = Array.from({ length: BINDINGS_A_USER }, (_, index) => longBinding(`${userId}-${index}`));
    await changeBindings(own, location, () => done({ bindings, changed: true }));
  }
  const seen: string[] = [];
  let after: string | undefined = 'zz';
  while (after !== undefined) {
    const page: Outcome<ReplyOf<typeof locationSnapshot>> = await running.bus.call(locationSnapshot, {
      after,
    });
    assert.ok(page.ok, page.ok ? '' : page.fault.code);
    seen.push(...page.value.locations.map(({ userId }) => userId));
    after = page.value.next;
  }
  assert.deepEqual(seen, people);
});

function longBinding(bindingId: string): StoredBinding {
  return {
    bindingId,
    contact: `sip:${'x'.repeat(1000)}@192.0.2.1`,
    nodeId: 'large',
    flowId: 'tcp-1',
    transport: 'tcp',
    source: '192.0.2.1:5060',
    userAgent: 'y'.repeat(200),
    deviceId: 'd',
    priority: 1000,
    registeredAt: clock.wallNow(),
    expiresAt: clock.wallNow() + 3_600_000,
    callId: 'c',
    sequence: 1,
  };
}

test('bindings of a front end whose death nobody noticed go when somebody looks', async () => {
  await using _noticing = await frontEnd('noticing');
  const told = await announced('zz-ghost');
  await using store = await openStore({ connection, bus: running.bus, clock, log: silentLog });
  await using own = await store.service<RegistrarTables>('registrar', [
    bindingsMigration,
    locationsMigration,
  ]);
  const bindings = [{ ...longBinding('haunted'), nodeId: 'never-seen' }];
  const user = { userId: 'zz-ghost', address: `ghost@${DOMAIN}` };
  await changeBindings(own, user, () => done({ bindings, changed: true }));
  await told.next((location) => location.bindings.length === 1);
  await passTime(told.next((location) => location.bindings.length === 0));
});

test('a connection that closes while the database is away takes its bindings along when it is back', async () => {
  const failed = Promise.withResolvers<void>();
  const log: Log = {
    ...silentLog,
    warn: (_fields, text) => void (text.includes('closed connection') && failed.resolve()),
    child: () => log,
  };
  await using only = await frontEnd('lonely', { log });
  const jane = await person('jane');
  const janes = await phoneAt(only, 'tcp', jane);
  const told = await announced(jane.userId);
  assert.equal((await janes.register()).status, 200);
  await told.next(({ bindings }) => bindings.length === 1);
  await administer('alter table registrar.locations rename to locations_away');
  await janes[Symbol.asyncDispose]();
  await failed.promise;
  await administer('alter table registrar.locations_away rename to locations');
  await passTime(told.next(({ bindings }) => bindings.length === 0));
});

test('bindings of the version before are there after the change of the schema', async () => {
  await using database = await testDatabase();
  const needs = { connection: database.connection, bus: running.bus, clock, log: silentLog, relays: false };
  await using before = await openStore(needs);
  await using old = await before.service<RegistrarTables>('registrar', [bindingsMigration]);
  await sql`insert into registrar.locations values ('u1', 'una@parley.test', 7), ('u2', 'udo@parley.test', 2)`.execute(
    old.db,
  );
  await sql`insert into registrar.bindings values
    ('b2', 'u1', 'sip:2@192.0.2.1', 'n', 'f', 'udp', 's', 'ua', 'd', null, null, 1000, 20, 60, 'call', 4),
    ('b1', 'u1', 'sip:1@192.0.2.1', 'n', 'f', 'tcp', 's', 'ua', 'd', '<urn:x>', 1, 500, 10, 50, 'call', 3)`.execute(
    old.db,
  );
  await using store = await openStore(needs);
  await using own = await store.service<RegistrarTables>('registrar', [
    bindingsMigration,
    locationsMigration,
  ]);
  const { locations } = await snapshotPage(own.db, undefined, 10);
  const common = { nodeId: 'n', flowId: 'f', source: 's', userAgent: 'ua', deviceId: 'd' };
  assert.deepEqual(locations, [
    {
      userId: 'u1',
      address: 'una@parley.test',
      version: 7,
      bindings: [
        {
          ...common,
          bindingId: 'b1',
          contact: 'sip:1@192.0.2.1',
          transport: 'tcp',
          instance: '<urn:x>',
          priority: 500,
          registeredAt: 10,
          expiresAt: 50,
          regId: 1,
          callId: 'call',
          sequence: 3,
        },
        {
          ...common,
          bindingId: 'b2',
          contact: 'sip:2@192.0.2.1',
          transport: 'udp',
          priority: 1000,
          registeredAt: 20,
          expiresAt: 60,
          callId: 'call',
          sequence: 4,
        },
      ],
    },
    { userId: 'u2', address: 'udo@parley.test', version: 2, bindings: [] },
  ]);
});

async function administer(statement: string): Promise<void> {
  await using store = await openStore({ connection, bus: running.bus, clock, log: silentLog, relays: false });
  await using own = await store.service<RegistrarTables>('registrar', [
    bindingsMigration,
    locationsMigration,
  ]);
  await sql.raw(statement).execute(own.db);
}

test('a device that is added and registers while the devices are looked at keeps its binding', async () => {
  const kim = await person('kim');
  let meanwhile = async () => {};
  const bus = new Proxy(running.bus, {
    get(target, key) {
      const value = Reflect.get(target, key, target);
      if (key !== 'call') return typeof value === 'function' ? value.bind(target) : value;
      return async (...given: Parameters<typeof target.call>) => {
        const reply = await target.call(...given);
        if (given[0].subject === listDevices.subject) await meanwhile();
        return reply;
      };
    },
  });
  await using only = await frontEnd('careful', { bus });
  const told = await announced(kim.userId);
  const looked = Promise.withResolvers<void>();
  meanwhile = async () => {
    meanwhile = async () => looked.resolve();
    const added = await running.bus.call(addDevice, { userId: kim.userId, name: 'Second phone' });
    assert.ok(added.ok);
    const second = await phoneAt(only, 'udp', { username: 'kim', password: added.value.password });
    assert.equal((await second.register()).status, 200);
  };
  await running.bus.publish(devicesChanged, { userId: kim.userId, username: 'kim' });
  // The second look is for the device that was added during the first.
  await looked.promise;
  await told.next(({ bindings }) => bindings.length === 1);
  assert.equal((await locationOf(kim.userId))?.bindings.length, 1);
});
