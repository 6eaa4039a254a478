// Rows of messages that are changed after they were stored. With store.ts, store-images.ts and store-scheduled.ts the only
// files of this service that see SQL.
import type { ServiceTransaction } from '@parley/platform/store';
import { sql } from 'kysely';
import type { Message } from './contract.ts';
import { extraOf, type ImTables, messageOf } from './store.ts';

type Db = ServiceTransaction<ImTables>['db'];

/** The message, held until the transaction ends: changes of one message come one after the other. */
export async function messageForChange(
  db: Db,
  conversationId: string,
  seq: number,
): Promise<Message | undefined> {
  const row = await db
    .selectFrom('messages')
    .selectAll()
    .where('conversation_id', '=', conversationId)
    .where('seq', '=', seq)
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? undefined : messageOf(row);
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
