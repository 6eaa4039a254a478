// The rows of presence. The only file of this service that sees SQL.
import type { ServiceStore } from '@parley/platform/store';
import { type ColumnType, type Kysely, sql, type Transaction } from 'kysely';
import { type CalendarBlock, calendarNow } from './calendar/calendar-now.ts';
import type {
  AccessEntry,
  Activity,
  MachineUse,
  Manual,
  Said,
  Statement,
  StateName,
  WorkingHours,
} from './contract.ts';
import { AWAY_AFTER_MIN, INACTIVE_AFTER_MIN } from './machine.ts';

/** Unix milliseconds in a `bigint` column. */
type Ms = number;

export interface PresenceTables {
  people: {
    user_id: string;
    manual: Manual | null;
    note: string;
    note_version: number;
    location: string;
    inactive_after_min: number;
    away_after_min: number;
    working_hours: WorkingHours | null;
    settings_version: number;
    has_calendar: boolean;
    last_active: Ms;
    /** When the state changes by time alone. */
    due_at: Ms | null;
    changed_at: Ms;
    version: number;
  };
  publications: {
    user_id: string;
    endpoint_id: string;
    kind: Statement['kind'];
    source: Statement['source'];
    device_id: string;
    state: StateName;
    activity: Activity | null;
    machine: MachineUse | null;
    input_at: Ms | null;
    since: Ms;
    etag: string;
    expires_at: Ms;
  };
  /** Read and written by calendar/store.ts. */
  calendars: {
    user_id: string;
    url: string;
    etag: string;
    read_at: Ms;
    blocks_at: Ms;
    asked_at: Ms;
    next_at: Ms;
    failures: number;
    problem: string;
    blocks: CalendarBlock[];
  };
  access: { user_id: string; entries: ColumnType<AccessEntry[], string, string>; version: number };
  cards: {
    user_id: string;
    company: string;
    work_address: string;
    site: string;
    mobile: string;
    home: string;
    other: string;
    version: number;
  };
}

type Db = Kysely<PresenceTables> | Transaction<PresenceTables>;
type Tx = Transaction<PresenceTables>;
type Own = ServiceStore<PresenceTables>;

export type PersonRow = PresenceTables['people'];
export type CalendarRow = PresenceTables['calendars'];

/** The person's row, made if it is the first time, and locked until the transaction ends. */
export async function lockPerson(db: Tx, userId: string): Promise<PersonRow> {
  const lock = () =>
    db.selectFrom('people').selectAll().where('user_id', '=', userId).forUpdate().executeTakeFirst();
  const known = await lock();
  if (known !== undefined) return known;
  const row: PersonRow = {
    user_id: userId,
    manual: null,
    note: '',
    note_version: 0,
    location: '',
    inactive_after_min: INACTIVE_AFTER_MIN,
    away_after_min: AWAY_AFTER_MIN,
    working_hours: null,
    settings_version: 0,
    has_calendar: false,
    last_active: 0,
    due_at: null,
    changed_at: 0,
    version: 0,
  };
  await db
    .insertInto('people')
    .values(row)
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute();
  return (await lock()) ?? row;
}

export async function readPerson(db: Db, userId: string): Promise<PersonRow | undefined> {
  return db.selectFrom('people').selectAll().where('user_id', '=', userId).executeTakeFirst();
}

export async function putPerson(db: Tx, { user_id, ...row }: PersonRow): Promise<void> {
  await db.updateTable('people').set(row).where('user_id', '=', user_id).execute();
}

/** What the calendar says is reckoned for that time. */
export function saidOf(
  row: PersonRow,
  statements: readonly Statement[],
  blocks: readonly CalendarBlock[],
  at: number,
): Said {
  return {
    userId: row.user_id,
    manual: row.manual,
    note: row.note,
    location: row.location,
    statements: [...statements],
    ...(row.has_calendar ? { calendar: calendarNow(blocks, at) } : {}),
    ...(row.working_hours === null ? {} : { workingHours: row.working_hours }),
    inactiveAfterMin: row.inactive_after_min,
    awayAfterMin: row.away_after_min,
    lastActive: row.last_active,
    changedAt: row.changed_at,
    version: row.version,
  };
}

