// The rows of alerts. With store-mail.ts, the only file of this service that sees SQL.
import type { ServiceStore } from '@parley/platform/store';
import { type Kysely, sql, type Transaction } from 'kysely';
import { type AlertPerson, type AlertSettings, defaultSettings, type PushSubscription } from './contract.ts';
import type { MailTables } from './store-mail.ts';
import type { VapidKeys } from './vapid.ts';

/** Unix milliseconds in a `bigint` column. */
type Ms = number;

export interface AlertTables extends MailTables {
  people: { user_id: string; settings: AlertSettings; pushes: number; version: number };
  keys: { name: string; private_key: string; public_key: string };
  subscriptions: {
    subscription_id: string;
    user_id: string;
    sign_in_id: string;
    endpoint: string;
    p256dh: string;
    auth: string;
    can_close: boolean;
    created_at: Ms;
  };
  due: {
    user_id: string;
    /** Of `free`, the person who is. */
    conversation_id: string;
    kind: DueKind;
    /** Empty for all browsers of the person; one of them where it alone is tried again. */
    subscription_id: string;
    seq: number;
    due_at: Ms;
    tries: number;
  };
  shown: { user_id: string; conversation_id: string; seq: number; shown_at: Ms };
}

export type DueKind = 'push' | 'snooze' | 'free';
export type Subscription = AlertTables['subscriptions'];
export type Due = AlertTables['due'];
export type Db = Kysely<AlertTables> | Transaction<AlertTables>;
type Own = ServiceStore<AlertTables>;

const personOf = (row: AlertTables['people']): AlertPerson => ({
  userId: row.user_id,
  // Kept before there was something to choose.
  settings: { ...defaultSettings, ...row.settings },
  pushes: row.pushes,
  version: row.version,
});

export async function peoplePage(
  db: Db,
  after: string | undefined,
  limit: number,
): Promise<{ people: AlertPerson[]; next?: string }> {
  let query = db.selectFrom('people').selectAll().orderBy('user_id').limit(limit);
  if (after !== undefined) query = query.where('user_id', '>', after);
  const people = (await query.execute()).map(personOf);
  const next = people.at(-1)?.userId;
  return people.length === limit && next !== undefined ? { people, next } : { people };
}

/** The keys of this installation by name; those given where there are none yet. */
export async function keepKeys(db: Db, name: 'vapid' | 'mail', made: VapidKeys): Promise<VapidKeys> {
  await db
    .insertInto('keys')
    .values({ name, private_key: made.privateKey, public_key: made.publicKey })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const kept = await db.selectFrom('keys').selectAll().where('name', '=', name).executeTakeFirstOrThrow();
  return { privateKey: kept.private_key, publicKey: kept.public_key };
}

