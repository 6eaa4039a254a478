// One person's presence: what is said of it is written, told to the other front ends, and made into the state that
// watchers see.
import type { Clock } from '@parley/platform/clock';
import type { ServiceStore, ServiceTransaction } from '@parley/platform/store';
import { type Presentity, type Said, type Statement, saidChanged } from './contract.ts';
import { dueAt } from './due.ts';
import * as rows from './store.ts';

type Work = ServiceTransaction<rows.PresenceTables>;

/** Columns of the person's row that change with what is said. */
export type PersonChange = Partial<Omit<rows.PersonRow, 'user_id' | 'due_at' | 'changed_at' | 'version'>>;

export interface Presentities {
  /**
   * Runs `work` on what the person's endpoints said, one at a time for each person. Where it returns false, nobody could
   * tell the difference, and nobody is told.
   * @returns the state that follows.
   */
  change(
    userId: string,
    work: (db: Work['db'], held: rows.PersonRow) => Promise<boolean | void>,
    person?: PersonChange | ((held: rows.PersonRow) => PersonChange),
  ): Promise<Presentity>;
  publish(userId: string, statement: Statement, expiresAt: number): Promise<void>;
  unpublish(userId: string, endpointId: string): Promise<void>;
  /** Tells what time alone has changed, and forgets publications that have run out. */
  sweep(): Promise<void>;
}

/** At nine o'clock everybody's meeting begins. */
const SWEEP_BATCH = 500;
const LANES = 8;

export function createPresentities({
  own,
  clock,
  states,
}: {
  readonly own: ServiceStore<rows.PresenceTables>;
  readonly clock: Clock;
  readonly states: {
    /** Told of each change after its commit. */
    said(said: Said): Presentity;
    of(userId: string): Presentity;
  };
}): Presentities {
  const change: Presentities['change'] = async (userId, work, person = {}) => {
    const changed = await own.transaction(async (transaction) => {
      const { db } = transaction;
      const now = clock.wallNow();
      const held = await rows.lockPerson(db, userId);
      if ((await work(db, held)) === false) return undefined;
      const goneAt = (await rows.forgetExpired(db, userId, now)) ?? 0;
      const statements = await rows.statementsOf(db, userId);
      const made = { ...held, ...(typeof person === 'function' ? person(held) : person) };
      const blocks = made.has_calendar ? await rows.blocksOf(db, userId) : [];
      const manual = made.manual?.until !== undefined && made.manual.until <= now ? null : made.manual;
      const limits = { inactiveAfterMin: made.inactive_after_min, awayAfterMin: made.away_after_min };
      const row: rows.PersonRow = {
        ...made,
        manual,
        last_active: Math.max(made.last_active, goneAt),
        due_at: dueAt({ manual, statements, blocks, ...limits }, now),
        changed_at: now,
        version: held.version + 1,
      };
      await rows.putPerson(db, row);
      const next = rows.saidOf(row, statements, blocks, now);
      await transaction.announce(saidChanged, next);
      return next;
    });
    return changed === undefined ? states.of(userId) : states.said(changed);
  };

  /** Of several front ends that find the person due, the first one tells. */
  async function changeIfDue(userId: string): Promise<void> {
    let goneAt: number | undefined;
    await change(
      userId,
      async (db, { due_at }) => {
        const now = clock.wallNow();
        goneAt = await rows.forgetExpired(db, userId, now);
        return goneAt !== undefined || (due_at !== null && due_at <= now);
      },
      ({ last_active }) => ({ last_active: Math.max(last_active, goneAt ?? 0) }),
    );
  }

  return {
    change,
    async publish(userId, statement, expiresAt) {
      await change(userId, (db) => rows.putStatement(db, userId, statement, { expiresAt }));
    },
    async unpublish(userId, endpointId) {
      let goneAt: number | undefined;
      await change(
        userId,
        async (db) => {
          goneAt = await rows.removeStatement(db, userId, endpointId, clock.wallNow());
          return goneAt !== undefined;
        },
        ({ last_active }) => ({ last_active: Math.max(last_active, goneAt ?? 0) }),
      );
    },
    async sweep() {
      for (;;) {
        const due = await rows.peopleDue(own, clock.wallNow(), SWEEP_BATCH);
        const waiting = due.values();
        const lane = async () => {
          for (const userId of waiting) await changeIfDue(userId);
        };
        await Promise.all(Array.from({ length: LANES }, lane));
        if (due.length < SWEEP_BATCH) return;
      }
    },
  };
}