function statementOf(row: Omit<PresenceTables['publications'], 'etag'>): Statement {
  return {
    endpointId: row.endpoint_id,
    kind: row.kind,
    source: row.source,
    deviceId: row.device_id,
    state: row.state,
    ...(row.activity === null ? {} : { activity: row.activity }),
    ...(row.machine === null ? {} : { machine: row.machine }),
    ...(row.input_at === null ? {} : { inputAt: row.input_at }),
    since: row.since,
  };
}

/** In the order of their endpoints, so that snapshots and events tell the same. */
export async function statementsOf(db: Db, userId: string): Promise<Statement[]> {
  const rows = await db
    .selectFrom('publications')
    .selectAll()
    .where('user_id', '=', userId)
    .orderBy('endpoint_id')
    .execute();
  return rows.map(statementOf);
}

export async function putStatement(
  db: Tx,
  userId: string,
  statement: Statement,
  { expiresAt, etag = '' }: { readonly expiresAt: number; readonly etag?: string },
): Promise<void> {
  const values = {
    kind: statement.kind,
    source: statement.source,
    device_id: statement.deviceId,
    state: statement.state,
    activity: statement.activity ?? null,
    machine: statement.machine ?? null,
    input_at: statement.inputAt ?? null,
    since: statement.since,
    expires_at: expiresAt,
    etag,
  };
  await db
    .insertInto('publications')
    .values({ user_id: userId, endpoint_id: statement.endpointId, ...values })
    .onConflict((conflict) =>
      conflict.columns(['user_id', 'endpoint_id']).doUpdateSet({
        ...values,
        since: sql<number>`case when (publications.state, publications.activity, publications.machine)
          is not distinct from (excluded.state, excluded.activity, excluded.machine)
          then publications.since else excluded.since end`,
      }),
    )
    .execute();
}

/** Two reports of one last input differ by what the seconds were rounded to, and by the way to the server. */
const SAME_INPUT_MS = 10_000;

/** Renews without touching the person's row; false where there is no such publication that says the same. */
export async function renewStatement(
  own: Own,
  userId: string,
  { endpointId, state, activity, machine, inputAt }: Statement,
  { expiresAt, now }: { readonly expiresAt: number; readonly now: number },
): Promise<boolean> {
  const rows = await own.statement(
    'renew-statement',
    `update presence.publications set expires_at = $4
     where user_id = $1 and endpoint_id = $2 and state = $3 and expires_at > $5
       and (activity, machine) is not distinct from ($6::text, $7::text)
       and (machine is distinct from 'idle' or abs(input_at - $8) < ${SAME_INPUT_MS}) returning 1 as renewed`,
    [userId, endpointId, state, expiresAt, now, activity ?? null, machine ?? null, inputAt ?? null],
  );
  return rows.length > 0;
}

export async function findEtag(db: Db, userId: string, endpointId: string, now: number) {
  return await db
    .selectFrom('publications')
    .select(['etag', 'state', 'activity', 'source'])
    .where('user_id', '=', userId)
    .where('endpoint_id', '=', endpointId)
    .where('expires_at', '>', now)
    .executeTakeFirst();
}

/** @returns when somebody was last seen at what was removed, 0 where nothing tells; undefined where nothing was there. */
export async function removeStatement(
  db: Tx,
  userId: string,
  endpointId: string,
  now: number,
): Promise<number | undefined> {
  const removed = await db
    .deleteFrom('publications')
    .where('user_id', '=', userId)
    .where('endpoint_id', '=', endpointId)
    .returning(['machine', 'input_at', 'expires_at'])
    .execute();
  return lastSeen(removed, now);
}

function lastSeen(
  removed: readonly Pick<PresenceTables['publications'], 'machine' | 'input_at' | 'expires_at'>[],
  now: number,
): number | undefined {
  if (removed.length === 0) return undefined;
  const seen = removed.map(({ machine, input_at, expires_at }) =>
    machine === 'active' ? Math.min(now, expires_at) : machine === null ? 0 : (input_at ?? 0),
  );
  return Math.max(...seen);
}

/** What these phones published counts from now on only while they are registered. */
export async function bindToRegistration(
  db: Tx,
  userId: string,
  deviceIds: readonly string[],
): Promise<void> {
  await db
    .updateTable('publications')
    .set({ source: 'registered' })
    .where('user_id', '=', userId)
    .where('source', '=', 'publish')
    .where('device_id', 'in', deviceIds)
    .execute();
}