/** Writes what a person wants, or only counts their subscriptions anew. */
export async function putPerson(
  db: Db,
  userId: string,
  settings: AlertSettings | undefined,
): Promise<AlertPerson> {
  const counted = sql<number>`(select count(*)::integer from subscriptions where user_id = ${userId})`;
  const asJson = (value: AlertSettings) => sql<AlertSettings>`${JSON.stringify(value)}::json`;
  const row = await db
    .insertInto('people')
    .values({ user_id: userId, settings: asJson(settings ?? defaultSettings), pushes: counted, version: 1 })
    .onConflict((conflict) =>
      conflict.column('user_id').doUpdateSet({
        ...(settings === undefined ? {} : { settings: asJson(settings) }),
        pushes: counted,
        version: sql`people.version + 1`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
  return personOf(row);
}

/** A browser has one subscription; the oldest beyond `keep` go. @returns whose it was before. */
export async function putSubscription(
  db: Db,
  own: { readonly subscriptionId: string; readonly userId: string; readonly signInId: string },
  given: PushSubscription,
  now: Ms,
  keep: number,
): Promise<{ readonly before: string | undefined }> {
  const before = await db
    .deleteFrom('subscriptions')
    .where('endpoint', '=', given.endpoint)
    .returning('user_id')
    .executeTakeFirst();
  await db
    .insertInto('subscriptions')
    .values({
      subscription_id: own.subscriptionId,
      user_id: own.userId,
      sign_in_id: own.signInId,
      endpoint: given.endpoint,
      p256dh: given.p256dh,
      auth: given.auth,
      can_close: given.canClose,
      created_at: now,
    })
    .execute();
  await db
    .deleteFrom('subscriptions')
    .where('subscription_id', 'in', (oldest) =>
      oldest
        .selectFrom('subscriptions')
        .select('subscription_id')
        .where('user_id', '=', own.userId)
        .orderBy('created_at', 'desc')
        .orderBy('subscription_id')
        .offset(keep),
    )
    .execute();
  return { before: before?.user_id };
}

export type WhichSubscription =
  | { readonly userId: string; readonly endpoint: string }
  | { readonly signInId: string }
  | { readonly subscriptionId: string };

/** @returns whose they were. */
export async function dropSubscriptions(db: Db, which: WhichSubscription): Promise<string[]> {
  let query = db.deleteFrom('subscriptions').returning('user_id');
  if ('endpoint' in which)
    query = query.where('endpoint', '=', which.endpoint).where('user_id', '=', which.userId);
  else if ('signInId' in which) query = query.where('sign_in_id', '=', which.signInId);
  else query = query.where('subscription_id', '=', which.subscriptionId);
  return (await query.execute()).map((row) => row.user_id);
}

export function subscriptionsOf(db: Db, userId: string): Promise<Subscription[]> {
  return db.selectFrom('subscriptions').selectAll().where('user_id', '=', userId).execute();
}

/** Puts alerts on the list. One that stands there already keeps its time and takes the later message. */
export async function putDue(own: Own, due: readonly Omit<Due, 'tries'>[]): Promise<void> {
  await own.statement(
    'put-due',
    `insert into alerts.due (user_id, conversation_id, kind, subscription_id, seq, due_at)
     select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[], $6::bigint[])
     on conflict (user_id, conversation_id, kind, subscription_id)
     do update set seq = greatest(due.seq, excluded.seq),
       due_at = case when due.kind = 'snooze' then excluded.due_at else due.due_at end`,
    [
      due.map((row) => row.user_id),
      due.map((row) => row.conversation_id),
      due.map((row) => row.kind),
      due.map((row) => row.subscription_id),
      due.map((row) => row.seq),
      due.map((row) => row.due_at),
    ],
  );
}

/** Takes what is due for as long as the lease: whoever dies over it leaves it to another. */
export function takeDue(own: Own, now: Ms, leaseUntil: Ms, limit: number): Promise<readonly Due[]> {
  return own.statement<Due>(
    'take-due',
    `update alerts.due set due_at = $2
     from (select ctid from alerts.due where due_at <= $1 order by due_at limit $3 for update skip locked) as taken
     where due.ctid = taken.ctid returning due.*`,
    [now, leaseUntil, limit],
  );
}

export async function nextDueAt(own: Own): Promise<Ms | undefined> {
  const [row] = await own.statement<{ at: Ms | null }>(
    'next-due',
    'select min(due_at) as at from alerts.due',
    [],
  );
  return row?.at ?? undefined;
}

/** What was done goes, unless a later message has joined it: that one is due `again`. */
export async function settleDue(own: Own, due: Due, again: Ms): Promise<void> {
  const key = [due.user_id, due.conversation_id, due.kind, due.subscription_id, due.seq];
  const where = `where user_id = $1 and conversation_id = $2 and kind = $3 and subscription_id = $4`;
  await own.statement('drop-due', `delete from alerts.due ${where} and seq <= $5`, key);
  await own.statement('again-due', `update alerts.due set due_at = $6, tries = 0 ${where} and seq > $5`, [
    ...key,
    again,
  ]);
}

export async function putOff(
  own: Own,
  due: Due,
  subscriptionId: string,
  at: Ms,
  tries: number,
): Promise<void> {
  await own.statement(
    'put-off',
    `insert into alerts.due (user_id, conversation_id, kind, subscription_id, seq, due_at, tries)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (user_id, conversation_id, kind, subscription_id)
     do update set seq = greatest(due.seq, excluded.seq), due_at = excluded.due_at, tries = excluded.tries`,
    [due.user_id, due.conversation_id, due.kind, subscriptionId, due.seq, at, tries],
  );
}

/** A try for one browser is over, unless the next one was written meanwhile. */
export async function dropTried(own: Own, due: Due): Promise<void> {
  await own.statement(
    'drop-tried',
    `delete from alerts.due where user_id = $1 and conversation_id = $2 and kind = $3 and subscription_id = $4
     and tries = $5`,
    [due.user_id, due.conversation_id, due.kind, due.subscription_id, due.tries],
  );
}

export async function dropDue(own: Own, userId: string, conversationId: string, seq: number): Promise<void> {
  await own.statement(
    'dismiss-due',
    'delete from alerts.due where user_id = $1 and conversation_id = $2 and seq <= $3',
    [userId, conversationId, seq],
  );
}

/** The same for pushes alone: what was put off until later stays. */
export async function dropPush(own: Own, userId: string, conversationId: string, seq: number): Promise<void> {
  await own.statement(
    'drop-push',
    `delete from alerts.due where user_id = $1 and conversation_id = $2 and seq <= $3 and kind = 'push'`,
    [userId, conversationId, seq],
  );
}

/** Notes that a notification stands on somebody's screens, to be closed when the message is read. */
export async function putShown(own: Own, due: Due, now: Ms): Promise<void> {
  await own.statement(
    'put-shown',
    `insert into alerts.shown values ($1, $2, $3, $4) on conflict (user_id, conversation_id)
     do update set seq = greatest(shown.seq, excluded.seq), shown_at = excluded.shown_at`,
    [due.user_id, due.conversation_id, due.seq, now],
  );
}

/** @returns whether one stood there. */
export async function takeShown(
  own: Own,
  userId: string,
  conversationId: string,
  readSeq: number,
): Promise<boolean> {
  const taken = await own.statement(
    'take-shown',
    'delete from alerts.shown where user_id = $1 and conversation_id = $2 and seq <= $3 returning seq',
    [userId, conversationId, readSeq],
  );
  return taken.length > 0;
}

export async function forgetShown(own: Own, before: Ms): Promise<void> {
  await own.statement('forget-shown', 'delete from alerts.shown where shown_at < $1', [before]);
}
