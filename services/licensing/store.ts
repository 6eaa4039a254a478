// The rows of licensing: ledger, rights, evidence, positions, optimisations, answers, calls. The only file of this service
// that sees SQL; what a row means is said by the rules.
import type { ServiceTransaction } from '@parley/platform/store';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { AuditAnchor } from './audit/anchor.ts';
import type { JsonValue } from './audit/canonical-json.ts';
import { type AuditRecord, type ChainHead, EMPTY_CHAIN } from './audit/record.ts';
import type { PolicyRights, Rights, SubjectRights } from './contract.ts';
import type { Edge, Mode } from './rules/model.ts';
import type { Move, TrendPoint } from './rules/report.ts';
import type { Big, LicensingTables } from './tables.ts';

export type Db = Kysely<LicensingTables> | Transaction<LicensingTables>;
export type Tx = Transaction<LicensingTables>;
export type Work = ServiceTransaction<LicensingTables>;

/** PostgreSQL takes at most 65,535 parameters a statement. */
const ROWS_A_STATEMENT = 4_000;

function* slices<T>(all: readonly T[]): Generator<T[]> {
  for (let start = 0; start < all.length; start += ROWS_A_STATEMENT)
    yield all.slice(start, start + ROWS_A_STATEMENT);
}

// The ledger, which is the audit.