/** @returns as `removeStatement` does. */
export async function forgetExpired(db: Tx, userId: string, now: number): Promise<number | undefined> {
  const removed = await db
    .deleteFrom('publications')
    .where('user_id', '=', userId)
    .where('expires_at', '<=', now)
    .returning(['machine', 'input_at', 'expires_at'])
    .execute();
  return lastSeen(removed, now);
}

/** Whose state changes by time alone, or whose endpoints have fallen silent. */
export async function peopleDue(own: Own, now: number, limit: number): Promise<string[]> {
  const rows = await own.statement<{ user_id: string }>(
    'people-due',
    `select user_id from presence.people where due_at <= $1
     union select user_id from presence.publications where expires_at <= $1 limit $2`,
    [now, limit],
  );
  return rows.map((row) => row.user_id);
}

export async function saidPage(
  db: Db,
  after: string | undefined,
  limit: number,
  now: number,
): Promise<{ said: Said[]; next?: string }> {
  const people = await db
    .selectFrom('people')
    .selectAll()
    .where('user_id', '>', after ?? '')
    .orderBy('user_id')
    .limit(limit)
    .execute();
  const userIds = people.map((row) => row.user_id);
  const found = await db
    .selectFrom('publications')
    .selectAll()
    .where('user_id', '=', sql<string>`any(${userIds}::text[])`)
    .orderBy('endpoint_id')
    .execute();
  const statements = Map.groupBy(found, (row) => row.user_id);
  const blocks = people.some((row) => row.has_calendar) ? await blocksOfAll(db, userIds) : undefined;
  const said = people.map((row) => {
    const own = (statements.get(row.user_id) ?? []).map(statementOf);
    return saidOf(row, own, blocks?.get(row.user_id) ?? [], now);
  });
  const last = people.at(-1);
  return people.length === limit && last !== undefined ? { said, next: last.user_id } : { said };
}

export async function blocksOf(db: Db, userId: string): Promise<CalendarBlock[]> {
  return (await blocksOfAll(db, [userId])).get(userId) ?? [];
}

async function blocksOfAll(db: Db, userIds: readonly string[]): Promise<Map<string, CalendarBlock[]>> {
  const rows = await db
    .selectFrom('calendars')
    .select(['user_id', 'blocks'])
    .where('user_id', '=', sql<string>`any(${userIds}::text[])`)
    .execute();
  return new Map(rows.map((row) => [row.user_id, row.blocks]));
}

/** Asked anew after a change of the address, but not more often than this. */
const CHANGED_PAUSE_MS = 30_000;

export async function readCalendar(db: Db, userId: string): Promise<CalendarRow | undefined> {
  const calendars = db.selectFrom('calendars').selectAll();
  return calendars.where('user_id', '=', userId).where('url', '!=', '').executeTakeFirst();
}

/** Another address begins anew; the same one goes on. Empty for none. */
export async function putUrl(db: Tx, userId: string, url: string): Promise<void> {
  const anew = {
    url,
    etag: '',
    read_at: 0,
    blocks_at: 0,
    failures: 0,
    problem: '',
    blocks: sql<CalendarBlock[]>`'[]'::jsonb`,
  };
  await db
    .insertInto('calendars')
    .values({ user_id: userId, ...anew, asked_at: 0, next_at: 0 })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ ...anew, next_at: sql<number>`calendars.asked_at + ${CHANGED_PAUSE_MS}::bigint` })
        .where('calendars.url', '!=', url),
    )
    .execute();
}

/** Feeds that are due; nobody else is given them before `untilMs`. */
export async function claimDue(
  own: Own,
  { now, untilMs, limit }: { readonly now: number; readonly untilMs: number; readonly limit: number },
): Promise<readonly CalendarRow[]> {
  return own.statement<CalendarRow>(
    'claim-calendars',
    `update presence.calendars set asked_at = $1, next_at = $2 where user_id in (
       select user_id from presence.calendars where url <> '' and next_at <= $1 order by next_at limit $3
       for update skip locked)
     returning *`,
    [now, untilMs, limit],
  );
}

/** What came of an attempt; false where the address is another one by now. */
export async function putResult(db: Tx, { user_id, url, ...row }: CalendarRow): Promise<boolean> {
  const updated = await db
    .updateTable('calendars')
    .set({ ...row, blocks: sql<CalendarBlock[]>`${JSON.stringify(row.blocks)}::jsonb` })
    .where('user_id', '=', user_id)
    .where('url', '=', url)
    .executeTakeFirst();
  return updated.numUpdatedRows > 0n;
}
