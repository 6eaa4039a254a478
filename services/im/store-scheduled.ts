// Rows of messages that wait for their time.
import type { Fault } from '@parley/platform/contract';
import type { ServiceStore, ServiceTransaction } from '@parley/platform/store';
import { sql } from 'kysely';
import type { Content } from './content.ts';
import type { Scheduled } from './contract.ts';
import type { ImTables } from './store.ts';

type Own = ServiceStore<ImTables>;
type Db = ServiceTransaction<ImTables>['db'];

/** A message that waits, with who wrote it where. */
export interface Waiting {
  readonly scheduled: Scheduled;
  readonly senderId: string;
  readonly deviceId: string | null;
}

interface Row {
  readonly schedule_id: string;
  readonly sender_id: string;
  readonly conversation_id: string;
  readonly client_id: string;
  readonly content: Content;
  readonly device_id: string | null;
  readonly send_at: number;
  readonly fault: Fault | null;
}

function waitingOf(row: Row): Waiting {
  return {
    senderId: row.sender_id,
    deviceId: row.device_id,
    scheduled: {
      scheduleId: row.schedule_id,
      conversationId: row.conversation_id,
      clientId: row.client_id,
      ...row.content,
      sendAt: row.send_at,
      ...(row.fault === null ? {} : { fault: row.fault }),
    },
  };
}

const COLUMNS = sql.raw(
  's.schedule_id, s.sender_id, s.conversation_id, s.client_id, s.content, s.device_id, s.send_at, s.fault',
);

/** @returns the one that waits under this client id, this one or an earlier one, and whether it is this one. */
export async function addScheduled(
  db: Db,
  { scheduled, senderId, deviceId }: Waiting,
): Promise<{ readonly waiting: Waiting; readonly isNew: boolean }> {
  const { scheduleId, conversationId, clientId, sendAt, fault: _, ...content } = scheduled;
  const { rows } = await sql<Row>`
    insert into scheduled as s (schedule_id, sender_id, conversation_id, client_id, content, device_id, send_at)
    values (${scheduleId}, ${senderId}, ${conversationId}, ${clientId}, ${JSON.stringify(content)}::jsonb, ${deviceId},
            ${sendAt})
    on conflict (sender_id, client_id) do update set client_id = excluded.client_id
    returning ${COLUMNS}`.execute(db);
  const waiting = waitingOf(rows[0]!);
  return { waiting, isNew: waiting.scheduled.scheduleId === scheduleId };
}

export async function countScheduled(db: Db, senderId: string): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::integer as count from scheduled where sender_id = ${senderId}`.execute(db);
  return rows[0]!.count;
}

export async function listScheduled(own: Own, senderId: string): Promise<Scheduled[]> {
  const rows = await own.statement<Row>(
    'list-scheduled',
    'select * from im.scheduled where sender_id = $1 order by send_at, schedule_id',
    [senderId],
  );
  return rows.map((row) => waitingOf(row).scheduled);
}

/** One of this person's, held until the transaction ends. `isClaimed`: it is being sent. */
export async function oneForChange(
  db: Db,
  senderId: string,
  scheduleId: string,
  now: number,
): Promise<{ readonly waiting: Waiting; readonly isClaimed: boolean } | undefined> {
  const { rows } = await sql<Row & { is_claimed: boolean }>`
    select ${COLUMNS}, s.claimed_until > ${now} as is_claimed from scheduled s
    where s.schedule_id = ${scheduleId} and s.sender_id = ${senderId} for update`.execute(db);
  const row = rows[0];
  return row === undefined ? undefined : { waiting: waitingOf(row), isClaimed: row.is_claimed };
}

export async function writeScheduled(
  db: Db,
  { scheduleId, sendAt, text }: Scheduled,
  claimedUntil = 0,
): Promise<void> {
  await sql`update scheduled
    set send_at = ${sendAt}, content = content || jsonb_build_object('text', ${text}::text), fault = null,
        claimed_until = ${claimedUntil}
    where schedule_id = ${scheduleId}`.execute(db);
}

export async function removeScheduled(db: Db, scheduleId: string): Promise<void> {
  await sql`delete from scheduled where schedule_id = ${scheduleId}`.execute(db);
}

export async function refuseScheduled(db: Db, scheduleId: string, fault: Fault): Promise<void> {
  await sql`update scheduled set fault = ${JSON.stringify(fault)}::jsonb, claimed_until = 0
    where schedule_id = ${scheduleId}`.execute(db);
}

/** Takes those whose time has come, and that nobody sends, for this process until that time. */
export async function claimDue(
  own: Own,
  { now, until, limit }: { readonly now: number; readonly until: number; readonly limit: number },
): Promise<Waiting[]> {
  const rows = await own.statement<Row>(
    'claim-scheduled',
    `update im.scheduled s set claimed_until = $2
     where s.schedule_id in (
       select due.schedule_id from im.scheduled due
       where due.fault is null and due.send_at <= $1 and due.claimed_until <= $1
       order by due.send_at, due.schedule_id limit $3 for update skip locked
     )
     returning s.*`,
    [now, until, limit],
  );
  return rows.map(waitingOf).sort((one, other) => one.scheduled.sendAt - other.scheduled.sendAt);
}

/** When the next one is due, or its claim by a process that may be gone runs out. */
export async function nextDue(own: Own): Promise<number | undefined> {
  const [row] = await own.statement<{ at: number | null }>(
    'next-scheduled',
    'select min(greatest(send_at, claimed_until)) as at from im.scheduled where fault is null',
    [],
  );
  return row?.at ?? undefined;
}
