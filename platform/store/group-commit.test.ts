import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openInProcessBus } from '../bus/index.ts';
import { systemClock } from '../net/clock-system.ts';
import { type CountingTables, counting } from './fixtures/counting.ts';
import { groupCommit, inGroups } from './group-commit.ts';
import type { ServiceStore, ServiceTransaction } from './store.ts';
import { StoreError } from './store-error.ts';
import { openTestStore, silentLog } from './testing.ts';

async function openGroup(most?: number) {
  const bus = openInProcessBus({ clock: systemClock, log: silentLog });
  const store = await openTestStore({ bus });
  const own = await store.service<CountingTables>('counting', counting);
  const groups: number[][] = [];
  async function insert({ db }: ServiceTransaction<CountingTables>, asks: readonly number[]) {
    groups.push([...asks]);
    await db
      .insertInto('counts')
      .values(asks.map((n) => ({ n })))
      .execute();
    return asks.map((n) => `stored ${n}`);
  }
  return {
    own,
    groups,
    change: groupCommit(own, insert, most === undefined ? {} : { most }),
    stored: async () =>
      (await own.db.selectFrom('counts').select('n').orderBy('n').execute()).map(({ n }) => n),
    async [Symbol.asyncDispose]() {
      await own[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await bus[Symbol.asyncDispose]();
    },
  };
}

test('changes of one turn, and those that come while they commit, go together, each answered for itself', async () => {
  await using group = await openGroup();
  const first = [1, 2, 3].map(group.change);
  await new Promise((resolve) => setImmediate(resolve));
  const later = [4, 5].map(group.change);
  assert.deepEqual(
    await Promise.all([...first, ...later]),
    [1, 2, 3, 4, 5].map((n) => `stored ${n}`),
  );
  assert.deepEqual(group.groups, [
    [1, 2, 3],
    [4, 5],
  ]);
  assert.equal(await group.change(6), 'stored 6');
});

test('who is answered finds the change stored', async () => {
  await using group = await openGroup();
  await Promise.all(
    Array.from({ length: 50 }, async (_, n) => {
      await group.change(n);
      assert.ok((await group.stored()).includes(n));
    }),
  );
});

test('a change that cannot be stored fails alone', async () => {
  await using group = await openGroup();
  const settled = await Promise.allSettled([1, 1e19, 3].map(group.change));
  assert.deepEqual(
    settled.map(({ status }) => status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(await group.stored(), [1, 3]);
});

test('a group holds so many at most', async () => {
  await using group = await openGroup(2);
  await Promise.all([1, 2, 3, 4, 5].map(group.change));
  assert.deepEqual(
    group.groups.map(({ length }) => length),
    [2, 2, 1],
  );
});

test('with a pace, what comes within it goes together', async () => {
  const groups: number[][] = [];
  const change = inGroups(
    async (asks: readonly number[]) => {
      groups.push([...asks]);
      return asks;
    },
    { paceMs: 500 },
  );
  await change(1);
  const [two] = await Promise.all([change(2), new Promise(setImmediate).then(() => change(3))]);
  assert.equal(two, 2);
  assert.deepEqual(groups, [[1], [2, 3]]);
});

test('while the database is away all changes are refused together: none waits for the attempts of the others', async () => {
  const error = new StoreError('STORE_UNAVAILABLE', 'The database does not answer.');
  let attempts = 0;
  const own = {
    transaction: async () => {
      attempts += 1;
      throw error;
    },
  } as unknown as ServiceStore<CountingTables>;
  const change = groupCommit(own, async (_work, asks: readonly number[]) => asks);
  const settled = await Promise.allSettled([1, 2, 3].map(change));
  assert.deepEqual(
    settled.map((each) => each.status === 'rejected' && each.reason),
    [error, error, error],
  );
  assert.equal(attempts, 1);
});
