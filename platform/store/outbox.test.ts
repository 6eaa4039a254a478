import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import pg from 'pg';
import type { Bus } from '../bus/bus.ts';
import { openInProcessBus } from '../bus/index.ts';
import { systemClock } from '../net/clock-system.ts';
import { fakeClock } from '../net/testing.ts';
import { type CountingTables, counted, counting } from './fixtures/counting.ts';
import { openStore } from './open-store.ts';
import { openTestStore, silentLog, testDatabase } from './testing.ts';

/** What subscribers of a real bus have seen, and a promise of what they will. */
async function listenOn(bus: Bus) {
  const seen: number[] = [];
  let check: () => void = () => undefined;
  await bus.subscribe(counted, ({ n }) => {
    seen.push(n);
    check();
  });
  return {
    seen,
    until(reached: () => boolean): Promise<void> {
      return new Promise((resolve) => {
        check = () => reached() && resolve();
        check();
      });
    },
  };
}

function openBus(): Bus {
  return openInProcessBus({ clock: systemClock, log: silentLog });
}

/** The same bus with another `publish`. */
function publishingBy(bus: Bus, publish: Bus['publish']): Bus {
  return Object.assign(Object.create(bus) as Bus, { publish });
}

test('what a transaction announces arrives after its commit, in order', async () => {
  await using bus = openBus();
  const listener = await listenOn(bus);
  await using store = await openTestStore({ bus });
  const service = await store.service<CountingTables>('counting', counting);
  await service.transaction(async ({ announce }) => {
    for (const n of [1, 2, 3]) await announce(counted, { n });
    assert.deepEqual(listener.seen, []);
  });
  await service.transaction(({ announce }) => announce(counted, { n: 4 }));
  await listener.until(() => listener.seen.length === 4);
  assert.deepEqual(listener.seen, [1, 2, 3, 4]);
});

test('a transaction that fails announces nothing', async () => {
  await using bus = openBus();
  const listener = await listenOn(bus);
  await using store = await openTestStore({ bus });
  const service = await store.service<CountingTables>('counting', counting);
  const failing = service.transaction(async ({ announce }) => {
    await announce(counted, { n: 1 });
    throw new Error('no');
  });
  await assert.rejects(failing);
  await service.transaction(({ announce }) => announce(counted, { n: 2 }));
  await listener.until(() => listener.seen.length > 0);
  assert.deepEqual(listener.seen, [2]);
});

test('an announcement that does not fit its schema takes its transaction with it', async () => {
  await using bus = openBus();
  await using store = await openTestStore({ bus });
  const service = await store.service<CountingTables>('counting', counting);
  const wrong = service.transaction(async ({ db, announce }) => {
    await db.insertInto('counts').values({ n: 1, note: null }).execute();
    await announce(counted, { n: 1.5 });
  });
  await assert.rejects(wrong, TypeError);
  assert.deepEqual(await service.db.selectFrom('counts').selectAll().execute(), []);
});

test('a bus that refuses is asked again, later each time, and nothing is lost or out of order', async () => {
  await using bus = openBus();
  const listener = await listenOn(bus);
  const clock = fakeClock();
  let refusals = 2;
  let refused: () => void = () => undefined;
  const moody = publishingBy(bus, async (contract, value) => {
    if ((value as { n: number }).n === 2 && refusals > 0) {
      refusals--;
      refused();
      throw new Error('not now');
    }
    await bus.publish(contract, value);
  });
  await using store = await openTestStore({ bus: moody, clock });
  const service = await store.service<CountingTables>('counting', counting);
  const firstRefusal = new Promise<void>((resolve) => {
    refused = resolve;
  });
  await service.transaction(async ({ announce }) => {
    for (const n of [1, 2, 3]) await announce(counted, { n });
  });
  await firstRefusal;
  const arrived = listener.until(() => listener.seen.length === 3);
  const ticking = setInterval(() => clock.advance(50), 5);
  await arrived.finally(() => clearInterval(ticking));
  assert.deepEqual(listener.seen, [1, 2, 3]);
  assert.equal(refusals, 0);
});

test('a durable announcement is appended to its stream under an id that stays the same', async () => {
  await using bus = openBus();
  const appended: (string | undefined)[] = [];
  const recording = Object.assign(Object.create(bus) as Bus, {
    append: ((contract, value, options) => {
      appended.push(options?.id);
      return bus.append(contract, value, options);
    }) satisfies Bus['append'],
  });
  await using store = await openTestStore({ bus: recording });
  const service = await store.service<CountingTables>('counting', counting);
  const consumed = new Promise<number>((resolve) => {
    void bus.consume(counted, 'test', async (message) => {
      await message.acknowledge();
      resolve(message.value.n);
    });
  });
  await service.transaction(({ announce }) => announce(counted, { n: 7 }, { durable: true }));
  assert.equal(await consumed, 7);
  assert.deepEqual(appended, ['counting:1']);
});

test('rows that another process wrote are found within a second', async () => {
  await using bus = openBus();
  const listener = await listenOn(bus);
  const clock = fakeClock();
  await using store = await openTestStore({ bus, clock });
  await store.service<CountingTables>('counting', counting);
  const client = new pg.Client(store.connection);
  await client.connect();
  await client.query(
    `insert into counting.outbox (subject, payload, durable) values ('${counted.subject}', '{"n":9}', false)`,
  );
  await client.end();
  clock.advance(1_000);
  await listener.until(() => listener.seen.length === 1);
  assert.deepEqual(listener.seen, [9]);
});

test('several processes on one database publish each announcement once', async () => {
  await using database = await testDatabase();
  await using bus = openBus();
  const listener = await listenOn(bus);
  const open = () => openStore({ connection: database.connection, bus, clock: systemClock, log: silentLog });
  await using one = await open();
  await using two = await open();
  const services = await Promise.all(
    [one, two].map((store) => store.service<CountingTables>('counting', counting)),
  );
  const numbers = Array.from({ length: 300 }, (_, n) => n);
  await Promise.all(
    numbers.map((n) => services[n % 2]!.transaction(({ announce }) => announce(counted, { n }))),
  );
  await listener.until(() => listener.seen.length >= numbers.length);
  assert.deepEqual(
    [...listener.seen].sort((a, b) => a - b),
    numbers,
  );
});

test('SIGKILL between the commit of the rows and that of the relay: every event arrives once or more, in order', async () => {
  await using database = await testDatabase();
  const child = spawn(
    process.execPath,
    [join(import.meta.dirname, 'fixtures/stuck-relay.ts'), database.connection],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  const [said] = await once(child.stdout!, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
  assert.deepEqual(JSON.parse(String(said)), { published: [1, 2, 3] });

  await using bus = openBus();
  const listener = await listenOn(bus);
  await using store = await openStore({
    connection: database.connection,
    bus,
    clock: systemClock,
    log: silentLog,
  });
  await store.service<CountingTables>('counting', counting);
  await listener.until(() => listener.seen.includes(5));
  assert.deepEqual(listener.seen, [1, 2, 3, 4, 5]);
});
