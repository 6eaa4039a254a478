// Bindings over time: expiry, front ends that stop, and what the next one makes of their rows. Real sockets and PostgreSQL.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { RunningService, ServiceContext } from '@parley/platform/host';
import { type OpenedSipServer, openSipServer, systemClock } from '@parley/platform/net';
import { fakeClock } from '@parley/platform/net/testing';
import { openStore } from '@parley/platform/store';
import { silentLog, type TestStore } from '@parley/platform/store/testing';
import { addDevice } from '../authentication/contract.ts';
import { authenticationService } from '../authentication/service.ts';
import { createUser } from '../identity/contract.ts';
import { identityService } from '../identity/service.ts';
import { proxyService } from '../proxy/service.ts';
import { TestPhone } from '../proxy/testing.ts';
import { type TestProcess, testProcess } from '../testing.ts';
import { type Location, locationChanged, locationSnapshot } from './contract.ts';
import { registrarService } from './service.ts';

const DOMAIN = 'parley.test';
const clock = fakeClock();
let running: TestProcess;
let connection: string;
const closing: AsyncDisposable[] = [];

before(async () => {
  running = await testProcess({ clock });
  ({ connection } = running.store as TestStore);
  await running.start(identityService, authenticationService);
});

after(async () => {
  for (const one of closing.reverse()) await one[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
});

interface FrontEnd extends AsyncDisposable {
  readonly context: ServiceContext;
  readonly sip: OpenedSipServer;
}

/** Another front end on the same bus and store. Disposing it is an orderly stop. */
async function frontEnd(nodeId: string): Promise<FrontEnd> {
  const listen = (['udp', 'tcp'] as const).map((transport) => ({ transport, address: '127.0.0.1', port: 0 }));
  const sip = await openSipServer({ listen, clock: systemClock, log: silentLog });
  const store = await openStore({ connection, bus: running.bus, clock, log: silentLog });
  const context = { ...running.context, nodeId, store, sip: () => sip };
  const services: RunningService[] = [];
  for (const service of [registrarService, proxyService]) services.push(await service.start(context));
  let isStopped = false;
  const started = {
    context,
    sip,
    async [Symbol.asyncDispose]() {
      if (isStopped) return;
      isStopped = true;
      for (const service of services.reverse()) await service[Symbol.asyncDispose]();
      await sip[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
  closing.push(started);
  return started;
}

async function person(username: string): Promise<{ userId: string; username: string; password: string }> {
  const user = await running.bus.call(createUser, { address: `${username}@${DOMAIN}`, name: username });
  assert.ok(user.ok);
  const { userId } = user.value;
  const device = await running.bus.call(addDevice, { userId, name: 'Phone' });
  assert.ok(device.ok);
  return { userId, username, password: device.value.password };
}

async function phoneAt(
  { sip }: FrontEnd,
  transport: 'udp' | 'tcp',
  account: { username: string; password: string },
): Promise<TestPhone> {
  const port = sip.listening.find((socket) => socket.transport === transport)?.port ?? 0;
  const phone = await TestPhone.start({ transport, port, domain: DOMAIN, ...account });
  closing.push(phone);
  return phone;
}

/** Every announcement from now on. */
async function announced(
  userId: string,
): Promise<{ next: (holds: (location: Location) => boolean) => Promise<Location>; all: Location[] }> {
  const all: Location[] = [];
  let wake = Promise.withResolvers<void>();
  const subscription = await running.bus.subscribe(locationChanged, (location) => {
    if (location.userId !== userId) return;
    all.push(location);
    wake.resolve();
    wake = Promise.withResolvers();
  });
  closing.push(subscription);
  return {
    all,
    async next(holds) {
      for (;;) {
        const found = all.find(holds);
        if (found !== undefined) return found;
        await wake.promise;
      }
    },
  };
}

/** Lets time pass until it has happened. */
async function passTime<T>(happening: Promise<T>): Promise<T> {
  let hasHappened = false;
  const happened = happening.finally(() => {
    hasHappened = true;
  });
  while (!hasHappened) await clock.advanceAsync(500);
  return await happened;
}

async function locationOf(userId: string): Promise<Location | undefined> {
  const page = await running.bus.call(locationSnapshot, {});
  assert.ok(page.ok);
  return page.value.locations.find((location) => location.userId === userId);
}

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
  assert.equal((await daves.ask('OPTIONS', { uri: `sip:bob@${DOMAIN}` })).status, 200);
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
