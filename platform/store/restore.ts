// `parley restore`: an archive of backup.ts into an empty database, all of it or nothing. An older archive is loaded
// into the tables of its time and brought up to date by the migrations that came after.
import pg from 'pg';
import { type ArchivedTable, ArchiveReader, damaged, type Manifest } from './archive.ts';
import { exactText, qualified } from './backup.ts';
import { applyMissing, checkUnchanged, migrationLock, schemaName } from './migrations.ts';
import { poolConfig } from './pool.ts';
import type { Migration } from './store.ts';
import { errorCode, errorText, StoreError } from './store-error.ts';

const batchRows = 500;
const batchBytes = 1024 * 1024;
const sqlState = /^[0-9A-Z]{5}$/;

export interface RestoreOptions {
  /** Of every service that this program has: name → migrations. */
  readonly serviceMigrations: Readonly<Record<string, readonly Migration[]>>;
}

/**
 * @throws StoreError STORE_NOT_EMPTY, STORE_ARCHIVE_DAMAGED, STORE_ARCHIVE_NEWER, STORE_MIGRATION_CHANGED,
 *   STORE_DISK_FULL
 */
export async function restore(
  connection: string | pg.PoolConfig,
  input: AsyncIterable<Uint8Array>,
  options: RestoreOptions,
): Promise<Manifest> {
  const reader = new ArchiveReader(input);
  const client = new pg.Client({ ...poolConfig(connection), application_name: 'parley restore' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const manifest = await reader.manifest();
    const known = knownMigrations(manifest, options);
    await client.query(`begin; select pg_advisory_xact_lock(${migrationLock})`);
    await refuseFilled(client);
    for (const [schema, { atBackup }] of known)
      await applyMissing(client, schema, atBackup, { insideTransaction: true });
    await load(client, reader, manifest);
    await reader.verify();
    for (const [schema, { all }] of known)
      await applyMissing(client, schema, all, { insideTransaction: true });
    await client.query('commit');
    return manifest;
  } catch (error) {
    if (error instanceof StoreError) throw error;
    if (errorCode(error) === '53100') {
      throw new StoreError('STORE_DISK_FULL', 'The disk of the database is full; nothing was restored.', {
        cause: error,
      });
    }
    // What PostgreSQL refuses in the rows of a sealed archive was not written by us.
    if (sqlState.test(errorCode(error)) && error instanceof pg.DatabaseError)
      throw damaged(errorText(error), error);
    throw error;
  } finally {
    await reader.close();
    // Ends an unfinished transaction as if it had never been.
    await client.end().catch(() => undefined);
  }
}

interface KnownMigrations {
  /** Those that the archive's tables have seen. */
  readonly atBackup: readonly Migration[];
  /** All that this program has. */
  readonly all: readonly Migration[];
}

function knownMigrations(manifest: Manifest, options: RestoreOptions): Map<string, KnownMigrations> {
  const programs = new Map(
    Object.entries(options.serviceMigrations).map(([service, migrations]) => [
      schemaName(service),
      migrations,
    ]),
  );
  const known = new Map<string, KnownMigrations>();
  for (const { name: schema, migrations } of manifest.schemas) {
    const now = programs.get(schema);
    const names = new Set(now?.map((migration) => migration.name));
    const stranger = migrations.find((migration) => !names.has(migration.name));
    if (now === undefined || stranger !== undefined) {
      const what = stranger === undefined ? `"${schema}"` : `step ${stranger.name} of "${schema}"`;
      throw new StoreError(
        'STORE_ARCHIVE_NEWER',
        `The backup was made by Parley ${manifest.version}; this version does not know ${what}.`,
      );
    }
    const seen = new Map(migrations.map((migration) => [migration.name, migration.checksum]));
    checkUnchanged(schema, now, seen);
    known.set(schema, { atBackup: now.filter((migration) => seen.has(migration.name)), all: now });
  }
  return known;
}

async function refuseFilled(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select n.nspname || '.' || c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
       and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e') limit 1`,
  );
  if (rows.length > 0)
    throw new StoreError('STORE_NOT_EMPTY', `The database is not empty: it has ${rows[0]!.name}.`);
}

async function load(client: pg.Client, reader: ArchiveReader, manifest: Manifest): Promise<void> {
  const schemas = manifest.schemas.map((schema) => schema.name);
  await client.query(exactText);
  const foreignKeys = await foreignKeysOf(client, schemas);
  // Rows come in the order of the tables' names: what they refer to is checked when all are there.
  for (const key of foreignKeys) await client.query(`alter table ${key.table} drop constraint ${key.name}`);
  for (const table of manifest.tables) {
    const target = qualified(table.schema, table.name);
    await client.query(`alter table ${target} disable trigger user; truncate ${target}`);
    await loadTable(client, reader, table);
    await client.query(`alter table ${target} enable trigger user`);
  }
  for (const { schema, name, lastValue } of manifest.sequences) {
    await client.query('select setval($1::text::regclass, $2::text::bigint)', [
      qualified(schema, name),
      lastValue,
    ]);
  }
  for (const key of foreignKeys)
    await client.query(`alter table ${key.table} add constraint ${key.name} ${key.definition}`);
}

async function foreignKeysOf(
  client: pg.Client,
  schemas: readonly string[],
): Promise<{ table: string; name: string; definition: string }[]> {
  const { rows } = await client.query(
    `select conrelid::regclass::text as table, quote_ident(conname) as name, pg_get_constraintdef(oid) as definition
     from pg_constraint where contype = 'f' and connamespace = any($1::text[]::regnamespace[])`,
    [schemas.map((schema) => pg.escapeIdentifier(schema))],
  );
  return rows;
}

async function loadTable(client: pg.Client, reader: ArchiveReader, table: ArchivedTable): Promise<void> {
  const columns = table.columns.map((column) => pg.escapeIdentifier(column.name)).join();
  const values = table.columns.map((column, index) => `(row->>${index})::${column.type}`).join();
  const insert = `insert into ${qualified(table.schema, table.name)} (${columns}) overriding system value
    select ${values} from json_array_elements($1::json) as row`;
  let batch: string[] = [];
  let lengthBytes = 0;
  async function flush(): Promise<void> {
    if (batch.length > 0) await client.query(insert, [`[${batch.join()}]`]);
    batch = [];
    lengthBytes = 0;
  }
  for await (const row of reader.rows(table)) {
    const text = JSON.stringify(row);
    batch.push(text);
    lengthBytes += text.length;
    if (batch.length === batchRows || lengthBytes > batchBytes) await flush();
  }
  await flush();
}
