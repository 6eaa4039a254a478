import assert from 'node:assert/strict';
import { PassThrough, Readable, Writable } from 'node:stream';
import { test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import pg from 'pg';
import { backup } from './backup.ts';
import { migrate } from './migrations.ts';
import { restore } from './restore.ts';
import type { Migration } from './store.ts';
import { StoreError } from './store-error.ts';
import { testDatabase } from './testing.ts';

const everything: Migration = {
  name: '0001-everything',
  sql: `
    create type mood as enum ('happy', 'so so');
    create table parents (
      id bigint generated always as identity primary key,
      eldest_child bigint,
      label text not null default 'x',
      shout text generated always as (upper(label)) stored);
    create table children (id bigserial primary key, parent bigint not null references parents, feeling mood);
    alter table parents add foreign key (eldest_child) references children;
    create table values_of_all_kinds (
      n bigint, bytes bytea, document jsonb, raw json, at timestamptz, day date, for_how_long interval,
      exact numeric(30, 10), approximate float8, half real, yes boolean, words text[], grid int[][], times timestamptz[],
      fixed char(5), short varchar(3), id uuid, address inet, feelings mood[]);
    create function count_up() returns trigger language plpgsql as
      $$ begin raise exception 'a trigger ran'; end $$;
    insert into parents (label) values ('made by the migration');`,
};
const trigger: Migration = {
  name: '0002-trigger',
  sql: 'create trigger count_up before insert on children for each row execute function count_up()',
};
const rename: Migration = {
  name: '0003-rename',
  sql: "alter table parents rename label to name; update parents set name = name || '!'",
};
const services = { family: [everything, trigger], 'group-chat': [] as Migration[] };

async function run(connection: string, statement: string, values: unknown[] = []): Promise<unknown[]> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    return (await client.query(statement, values)).rows;
  } finally {
    await client.end();
  }
}

/** A database with rows that are hard to keep. */
async function filledDatabase() {
  const database = await testDatabase();
  await migrate(database.connection, 'family', [everything]);
  await migrate(database.connection, 'group_chat', []);
  await run(
    database.connection,
    `set search_path = family;
     insert into parents (label) select 'parent ' || n from generate_series(2, 700) n;
     insert into children (parent, feeling) select id, 'so so' from parents;
     update parents set eldest_child = id;
     insert into family.outbox (subject, payload, durable) values ('family.child.born', '{"n": 1}', true);
     insert into values_of_all_kinds values (
       9223372036854775807, '\\x00ff0a22', '{"a": [1, null, "ü\\"\\n"]}', '{"b":1,  "b":2}', '2026-03-01 12:00:00.123456+02',
       '0044-03-15 BC', '1 year 2 days 03:04:05.6', 12345678901234567890.0123456789, 0.1, 'NaN', true,
       array['plain', 'with "quotes", {braces}', null, E'line\\nend\\\\', ''], '{{1,2},{3,4}}',
       array['infinity'::timestamptz, null], 'ab', 'ä€😀', '00000000-0000-4000-8000-000000000001', '2001:db8::1/64',
       array['happy', 'so so']::mood[]);
     insert into values_of_all_kinds default values;`,
  );
  await migrate(database.connection, 'family', [everything, trigger]);
  return database;
}

async function archiveOf(connection: string): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const output = new PassThrough();
  output.on('data', (chunk: Buffer) => chunks.push(chunk));
  await backup(connection, output, { version: '0.1.0' });
  return Buffer.concat(chunks);
}

function linesOf(archive: Buffer): string[] {
  return gunzipSync(archive).toString().split('\n');
}

/** What an archive says, but for the time at which it was made. */
function contentOf(archive: Buffer): string[] {
  const [manifest, ...rest] = linesOf(archive);
  return [
    JSON.stringify({ ...JSON.parse(manifest!), madeAt: '' }),
    ...rest.filter((line) => !line.includes('sealed')),
  ];
}

const code = (expected: string) => (error: unknown) =>
  error instanceof StoreError && error.code === expected && error.remedy !== '';

async function tables(connection: string): Promise<unknown[]> {
  return run(connection, "select tablename from pg_tables where schemaname in ('family', 'group_chat')");
}

