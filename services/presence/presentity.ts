// One person's presence: what is said of it is written, told to the other front ends, and made into the state that
// watchers see.
import type { Clock } from '@parley/platform/clock';
import type { ServiceStore, ServiceTransaction } from '@parley/platform/store';
import { type PresenceState, type Said, type Statement, type StateName, saidChanged } from './contract.ts';
import * as rows from './store.ts';

type Work = ServiceTransaction<rows.PresenceTables>;

export interface PersonChange {
  readonly manual?: StateName | null;
  readonly note?: string;
}

export interface Presentities {
  /**
   * Runs `work` on what the person's endpoints said, one at a time for each person. Where it returns false, nobody could
   * tell the difference, and nobody is told.
   * @returns the state that follows.
   */
  change(
    userId: string,
    work: (db: Work['db']) => Promise<boolean | void>,
    person?: PersonChange,
  ): Promise<PresenceState>;
  publish(userId: string, statement: Statement, expiresAt: number): Promise<void>;
  unpublish(userId: string, endpointId: string): Promise<void>;
  /** Forgets publications that have run out. */
  sweep(): Promise<void>;
}

const SWEEP_BATCH = 500;

export function createPresentities({
  own,
  clock,
  states,
}: {
  readonly own: ServiceStore<rows.PresenceTables>;
  readonly clock: Clock;
  readonly states: {
    /** Told of each change after its commit. */
    said(said: Said): PresenceState;
    of(userId: string): PresenceState;
  };
}): Presentities {
  async function change(
    userId: string,
    work: (db: Work['db']) => Promise<boolean | void>,
    person: PersonChange = {},
  ): Promise<PresenceState> {
    const changed = await own.transaction(async (transaction) => {
      const { db } = transaction;
      const now = clock.wallNow();
      const held = await rows.lockPerson(db, userId);
      if ((await work(db)) === false) return undefined;
      await rows.forgetExpired(db, userId, now);
      const row = { ...held, ...person, changed_at: now, version: held.version + 1 };
      await rows.putPerson(db, row);
      const next = rows.saidOf(row, await rows.statementsOf(db, userId));
      await transaction.announce(saidChanged, next);
      return next;
    });
    return changed === undefined ? states.of(userId) : states.said(changed);
  }

  return {
    change,
    async publish(userId, statement, expiresAt) {
      await change(userId, (db) => rows.putStatement(db, userId, statement, { expiresAt }));
    },
    async unpublish(userId, endpointId) {
      await change(userId, (db) => rows.removeStatement(db, userId, endpointId));
    },
    async sweep() {
      for (const userId of await rows.peopleWithExpired(own.db, clock.wallNow(), SWEEP_BATCH)) {
        await change(userId, async () => {});
      }
    },
  };
}
