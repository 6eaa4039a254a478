// Rows of voice messages: listed, marked, removed, and what their sound is while it is not here yet. With store-mailbox.ts, the SQL
// of this service. Whoever changes what the light shows holds the mailbox, so that no older count is told after a newer one.
import type { ServiceStore, ServiceTransaction } from '@parley/platform/store';
import { sql } from 'kysely';
import type { Party } from '../calls/contract.ts';
import { AUDIO_PIECE_BYTES, type Light, type Voicemail, voicemailChanged } from './contract.ts';

/** Unix milliseconds in a `bigint` column. */
type Ms = number;

export interface VoicemailTables {
  mailboxes: {
    user_id: string;
    greeting_id: string | null;
    greeting_ms: number;
    greeting_at: Ms;
    pin_hash: string | null;
    wrong_pins: number;
    locked_until: Ms;
    mail_copy: boolean;
  };
  messages: {
    voicemail_id: string;
    user_id: string;
    record_id: string;
    caller: Party;
    at: Ms;
    duration_ms: number;
    bytes: number;
    is_heard: boolean;
    removed_at: Ms | null;
    is_kept: boolean;
    recording_id: string;
    media_node_id: string;
    mail_tries: number;
    /** When a copy is to be mailed; null where none is, or it was. */
    mail_due_at: Ms | null;
    alive_at: Date;
  };
  message_pieces: { voicemail_id: string; nth: number; data: Buffer };
  greetings: { greeting_id: string; user_id: string; media_type: string; bytes: number; put_at: Ms };
  greeting_pieces: { greeting_id: string; nth: number; data: Buffer };
}

export type Own = ServiceStore<VoicemailTables>;
type Tx = ServiceTransaction<VoicemailTables>;
type Row = Omit<VoicemailTables['messages'], 'alive_at'>;

/** A message that is being recorded, or was when whoever attended to the caller died. */
export interface Recording {
  readonly voicemailId: string;
  readonly userId: string;
  readonly recordId: string;
  readonly from: Party;
  readonly at: number;
  readonly recordingId: string;
  readonly mediaNodeId: string;
}

export function voicemailOf(row: Row): Voicemail {
  return {
    voicemailId: row.voicemail_id,
    userId: row.user_id,
    recordId: row.record_id,
    from: row.caller,
    at: row.at,
    durationMs: row.duration_ms,
    bytes: row.bytes,
    heard: row.is_heard,
    ...(row.removed_at === null ? {} : { removedAt: row.removed_at }),
  };
}

export async function lightOf(db: Own['db'] | Tx['db'], userId: string): Promise<Light> {
  const { rows } = await sql<Light>`
    select count(*) filter (where not is_heard)::integer as unheard, count(*)::integer as total
    from voicemail.messages where user_id = ${userId} and is_kept and removed_at is null`.execute(db);
  return rows[0] ?? { unheard: 0, total: 0 };
}

/** Makes the mailbox if it is the first time, and holds it until the transaction ends. */
export async function holdMailbox({ db }: Tx, userId: string): Promise<void> {
  await db
    .insertInto('mailboxes')
    .values({ user_id: userId } as VoicemailTables['mailboxes'])
    .onConflict((conflict) => conflict.column('user_id').doNothing())
    .execute();
  await db.selectFrom('mailboxes').select('user_id').where('user_id', '=', userId).forUpdate().execute();
}

async function tell(tx: Tx, userId: string, changed: readonly Row[]): Promise<Light> {
  const light = await lightOf(tx.db, userId);
  const [only, ...more] = changed;
  if (only === undefined) return light;
  const one = more.length === 0 ? { voicemail: voicemailOf(only) } : {};
  await tx.announce(voicemailChanged, { userId, light, ...one });
  return light;
}

/** Newest first. What was removed is there until it is gone. */
export async function page(
  own: Own,
  userId: string,
  { before, limit }: { readonly before?: number; readonly limit: number },
): Promise<{ voicemails: Voicemail[]; more: boolean }> {
  let query = own.db
    .selectFrom('messages')
    .selectAll()
    .where('user_id', '=', userId)
    .where('is_kept', '=', true);
  if (before !== undefined) query = query.where('at', '<', before);
  const rows = await query
    .orderBy('at', 'desc')
    .orderBy('voicemail_id')
    .limit(limit + 1)
    .execute();
  return { voicemails: rows.slice(0, limit).map(voicemailOf), more: rows.length > limit };
}

