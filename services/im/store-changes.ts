// Rows of messages that are changed after they were stored. With store.ts, store-images.ts and store-scheduled.ts the only
// files of this service that see SQL.
import type { ServiceTransaction } from '@parley/platform/store';
import { sql } from 'kysely';
import type { Message } from './contract.ts';
import { extraOf, type ImTables, messageOf } from './store.ts';

type Db = ServiceTransaction<ImTables>['db'];

export interface ForChange {
  readonly message: Message | undefined;
  /** Who is in the conversation and may see the message, in order of their places. */
  readonly readerIds: readonly string[];
  /** Who was ever in it. */
  readonly peopleIds: readonly string[];
  readonly hereIds: readonly string[];
  /** When somebody left last, in Unix milliseconds; 0 where nobody did. */
  readonly partedAt: number;
}

/**
 * The message and its people, with the conversation's row held until the transaction ends: its changes come one after the
 * other, and nobody comes or goes meanwhile.
 */
export async function messageForChange(db: Db, conversationId: string, seq: number): Promise<ForChange> {
  await db
    .selectFrom('conversations')
    .select('conversation_id')
    .where('conversation_id', '=', conversationId)
    .forNoKeyUpdate()
    .execute();
  const people = await db
    .selectFrom('participants')
    .select(['user_id', 'parted_at'])
    .select(sql<boolean>`spans is null or upper_inf(spans)`.as('is_here'))
    .select(sql<boolean>`spans is null or ${seq}::integer <@ spans`.as('sees'))
    .where('conversation_id', '=', conversationId)
    .orderBy('place')
    .execute();
  const row = await db
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('seq', '=', seq)
    .executeTakeFirst();
  const ids = (those: typeof people) => those.map((person) => person.user_id);
  return {
    message: row === undefined ? undefined : messageOf(row),
    readerIds: ids(people.filter(({ is_here, sees }) => is_here && sees)),
    peopleIds: ids(people),
    hereIds: ids(people.filter(({ is_here }) => is_here)),
    partedAt: Math.max(0, ...people.map(({ parted_at }) => parted_at ?? 0)),
  };
}

/** Writes the message as it is now. @returns it with its new revision. */
export async function writeChanged(db: Db, message: Message): Promise<Message> {
  const { conversationId, seq, text } = message;
  const { rows } = await sql<{ revision: number }>`
    with moved as (
      update conversations set revision = revision + 1 where conversation_id = ${conversationId} returning revision
    )
    update messages m set text = ${text}, extra = ${extraOf(message)}::jsonb, revision = moved.revision
    from moved where m.conversation_id = ${conversationId} and m.seq = ${seq}
    returning m.revision`.execute(db);
  return { ...message, revision: rows[0]!.revision };
}
