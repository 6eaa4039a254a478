// Forward-only migrations of one service's schema. One process at a time in the whole database; a database that
// knows more than this program is refused.
import { createHash } from 'node:crypto';
import pg from 'pg';
import { poolConfig } from './pool.ts';
import type { Migration } from './store.ts';
import { errorText, StoreError } from './store-error.ts';

/** "parl" in bytes: the lock under which schemas change. One for all, because extensions belong to the database. */
export const migrationLock = 0x7061726c;

export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
}

/** `group-chat` → `group_chat`: a schema that SQL can name without quotes. */
export function schemaName(service: string): string {
  if (!/^[a-z][a-z0-9-]{0,40}$/.test(service)) throw new TypeError(`"${service}" cannot name a schema.`);
  return service.replaceAll('-', '_');
}

export function checksumOf(migration: Migration): string {
  return createHash('sha256').update(migration.sql.replaceAll('\r\n', '\n')).digest('hex');
}

/** @returns the names of the migrations that it applied. */
export async function migrate(
  connection: string | pg.PoolConfig,
  schema: string,
  migrations: readonly Migration[],
): Promise<string[]> {
  checkNames(schema, migrations);
  // A connection of its own: whatever happens, its end releases the lock.
  const client = new pg.Client({ ...poolConfig(connection), application_name: 'parley migrations' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [migrationLock]);
    return await applyMissing(client, schema, migrations);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** The same on a connection whose transaction is already open and locked; used by restore. */
export async function applyMissing(
  client: pg.ClientBase,
  schema: string,
  migrations: readonly Migration[],
  options: { readonly insideTransaction?: boolean } = {},
): Promise<string[]> {
  await client.query(houseSql(schema));
  const { rows } = await client.query<AppliedMigration>(
    `select name, checksum from "${schema}".migrations order by name`,
  );
  const missing = pending(schema, rows, migrations);
  for (const migration of missing) {
    try {
      if (!options.insideTransaction) await client.query('begin');
      await client.query(`set local search_path to "${schema}", public`);
      await client.query(migration.sql);
      await client.query(`insert into "${schema}".migrations (name, checksum) values ($1, $2)`, [
        migration.name,
        checksumOf(migration),
      ]);
      if (!options.insideTransaction) await client.query('commit');
    } catch (error) {
      if (!options.insideTransaction) await client.query('rollback').catch(() => undefined);
      throw new StoreError(
        'STORE_MIGRATION_FAILED',
        `Step ${migration.name} of the tables of "${schema}" failed: ${errorText(error)}.`,
        { cause: error },
      );
    }
  }
  return missing.map((migration) => migration.name);
}

/** What every schema has besides the service's own tables. */
function houseSql(schema: string): string {
  return `
    create schema if not exists "${schema}";
    create table if not exists "${schema}".migrations (
      name text primary key, checksum text not null, applied_at timestamptz not null default now());
    create table if not exists "${schema}".outbox (
      id bigserial primary key, subject text not null, payload json not null, durable boolean not null);`;
}

function pending(
  schema: string,
  applied: readonly AppliedMigration[],
  migrations: readonly Migration[],
): Migration[] {
  const known = new Set(migrations.map((migration) => migration.name));
  for (const { name } of applied) {
    if (!known.has(name)) {
      throw new StoreError(
        'STORE_NEWER_DATABASE',
        `The database was used by a newer Parley: this version does not know step ${name} of "${schema}".`,
      );
    }
  }
  checkUnchanged(schema, migrations, new Map(applied.map((row) => [row.name, row.checksum])));
  const done = new Set(applied.map((row) => row.name));
  const last = applied.at(-1)?.name ?? '';
  const missing = migrations.filter((migration) => !done.has(migration.name));
  const late = missing.find((migration) => migration.name < last);
  if (late !== undefined) {
    throw new StoreError(
      'STORE_MIGRATION_CHANGED',
      `Step ${late.name} of "${schema}" was skipped when ${last} was applied.`,
    );
  }
  return missing;
}

/** @param applied name → checksum of what the tables have seen */
export function checkUnchanged(
  schema: string,
  migrations: readonly Migration[],
  applied: ReadonlyMap<string, string>,
): void {
  for (const migration of migrations) {
    const checksum = applied.get(migration.name);
    if (checksum === undefined || checksum === checksumOf(migration)) continue;
    throw new StoreError(
      'STORE_MIGRATION_CHANGED',
      `Step ${migration.name} of "${schema}" is not the one that made these tables.`,
    );
  }
}

function checkNames(schema: string, migrations: readonly Migration[]): void {
  migrations.forEach((migration, index) => {
    const before = migrations[index - 1];
    if (before !== undefined && before.name >= migration.name) {
      throw new TypeError(`Migrations of "${schema}" are not in order: ${before.name}, ${migration.name}.`);
    }
  });
}