export async function mark(
  own: Own,
  userId: string,
  voicemailIds: readonly string[],
  heard: boolean,
): Promise<Light> {
  return own.transaction(async (tx) => {
    await holdMailbox(tx, userId);
    const rows = await tx.db
      .updateTable('messages')
      .set({ is_heard: heard })
      .where('user_id', '=', userId)
      .where('voicemail_id', 'in', [...voicemailIds])
      .where('is_heard', '=', !heard)
      .where('is_kept', '=', true)
      .returningAll()
      .execute();
    return tell(tx, userId, rows);
  });
}

/** @param at null takes the removal back. */
export async function remove(
  own: Own,
  userId: string,
  voicemailIds: readonly string[],
  at: number | null,
): Promise<Light> {
  return own.transaction(async (tx) => {
    await holdMailbox(tx, userId);
    const rows = await tx.db
      .updateTable('messages')
      .set({ removed_at: at })
      .where('user_id', '=', userId)
      .where('voicemail_id', 'in', [...voicemailIds])
      .where('removed_at', at === null ? 'is not' : 'is', null)
      .where('is_kept', '=', true)
      .returningAll()
      .execute();
    return tell(tx, userId, rows);
  });
}

export async function messagePiece(
  own: Own,
  { userId, voicemailId }: { readonly userId: string; readonly voicemailId: string },
  nth: number,
): Promise<{ readonly data: Buffer; readonly bytes: number } | undefined> {
  const [row] = await own.statement<{ data: Buffer; bytes: number }>(
    'message-piece',
    `select p.data, m.bytes from voicemail.messages m
     join voicemail.message_pieces p on p.voicemail_id = m.voicemail_id and p.nth = $3
     where m.voicemail_id = $1 and m.user_id = $2 and m.is_kept`,
    [voicemailId, userId, nth],
  );
  return row;
}

export async function messageBytes(own: Own, voicemailId: string): Promise<Buffer> {
  const rows = await own.db
    .selectFrom('message_pieces')
    .select('data')
    .where('voicemail_id', '=', voicemailId)
    .orderBy('nth')
    .execute();
  return Buffer.concat(rows.map(({ data }) => data));
}

// ——— while it is recorded

export async function noteRecording(own: Own, one: Recording): Promise<void> {
  await own.db
    .insertInto('messages')
    .values(rowOf(one) as VoicemailTables['messages'])
    .onConflict((conflict) => conflict.column('voicemail_id').doNothing())
    .execute();
}

function rowOf({ voicemailId, userId, recordId, from, at, recordingId, mediaNodeId }: Recording) {
  return {
    voicemail_id: voicemailId,
    user_id: userId,
    record_id: recordId,
    caller: JSON.stringify(from) as unknown as Party,
    at,
    recording_id: recordingId,
    media_node_id: mediaNodeId,
  };
}

/** Somebody attends to these callers. */
export async function beat(own: Own, voicemailIds: readonly string[]): Promise<void> {
  await own.statement(
    'beat',
    'update voicemail.messages set alive_at = now() where voicemail_id = any($1::text[]) and not is_kept',
    [voicemailIds],
  );
}

/** Takes on what nobody has attended to for so long; others leave it alone for as long again. */
export async function takeOrphans(own: Own, silentMs: number, limit: number): Promise<Recording[]> {
  return [
    ...(await own.statement<Recording>(
      'take-orphans',
      `update voicemail.messages m set alive_at = now()
     from (select voicemail_id from voicemail.messages
           where not is_kept and alive_at < now() - make_interval(secs => $1::float8 / 1000)
           order by alive_at limit $2 for update skip locked) o
     where m.voicemail_id = o.voicemail_id
     returning m.voicemail_id as "voicemailId", m.user_id as "userId", m.record_id as "recordId",
       m.caller as "from", m.at, m.recording_id as "recordingId", m.media_node_id as "mediaNodeId"`,
      [silentMs, limit],
    )),
  ];
}

