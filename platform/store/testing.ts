// Real PostgreSQL for tests, in any workspace: a database of its own for each test.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../net/clock.ts';
import { systemClock } from '../net/clock-system.ts';
import type { Log } from '../observe/log.ts';
import { openStore } from './open-store.ts';
import type { Store } from './store.ts';
import { silentLog, startTestCluster } from './test-cluster.ts';

export { silentLog, startTestCluster } from './test-cluster.ts';

export interface TestDatabase extends AsyncDisposable {
  /** An address as `openStore` takes it. */
  readonly connection: string;
}

export interface TestStore extends Store {
  readonly connection: string;
}

let shared: Promise<string> | undefined;

/** PARLEY_TEST_POSTGRES names a server whose user may create databases; without it this process starts one. */
function server(): Promise<string> {
  shared ??= Promise.resolve(
    process.env['PARLEY_TEST_POSTGRES'] || startTestCluster().then(({ url }) => url),
  );
  return shared;
}

/** An empty database. Disposing drops it, with whoever is still connected. */
export async function testDatabase(): Promise<TestDatabase> {
  const url = await server();
  const name = `test_${randomBytes(8).toString('hex')}`;
  await administer(url, `create database ${name} encoding utf8 template template0`);
  return {
    connection: url.replace(/^([^?]*\/)[^/?]*(\?.*)?$/, `$1${name}$2`),
    [Symbol.asyncDispose]: () => administer(url, `drop database if exists ${name} with (force)`),
  };
}

/** A store on a database of its own; disposing closes the store and drops the database. */
export async function openTestStore(needs: {
  readonly bus: Bus;
  readonly clock?: Clock;
  readonly log?: Log;
}): Promise<TestStore> {
  const database = await testDatabase();
  const store = await openStore({
    connection: database.connection,
    bus: needs.bus,
    clock: needs.clock ?? systemClock,
    log: needs.log ?? silentLog,
  });
  return {
    connection: database.connection,
    service: (name, migrations) => store.service(name, migrations),
    get healthy() {
      return store.healthy;
    },
    async [Symbol.asyncDispose]() {
      await store[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

export interface TestConnection extends AsyncDisposable {
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
}

/** One connection past every service, for tests that fill tables or look into them. */
export async function connectTo(connection: string): Promise<TestConnection> {
  const client = new pg.Client({ connectionString: connection });
  client.on('error', () => undefined);
  await client.connect();
  return {
    query: async <Row extends object>(text: string, values: readonly unknown[] = []) =>
      (await client.query<Row>(text, [...values])).rows,
    [Symbol.asyncDispose]: () => client.end(),
  };
}

async function administer(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
