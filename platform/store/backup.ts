// `parley backup`: every row of every service, as of one moment, into one archive. Services may go on working.
import type { Writable } from 'node:stream';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { type ArchivedTable, archiveFormat, type Manifest, sealed } from './archive.ts';
import { poolConfig } from './pool.ts';

const fetchRows = 200;

/** What restore.ts makes itself: the migrations that it applies. */
const notArchived = 'migrations';

/** Text that says each value exactly, whatever the server's settings are. */
export const exactText = `set local timezone = 'UTC'; set local datestyle = 'ISO, YMD'; set local intervalstyle = 'iso_8601';
  set local bytea_output = 'hex'; set local extra_float_digits = 3; set local search_path = pg_catalog;`;

/** Writes the archive and ends `output`. @returns what it holds. */
export async function backup(
  connection: string | pg.PoolConfig,
  output: Writable,
  options: { readonly version: string },
): Promise<Manifest> {
  const client = new pg.Client({ ...poolConfig(connection), application_name: 'parley backup' });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`begin isolation level repeatable read, read only; ${exactText}`);
    const manifest = await describe(client, options.version);
    await pipeline(Readable.from(sealed(contents(client, manifest))), createGzip(), output);
    return manifest;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function describe(client: pg.Client, version: string): Promise<Manifest> {
  const schemas: Manifest['schemas'] = [];
  const tables: ArchivedTable[] = [];
  for (const name of await serviceSchemas(client)) {
    const { rows } = await client.query<{ name: string; checksum: string }>(
      `select name, checksum from "${name}".migrations order by name`,
    );
    schemas.push({ name, migrations: rows });
    tables.push(...(await tablesOf(client, name)));
  }
  const { rows: sequences } = await client.query<Manifest['sequences'][number]>(
    `select schemaname as schema, sequencename as name, last_value::text as "lastValue" from pg_sequences
     where schemaname = any($1) and last_value is not null order by 1, 2`,
    [schemas.map((schema) => schema.name)],
  );
  return {
    archive: 'parley',
    format: archiveFormat,
    version,
    madeAt: new Date().toISOString(),
    schemas,
    tables,
    sequences,
  };
}

/** A schema of ours has both tables that migrations.ts puts into each. */
async function serviceSchemas(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select n.nspname as name from pg_namespace n
     where (select count(*) from pg_class c where c.relnamespace = n.oid and c.relkind = 'r'
            and c.relname in ('migrations', 'outbox')) = 2 order by 1`,
  );
  return rows.map((row) => row.name);
}

async function tablesOf(client: pg.Client, schema: string): Promise<ArchivedTable[]> {
  const { rows } = await client.query<{ name: string; columns: ArchivedTable['columns'] }>(
    `select c.relname as name,
            json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum) as columns
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = $1::regnamespace and c.relkind = 'r' and c.relname <> $2
       and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     group by c.relname order by c.relname`,
    [`"${schema}"`, notArchived],
  );
  const tables: ArchivedTable[] = [];
  for (const { name, columns } of rows) {
    const counted = await client.query<{ rows: string }>(
      `select count(*)::text as rows from ${qualified(schema, name)}`,
    );
    tables.push({ schema, name, columns, rows: Number(counted.rows[0]!.rows) });
  }
  return tables;
}

async function* contents(client: pg.Client, manifest: Manifest): AsyncGenerator<object> {
  yield manifest;
  for (const table of manifest.tables) {
    if (table.rows === 0) continue;
    const columns = table.columns.map((column) => `${pg.escapeIdentifier(column.name)}::text`).join();
    await client.query(
      `declare rows no scroll cursor for select ${columns} from ${qualified(table.schema, table.name)}`,
    );
    for (;;) {
      const { rows } = await client.query<(string | null)[]>({
        text: `fetch ${fetchRows} from rows`,
        rowMode: 'array',
      });
      yield* rows;
      if (rows.length < fetchRows) break;
    }
    await client.query('close rows');
  }
}

export function qualified(schema: string, name: string): string {
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
}
