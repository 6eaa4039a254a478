// The rows of calls: records, sides, history. The only file of this service that sees SQL.
import type { ServiceStore, ServiceTransaction } from '@parley/platform/store';
import { type Generated, sql } from 'kysely';
import { type CallSide, type HistoryEntry, historyChanged, sideChanged } from './contract.ts';
import { isMissed } from './ending.ts';
import { entryOf } from './history.ts';
import type { Kept } from './kept.ts';

/** Unix milliseconds in a `bigint` column. */
type Ms = number;

export interface CallTables {
  calls: {
    record_id: string;
    node_id: string;
    started_at: Ms;
    answered_at: Ms | null;
    ended_at: Ms | null;
    steps: unknown;
  };
  call_sides: {
    side_id: string;
    record_id: string;
    user_id: string;
    node_id: string;
    client_id: string | null;
    started_at: Ms;
    ended_at: Ms | null;
    is_out: boolean;
    is_missed: boolean;
    is_seen: boolean;
    /** Its person has removed it from the history; the books keep it. */
    is_forgotten: Generated<boolean>;
    /** Under which the person's phones spoke (RFC 3261 §8.1.1.4). */
    call_ids: Generated<string[]>;
    side: CallSide;
    kept: Kept | null;
  };
}

export type Own = ServiceStore<CallTables>;
type Tx = ServiceTransaction<CallTables>;

/** One reason of what was done with a call, as it is explained later. */
export interface Step {
  readonly rule: string;
  readonly matched: boolean;
  readonly sentence: string;
}

export interface CallRecord {
  readonly recordId: string;
  readonly startedAt: number;
  readonly answeredAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly steps: readonly Step[];
}

export interface KeptSide {
  readonly side: CallSide;
  /** What the caller's window named the call by. */
  readonly clientId: string | undefined;
  readonly kept: Kept | undefined;
  readonly callIds?: readonly string[];
}

/**
 * The record and those of its sides that changed; told after the commit, with the line of the history where one ended.
 * @returns false where another front end has the call: then nothing is written, and nothing told.
 */
export async function saveCall(
  own: Own,
  nodeId: string,
  record: CallRecord,
  sides: readonly KeptSide[],
): Promise<boolean> {
  return await own.transaction(async (tx) => {
    const { numInsertedOrUpdatedRows } = await tx.db
      .insertInto('calls')
      .values({
        record_id: record.recordId,
        node_id: nodeId,
        started_at: record.startedAt,
        answered_at: record.answeredAt ?? null,
        ended_at: record.endedAt ?? null,
        steps: JSON.stringify(record.steps),
      })
      .onConflict((conflict) =>
        conflict
          .column('record_id')
          .doUpdateSet((set) => ({
            answered_at: set.ref('excluded.answered_at'),
            ended_at: set.ref('excluded.ended_at'),
            steps: set.ref('excluded.steps'),
          }))
          .whereRef('calls.node_id', '=', 'excluded.node_id'),
      )
      .executeTakeFirstOrThrow();
    if (numInsertedOrUpdatedRows !== 1n) return false;
    for (const kept of sides) await putSide(tx, nodeId, kept);
    await announceSides(
      tx,
      sides.map(({ side }) => side),
    );
    return true;
  });
}

export async function putSide(
  tx: Tx,
  nodeId: string,
  { side, clientId, kept, callIds = [] }: KeptSide,
): Promise<void> {
  await tx.db
    .insertInto('call_sides')
    .values({
      side_id: side.sideId,
      record_id: side.recordId,
      user_id: side.userId,
      node_id: nodeId,
      client_id: clientId ?? null,
      started_at: side.startedAt,
      ended_at: side.endedAt ?? null,
      is_out: side.direction === 'out',
      is_missed: isMissed(side),
      is_seen: false,
      call_ids: [...callIds],
      side: JSON.stringify(side) as unknown as CallSide,
      kept: kept === undefined ? null : (JSON.stringify(kept) as unknown as Kept),
    })
    .onConflict((conflict) =>
      conflict.column('side_id').doUpdateSet((set) => ({
        record_id: set.ref('excluded.record_id'),
        ended_at: set.ref('excluded.ended_at'),
        is_missed: set.ref('excluded.is_missed'),
        ...(callIds.length === 0 ? {} : { call_ids: ALL_CALL_IDS }),
        side: set.ref('excluded.side'),
        kept: set.ref('excluded.kept'),
      })),
    )
    .execute();
}

export async function announceSides(tx: Tx, sides: readonly CallSide[]): Promise<void> {
  await tx.announceAll(sideChanged, sides);
  for (const side of sides) {
    if (side.endedAt === undefined) continue;
    const missed = await countMissed(tx.db, side.userId);
    await tx.announce(historyChanged, { userId: side.userId, entry: entryOf(side, false), missed });
  }
}

/** Of a call that was taken over by another front end, this one knows only the last. */
const ALL_CALL_IDS = sql<string[]>`array(select distinct unnest(call_sides.call_ids || excluded.call_ids))`;

