// One person's presence: what is said of it is written, told to the other front ends, and made into the state that
// watchers see. The changes of many people share a commit.
import type { Clock } from '@parley/platform/clock';
import { inGroups, type ServiceStore, type ServiceTransaction } from '@parley/platform/store';
import type { Presentity, Said, Statement } from './contract.ts';
import { dueAt } from './due.ts';
import { lastSeen, saidOf, without, withStatement } from './said.ts';
import * as rows from './store.ts';
import { type ChangedRows, type HeldRows, readHeld, type Statements, writeChanged } from './store-change.ts';

/** What is known of a person when a change is decided. */
export interface Held {
  readonly person: rows.PersonRow;
  /** Those that have not run out. */
  readonly publications: readonly rows.PublicationRow[];
  /** Those that have; any change forgets them. */
  readonly expired: readonly rows.PublicationRow[];
}

export interface Change {
  readonly person?: Partial<Omit<rows.PersonRow, 'user_id' | 'due_at' | 'changed_at' | 'version'>>;
  /** All that count from now on. */
  readonly publications?: readonly rows.PublicationRow[];
}

/** Decides again where another front end was quicker. @returns undefined where nobody could tell the difference. */
export type Decide = (held: Held) => Change | undefined;

/** Writes something else in the same transaction; false where there was nothing to write, and so nothing to change. */
type Also = (db: ServiceTransaction<rows.PresenceTables>['db']) => Promise<boolean | void>;

export interface Presentities {
  /** One change at a time for each person. @returns the state that follows. */
  change(userId: string, decide: Decide, also?: Also): Promise<Presentity>;
  publish(userId: string, statement: Statement, expiresAt: number): Promise<void>;
  unpublish(userId: string, endpointId: string): Promise<void>;
  /** Tells what time alone has changed, and forgets publications that have run out. */
  sweep(): Promise<void>;
}

/** At nine o'clock everybody's meeting begins. */
const SWEEP_BATCH = 500;
/** Nobody notices it, and many changes share a commit. */
const PACE_MS = 5;

interface Ask {
  readonly userId: string;
  readonly decide: Decide;
}
/** What is said now; `same` where that is what was said before; `passed` where another front end changed it meanwhile. */
type Outcome = Said | 'same' | 'passed';

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
  const commit = inGroups((asks: readonly Ask[]) => changeAll(own, asks), { paceMs: PACE_MS });

  async function changeAll(db: Statements, asks: readonly Ask[]): Promise<readonly Outcome[]> {
    const asked = Map.groupBy(asks, ({ userId }) => userId);
    const held = await readHeld(db, [...asked.keys()]);
    const now = clock.wallNow();
    const changed = new Map<string, ChangedRows>();
    for (const [userId, together] of asked) {
      const made = changedBy(together, held.get(userId)!, now);
      if (made !== undefined) changed.set(userId, made);
    }
    const written = changed.size === 0 ? changed : await writeChanged(db, [...changed.values()]);
    return asks.map(({ userId }) => {
      const made = changed.get(userId);
      if (made === undefined) return 'same';
      return written.has(userId) ? made.said : 'passed';
    });
  }

  /** With the person's row locked, so that nobody passes. */
  function changeWith(ask: Ask, also: Also): Promise<Outcome> {
    const { userId, decide } = ask;
    return own.transaction(async (work) => {
      await rows.lockPerson(work.db, userId);
      const held = (await readHeld(work, [userId])).get(userId)!;
      if (decide(heldAt(held, clock.wallNow())) === undefined || (await also(work.db)) === false)
        return 'same';
      return (await changeAll(work, [ask]))[0]!;
    });
  }

  const change: Presentities['change'] = async (userId, decide, also) => {
    for (;;) {
      const ask = { userId, decide };
      const outcome = await (also === undefined ? commit(ask) : changeWith(ask, also));
      if (outcome === 'same') return states.of(userId);
      if (outcome !== 'passed') return states.said(outcome);
    }
  };

  /** Of several front ends that find the person due, the first one tells. */
  async function changeIfDue(userId: string): Promise<void> {
    await change(userId, ({ person: { due_at }, expired }) =>
      expired.length > 0 || (due_at !== null && due_at <= clock.wallNow()) ? {} : undefined,
    );
  }

  return {
    change,
    async publish(userId, statement, expiresAt) {
      await change(userId, ({ publications }) => ({
        publications: withStatement(publications, userId, statement, { expiresAt }),
      }));
    },
    async unpublish(userId, endpointId) {
      await change(userId, ({ publications, expired }) => {
        const isThere = [...publications, ...expired].some(({ endpoint_id }) => endpoint_id === endpointId);
        return isThere ? { publications: without(publications, endpointId) } : undefined;
      });
    },
    async sweep() {
      for (;;) {
        const due = await rows.peopleDue(own, clock.wallNow(), SWEEP_BATCH);
        await Promise.all(due.map(changeIfDue));
        if (due.length < SWEEP_BATCH) return;
      }
    },
  };
}

function heldAt({ person, publications }: HeldRows, now: number): Held {
  const { alive = [], expired = [] } = Object.groupBy(publications, ({ expires_at }) =>
    expires_at > now ? 'alive' : 'expired',
  );
  return { person, publications: alive, expired };
}

/** What these make of it, one after the other; undefined where none of them changes anything. */
function changedBy(asks: readonly Ask[], held: HeldRows, now: number): ChangedRows | undefined {
  let current = heldAt(held, now);
  let isChanged = false;
  for (const { decide } of asks) {
    const change = decide(current);
    if (change === undefined) continue;
    isChanged = true;
    const { person = {}, publications = current.publications } = change;
    current = { ...current, person: { ...current.person, ...person }, publications };
  }
  if (!isChanged) return undefined;
  const { person: made, publications } = current;
  const stay = new Set(publications.map(({ endpoint_id }) => endpoint_id));
  const removed = held.publications.filter(({ endpoint_id }) => !stay.has(endpoint_id));
  const person: rows.PersonRow = {
    ...made,
    manual: made.manual?.until !== undefined && made.manual.until <= now ? null : made.manual,
    last_active: Math.max(made.last_active, lastSeen(removed, now)),
    changed_at: now,
    version: made.version + 1,
  };
  const blocks = person.has_calendar ? held.blocks : [];
  const said = saidOf(person, publications, blocks, now);
  return {
    person: { ...person, due_at: dueAt({ ...said, blocks }, now) },
    put: publications.filter((row) => !held.publications.includes(row)),
    removed,
    said,
  };
}
