// One service's view of the store: its tables, its transactions, and announcements that commit with the rows.
import { CompiledQuery, Kysely, sql } from 'kysely';
import type pg from 'pg';
import type { TSchema } from 'typebox';
import type { EventContract, EventOf } from '../bus/contract.ts';
import { schemaCheck } from '../bus/schema-check.ts';
import { PAYLOAD_LIMIT_BYTES } from '../bus/wire.ts';
import type { OutboxRelay } from './outbox.ts';
import { ServiceDialect } from './service-dialect.ts';
import type { ServiceStore, ServiceTransaction } from './store.ts';
import { errorCode, unavailable } from './store-error.ts';

const attempts = 5;
const uniqueKeyTaken = '23505';
/**
 * Serialisation failure, deadlock, and a unique key that another transaction took between this one's check and its
 * write: the check of the next attempt finds it and says so in words.
 */
const raced = new Set(['40001', '40P01', uniqueKeyTaken]);

export function serviceStore<Tables>(
  pool: pg.Pool,
  schema: string,
  relay: OutboxRelay,
): ServiceStore<Tables> {
  const db = new Kysely<Tables>({ dialect: new ServiceDialect(pool, schema) }).withSchema(schema);

  async function attempt<T>(work: (transaction: ServiceTransaction<Tables>) => Promise<T>): Promise<T> {
    let announced = false;
    const result = await db.transaction().execute(async (transaction) => {
      const own: ServiceTransaction<Tables> = {
        db: transaction,
        announce: (contract, value, options) => own.announceAll(contract, [value], options),
        async announceAll(contract, values, options) {
          if (values.length === 0) return;
          const payloads = values.map((value) => announcement(contract, value));
          // Ids are given in the order of the array.
          await sql`insert into ${sql.id(schema, 'outbox')} (subject, payload, durable)
            select ${contract.subject}, payload::json, ${options?.durable ?? false}
            from unnest(${payloads}::text[]) with ordinality as given (payload, place) order by place`.execute(
            transaction,
          );
          announced = true;
        },
        async statement<Row extends object>(
          _name: string,
          text: string,
          values: readonly unknown[],
          { announces = false } = {},
        ) {
          if (announces) announced = true;
          return (await transaction.executeQuery<Row>(CompiledQuery.raw(text, [...values]))).rows;
        },
      };
      return await work(own);
    });
    if (announced) relay.wake();
    return result;
  }

  return {
    db,
    async statement<Row extends object>(
      name: string,
      text: string,
      values: readonly unknown[],
      { announces = false } = {},
    ) {
      const query = { name: `${schema}.${name}`, text, values: [...values] };
      for (let tried = 1; ; tried++) {
        try {
          const { rows } = await pool.query<Row>(query);
          if (announces) relay.wake();
          return rows;
        } catch (error) {
          const code = errorCode(error);
          if (tried === attempts || !raced.has(code) || code === uniqueKeyTaken) throw unavailable(error);
        }
      }
    },
    async transaction(work) {
      for (let tried = 1; ; tried++) {
        try {
          return await attempt(work);
        } catch (error) {
          if (tried === attempts || !raced.has(errorCode(error))) throw unavailable(error);
        }
      }
    },
    [Symbol.asyncDispose]: () => relay[Symbol.asyncDispose](),
  };
}

/** The payload of an outbox row. What the bus cannot carry would hold up all that follow: refused while nothing is written. */
export function announcement<S extends TSchema>(
  contract: EventContract<S>,
  value: EventOf<EventContract<S>>,
): string {
  const check = schemaCheck(contract.schema);
  if (!check.fits(value))
    throw new TypeError(`${contract.subject} cannot be announced: ${check.problem(value)}.`);
  const payload = JSON.stringify(value);
  if (Buffer.byteLength(payload) > PAYLOAD_LIMIT_BYTES) {
    throw new RangeError(
      `${contract.subject} cannot be announced: it is longer than ${PAYLOAD_LIMIT_BYTES} bytes.`,
    );
  }
  return payload;
}
