// What a person and their endpoints have said, out of the rows that keep it. Pure.
import { type CalendarBlock, calendarNow } from './calendar/calendar-now.ts';
import type { Said, Statement } from './contract.ts';
import type { PersonRow, PublicationRow } from './store.ts';

/** What the calendar says is reckoned for that time. */
export function saidOf(
  person: PersonRow,
  publications: readonly PublicationRow[],
  blocks: readonly CalendarBlock[],
  at: number,
): Said {
  return {
    userId: person.user_id,
    manual: person.manual,
    note: person.note,
    location: person.location,
    // In one order, so that snapshots and events tell the same.
    statements: publications.map(statementOf).sort(byEndpoint),
    ...(person.has_calendar ? { calendar: calendarNow(blocks, at) } : {}),
    ...(person.working_hours === null ? {} : { workingHours: person.working_hours }),
    inactiveAfterMin: person.inactive_after_min,
    awayAfterMin: person.away_after_min,
    lastActive: person.last_active,
    changedAt: person.changed_at,
    version: person.version,
  };
}

function byEndpoint(one: Statement, other: Statement): number {
  return one.endpointId < other.endpointId ? -1 : 1;
}

function statementOf(row: PublicationRow): Statement {
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

/** Who says again what was said has said it since then. */
export function withStatement(
  publications: readonly PublicationRow[],
  userId: string,
  statement: Statement,
  { expiresAt, etag = '' }: { readonly expiresAt: number; readonly etag?: string },
): PublicationRow[] {
  const row: PublicationRow = {
    user_id: userId,
    endpoint_id: statement.endpointId,
    kind: statement.kind,
    source: statement.source,
    device_id: statement.deviceId,
    state: statement.state,
    activity: statement.activity ?? null,
    machine: statement.machine ?? null,
    input_at: statement.inputAt ?? null,
    since: statement.since,
    etag,
    expires_at: expiresAt,
  };
  const held = publications.find(({ endpoint_id }) => endpoint_id === row.endpoint_id);
  const isSame = held?.state === row.state && held.activity === row.activity && held.machine === row.machine;
  return [...without(publications, row.endpoint_id), isSame ? { ...row, since: held.since } : row];
}

export function without(publications: readonly PublicationRow[], endpointId: string): PublicationRow[] {
  return publications.filter(({ endpoint_id }) => endpoint_id !== endpointId);
}

/** What these phones published counts from now on only while they are registered. */
export function boundTo(
  deviceIds: readonly string[],
  publications: readonly PublicationRow[],
): PublicationRow[] {
  return publications.map((row) =>
    row.source === 'publish' && deviceIds.includes(row.device_id) ? { ...row, source: 'registered' } : row,
  );
}

/** When somebody was last at one of these endpoints, which are gone; 0 where nothing tells. */
export function lastSeen(gone: readonly PublicationRow[], now: number): number {
  const seen = gone.map(({ machine, input_at, expires_at }) =>
    machine === 'active' ? Math.min(now, expires_at) : machine === null ? 0 : (input_at ?? 0),
  );
  return Math.max(0, ...seen);
}
