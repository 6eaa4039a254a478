// The rows of "X added you".
import { sql } from 'kysely';
import type { Db } from './store.ts';

/** Questions that wait for one person; beyond them the oldest are not asked any more. */
export const QUESTIONS = 200;

/**
 * Asks those of the people who want to be asked, who do not have the adder in their own list, and who were never asked
 * about the adder before. @returns who is asked.
 */
export async function ask(
  db: Db,
  adderId: string,
  userIds: readonly string[],
  at: number,
): Promise<string[]> {
  if (userIds.length === 0) return [];
  const asked = await sql<{ user_id: string }>`
    insert into contacts.added (user_id, adder_id, at)
    select given.id, ${adderId}, ${at} from unnest(${userIds}::text[]) as given (id)
    where not exists (select from contacts.books b where b.user_id = given.id and not b.asks_when_added)
      and not exists (select from contacts.people p where p.user_id = given.id and p.contact_id = ${adderId})
    on conflict do nothing returning user_id`.execute(db);
  const ids = asked.rows.map((row) => row.user_id);
  await sql`
    update contacts.added a set is_answered = true from (
      select user_id, adder_id, row_number() over (partition by user_id order by at desc) as nth
      from contacts.added where user_id = any(${ids}::text[]) and not is_answered) as open
    where a.user_id = open.user_id and a.adder_id = open.adder_id and open.nth > ${QUESTIONS}`.execute(db);
  return ids;
}

/** @returns false where it was answered already, or never asked. */
export async function answer(db: Db, userId: string, adderId: string): Promise<boolean> {
  const result = await db
    .updateTable('added')
    .set({ is_answered: true })
    .where('user_id', '=', userId)
    .where('adder_id', '=', adderId)
    .where('is_answered', '=', false)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}
