// The rows of presence. The only file of this service that sees SQL.
import type { ServiceStore } from '@parley/platform/store';
import { type ColumnType, type Kysely, sql, type Transaction } from 'kysely';
import type { CalendarBlock } from './calendar/calendar-now.ts';
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
import { saidOf } from './said.ts';

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
export type PublicationRow = PresenceTables['publications'];
export type CalendarRow = PresenceTables['calendars'];

/** Who has never said anything, and has no row. */
export function unknownPerson(userId: string): PersonRow {
  return {
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
}

/** Locks the person's row until the transaction ends; made if it is the first time. */
export async function lockPerson(db: Tx, userId: string): Promise<void> {
  await db
    .insertInto('people')
    .values(unknownPerson(userId))
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute();
  await db.selectFrom('people').select('user_id').where('user_id', '=', userId).forUpdate().execute();
}

export async function readPerson(db: Db, userId: string): Promise<PersonRow | undefined> {
  return db.selectFrom('people').selectAll().where('user_id', '=', userId).executeTakeFirst();
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
    .execute();
  const publications = Map.groupBy(found, (row) => row.user_id);
  const blocks = people.some((row) => row.has_calendar) ? await blocksOfAll(db, userIds) : undefined;
  const said = people.map((row) =>
    saidOf(row, publications.get(row.user_id) ?? [], blocks?.get(row.user_id) ?? [], now),
  );
  const last = people.at(-1);
  return people.length === limit && last !== undefined ? { said, next: last.user_id } : { said };
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
