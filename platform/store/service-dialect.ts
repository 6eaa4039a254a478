// Kysely over the shared pool, with every transaction inside one service's schema. Used by service-store.ts.
import {
  CompiledQuery,
  type DatabaseConnection,
  PostgresDialect,
  PostgresDriver,
  type TransactionSettings,
} from 'kysely';
import type pg from 'pg';
import { unavailable } from './store-error.ts';

/** `set local` rides on `begin`: raw SQL finds its tables without a round trip, and a shared connection forgets it. */
class ServiceDriver extends PostgresDriver {
  readonly #schema: string;
  readonly #worded = new WeakSet<DatabaseConnection>();

  constructor(pool: pg.Pool, schema: string) {
    super({ pool });
    this.#schema = schema;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    try {
      return this.#inWords(await super.acquireConnection());
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** The same connection, once and for all its uses: what fails because of the machine is told as such. */
  #inWords(connection: DatabaseConnection): DatabaseConnection {
    if (this.#worded.has(connection)) return connection;
    this.#worded.add(connection);
    const execute = connection.executeQuery.bind(connection);
    connection.executeQuery = async <Row>(...query: Parameters<typeof execute>) => {
      try {
        return await execute<Row>(...query);
      } catch (error) {
        throw unavailable(error);
      }
    };
    return connection;
  }

  override async beginTransaction(
    connection: DatabaseConnection,
    settings: TransactionSettings,
  ): Promise<void> {
    const level = settings.isolationLevel === undefined ? '' : ` isolation level ${settings.isolationLevel}`;
    const access = settings.accessMode === undefined ? '' : ` ${settings.accessMode}`;
    await connection.executeQuery(
      CompiledQuery.raw(`begin${level}${access}; set local search_path to "${this.#schema}", public`),
    );
  }

  /** The pool belongs to the store. */
  override async destroy(): Promise<void> {}
}

export class ServiceDialect extends PostgresDialect {
  readonly #pool: pg.Pool;
  readonly #schema: string;

  constructor(pool: pg.Pool, schema: string) {
    super({ pool });
    this.#pool = pool;
    this.#schema = schema;
  }

  override createDriver(): ServiceDriver {
    return new ServiceDriver(this.#pool, this.#schema);
  }
}
