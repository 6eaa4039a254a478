// Rows of mailboxes: greeting, PIN, mail copy. Beside store.ts, the SQL of this service.
import { sql } from 'kysely';
import { AUDIO_PIECE_BYTES } from './contract.ts';
import { holdMailbox, type Own, type VoicemailTables } from './store.ts';

type Row = VoicemailTables['mailboxes'];

export interface MailboxRow {
  readonly greetingId: string | null;
  readonly greetingMs: number;
  readonly greetingAt: number;
  readonly pinHash: string | null;
  readonly lockedUntil: number;
  readonly mailCopy: boolean;
}

const EMPTY: MailboxRow = {
  greetingId: null,
  greetingMs: 0,
  greetingAt: 0,
  pinHash: null,
  lockedUntil: 0,
  mailCopy: false,
};

export async function mailboxOf(own: Own, userId: string): Promise<MailboxRow> {
  const [row] = await own.statement<MailboxRow>(
    'mailbox-of',
    `select greeting_id as "greetingId", greeting_ms as "greetingMs", greeting_at as "greetingAt", pin_hash as "pinHash",
       locked_until as "lockedUntil", mail_copy as "mailCopy"
     from voicemail.mailboxes where user_id = $1`,
    [userId],
  );
  return row ?? EMPTY;
}

export async function changeMailbox(
  own: Own,
  userId: string,
  changes: Partial<Pick<Row, 'mail_copy' | 'pin_hash' | 'wrong_pins' | 'locked_until' | 'greeting_id'>>,
): Promise<void> {
  if (Object.keys(changes).length === 0) return;
  await own.transaction(async (tx) => {
    await holdMailbox(tx, userId);
    await tx.db.updateTable('mailboxes').set(changes).where('user_id', '=', userId).execute();
  });
}

/** @returns whether that was one too many: from now on it is locked until then. */
export async function countWrongPin(
  own: Own,
  userId: string,
  { most, lockedUntil }: { readonly most: number; readonly lockedUntil: number },
): Promise<boolean> {
  const [row] = await own.statement<{ isLocked: boolean }>(
    'count-wrong-pin',
    `update voicemail.mailboxes set
       wrong_pins = case when wrong_pins + 1 >= $2 then 0 else wrong_pins + 1 end,
       locked_until = case when wrong_pins + 1 >= $2 then $3 else locked_until end
     where user_id = $1 returning locked_until = $3 as "isLocked"`,
    [userId, most, lockedUntil],
  );
  return row?.isLocked === true;
}

/** @returns how many bytes of it are here. */
export async function putGreetingPiece(
  own: Own,
  { greetingId, userId, bytes, now }: { greetingId: string; userId: string; bytes: number; now: number },
  nth: number,
  data: Buffer,
): Promise<number> {
  return own.transaction(async ({ db }) => {
    const { rows } = await sql<{ held: number }>`
      insert into voicemail.greetings as g (greeting_id, user_id, bytes, put_at) values (${greetingId}, ${userId}, ${bytes}, ${now})
      on conflict (greeting_id) do update set put_at = excluded.put_at
        where g.user_id = excluded.user_id and g.bytes = excluded.bytes
      returning 1 as held`.execute(db);
    if (rows.length === 0) return -1;
    // One at a time: what somebody began before and left is gone.
    await sql`delete from voicemail.greetings g where user_id = ${userId} and greeting_id != ${greetingId}
      and not exists (select from voicemail.mailboxes b where b.greeting_id = g.greeting_id)`.execute(db);
    await sql`insert into voicemail.greeting_pieces (greeting_id, nth, data) values (${greetingId}, ${nth}, ${data})
      on conflict do nothing`.execute(db);
    const held = await sql<{ held: number }>`
      select coalesce(sum(length(data)), 0)::integer as held from voicemail.greeting_pieces
      where greeting_id = ${greetingId}`.execute(db);
    return held.rows[0]?.held ?? 0;
  });
}

export async function greetingBytes(own: Own, greetingId: string): Promise<Buffer> {
  const rows = await own.db
    .selectFrom('greeting_pieces')
    .select('data')
    .where('greeting_id', '=', greetingId)
    .orderBy('nth')
    .execute();
  return Buffer.concat(rows.map(({ data }) => data));
}

export interface GreetingPiece {
  readonly data: Buffer;
  readonly bytes: number;
  readonly mediaType: string;
}

/** Of the greeting that callers hear. */
export async function greetingPiece(
  own: Own,
  userId: string,
  offset: number,
): Promise<GreetingPiece | undefined> {
  const [row] = await own.statement<GreetingPiece>(
    'greeting-piece',
    `select p.data, g.bytes, g.media_type as "mediaType" from voicemail.mailboxes b
     join voicemail.greetings g on g.greeting_id = b.greeting_id
     join voicemail.greeting_pieces p on p.greeting_id = g.greeting_id and p.nth = $2
     where b.user_id = $1`,
    [userId, Math.floor(offset / AUDIO_PIECE_BYTES)],
  );
  return row;
}

/** From now on callers hear this one; those before it are gone. */
export async function useGreeting(
  own: Own,
  userId: string,
  one: { readonly greetingId: string; readonly mediaType: string; readonly durationMs: number; at: number },
): Promise<void> {
  await own.transaction(async (tx) => {
    await holdMailbox(tx, userId);
    const { greetingId, mediaType, durationMs, at } = one;
    await tx.db
      .updateTable('greetings')
      .set({ media_type: mediaType })
      .where('greeting_id', '=', greetingId)
      .execute();
    await tx.db
      .updateTable('mailboxes')
      .set({ greeting_id: greetingId, greeting_ms: Math.round(durationMs), greeting_at: at })
      .where('user_id', '=', userId)
      .execute();
    await tx.db
      .deleteFrom('greetings')
      .where('user_id', '=', userId)
      .where('greeting_id', '!=', greetingId)
      .execute();
  });
}

export async function dropGreeting(own: Own, greetingId: string): Promise<void> {
  await own.db.deleteFrom('greetings').where('greeting_id', '=', greetingId).execute();
}

/** Greetings that somebody began to bring and never finished. */
export async function sweepGreetings(own: Own, before: number): Promise<void> {
  await own.statement(
    'sweep-greetings',
    `delete from voicemail.greetings g where put_at < $1
     and not exists (select from voicemail.mailboxes b where b.greeting_id = g.greeting_id)`,
    [before],
  );
}
