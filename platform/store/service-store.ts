// One service's view of the store: its tables, its transactions, and announcements that commit with the rows.
import { Kysely, sql } from 'kysely';
import type pg from 'pg';
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
          const payloads = values.map((value) => checkedPayload(contract, value));
          // Ids are given in the order of the array.
          await sql`insert into ${sql.id(schema, 'outbox')} (subject, payload, durable)
            select ${contract.subject}, payload::json, ${options?.durable ?? false}
            from unnest(${payloads}::text[]) with ordinality as given (payload, place) order by place`.execute(
            transaction,
          );
          announced = true;
        },
      };
      return await work(own);
    });
    if (announced) relay.wake();
    return result;
  }

  return {
    db,
    async statement<Row extends object>(name: string, text: string, values: readonly unknown[]) {
      for (let tried = 1; ; tried++) {
        try {
          return (await pool.query<Row>({ name: `${schema}.${name}`, text, values: [...values] })).rows;
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

/** What the bus cannot carry would hold up all that follow: refused while the rows can still be rolled back. */
function checkedPayload(
  contract: { subject: string; schema: Parameters<typeof schemaCheck>[0] },
  value: unknown,
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
