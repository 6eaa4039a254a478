// The record of who opened the full text of SIP messages. The only file of this service that sees SQL.
import type { Generated, Kysely } from 'kysely';
import type { Opening } from './contract.ts';

export interface MonitoringTables {
  openings: {
    opening_id: Generated<number>;
    at: number;
    actor: string;
    actor_name: string;
    purpose: string;
    call_id: string;
    messages: number;
  };
}

type Db = Kysely<MonitoringTables>;

export async function putOpening(db: Db, opening: Opening): Promise<void> {
  const { at, actor, actorName, purpose, callId, messages } = opening;
  await db
    .insertInto('openings')
    .values({ at, actor, actor_name: actorName, purpose, call_id: callId, messages })
    .execute();
}

/** The latest first. */
export async function openingsPage(db: Db, before: number | undefined, limit: number): Promise<Opening[]> {
  const rows = await db
    .selectFrom('openings')
    .selectAll()
    .$if(before !== undefined, (query) => query.where('at', '<', before ?? 0))
    .orderBy('at', 'desc')
    .orderBy('opening_id', 'desc')
    .limit(limit)
    .execute();
  return rows.map(({ at, actor, actor_name, purpose, call_id, messages }) => ({
    at,
    actor,
    actorName: actor_name,
    purpose,
    callId: call_id,
    messages,
  }));
}

export async function clearOldOpenings(db: Db, before: number): Promise<void> {
  await db.deleteFrom('openings').where('at', '<', before).execute();
}
