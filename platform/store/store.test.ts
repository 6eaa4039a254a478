import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { openInProcessBus } from '../bus/index.ts';
import { systemClock } from '../net/clock-system.ts';
import { type CountingTables, counting } from './fixtures/counting.ts';
import { openStore } from './open-store.ts';
import { StoreError } from './store-error.ts';
import { openTestStore, silentLog, testDatabase } from './testing.ts';

const needs = { clock: systemClock, log: silentLog };

async function openCounting() {
  const bus = openInProcessBus(needs);
  const store = await openTestStore({ bus });
  const service = await store.service<CountingTables>('counting', counting);
  return {
    store,
    db: service.db,
    service,
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}

test('two services have tables of the same name and each finds its own', async () => {
  await using it = await openCounting();
  const other = await it.store.service<CountingTables>('group-chat', counting);
  await it.service.transaction(({ db }) =>
    db.insertInto('counts').values({ n: 1, note: 'counting' }).execute(),
  );
  await other.transaction(({ db }) => db.insertInto('counts').values({ n: 1, note: 'chat' }).execute());
  assert.deepEqual(await it.db.selectFrom('counts').select('note').execute(), [{ note: 'counting' }]);
  assert.deepEqual(await other.db.selectFrom('counts').select('note').execute(), [{ note: 'chat' }]);
});

test('raw SQL in a transaction finds the tables of its service on a connection that another service used', async () => {
  await using it = await openCounting();
  const other = await it.store.service<CountingTables>('other', counting);
  for (const [n, service] of [it.service, other, it.service, other].entries()) {
    await service.transaction(({ db }) => sql`insert into counts (n) values (${n})`.execute(db));
  }
  const rows = await it.db.selectFrom('counts').select('n').orderBy('n').execute();
  assert.deepEqual(rows, [{ n: 0 }, { n: 2 }]);
});

for (const [what, n, note] of [
  ['U+0000 in a text', 1, 'a\0b'],
  ['a number beyond its column', 1e19, ''],
  ['a number that is none there', 1e300, ''],
] as const) {
  test(`${what} is told as the fault of who sent it, inside a transaction and outside`, async () => {
    await using it = await openCounting();
    const isBadValue = (error: unknown) => error instanceof StoreError && error.code === 'STORE_BAD_VALUE';
    await assert.rejects(it.db.insertInto('counts').values({ n, note }).execute(), isBadValue);
    const work = it.service.transaction(({ db }) => db.insertInto('counts').values({ n, note }).execute());
    await assert.rejects(work, isBadValue);
  });
}

test('work that throws leaves no row', async () => {
  await using it = await openCounting();
  const work = it.service.transaction(async ({ db }) => {
    await db.insertInto('counts').values({ n: 1, note: null }).execute();
    throw new Error('no');
  });
  await assert.rejects(work, /^Error: no$/);
  assert.deepEqual(await it.db.selectFrom('counts').selectAll().execute(), []);
});

test('two transactions that block each other both happen', async () => {
  await using it = await openCounting();
  await it.db
    .insertInto('counts')
    .values([
      { n: 1, note: '' },
      { n: 2, note: '' },
    ])
    .execute();
  let bothHoldOne: () => void = () => undefined;
  const barrier = new Promise<void>((resolve) => {
    bothHoldOne = resolve;
  });
  let holding = 0;
  let runs = 0;
  const write = (first: number, then: number, mark: string) =>
    it.service.transaction(async ({ db }) => {
      runs++;
      const append = (n: number) =>
        db
          .updateTable('counts')
          .set({ note: sql`note || ${mark}` })
          .where('n', '=', n)
          .execute();
      await append(first);
      if (++holding === 2) bothHoldOne();
      await barrier;
      await append(then);
    });
  await Promise.all([write(1, 2, 'a'), write(2, 1, 'b')]);
  assert.ok(runs > 2);
  for (const { note } of await it.db.selectFrom('counts').select('note').execute()) {
    assert.equal([...(note ?? '')].sort().join(''), 'ab');
  }
});

test('who loses a race for a unique key runs again, and its check finds the winner', async () => {
  await using it = await openCounting();
  let bothHaveLooked: () => void = () => undefined;
  const barrier = new Promise<void>((resolve) => {
    bothHaveLooked = resolve;
  });
  let looking = 0;
  const takeOne = () =>
    it.service.transaction(async ({ db }) => {
      const taken = await db.selectFrom('counts').select('n').where('n', '=', 1).executeTakeFirst();
      if (++looking === 2) bothHaveLooked();
      await barrier;
      if (taken !== undefined) return 'taken';
      await db.insertInto('counts').values({ n: 1, note: null }).execute();
      return 'mine';
    });
  assert.deepEqual((await Promise.all([takeOne(), takeOne()])).sort(), ['mine', 'taken']);
});

test('a bigint is a number, and one that a number cannot hold is refused', async () => {
  await using it = await openCounting();
  await it.db.insertInto('counts').values({ n: Number.MAX_SAFE_INTEGER, note: null }).execute();
  assert.deepEqual(await it.db.selectFrom('counts').select('n').execute(), [{ n: Number.MAX_SAFE_INTEGER }]);
  await assert.rejects(sql`select 9007199254740993 as n`.execute(it.db), RangeError);
});

test('a process that is cut off inside a transaction keeps its locks for half a minute, not for hours', async () => {
  await using it = await openCounting();
  const { rows } = await sql<{ bound: string }>`
    select current_setting('idle_in_transaction_session_timeout') as bound`.execute(it.db);
  assert.equal(rows[0]?.bound, '30s');
});

test('connections that PostgreSQL ends are replaced, and the process lives', async () => {
  await using it = await openCounting();
  const inUse = it.service.transaction(async ({ db }) => {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database()
      and pid <> pg_backend_pid()`.execute(db);
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db);
  });
  await assert.rejects(inUse);
  assert.deepEqual(await it.db.selectFrom('counts').selectAll().execute(), []);
});

test('work that goes on over a connection that broke is told that the database is away', async () => {
  await using it = await openCounting();
  const inUse = it.service.transaction(async ({ db }) => {
    await sql`select pg_terminate_backend(pg_backend_pid())`.execute(db).catch(() => undefined);
    await db.selectFrom('counts').selectAll().execute();
  });
  await assert.rejects(inUse, (error) => error instanceof StoreError && error.code === 'STORE_UNAVAILABLE');
});

test('an address where no PostgreSQL answers is refused with a remedy', async () => {
  const opening = openStore({
    ...needs,
    connection: 'postgres://parley@127.0.0.1:1/parley',
    bus: openInProcessBus(needs),
    reachableWithinMs: 0,
  });
  await assert.rejects(
    opening,
    (error) =>
      error instanceof StoreError && error.code === 'STORE_UNREACHABLE' && /store/.test(error.remedy),
  );
});

test('a database that does not exist and a wrong password are told apart from silence', async () => {
  await using database = await testDatabase();
  for (const wrong of [
    database.connection.replace(/test_[0-9a-f]+/, 'no_such_database'),
    database.connection.replace(/\/\/[^@]*@/, '//stranger:wrong@'),
  ]) {
    const opening = openStore({ ...needs, connection: wrong, bus: openInProcessBus(needs) });
    await assert.rejects(
      opening,
      (error) => error instanceof StoreError && error.code === 'STORE_SIGN_IN_REFUSED',
    );
  }
});
