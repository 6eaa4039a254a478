// The rows of quality: minutes of reports, the worst of each call, stars. The only file of this service that sees SQL.
import type { ServiceStore } from '@parley/platform/store';
import { sql } from 'kysely';
import type { Path, QualityReport, Reporter, Summary } from './contract.ts';
import { MINUTE_MS, minuteOf, type PackedPoint, packPoint, unpackPoint } from './packed.ts';
import { NOTHING_KNOWN, type Worst, worseOf, worstOf } from './rules/worst.ts';

export interface QualityTables {
  reports: {
    record_id: string;
    side_id: string;
    user_id: string;
    reporter: Reporter;
    minute: number;
    points: PackedPoint[];
    path: Path | null;
    device: string | null;
  };
  summaries: { record_id: string; worst_mos: number | null; most_lost: number | null; minute: number };
  ratings: { record_id: string; user_id: string; stars: number; words: string | null; at: number };
}

export type Own = ServiceStore<QualityTables>;

/** A minute has no more of one reporter, whatever it sends. */
const POINTS_IN_MINUTE = 60;
/** Hours of one call on one page. */
const MOST_ROWS = 2_000;

export async function putReports(own: Own, reports: readonly QualityReport[]): Promise<void> {
  if (reports.length === 0) return;
  const minutes = new Map<string, QualityTables['reports']>();
  const worst = new Map<string, Worst & { readonly minute: number }>();
  for (const report of reports) {
    const { recordId, sideId, reporter, streams } = report;
    const minute = minuteOf(report);
    const key = [recordId, sideId, reporter, minute].join(' ');
    const row = minutes.get(key) ?? rowOf(report, minute);
    minutes.set(key, row);
    if (row.points.length < POINTS_IN_MINUTE) row.points.push(packPoint(report));
    const before = worst.get(recordId) ?? { ...NOTHING_KNOWN, minute };
    worst.set(recordId, { ...worseOf(before, worstOf(streams)), minute: Math.max(minute, before.minute) });
  }
  await own.transaction(async ({ db }) => {
    await db
      .insertInto('reports')
      .values([...minutes.values()].map((row) => ({ ...row, ...asJson(row) })))
      .onConflict((conflict) =>
        conflict.columns(['record_id', 'side_id', 'reporter', 'minute']).doUpdateSet({
          points: sql`case when jsonb_array_length(reports.points) >= ${POINTS_IN_MINUTE}
            then reports.points else reports.points || excluded.points end`,
          path: sql`coalesce(excluded.path, reports.path)`,
          device: sql`coalesce(excluded.device, reports.device)`,
        }),
      )
      .execute();
    await db
      .insertInto('summaries')
      .values(
        [...worst].map(([record_id, { mos, lost, minute }]) => ({
          record_id,
          worst_mos: mos,
          most_lost: lost,
          minute,
        })),
      )
      .onConflict((conflict) =>
        conflict.column('record_id').doUpdateSet({
          worst_mos: sql`least(summaries.worst_mos, excluded.worst_mos)`,
          most_lost: sql`greatest(summaries.most_lost, excluded.most_lost)`,
          minute: sql`greatest(summaries.minute, excluded.minute)`,
        }),
      )
      .execute();
  });
}

function rowOf({ recordId, sideId, userId, reporter, path, device }: QualityReport, minute: number) {
  return {
    record_id: recordId,
    side_id: sideId,
    user_id: userId,
    reporter,
    minute,
    points: [],
    path: path ?? null,
    device: device === undefined || device === '' ? null : device,
  };
}

/** The driver writes an array as one of PostgreSQL. */
function asJson({ points, path }: QualityTables['reports']) {
  return {
    points: JSON.stringify(points) as unknown as PackedPoint[],
    path: path === null ? null : (JSON.stringify(path) as unknown as Path),
  };
}

/** @param sideId of one side only. */
export async function reportsOf(own: Own, recordId: string, sideId?: string): Promise<QualityReport[]> {
  let query = own.db.selectFrom('reports').selectAll().where('record_id', '=', recordId);
  if (sideId !== undefined) query = query.where('side_id', '=', sideId);
  const rows = await query
    .orderBy('minute')
    .orderBy('side_id')
    .orderBy('reporter')
    .limit(MOST_ROWS)
    .execute();
  return rows.flatMap(({ record_id, side_id, user_id, reporter, minute, points, path, device }) =>
    points.map((point) => ({
      recordId: record_id,
      sideId: side_id,
      userId: user_id,
      reporter,
      ...unpackPoint(minute, point),
      ...(path === null ? {} : { path }),
      ...(device === null ? {} : { device }),
    })),
  );
}

export interface Rating {
  readonly recordId: string;
  readonly userId: string;
  readonly stars: number;
  readonly words?: string;
}

export async function putRating(own: Own, rating: Rating, at: number): Promise<void> {
  const { recordId, userId, stars, words } = rating;
  await own.db
    .insertInto('ratings')
    .values({ record_id: recordId, user_id: userId, stars, words: words ?? null, at })
    .onConflict((conflict) =>
      conflict.columns(['record_id', 'user_id']).doUpdateSet({ stars, words: words ?? null, at }),
    )
    .execute();
}

export async function ratingsOf(own: Own, recordId: string): Promise<Omit<Rating, 'recordId'>[]> {
  const rows = await own.db
    .selectFrom('ratings')
    .selectAll()
    .where('record_id', '=', recordId)
    .limit(100)
    .execute();
  return rows.map(({ user_id, stars, words }) => ({
    userId: user_id,
    stars,
    ...(words === null ? {} : { words }),
  }));
}

/** In the order of the question. */
export async function summariesOf(own: Own, recordIds: readonly string[]): Promise<Summary[]> {
  if (recordIds.length === 0) return [];
  const [worst, stars] = await Promise.all([
    own.db
      .selectFrom('summaries')
      .selectAll()
      .where('record_id', 'in', [...recordIds])
      .execute(),
    own.db
      .selectFrom('ratings')
      .select((select) => ['record_id', select.fn.min('stars').as('stars')])
      .where('record_id', 'in', [...recordIds])
      .groupBy('record_id')
      .execute(),
  ]);
  const worstOfRecord = new Map(worst.map((row) => [row.record_id, row]));
  const starsOf = new Map(stars.map((row) => [row.record_id, Number(row.stars)]));
  return recordIds.map((recordId) => {
    const row = worstOfRecord.get(recordId);
    return {
      recordId,
      worstMos: row?.worst_mos ?? null,
      mostLost: row?.most_lost ?? null,
      stars: starsOf.get(recordId) ?? null,
    };
  });
}

export async function dropOlder(own: Own, before: number): Promise<void> {
  const minute = Math.floor(before / MINUTE_MS);
  await own.db.deleteFrom('reports').where('minute', '<', minute).execute();
  await own.db.deleteFrom('summaries').where('minute', '<', minute).execute();
  await own.db.deleteFrom('ratings').where('at', '<', before).execute();
}
