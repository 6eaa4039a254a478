// Changes of what people have said, those of many people in two statements: the rows are read, and written where nobody has
// changed them since. Beside store.ts, the SQL of this service.
import { announcement, type ServiceStore } from '@parley/platform/store';
import type { CalendarBlock } from './calendar/calendar-now.ts';
import { type Said, saidChanged } from './contract.ts';
import { type PersonRow, type PresenceTables, type PublicationRow, unknownPerson } from './store.ts';

/** The store, or a transaction. */
export type Statements = Pick<ServiceStore<PresenceTables>, 'statement'>;

export interface HeldRows {
  readonly person: PersonRow;
  readonly publications: readonly PublicationRow[];
  readonly blocks: readonly CalendarBlock[];
}

export interface ChangedRows {
  /** With the next version. */
  readonly person: PersonRow;
  readonly put: readonly PublicationRow[];
  readonly removed: readonly PublicationRow[];
  /** What is announced with them. */
  readonly said: Said;
}

type HeldRow = PersonRow & { publications: PublicationRow[] | null; blocks: CalendarBlock[] | null };

/** As they all were at one moment. */
export async function readHeld(db: Statements, userIds: readonly string[]): Promise<Map<string, HeldRows>> {
  const rows = await db.statement<HeldRow>(
    'read-held',
    `select p.*, said.publications, c.blocks from presence.people p
     left join lateral (
       select json_agg(s) as publications from presence.publications s where s.user_id = p.user_id
     ) said on true
     left join presence.calendars c on p.has_calendar and c.user_id = p.user_id
     where p.user_id = any((select $1::text[])::text[])`,
    [userIds],
  );
  const held = new Map<string, HeldRows>(
    rows.map(({ publications, blocks, ...person }) => [
      person.user_id,
      { person, publications: publications ?? [], blocks: blocks ?? [] },
    ]),
  );
  for (const userId of userIds)
    if (!held.has(userId)) held.set(userId, { person: unknownPerson(userId), publications: [], blocks: [] });
  return held;
}

/**
 * Writes and announces the changes of these people, each named once, where the person's row has the version before.
 * @returns those whose rows were written; the others were changed by another front end meanwhile.
 */
export async function writeChanged(db: Statements, changed: readonly ChangedRows[]): Promise<Set<string>> {
  // In one order for all, so that two front ends hardly ever wait for each other.
  const sorted = [...changed].sort((one, other) => (one.person.user_id < other.person.user_id ? -1 : 1));
  const removed = sorted.flatMap((one) => one.removed);
  const rows = await db.statement<{ user_id: string }>(
    'write-changed',
    `with moved as (
       insert into presence.people as held
       select * from json_populate_recordset(null::presence.people, $1)
       on conflict (user_id) do update set
         manual = excluded.manual, note = excluded.note, note_version = excluded.note_version,
         location = excluded.location, inactive_after_min = excluded.inactive_after_min,
         away_after_min = excluded.away_after_min, working_hours = excluded.working_hours,
         settings_version = excluded.settings_version, has_calendar = excluded.has_calendar,
         last_active = excluded.last_active, due_at = excluded.due_at, changed_at = excluded.changed_at,
         version = excluded.version
       where held.version = excluded.version - 1
       returning user_id
     ), gone as (
       delete from presence.publications held using moved, unnest($3::text[], $4::text[]) as given (user_id, endpoint_id)
       where given.user_id = moved.user_id
         and held.user_id = given.user_id and held.endpoint_id = given.endpoint_id
     ), put as (
       insert into presence.publications
       select given.* from json_populate_recordset(null::presence.publications, $2) given
       join moved on moved.user_id = given.user_id
       on conflict (user_id, endpoint_id) do update set
         kind = excluded.kind, source = excluded.source, device_id = excluded.device_id, state = excluded.state,
         activity = excluded.activity, machine = excluded.machine, input_at = excluded.input_at,
         since = excluded.since, etag = excluded.etag, expires_at = excluded.expires_at
     ), told as (
       insert into presence.outbox (subject, payload, durable)
       select '${saidChanged.subject}', given.payload::json, false
       from unnest($5::text[], $6::text[]) as given (user_id, payload)
       join moved on moved.user_id = given.user_id
     )
     select user_id from moved`,
    [
      JSON.stringify(sorted.map(({ person }) => person)),
      JSON.stringify(sorted.flatMap(({ put }) => put)),
      removed.map(({ user_id }) => user_id),
      removed.map(({ endpoint_id }) => endpoint_id),
      sorted.map(({ person }) => person.user_id),
      sorted.map(({ said }) => announcement(saidChanged, said)),
    ],
    { announces: true },
  );
  return new Set(rows.map((row) => row.user_id));
}
