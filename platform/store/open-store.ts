// Opens the store on a PostgreSQL, embedded or yours. Called by the host and by the command line.
import type pg from 'pg';
import type { Bus } from '../bus/bus.ts';
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import { migrate, schemaName } from './migrations.ts';
import { type OutboxRelay, outboxRelay } from './outbox.ts';
import { openPool, untilReachable } from './pool.ts';
import { serviceStore } from './service-store.ts';
import type { Store } from './store.ts';
import { errorText } from './store-error.ts';

const pollMs = 1_000;

export interface StoreOptions {
  /** An address such as postgres://parley@db.example.com/parley, or what the embedded PostgreSQL gives. */
  readonly connection: string | pg.PoolConfig;
  readonly bus: Bus;
  readonly log: Log;
  readonly clock: Clock;
  /** Connections for the services; two more carry the outboxes. */
  readonly poolSize?: number;
  /** How long to wait for a PostgreSQL that is starting. */
  readonly reachableWithinMs?: number;
  /** False for a short visit (the command line): outbox rows are left to the process that serves people. */
  readonly relays?: boolean;
}

export async function openStore(options: StoreOptions): Promise<Store> {
  const { connection, bus, log, clock } = options;
  const pool = openPool(connection, log, options.poolSize ?? 10);
  // Relays wait for each other's locks: on connections of their own they never keep a service from its rows.
  const relayPool = openPool(connection, log, 2);
  const relays = new Map<string, OutboxRelay>();
  let healthy = true;
  let closing: Promise<void> | undefined;
  let timer: Disposable | undefined;
  let polling: Promise<void> | undefined;

  /** Finds rows that other processes wrote or that a crash left, and tells whether PostgreSQL answers. */
  async function poll(): Promise<void> {
    try {
      const waiting = await schemasWithRows(relayPool, [...relays.keys()]);
      if (!healthy) log.info({}, 'The database answers again');
      healthy = true;
      for (const schema of waiting) relays.get(schema)?.wake();
    } catch (error) {
      if (healthy && closing === undefined) {
        log.error({ error: errorText(error) }, 'The database does not answer');
      }
      healthy = false;
    }
  }

  function schedulePoll(): void {
    timer = clock.after(pollMs, () => {
      polling = poll().finally(() => {
        if (closing === undefined) schedulePoll();
      });
    });
  }

  async function close(): Promise<void> {
    timer?.[Symbol.dispose]();
    await polling;
    await Promise.all([...relays.values()].map((relay) => relay[Symbol.asyncDispose]()));
    await Promise.all([pool.end(), relayPool.end()]);
  }

  try {
    await untilReachable(pool, clock, options.reachableWithinMs ?? 10_000);
  } catch (error) {
    await Promise.all([pool.end(), relayPool.end()]);
    throw error;
  }
  schedulePoll();

  return {
    async service<Tables>(name: string, migrations: Parameters<Store['service']>[1]) {
      const schema = schemaName(name);
      if (relays.has(schema)) throw new Error(`The store of ${name} is open already.`);
      const applied = await migrate(connection, schema, migrations);
      if (applied.length > 0) log.info({ schema, applied }, 'Tables were brought up to date');
      const relay =
        options.relays === false
          ? noRelay(schema)
          : outboxRelay({ pool: relayPool, schema, bus, clock, log });
      relays.set(schema, relay);
      relay.wake();
      const service = serviceStore<Tables>(pool, schema, relay);
      return {
        ...service,
        async [Symbol.asyncDispose]() {
          relays.delete(schema);
          await service[Symbol.asyncDispose]();
        },
      };
    },
    get healthy() {
      return healthy && closing === undefined;
    },
    [Symbol.asyncDispose]() {
      closing ??= close();
      return closing;
    },
  };
}

function noRelay(schema: string): OutboxRelay {
  return { schema, wake() {}, async [Symbol.asyncDispose]() {} };
}

async function schemasWithRows(pool: pg.Pool, schemas: readonly string[]): Promise<string[]> {
  const parts = schemas.map(
    (schema) => `select '${schema}' as schema where exists (select from "${schema}".outbox)`,
  );
  const { rows } = await pool.query<{ schema: string }>(
    parts.length === 0 ? 'select null as schema where false' : parts.join(' union all '),
  );
  return rows.map((row) => row.schema);
}