async function countMissed(db: Own['db'], userId: string): Promise<number> {
  const { missed } = await db
    .selectFrom('call_sides')
    .select((select) => select.fn.countAll<number>().as('missed'))
    .where('user_id', '=', userId)
    .where('is_missed', '=', true)
    .where('is_seen', '=', false)
    .executeTakeFirstOrThrow();
  return Number(missed);
}

/** What this window's earlier request with the same `clientId` began. */
export async function sideOfClient(own: Own, userId: string, clientId: string) {
  const row = await own.db
    .selectFrom('call_sides')
    .select('side')
    .where('user_id', '=', userId)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  return row?.side;
}

export async function runningSides(own: Own, userId: string): Promise<CallSide[]> {
  const rows = await own.statement<{ side: CallSide }>(
    'running-sides',
    'select side from calls.call_sides where user_id = $1 and ended_at is null order by started_at limit 50',
    [userId],
  );
  return rows.map(({ side }) => side);
}

export interface Standing {
  readonly sides: CallSide[];
  readonly missed: number;
}

/** Of each of these people, in their order, in one statement: in the morning everybody comes at once. */
export async function standingOfAll(own: Own, userIds: readonly string[]): Promise<Standing[]> {
  const rows = await own.statement<Standing & { userId: string }>(
    'standing-of-all',
    `select u.id as "userId",
       coalesce((select json_agg(side order by started_at) from calls.call_sides
         where user_id = u.id and ended_at is null), '[]') as sides,
       (select count(*)::int from calls.call_sides where user_id = u.id and is_missed and not is_seen) as missed
     from unnest($1::text[]) as u (id)`,
    [userIds],
  );
  const byUser = new Map(rows.map(({ userId, ...standing }) => [userId, standing]));
  return userIds.map((userId) => byUser.get(userId) ?? { sides: [], missed: 0 });
}

export interface Load {
  readonly running: number;
  /** Calls out since then. */
  readonly begun: number;
}

/** @param except a side that may be written down already, or not yet. */
export async function loadOf(own: Own, userId: string, since: number, except = ''): Promise<Load> {
  const [row] = await own.statement<Load>(
    'load-of',
    `select (select count(*)::int from calls.call_sides where user_id = $1 and ended_at is null
         and side_id <> $3) as running,
       (select count(*)::int from calls.call_sides where user_id = $1 and is_out and started_at > $2) as begun`,
    [userId, since, except],
  );
  return row!;
}

export async function historyPage(
  own: Own,
  userId: string,
  { before, missedOnly, limit }: { before?: number; missedOnly?: boolean; limit: number },
): Promise<{ entries: HistoryEntry[]; more: boolean; missed: number }> {
  let query = own.db
    .selectFrom('call_sides')
    .select(['side', 'is_seen'])
    .where('user_id', '=', userId)
    .where('is_forgotten', '=', false)
    .where('ended_at', 'is not', null);
  if (before !== undefined) query = query.where('started_at', '<', before);
  if (missedOnly === true) query = query.where('is_missed', '=', true);
  const [rows, missed] = await Promise.all([
    query
      .orderBy('started_at', 'desc')
      .orderBy('side_id')
      .limit(limit + 1)
      .execute(),
    countMissed(own.db, userId),
  ]);
  const entries = rows.slice(0, limit).map(({ side, is_seen }) => entryOf(side, is_seen));
  return { entries, more: rows.length > limit, missed };
}

/** Marks as looked at. @returns the newest line of those that changed. */
export async function seeHistory(own: Own, userId: string, until: number): Promise<void> {
  await own.transaction(async (tx) => {
    const rows = await tx.db
      .updateTable('call_sides')
      .set({ is_seen: true })
      .where('user_id', '=', userId)
      .where('is_missed', '=', true)
      .where('is_seen', '=', false)
      .where('started_at', '<=', until)
      .returning('side')
      .execute();
    const newest = rows.map(({ side }) => side).sort((a, b) => b.startedAt - a.startedAt)[0];
    if (newest === undefined) return;
    const missed = await countMissed(tx.db, userId);
    await tx.announce(historyChanged, { userId, entry: entryOf(newest, true), missed });
  });
}

export async function forgetHistory(own: Own, userId: string, sideIds: readonly string[]): Promise<void> {
  if (sideIds.length === 0) return;
  await own.db
    .updateTable('call_sides')
    .set({ is_forgotten: true, is_seen: true })
    .where('user_id', '=', userId)
    .where('side_id', 'in', [...sideIds])
    .where('ended_at', 'is not', null)
    .execute();
}

/** The history reaches back so far. */
export async function dropOlder(own: Own, before: number): Promise<void> {
  await own.db
    .deleteFrom('call_sides')
    .where('started_at', '<', before)
    .where('ended_at', 'is not', null)
    .execute();
  await own.db
    .deleteFrom('calls')
    .where('started_at', '<', before)
    .where('ended_at', 'is not', null)
    .execute();
}
