// One person's presence: every change of an input runs the aggregation once, and is announced if a watcher would see it.
import type { Clock } from '@parley/platform/clock';
import type { ServiceStore, ServiceTransaction } from '@parley/platform/store';
import { aggregate, nextState, type Publication } from './aggregate.ts';
import { type PresenceState, type StateName, stateChanged } from './contract.ts';
import * as rows from './store.ts';

type Work = ServiceTransaction<rows.PresenceTables>;

export interface PersonChange {
  readonly manual?: StateName | null;
  readonly note?: string;
}

export interface Presentities {
  /** Runs `work` on the person's publications, then aggregates, unless `work` returns false: nothing has changed. */
  change(
    userId: string,
    work: (db: Work['db']) => Promise<boolean | void>,
    person?: PersonChange,
  ): Promise<PresenceState>;
  publish(userId: string, publication: Publication, etag?: string): Promise<void>;
  unpublish(userId: string, endpointId: string): Promise<void>;
  /** Forgets publications that have run out. */
  sweep(): Promise<void>;
}

const SWEEP_BATCH = 500;

export function createPresentities(own: ServiceStore<rows.PresenceTables>, clock: Clock): Presentities {
  function change(
    userId: string,
    work: (db: Work['db']) => Promise<boolean | void>,
    person: PersonChange = {},
  ) {
    return own.transaction(async (transaction) => {
      const { db } = transaction;
      const now = clock.wallNow();
      const { manual: heldManual, held } = await rows.lockPerson(db, userId);
      if ((await work(db)) === false) return held;
      await rows.forgetExpired(db, userId, now);
      const manual = person.manual === undefined ? heldManual : person.manual;
      const found = aggregate(manual, await rows.publicationsOf(db, userId), now);
      const next = nextState(held, found, person.note ?? held.note, now);
      if (next !== held || manual !== heldManual) await rows.putPerson(db, manual, next);
      if (next !== held) await transaction.announce(stateChanged, next);
      return next;
    });
  }

  return {
    change,
    async publish(userId, publication, etag) {
      await change(userId, (db) => rows.putPublication(db, userId, publication, etag));
    },
    async unpublish(userId, endpointId) {
      await change(userId, (db) => rows.removePublication(db, userId, endpointId));
    },
    async sweep() {
      for (const userId of await rows.peopleWithExpired(own.db, clock.wallNow(), SWEEP_BATCH)) {
        await change(userId, async () => {});
      }
    },
  };
}