/** Its sound is here: from now on it is a message. Repeated, it is one message all the same. */
export async function keep(
  own: Own,
  recording: Recording,
  sound: Buffer,
  durationMs: number,
  mailDueAt: number | null,
): Promise<Voicemail | undefined> {
  return own.transaction(async (tx) => {
    const { userId, voicemailId } = recording;
    await holdMailbox(tx, userId);
    const duration_ms = Math.round(durationMs);
    const kept = { is_kept: true, bytes: sound.length, duration_ms, mail_due_at: mailDueAt };
    const row = await tx.db
      .insertInto('messages')
      .values({ ...rowOf(recording), ...kept } as VoicemailTables['messages'])
      .onConflict((conflict) =>
        conflict.column('voicemail_id').doUpdateSet(kept).where('messages.is_kept', '=', false),
      )
      .returningAll()
      .executeTakeFirst();
    if (row === undefined) return undefined;
    for (const [nth, data] of piecesOf(sound).entries())
      await tx.db.insertInto('message_pieces').values({ voicemail_id: voicemailId, nth, data }).execute();
    await tell(tx, userId, [row]);
    return voicemailOf(row);
  });
}

export function piecesOf(sound: Buffer): Buffer[] {
  const count = Math.ceil(sound.length / AUDIO_PIECE_BYTES);
  return Array.from({ length: count }, (_, nth) =>
    sound.subarray(nth * AUDIO_PIECE_BYTES, (nth + 1) * AUDIO_PIECE_BYTES),
  );
}

/** Nothing was said. */
export async function forget(own: Own, voicemailId: string): Promise<void> {
  await own.db
    .deleteFrom('messages')
    .where('voicemail_id', '=', voicemailId)
    .where('is_kept', '=', false)
    .execute();
}

// ——— mail

export interface DueMail {
  readonly voicemail: Voicemail;
  readonly tries: number;
}

/** Takes letters that are due; another front end leaves them alone until then. */
export async function takeDueMail(
  own: Own,
  { now, until, limit }: { readonly now: number; readonly until: number; readonly limit: number },
): Promise<DueMail[]> {
  const { rows } = await sql<Row>`
    update voicemail.messages m set mail_due_at = ${until}, mail_tries = mail_tries + 1
    from (select voicemail_id from voicemail.messages where mail_due_at <= ${now}
          order by mail_due_at limit ${limit} for update skip locked) o
    where m.voicemail_id = o.voicemail_id returning m.*`.execute(own.db);
  return rows.map((row) => ({ voicemail: voicemailOf(row), tries: row.mail_tries }));
}

/** @param dueAt null: nothing is owed any more. */
export async function mailAgainAt(own: Own, voicemailId: string, dueAt: number | null): Promise<void> {
  await own.db
    .updateTable('messages')
    .set({ mail_due_at: dueAt })
    .where('voicemail_id', '=', voicemailId)
    .execute();
}

// ——— retention

/** Who has messages that are older than that, or that were removed. */
export async function ownersOfOld(own: Own, before: number): Promise<string[]> {
  const rows = await own.statement<{ userId: string }>(
    'owners-of-old',
    `select distinct user_id as "userId" from voicemail.messages
     where is_kept and (at < $1 or removed_at is not null)`,
    [before],
  );
  return rows.map(({ userId }) => userId);
}

/** Messages from before `before`, and those removed before `removedBefore`, are gone for good. */
export async function expire(
  own: Own,
  userId: string,
  { before, removedBefore }: { readonly before: number; readonly removedBefore: number },
): Promise<void> {
  await own.transaction(async (tx) => {
    await holdMailbox(tx, userId);
    const { rows } = await sql<{ isShown: boolean }>`
      delete from voicemail.messages where user_id = ${userId} and is_kept
        and (at < ${before} or removed_at < ${removedBefore})
      returning removed_at is null as "isShown"`.execute(tx.db);
    if (rows.some(({ isShown }) => isShown))
      await tx.announce(voicemailChanged, { userId, light: await lightOf(tx.db, userId) });
  });
}

/** Recordings that no media host has had for so long. */
export async function giveUp(own: Own, before: number): Promise<number> {
  const { numDeletedRows } = await own.db
    .deleteFrom('messages')
    .where('is_kept', '=', false)
    .where('at', '<', before)
    .executeTakeFirst();
  return Number(numDeletedRows);
}
