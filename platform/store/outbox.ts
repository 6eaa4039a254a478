// The outbox relay: publishes the rows that `announce` committed, in order of their ids, at least once.
// **A row leaves the outbox only after the bus has taken its event.** One process at a time relays one schema.
import type pg from 'pg';
import { Type } from 'typebox';
import type { Bus } from '../bus/bus.ts';
import { event } from '../bus/contract.ts';
import type { Clock } from '../net/clock.ts';
import type { Log } from '../observe/log.ts';
import { errorText } from './store-error.ts';

const batchRows = 200;
/** Between the beginnings of two batches: under load many rows go together. The first after a pause does not wait. */
const paceMs = 20;
const firstRetryMs = 100;
const longestRetryMs = 2_000;

/** "outb" in bytes: with the schema's hash, the lock of the process that relays now. */
const relayLock = 0x6f757462;

interface OutboxRow {
  readonly id: number;
  readonly subject: string;
  readonly payload: unknown;
  readonly durable: boolean;
}

/** Owned by the store. Dispose waits for the batch under way; rows that remain are relayed by the next start. */
export interface OutboxRelay extends AsyncDisposable {
  readonly schema: string;
  /** There may be rows. Never waits. */
  wake(): void;
}

export function outboxRelay(needs: {
  readonly pool: pg.Pool;
  readonly schema: string;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}): OutboxRelay {
  const { pool, schema, bus, clock, log } = needs;
  let running: Promise<void> | undefined;
  let again = false;
  let closed = false;
  let retryMs = firstRetryMs;
  let retry: Disposable | undefined;

  function wake(): void {
    if (closed || retry !== undefined) return;
    again = true;
    running ??= drain().finally(() => {
      running = undefined;
      if (again) wake();
    });
  }

  async function drain(): Promise<void> {
    try {
      while (again && !closed) {
        again = false;
        const began = performance.now();
        const isMore = (await relayBatch()) === batchRows;
        if (isMore) again = true;
        if (retryMs > firstRetryMs) log.info({ schema }, 'Announcements are passed on again');
        retryMs = firstRetryMs;
        const leftMs = began + paceMs - performance.now();
        if (!isMore && !closed && leftMs > 0) await new Promise((resolve) => setTimeout(resolve, leftMs));
      }
    } catch (error) {
      again = false;
      log.warn(
        { schema, error: errorText(error), retryMs },
        'Announcements wait: they could not be passed on',
      );
      if (!closed) retry = clock.after(retryMs, retryNow);
      retryMs = Math.min(retryMs * 2, longestRetryMs);
    }
  }

  function retryNow(): void {
    retry = undefined;
    wake();
  }

  /** @returns how many rows it found. */
  async function relayBatch(): Promise<number> {
    const client = await pool.connect();
    let broken = true;
    try {
      // One round trip. The select comes after the lock, so it sees what the last holder has left. By the index, because
      // the planner takes an outbox for small, while the table is full of what was passed on since the last vacuum.
      const results = (await client.query(
        `begin; set local synchronous_commit = off; set local enable_seqscan = off;
         select pg_advisory_xact_lock(${relayLock}, hashtext('${schema}'));
         select id, subject, payload, durable from "${schema}".outbox order by id limit ${batchRows}`,
      )) as unknown as pg.QueryResult<OutboxRow>[];
      const rows = results.at(-1)!.rows;
      const passed: number[] = [];
      const failure = await passOn(rows, passed);
      // What was passed on goes, even if a later one failed: fewer duplicates. A kill before this line repeats them.
      const removal =
        passed.length === 0 ? '' : `delete from "${schema}".outbox where id in (${passed.join()});`;
      await client.query(`${removal} commit`);
      broken = false;
      if (failure !== undefined) throw failure.error;
      return rows.length;
    } finally {
      client.release(broken);
    }
  }

  async function passOn(
    rows: readonly OutboxRow[],
    passed: number[],
  ): Promise<{ error: unknown } | undefined> {
    for (const row of rows) {
      const contract = event(row.subject, anything);
      try {
        if (row.durable) await bus.append(contract, row.payload, { id: `${schema}:${row.id}` });
        else await bus.publish(contract, row.payload);
      } catch (error) {
        return { error };
      }
      passed.push(row.id);
    }
    return undefined;
  }

  return {
    schema,
    wake,
    async [Symbol.asyncDispose]() {
      closed = true;
      retry?.[Symbol.dispose]();
      await running;
    },
  };
}

/** Checked against its schema when it was announced; after a restart the relay knows only the subject. */
const anything = Type.Unknown();
