// The books of calls as administrators read them: one record for each logical call, with the sides of everybody who was in it.

import type { ReplyOf } from '@parley/platform/contract';
import { sql } from 'kysely';
import type { CallRecord, CallSide, showRecord } from './contract.ts';
import type { Own } from './store.ts';

export interface RecordsAsked {
  readonly userId?: string;
  readonly since?: number;
  readonly before?: number;
  readonly limit: number;
}

interface Row {
  record_id: string;
  started_at: number;
  answered_at: number | null;
  ended_at: number | null;
}

/** What one page may look beyond itself, so that calls of the same millisecond stand on one page. */
const BEYOND = 1;

/** The latest first. */
export async function recordsPage(
  own: Own,
  { userId, since, before, limit }: RecordsAsked,
): Promise<{ records: CallRecord[]; more: boolean }> {
  let query = own.db.selectFrom('calls').select(['record_id', 'started_at', 'answered_at', 'ended_at']);
  if (since !== undefined) query = query.where('started_at', '>=', since);
  if (before !== undefined) query = query.where('started_at', '<', before);
  // A consultation that went on in the first call's record has no side of its own left, and is no call of its own.
  query = query.where(({ exists, selectFrom }) => {
    const sides = selectFrom('call_sides')
      .select('side_id')
      .whereRef('call_sides.record_id', '=', 'calls.record_id');
    return exists(userId === undefined ? sides : sides.where('user_id', '=', userId));
  });
  const rows: Row[] = await query
    .orderBy('started_at', 'desc')
    .orderBy('record_id')
    .limit(limit + BEYOND)
    .execute();
  const shown = wholeMoments(rows, limit);
  return { records: await withSides(own, shown), more: rows.length > shown.length };
}

/** The next page begins before the last moment of this one: no moment is cut in two, unless it fills a page alone. */
function wholeMoments(rows: readonly Row[], limit: number): readonly Row[] {
  const next = rows[limit];
  if (next === undefined) return rows;
  const whole = rows.filter(({ started_at }) => Number(started_at) > Number(next.started_at));
  return whole.length > 0 ? whole : rows.slice(0, limit);
}

async function withSides(own: Own, rows: readonly Row[]): Promise<CallRecord[]> {
  if (rows.length === 0) return [];
  const found = await own.db
    .selectFrom('call_sides')
    .select(['record_id', 'side'])
    .where(
      'record_id',
      'in',
      rows.map(({ record_id }) => record_id),
    )
    .orderBy('started_at')
    .orderBy('side_id')
    .execute();
  const sidesOf = Map.groupBy(found, ({ record_id }) => record_id);
  return rows.map(({ record_id, started_at, answered_at, ended_at }) => ({
    recordId: record_id,
    startedAt: Number(started_at),
    answeredAt: answered_at === null ? null : Number(answered_at),
    endedAt: ended_at === null ? null : Number(ended_at),
    sides: (sidesOf.get(record_id) ?? []).map(({ side }) => side),
  }));
}

type FoundRecord = ReplyOf<typeof showRecord>;

const MOST_CALL_IDS = 50;

export async function findRecord(own: Own, recordId: string): Promise<FoundRecord | undefined> {
  const row = await own.db
    .selectFrom('calls')
    .select(['record_id', 'started_at', 'answered_at', 'ended_at', 'steps'])
    .where('record_id', '=', recordId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const [record] = await withSides(own, [row]);
  const ids = await own.db
    .selectFrom('call_sides')
    .select('call_ids')
    .where('record_id', '=', recordId)
    .execute();
  const callIds = [...new Set(ids.flatMap(({ call_ids }) => call_ids))].slice(0, MOST_CALL_IDS);
  return { record: record!, steps: row.steps as FoundRecord['steps'], callIds };
}

/** Of a phone that names the call as SIP does. */
export async function findSide(own: Own, userId: string, callId: string): Promise<CallSide | undefined> {
  const row = await own.db
    .selectFrom('call_sides')
    .select('side')
    .where(sql<boolean>`call_ids <> '{}' and call_ids @> array[${callId}]::text[]`)
    .where('user_id', '=', userId)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.side;
}