/** One writer of the ledger and the rights at a time, among all processes; held until the transaction ends. */
export async function lockLedger(db: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('licensing.ledger'))`.execute(db);
}

function recordOf(row: LicensingTables['ledger']): AuditRecord {
  return {
    seq: Number(row.seq),
    at: Number(row.at),
    actor: row.actor,
    operation: row.operation,
    before: JSON.parse(row.before) as JsonValue,
    after: JSON.parse(row.after) as JsonValue,
    rules: JSON.parse(row.rules) as string[],
    prevHash: row.prev_hash,
    hash: row.hash,
  };
}

/** In order, at most `limit`. */
export async function recordsAfter(db: Db, seq: number, limit: number): Promise<AuditRecord[]> {
  const rows = await db
    .selectFrom('ledger')
    .selectAll()
    .where('seq', '>', seq)
    .orderBy('seq')
    .limit(limit)
    .execute();
  return rows.map(recordOf);
}

export async function headOfLedger(db: Db): Promise<ChainHead & { readonly at: number }> {
  const row = await db
    .selectFrom('ledger')
    .select(['seq', 'hash', 'at'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined
    ? { ...EMPTY_CHAIN, at: 0 }
    : { seq: Number(row.seq), hash: row.hash, at: Number(row.at) };
}

export async function appendRecords(db: Tx, records: readonly AuditRecord[]): Promise<void> {
  const rows = records.map((record) => ({
    seq: record.seq,
    at: record.at,
    actor: record.actor,
    operation: record.operation,
    before: JSON.stringify(record.before),
    after: JSON.stringify(record.after),
    rules: JSON.stringify(record.rules),
    prev_hash: record.prevHash,
    hash: record.hash,
  }));
  for (const slice of slices(rows)) await db.insertInto('ledger').values(slice).execute();
}

/** Newest first; every word of the query is in actor, operation or what was written. */
export async function auditPage(
  db: Db,
  { query, before, limit }: { query: string; before: number | undefined; limit: number },
): Promise<{ readonly items: AuditRecord[]; readonly total: number }> {
  const matching = () => {
    let rows = db.selectFrom('ledger');
    for (const word of query.split(/\s+/).filter((each) => each !== '')) {
      const pattern = `%${likeText(word)}%`;
      rows = rows.where((where) =>
        where.or([
          where('actor', 'ilike', pattern),
          where('operation', 'ilike', pattern),
          where('after', 'ilike', pattern),
          where('before', 'ilike', pattern),
        ]),
      );
    }
    return rows;
  };
  let page = matching().selectAll().orderBy('seq', 'desc').limit(limit);
  if (before !== undefined) page = page.where('seq', '<', before);
  const rows = await page.execute();
  const { total } = await matching()
    .select(({ fn }) => fn.countAll<Big>().as('total'))
    .executeTakeFirstOrThrow();
  return { items: rows.map(recordOf), total: Number(total) };
}

function likeText(text: string): string {
  return text.replace(/[\\%_]/g, '\\$&');
}

export async function anchors(db: Db): Promise<AuditAnchor[]> {
  const rows = await db.selectFrom('anchors').selectAll().orderBy('seq').execute();
  return rows.map((row) => ({ ...row, seq: Number(row.seq), at: Number(row.at) }));
}

export async function lastAnchor(db: Db): Promise<{ seq: number; at: number } | undefined> {
  const row = await db
    .selectFrom('anchors')
    .select(['seq', 'at'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : { seq: Number(row.seq), at: Number(row.at) };
}

export async function insertAnchor(db: Tx, { seq, hash, at, kid, sig }: AuditAnchor): Promise<void> {
  await db.insertInto('anchors').values({ seq, hash, at, kid, sig }).execute();
}

export function anchorKeys(db: Db) {
  return db.selectFrom('anchor_keys').selectAll().orderBy('kid').execute();
}

export async function insertAnchorKey(db: Tx, key: LicensingTables['anchor_keys']): Promise<void> {
  await db.insertInto('anchor_keys').values(key).execute();
}

// Rights.

function rightsOf(row: LicensingTables['rights']): SubjectRights {
  return {
    kind: 'subject',
    subject: { kind: row.kind as 'user' | 'device', id: row.id },
    features: row.features,
    tolerated: row.tolerated,
    ...(row.common_area ? { commonArea: true } : {}),
    version: row.version,
  };
}

export async function policy(db: Db): Promise<PolicyRights | undefined> {
  const row = await db.selectFrom('policy').selectAll().executeTakeFirst();
  if (row === undefined) return undefined;
  return {
    kind: 'policy',
    mode: row.mode as Mode,
    room: { standard: row.room_standard, enterprise: row.room_enterprise },
    contact: row.contact,
    version: row.version,
  };
}

export async function allRights(db: Db): Promise<SubjectRights[]> {
  return (await db.selectFrom('rights').selectAll().execute()).map(rightsOf);
}

/** One page of the snapshot; `after` is what the page before called `next`. The policy is in the first. */
export async function rightsPage(
  db: Db,
  after: string | undefined,
  limit: number,
): Promise<{ rights: Rights[]; next?: string }> {
  const [kind = '', ...rest] = (after ?? '').split(' ');
  const rows = await db
    .selectFrom('rights')
    .selectAll()
    .where(({ eb, refTuple, tuple }) => eb(refTuple('kind', 'id'), '>', tuple(kind, rest.join(' '))))
    .orderBy('kind')
    .orderBy('id')
    .limit(limit)
    .execute();
  const first = after === undefined ? await policy(db) : undefined;
  const last = rows.at(-1);
  return {
    rights: [...(first === undefined ? [] : [first]), ...rows.map(rightsOf)],
    ...(rows.length === limit && last !== undefined ? { next: `${last.kind} ${last.id}` } : {}),
  };
}

export async function putPolicy(db: Tx, { mode, room, contact, version }: PolicyRights): Promise<void> {
  const row = { mode, room_standard: room.standard, room_enterprise: room.enterprise, contact, version };
  await db
    .insertInto('policy')
    .values({ one: true, ...row })
    .onConflict((conflict) => conflict.column('one').doUpdateSet(row))
    .execute();
}

export async function putRights(db: Tx, rights: readonly SubjectRights[]): Promise<void> {
  const rows = rights.map(({ subject, features, tolerated, commonArea = false, version }) => ({
    kind: subject.kind,
    id: subject.id,
    features,
    tolerated,
    common_area: commonArea,
    version,
  }));
  for (const slice of slices(rows)) {
    await db
      .insertInto('rights')
      .values(slice)
      .onConflict((conflict) =>
        conflict.columns(['kind', 'id']).doUpdateSet(({ ref }) => ({
          features: ref('excluded.features'),
          tolerated: ref('excluded.tolerated'),
          common_area: ref('excluded.common_area'),
          version: ref('excluded.version'),
        })),
      )
      .execute();
  }
}

// Evidence.

function edgeOf(row: Omit<LicensingTables['edges'], 'touched'>): Edge {
  return {
    userId: row.user_id === '' ? null : row.user_id,
    deviceId: row.device_id === '' ? null : row.device_id,
    level: row.level as Edge['level'],
    firstDay: row.first_day,
    lastDay: row.last_day,
    count: Number(row.count),
  };
}

/** @returns false where this batch was counted before. */
export async function takeBatch(db: Tx, batchId: string, at: number): Promise<boolean> {
  const rows = await db
    .insertInto('batches')
    .values({ batch_id: batchId, at })
    .onConflict((conflict) => conflict.column('batch_id').doNothing())
    .returning('batch_id')
    .execute();
  return rows.length > 0;
}

/** Adds edges that are distinct among themselves. @returns how many of the pairs are new. */
export async function addEdges(db: Tx, edges: readonly Edge[]): Promise<number> {
  // The row is locked until the commit: what readers see grows in the order of `touched`.
  const { touched } = await db
    .updateTable('evidence_state')
    .set({ touched: sql<number>`touched + 1` })
    .returning('touched')
    .executeTakeFirstOrThrow();
  let added = 0;
  for (const slice of slices(edges)) {
    const rows = await db
      .insertInto('edges')
      .values(
        slice.map(({ userId, deviceId, level, firstDay, lastDay, count }) => ({
          user_id: userId ?? '',
          device_id: deviceId ?? '',
          level,
          first_day: firstDay,
          last_day: lastDay,
          count,
          touched,
        })),
      )
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'device_id', 'level']).doUpdateSet(({ ref }) => ({
          first_day: sql<string>`least(${ref('edges.first_day')}, ${ref('excluded.first_day')})`,
          last_day: sql<string>`greatest(${ref('edges.last_day')}, ${ref('excluded.last_day')})`,
          count: sql<number>`${ref('edges.count')} + ${ref('excluded.count')}`,
          touched,
        })),
      )
      .returning(sql<boolean>`(xmax = 0)`.as('is_new'))
      .execute();
    for (const { is_new: isNew } of rows) if (isNew) added += 1;
  }
  return added;
}

/** Edges that were touched after that, in the order of touching, and how far that is. */
export async function edgesAfter(
  db: Db,
  touched: number,
): Promise<{ edges: Edge[]; touched: number; clearedOn: string }> {
  const state = await db.selectFrom('evidence_state').selectAll().executeTakeFirstOrThrow();
  const upTo = Number(state.touched);
  if (upTo === touched) return { edges: [], touched, clearedOn: state.cleared_on };
  const rows = await db
    .selectFrom('edges')
    .selectAll()
    .where('touched', '>', touched)
    .where('touched', '<=', upTo)
    .execute();
  return { edges: rows.map(edgeOf), touched: upTo, clearedOn: state.cleared_on };
}

/** Rule M2: nothing is kept longer than the window. @returns how many rows went. */
export async function clearEdges(db: Tx, before: string, today: string): Promise<number> {
  const result = await db.deleteFrom('edges').where('last_day', '<', before).executeTakeFirst();
  await db.deleteFrom('device_names').where('last_day', '<', before).execute();
  await db.updateTable('evidence_state').set({ cleared_on: today }).execute();
  return Number(result.numDeletedRows);
}

export async function putDeviceNames(db: Tx, names: ReadonlyMap<string, string>, day: string): Promise<void> {
  const rows = [...names].map(([device_id, name]) => ({ device_id, name, last_day: day }));
  for (const slice of slices(rows)) {
    await db
      .insertInto('device_names')
      .values(slice)
      .onConflict((conflict) =>
        conflict.column('device_id').doUpdateSet(({ ref }) => ({
          name: ref('excluded.name'),
          last_day: ref('excluded.last_day'),
        })),
      )
      .execute();
  }
}

/** A device that is still seen keeps its name. */
export async function touchDeviceNames(db: Tx, ids: readonly string[], day: string): Promise<void> {
  if (ids.length === 0) return;
  await db
    .updateTable('device_names')
    .set({ last_day: day })
    .where('device_id', '=', sql<string>`any(${ids}::text[])`)
    .where('last_day', '<', day)
    .execute();
}

export async function deviceNames(db: Db): Promise<Map<string, string>> {
  const rows = await db.selectFrom('device_names').select(['device_id', 'name']).execute();
  return new Map(rows.map(({ device_id, name }) => [device_id, name]));
}

// Positions, day by day.

export async function putPositions(db: Tx, points: readonly TrendPoint[]): Promise<void> {
  for (const { day } of points.slice(0, 1)) await db.deleteFrom('positions').where('day', '=', day).execute();
  for (const slice of slices(points)) await db.insertInto('positions').values(slice).execute();
}

export function positions(db: Db, from: string, to: string): Promise<TrendPoint[]> {
  return db
    .selectFrom('positions')
    .selectAll()
    .where('day', '>=', from)
    .where('day', '<=', to)
    .orderBy('day')
    .orderBy('sku')
    .execute();
}

// Runs of the optimiser.

export type OptimisationRow = LicensingTables['optimisations'];

export async function putOptimisation(db: Db, row: OptimisationRow): Promise<void> {
  const { optimisation_id: _, ...values } = row;
  await db
    .insertInto('optimisations')
    .values(row)
    .onConflict((conflict) => conflict.column('optimisation_id').doUpdateSet(values))
    .execute();
}

/** @returns the state before, so that a run that was cancelled stays cancelled. */
export async function changeOptimisation(
  db: Db,
  id: string,
  values: Partial<OptimisationRow>,
): Promise<boolean> {
  const result = await db
    .updateTable('optimisations')
    .set(values)
    .where('optimisation_id', '=', id)
    .where('state', '=', 'running')
    .executeTakeFirst();
  return Number(result.numUpdatedRows) > 0;
}

export function lastOptimisations(db: Db, limit: number): Promise<OptimisationRow[]> {
  return db.selectFrom('optimisations').selectAll().orderBy('started_at', 'desc').limit(limit).execute();
}

export function optimisation(db: Db, id: string): Promise<OptimisationRow | undefined> {
  return db.selectFrom('optimisations').selectAll().where('optimisation_id', '=', id).executeTakeFirst();
}

/** Runs whose process died, and all but the newest. */
export async function clearOptimisations(db: Db, notSeenSince: number, keep: number): Promise<void> {
  await db
    .updateTable('optimisations')
    .set({ state: 'failed', fault: 'The process that worked on it ended.' })
    .where('state', '=', 'running')
    .where('seen_at', '<', notSeenSince)
    .execute();
  const kept = (await lastOptimisations(db, keep)).map((row) => row.optimisation_id);
  if (kept.length === keep)
    await db.deleteFrom('optimisations').where('optimisation_id', 'not in', kept).execute();
}

export async function putMoves(db: Tx, id: string, moves: readonly Move[]): Promise<void> {
  const rows = moves.map((move, position) => ({
    optimisation_id: id,
    position,
    move: JSON.stringify(move),
  }));
  for (const slice of slices(rows)) await db.insertInto('moves').values(slice).execute();
}

export async function movesAfter(db: Db, id: string, after: number, limit: number) {
  const rows = await db
    .selectFrom('moves')
    .select(['position', 'move'])
    .where('optimisation_id', '=', id)
    .where('position', '>', after)
    .orderBy('position')
    .limit(limit)
    .execute();
  return rows.map(({ position, move }) => ({ position, move: JSON.parse(move) as Move }));
}

export async function countMoves(db: Db, id: string): Promise<number> {
  const { total } = await db
    .selectFrom('moves')
    .select(({ fn }) => fn.countAll<Big>().as('total'))
    .where('optimisation_id', '=', id)
    .executeTakeFirstOrThrow();
  return Number(total);
}

// Answers that are given again to who asks again with the same key.

export function findAnswer(db: Db, actor: string, key: string) {
  return db
    .selectFrom('answers')
    .selectAll()
    .where('actor', '=', actor)
    .where('key', '=', key)
    .executeTakeFirst();
}

export async function insertAnswer(db: Tx, answer: LicensingTables['answers']): Promise<void> {
  await db.insertInto('answers').values(answer).execute();
}

// Webhooks.

export async function putSecret(db: Tx, webhookId: string, secret: string): Promise<void> {
  await db.insertInto('webhook_secrets').values({ webhook_id: webhookId, secret }).execute();
}

export async function dropSecret(db: Tx, webhookId: string): Promise<void> {
  await db.deleteFrom('webhook_secrets').where('webhook_id', '=', webhookId).execute();
  await db.deleteFrom('calls').where('webhook_id', '=', webhookId).execute();
}

export async function secretOf(db: Db, webhookId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('webhook_secrets')
    .select('secret')
    .where('webhook_id', '=', webhookId)
    .executeTakeFirst();
  return row?.secret;
}

export async function insertCalls(db: Tx, calls: readonly LicensingTables['calls'][]): Promise<void> {
  for (const slice of slices(calls)) await db.insertInto('calls').values(slice).execute();
}

/** Calls that are due, each for this process alone until `leaseUntil`. */
export async function takeDueCalls(db: Tx, now: number, leaseUntil: number, limit: number) {
  const due = await db
    .selectFrom('calls')
    .selectAll()
    .where('due_at', '<=', now)
    .orderBy('due_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
  const ids = due.map((call) => call.call_id);
  if (ids.length > 0)
    await db.updateTable('calls').set({ due_at: leaseUntil }).where('call_id', 'in', ids).execute();
  return due;
}

export async function dropCall(db: Db, callId: string): Promise<void> {
  await db.deleteFrom('calls').where('call_id', '=', callId).execute();
}

export async function putOffCall(
  db: Db,
  callId: string,
  values: { due_at: number; tries: number; last_result: string },
): Promise<void> {
  await db.updateTable('calls').set(values).where('call_id', '=', callId).execute();
}

/** @returns those that were not told before. */
export async function newHappenings(db: Tx, happenings: readonly string[], day: string): Promise<string[]> {
  if (happenings.length === 0) return [];
  const rows = await db
    .insertInto('happenings')
    .values(happenings.map((happening) => ({ happening, day })))
    .onConflict((conflict) => conflict.column('happening').doNothing())
    .returning('happening')
    .execute();
  return rows.map(({ happening }) => happening);
}

/** Batches, answers and happenings that nobody can ask for again. */
export async function forgetOld(
  db: Db,
  {
    batchesBefore,
    answersBefore,
    happeningsBefore,
  }: {
    readonly batchesBefore: number;
    readonly answersBefore: number;
    readonly happeningsBefore: string;
  },
): Promise<void> {
  await db.deleteFrom('batches').where('at', '<', batchesBefore).execute();
  await db.deleteFrom('answers').where('at', '<', answersBefore).execute();
  await db.deleteFrom('happenings').where('day', '<', happeningsBefore).execute();
}
