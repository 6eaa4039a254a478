import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { migrate } from './migrations.ts';
import { StoreError } from './store-error.ts';
import { testDatabase } from './testing.ts';

const first = { name: '0001-users', sql: 'create table users (id bigint primary key)' };
const second = { name: '0002-names', sql: "alter table users add name text not null default 'nobody'" };

async function columns(connection: string): Promise<string[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const { rows } = await client.query(
      `select column_name from information_schema.columns
       where table_schema = 'identity' and table_name = 'users' order by 1`,
    );
    return rows.map((row) => row.column_name);
  } finally {
    await client.end();
  }
}

const code = (expected: string) => (error: unknown) =>
  error instanceof StoreError && error.code === expected && error.remedy !== '';

test('a schema gets the steps that it has not seen, and each once', async () => {
  await using database = await testDatabase();
  assert.deepEqual(await migrate(database.connection, 'identity', [first]), ['0001-users']);
  assert.deepEqual(await migrate(database.connection, 'identity', [first, second]), ['0002-names']);
  assert.deepEqual(await migrate(database.connection, 'identity', [first, second]), []);
  assert.deepEqual(await columns(database.connection), ['id', 'name']);
});

test('of several starts at once one migrates and the others find it done', async () => {
  await using database = await testDatabase();
  const starts = ['identity', 'identity', 'identity', 'presence', 'presence'];
  const applied = await Promise.all(
    starts.map((schema) => migrate(database.connection, schema, [first, second])),
  );
  assert.equal(applied.flat().length, 4);
});

test('a database with a step that this program does not know is refused and not touched', async () => {
  await using database = await testDatabase();
  await migrate(database.connection, 'identity', [first, second]);
  await assert.rejects(migrate(database.connection, 'identity', [first]), code('STORE_NEWER_DATABASE'));
  assert.deepEqual(await columns(database.connection), ['id', 'name']);
});

test('a step that was changed after it had been applied is refused', async () => {
  await using database = await testDatabase();
  await migrate(database.connection, 'identity', [first]);
  const changed = { name: first.name, sql: `${first.sql} /* changed */` };
  await assert.rejects(migrate(database.connection, 'identity', [changed]), code('STORE_MIGRATION_CHANGED'));
});

test('line ends of another system are not a change', async () => {
  await using database = await testDatabase();
  const unix = { name: '0001-users', sql: 'create table users (\n id bigint)' };
  await migrate(database.connection, 'identity', [unix]);
  await migrate(database.connection, 'identity', [
    { name: unix.name, sql: unix.sql.replaceAll('\n', '\r\n') },
  ]);
});

test('a step that was skipped is refused', async () => {
  await using database = await testDatabase();
  await migrate(database.connection, 'identity', [first]);
  const skipped = { name: '0000-before', sql: 'create table before (id bigint)' };
  await assert.rejects(
    migrate(database.connection, 'identity', [skipped, first]),
    code('STORE_MIGRATION_CHANGED'),
  );
});

test('a step that fails leaves nothing of itself, and the steps before it stay', async () => {
  await using database = await testDatabase();
  const failing = { name: '0002-fails', sql: 'alter table users add half text; select 1 / 0' };
  await assert.rejects(
    migrate(database.connection, 'identity', [first, failing]),
    code('STORE_MIGRATION_FAILED'),
  );
  assert.deepEqual(await columns(database.connection), ['id']);
  assert.deepEqual(await migrate(database.connection, 'identity', [first, second]), ['0002-names']);
});

test('steps out of order are a fault of the program', async () => {
  await using database = await testDatabase();
  await assert.rejects(migrate(database.connection, 'identity', [second, first]), TypeError);
});
