// The store port: PostgreSQL, one schema a service, forward-only migrations, and the transactional outbox.
import type { Kysely, Transaction } from 'kysely';
import type { TSchema } from 'typebox';
import type { EventContract, EventOf } from '../bus/contract.ts';

/** A transaction of one service. What it announces is published after the commit, exactly when the rows are there. */
export interface ServiceTransaction<Tables> {
  readonly db: Transaction<Tables>;
  /**
   * Writes an outbox row; `durable` appends to the event's stream instead of publishing. Announcements arrive in the
   * order of these calls. Between transactions the row that both change decides: announce after changing it.
   */
  announce<S extends TSchema>(
    contract: EventContract<S>,
    value: EventOf<EventContract<S>>,
    options?: { readonly durable?: boolean },
  ): Promise<void>;
  /** Several of one kind, in order, in one statement. */
  announceAll<S extends TSchema>(
    contract: EventContract<S>,
    values: readonly EventOf<EventContract<S>>[],
    options?: { readonly durable?: boolean },
  ): Promise<void>;
  /** As the store's own, in this transaction. */
  readonly statement: ServiceStore<Tables>['statement'];
}

export interface ServiceStore<Tables> extends AsyncDisposable {
  /**
   * Reads, and writes that nobody needs to hear of. Tables are found in the service's own schema; raw SQL finds them
   * inside `transaction` and names the schema here. A bigint is a number; one beyond 2^53 throws.
   */
  readonly db: Kysely<Tables>;
  /**
   * Runs one statement that is a transaction of its own, prepared once on each connection: one round trip. Its text names
   * the schema of every table. Runs again after a deadlock; a unique key that is taken is the caller's to judge.
   * @param name stands for that text and no other
   * @param text where it asks for many, `any((select $1::text[])::text[])` is planned once; for `any($1)` the planner
   *   looks at each array anew, which takes longer than the answer
   * @param options.announces it writes rows of its schema's `outbox`: subject, `payload` of `announcement()`, durable
   */
  statement<Row extends object>(
    name: string,
    text: string,
    values: readonly unknown[],
    options?: { readonly announces?: boolean },
  ): Promise<readonly Row[]>;
  /**
   * Runs in one transaction, and again on serialisation failure, deadlock and a unique key that was taken meanwhile;
   * rolled back if `work` throws.
   */
  transaction<T>(work: (transaction: ServiceTransaction<Tables>) => Promise<T>): Promise<T>;
}

/** One forward-only step. `name` sorts: `0001-users`. */
export interface Migration {
  readonly name: string;
  /** SQL run with search_path set to the service's schema. */
  readonly sql: string;
}

export interface Store extends AsyncDisposable {
  /** Opens a service's schema: runs its migrations under a lock, refuses a newer database, starts its outbox relay. */
  service<Tables>(name: string, migrations: readonly Migration[]): Promise<ServiceStore<Tables>>;
  readonly healthy: boolean;
}