test('a backup restored into an empty database is the same database', async () => {
  await using from = await filledDatabase();
  await using to = await testDatabase();
  const archive = await archiveOf(from.connection);
  await restore(to.connection, Readable.from([archive]), { serviceMigrations: services });
  assert.deepEqual(contentOf(await archiveOf(to.connection)), contentOf(archive));
  // The constraints and the trigger are in force again, and numbers go on where they were.
  await assert.rejects(run(to.connection, 'update family.children set parent = 100000'), { code: '23503' });
  await assert.rejects(
    run(to.connection, 'insert into family.children (parent) values (1)'),
    /a trigger ran/,
  );
  const next = "insert into family.parents (label) values ('new') returning id, shout";
  assert.deepEqual(await run(to.connection, next), [{ id: '701', shout: 'NEW' }]);
});

test('a backup is of one moment, whatever the services do meanwhile', async () => {
  await using from = await filledDatabase();
  await using to = await testDatabase();
  let started = false;
  const chunks: Buffer[] = [];
  const slow = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      if (started) return done();
      started = true;
      run(
        from.connection,
        "delete from family.values_of_all_kinds; update family.parents set label = 'later'",
      ).then(() => done(), done);
    },
  });
  await backup(from.connection, slow, { version: '0.1.0' });
  assert.ok(started);
  await restore(to.connection, Readable.from(chunks), { serviceMigrations: services });
  const found = await run(
    to.connection,
    `select (select count(*)::int from family.values_of_all_kinds) as kept,
            (select count(*)::int from family.parents where label = 'later') as later`,
  );
  assert.deepEqual(found, [{ kept: 2, later: 0 }]);
});

test('an older backup is brought up to date by the migrations that came after', async () => {
  await using from = await filledDatabase();
  await using to = await testDatabase();
  const archive = await archiveOf(from.connection);
  const newer = { ...services, family: [everything, trigger, rename] };
  await restore(to.connection, Readable.from([archive]), { serviceMigrations: newer });
  assert.deepEqual(await run(to.connection, 'select name from family.parents where id = 2'), [
    { name: 'parent 2!' },
  ]);
});

test('a newer backup is refused and leaves nothing', async () => {
  await using from = await filledDatabase();
  await using to = await testDatabase();
  const archive = await archiveOf(from.connection);
  for (const older of [{ ...services, family: [everything] }, { family: services.family }]) {
    const restoring = restore(to.connection, Readable.from([archive]), { serviceMigrations: older });
    await assert.rejects(restoring, code('STORE_ARCHIVE_NEWER'));
  }
  const [manifest, ...rest] = linesOf(archive);
  const format2 = gzipSync(
    [JSON.stringify({ ...JSON.parse(manifest!), format: 2, tables: 'other' }), ...rest].join('\n'),
  );
  await assert.rejects(
    restore(to.connection, Readable.from([format2]), { serviceMigrations: services }),
    code('STORE_ARCHIVE_NEWER'),
  );
  assert.deepEqual(await tables(to.connection), []);
});

test('a database that has tables is refused and keeps them', async () => {
  await using from = await filledDatabase();
  const archive = await archiveOf(from.connection);
  const restoring = restore(from.connection, Readable.from([archive]), { serviceMigrations: services });
  await assert.rejects(restoring, code('STORE_NOT_EMPTY'));
  assert.deepEqual(contentOf(await archiveOf(from.connection)), contentOf(archive));
});

test('a damaged backup is refused as such and leaves nothing, wherever the damage is', async () => {
  await using from = await filledDatabase();
  await using to = await testDatabase();
  const archive = await archiveOf(from.connection);
  const lines = linesOf(archive);
  const middle = Math.floor(lines.length / 2);
  const flipped = Buffer.from(archive);
  flipped[Math.floor(archive.length / 2)]! ^= 0x40;
  const damages: Record<string, Buffer> = {
    'not an archive': Buffer.from('hello'),
    nothing: Buffer.alloc(0),
    'cut off': archive.subarray(0, archive.length - 100),
    'a bit turned': flipped,
    'no seal': gzipSync(lines.slice(0, -2).join('\n')),
    'a row missing': gzipSync(lines.toSpliced(middle, 1).join('\n')),
    'a row changed': gzipSync(lines.map((line) => line.replace('parent 5"', 'parent 6"')).join('\n')),
    'a row that is not a row': gzipSync(lines.with(middle, '{"a":1}').join('\n')),
    'a manifest of something else': gzipSync(lines.with(0, '{"archive":"other"}').join('\n')),
  };
  for (const [name, damage] of Object.entries(damages)) {
    const restoring = restore(to.connection, Readable.from([damage]), { serviceMigrations: services });
    await assert.rejects(restoring, code('STORE_ARCHIVE_DAMAGED'), name);
    assert.deepEqual(await tables(to.connection), [], name);
  }
});
