// The rows of the mail digest: whom to look at and when, the letter that is on its way, and what was mailed.
import type { ServiceStore } from '@parley/platform/store';
import { sql } from 'kysely';
import type { StoredLetter } from './digest.ts';
import type { AlertTables, Db } from './store.ts';

/** Unix milliseconds in a `bigint` column. */
type Ms = number;

export interface MailTables {
  digests: {
    user_id: string;
    due_at: Ms;
    /** Grows when somebody writes while the row is there: whoever settles it sees whether he knew. */
    touched: number;
    tries: number;
    /** Written down before it is sent: it may have been taken, and goes again as it is. */
    letter: StoredLetter | null;
  };
  mailed: { user_id: string; conversation_id: string; seq: number; mailed_at: Ms };
  mail_refusals: { user_id: string; address: string; reply: string; refused_at: Ms };
}

export type Digest = MailTables['digests'];
export type MailRefusal = MailTables['mail_refusals'];
type Own = ServiceStore<AlertTables>;

/** Puts people on the list. Who stands there keeps their time. @returns the time of each. */
export function putDigests(
  own: Own,
  userIds: readonly string[],
  dueAts: readonly Ms[],
): Promise<readonly Pick<Digest, 'user_id' | 'due_at'>[]> {
  return own.statement(
    'put-digests',
    `insert into alerts.digests (user_id, due_at) select * from unnest($1::text[], $2::bigint[])
     on conflict (user_id) do update set touched = digests.touched + 1 returning user_id, due_at`,
    [userIds, dueAts],
  );
}

/** Everybody who wishes mail: what was stored while nobody listened is found by this. */
export async function putAllDigests(own: Own, now: Ms): Promise<void> {
  await own.statement(
    'put-all-digests',
    `insert into alerts.digests (user_id, due_at)
     select user_id, $1::bigint + (settings -> 'mail' ->> 'afterMinutes')::bigint * 60000 from alerts.people
     where settings -> 'mail' ->> 'afterMinutes' is not null
     on conflict (user_id) do nothing`,
    [now],
  );
}

/** Takes what is due for as long as the lease: whoever dies over it leaves it to another. */
export function takeDigests(own: Own, now: Ms, leaseUntil: Ms, limit: number): Promise<readonly Digest[]> {
  return own.statement<Digest>(
    'take-digests',
    `update alerts.digests set due_at = $2
     from (select ctid from alerts.digests where due_at <= $1 order by due_at limit $3
       for update skip locked) as taken
     where digests.ctid = taken.ctid returning digests.*`,
    [now, leaseUntil, limit],
  );
}

export async function nextDigestAt(own: Own): Promise<Ms | undefined> {
  const [row] = await own.statement<{ at: Ms | null }>(
    'next-digest',
    'select min(due_at) as at from alerts.digests',
    [],
  );
  return row?.at ?? undefined;
}

/** Another time, unless the person changed their mind meanwhile. With no letter, the next one is written anew. */
export async function putOffDigest(
  own: Own,
  digest: Digest,
  at: Ms,
  { tries, letter }: { readonly tries: number; readonly letter: StoredLetter | null },
): Promise<void> {
  await own.statement(
    'put-off-digest',
    'update alerts.digests set due_at = $3, tries = $4, letter = $5::json where user_id = $1 and due_at = $2',
    [digest.user_id, digest.due_at, at, tries, letter === null ? null : JSON.stringify(letter)],
  );
}

/** @returns whether the row is still ours: the letter is written down and may be sent. */
export async function intendLetter(own: Own, digest: Digest, letter: StoredLetter): Promise<boolean> {
  const kept = await own.statement(
    'intend-letter',
    `update alerts.digests set letter = $3::json where user_id = $1 and due_at = $2 returning user_id`,
    [digest.user_id, digest.due_at, JSON.stringify(letter)],
  );
  return kept.length > 0;
}

/** The row goes, unless somebody wrote meanwhile: then it is looked at `again`. */
export async function settleDigest(own: Own, digest: Digest, again: Ms): Promise<void> {
  const key = [digest.user_id, digest.due_at, digest.touched];
  const gone = await own.statement(
    'settle-digest',
    'delete from alerts.digests where user_id = $1 and due_at = $2 and touched = $3 returning user_id',
    key,
  );
  if (gone.length === 0) await putOffDigest(own, digest, again, { tries: 0, letter: null });
}

export type Cover = StoredLetter['covers'][number];

export async function putMailed(own: Own, userId: string, covers: readonly Cover[], now: Ms): Promise<void> {
  await own.statement(
    'put-mailed',
    `insert into alerts.mailed select $1, conversation_id, seq, $4
     from unnest($2::text[], $3::integer[]) as given (conversation_id, seq)
     on conflict (user_id, conversation_id)
     do update set seq = greatest(mailed.seq, excluded.seq), mailed_at = excluded.mailed_at`,
    [userId, covers.map(({ conversationId }) => conversationId), covers.map(({ seq }) => seq), now],
  );
}

/** Conversation → seq up to which it was mailed to this person. */
export async function mailedTo(own: Own, userId: string): Promise<ReadonlyMap<string, number>> {
  const rows = await own.statement<{ conversation_id: string; seq: number }>(
    'mailed-to',
    'select conversation_id, seq from alerts.mailed where user_id = $1',
    [userId],
  );
  return new Map(rows.map((row) => [row.conversation_id, row.seq]));
}

export async function forgetMailed(own: Own, before: Ms): Promise<void> {
  await own.statement('forget-mailed', 'delete from alerts.mailed where mailed_at < $1', [before]);
}

/** What a person wishes from now on: sooner than before, or not at all. */
export async function retimeDigest(own: Own, userId: string, latest: Ms | null): Promise<void> {
  if (latest === null)
    await own.statement('drop-digest', 'delete from alerts.digests where user_id = $1', [userId]);
  else
    await own.statement(
      'retime-digest',
      'update alerts.digests set due_at = least(due_at, $2) where user_id = $1 and letter is null',
      [userId, latest],
    );
}

export async function refusalOf(own: Own, userId: string): Promise<MailRefusal | undefined> {
  return await own.db
    .selectFrom('mail_refusals')
    .selectAll()
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

export async function putRefusal(db: Db, refusal: MailRefusal): Promise<void> {
  await db
    .insertInto('mail_refusals')
    .values(refusal)
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet({
        address: sql`excluded.address`,
        reply: sql`excluded.reply`,
        refused_at: sql`excluded.refused_at`,
      }),
    )
    .execute();
}

export async function dropRefusal(db: Db, userId: string): Promise<void> {
  await db.deleteFrom('mail_refusals').where('user_id', '=', userId).execute();
}
