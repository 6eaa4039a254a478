// Connections to PostgreSQL: one pool for the services, whose errors are logged and never end the process.
import pg from 'pg';
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import { errorCode, errorText, StoreError } from './store-error.ts';

const int8 = 20;

/** bigint columns and counts are numbers; one beyond 2^53 is refused rather than rounded. */
const types = new pg.TypeOverrides();
types.setTypeParser(int8, exactNumber);

function exactNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`The bigint ${text} does not fit a number exactly.`);
  return value;
}

export function poolConfig(connection: string | pg.PoolConfig): pg.PoolConfig {
  return typeof connection === 'string' ? { connectionString: connection } : { ...connection };
}

export function openPool(connection: string | pg.PoolConfig, log: Log, max: number): pg.Pool {
  const pool = new pg.Pool({
    application_name: 'parley',
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    // A server that lost its power sends no good-bye: found within half a minute, as is a process that lost its power by
    // the server, which would keep its locks for it otherwise.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    idle_in_transaction_session_timeout: 30_000,
    statement_timeout: 30_000,
    ...poolConfig(connection),
    max,
    types,
  });
  const lost = (error: Error) => {
    // Our own PostgreSQL may end before it has read the good-bye of a pool that is closing.
    if (!pool.ending) log.warn({ error: error.message }, 'A database connection was lost');
  };
  pool.on('error', lost);
  // A connection that is in use when it breaks tells nobody but itself.
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

const refusals: Readonly<Record<string, string>> = {
  '28P01': 'PostgreSQL refused the user name or password.',
  '28000': 'PostgreSQL does not let this user in from here.',
  '3D000': 'The database does not exist.',
};

/** Waits for PostgreSQL, which may be starting at the same time, and checks that it can hold Parley. */
export async function untilReachable(pool: pg.Pool, clock: Clock, withinMs: number): Promise<void> {
  const deadline = clock.now() + withinMs;
  for (;;) {
    try {
      await checkServer(pool);
      return;
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const refusal = refusals[errorCode(error)];
      if (refusal !== undefined) throw new StoreError('STORE_SIGN_IN_REFUSED', refusal, { cause: error });
      if (clock.now() >= deadline) {
        throw new StoreError('STORE_UNREACHABLE', `PostgreSQL does not answer: ${errorText(error)}.`, {
          cause: error,
        });
      }
    }
    await new Promise<void>((resolve) => void clock.after(250, resolve));
  }
}

async function checkServer(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ version: number; name: string; encoding: string }>(
    `select current_setting('server_version_num')::int as version, current_setting('server_version') as name,
            current_setting('server_encoding') as encoding`,
  );
  const server = rows[0]!;
  if (server.version < 140_000) {
    throw new StoreError('STORE_TOO_OLD', `This PostgreSQL is version ${server.name}.`);
  }
  if (server.encoding !== 'UTF8') {
    throw new StoreError('STORE_ENCODING', `The database stores text as ${server.encoding}, not UTF8.`);
  }
}
