// The rows of im. The only file of this service that sees SQL.
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Conversation, Message } from './contract.ts';

/** Unix milliseconds in a `bigint` column. */
type Ms = number;

export interface ImTables {
  conversations: { conversation_id: string; participant_key: string; last_seq: number; last_at: Ms };
  participants: { conversation_id: string; user_id: string; read_seq: number; phone_seq: number };
  messages: {
    conversation_id: string;
    seq: number;
    message_id: string;
    sender_id: string;
    text: string;
    sent_at: Ms;
    client_id: string;
  };
  deliveries: { recipient_id: string; node_id: string; until: Ms };
}

type Db = Kysely<ImTables> | Transaction<ImTables>;
type Tx = Transaction<ImTables>;

function messageOf(row: ImTables['messages']): Message {
  return {
    messageId: row.message_id,
    conversationId: row.conversation_id,
    seq: row.seq,
    senderId: row.sender_id,
    text: row.text,
    sentAt: row.sent_at ?? 0,
    clientId: row.client_id,
  };
}

export async function findConversation(db: Db, participantKey: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('conversations')
    .select('conversation_id')
    .where('participant_key', '=', participantKey)
    .executeTakeFirst();
  return row?.conversation_id;
}

/** The conversation with that key, made with these people if there is none. */
export async function openConversation(
  db: Tx,
  made: { conversationId: string; participantKey: string; participantIds: readonly string[]; now: number },
): Promise<string> {
  const inserted = await db
    .insertInto('conversations')
    .values({
      conversation_id: made.conversationId,
      participant_key: made.participantKey,
      last_seq: 0,
      last_at: made.now,
    })
    .onConflict((conflict) => conflict.column('participant_key').doNothing())
    .returning('conversation_id')
    .executeTakeFirst();
  if (inserted === undefined) {
    const known = await findConversation(db, made.participantKey);
    if (known === undefined) throw new Error('a conversation is there and cannot be found');
    return known;
  }
  const participants = made.participantIds.map((user_id) => ({
    conversation_id: made.conversationId,
    user_id,
    read_seq: 0,
    phone_seq: 0,
  }));
  await db.insertInto('participants').values(participants).execute();
  return made.conversationId;
}

export async function participantIds(db: Db, conversationId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('participants')
    .select('user_id')
    .where('conversation_id', '=', conversationId)
    .orderBy('user_id')
    .execute();
  return rows.map((row) => row.user_id);
}

export async function isParticipant(db: Db, conversationId: string, userId: string): Promise<boolean> {
  const row = await db
    .selectFrom('participants')
    .select('user_id')
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', userId)
    .executeTakeFirst();
  return row !== undefined;
}

/** Locks the conversation until the transaction ends: its messages are numbered one after the other. */
export async function lockConversation(db: Tx, conversationId: string): Promise<number> {
  const row = await db
    .selectFrom('conversations')
    .select('last_seq')
    .where('conversation_id', '=', conversationId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  return row.last_seq;
}

export async function findByClientId(
  db: Db,
  senderId: string,
  clientId: string,
): Promise<Message | undefined> {
  const row = await db
    .selectFrom('messages')
    .selectAll()
    .where('sender_id', '=', senderId)
    .where('client_id', '=', clientId)
    .executeTakeFirst();
  return row === undefined ? undefined : messageOf(row);
}

export async function insertMessage(db: Tx, message: Message): Promise<void> {
  await db
    .insertInto('messages')
    .values({
      conversation_id: message.conversationId,
      seq: message.seq,
      message_id: message.messageId,
      sender_id: message.senderId,
      text: message.text,
      sent_at: message.sentAt,
      client_id: message.clientId,
    })
    .execute();
  await db
    .updateTable('conversations')
    .set({ last_seq: message.seq, last_at: message.sentAt })
    .where('conversation_id', '=', message.conversationId)
    .execute();
}

/** Moves the read mark forward, never back; undefined where it stood there already or the person is no participant. */
export async function moveRead(db: Tx, conversationId: string, userId: string, seq: number) {
  return db
    .updateTable('participants')
    .set({ read_seq: seq })
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', userId)
    .where('read_seq', '<', seq)
    .returning('read_seq')
    .executeTakeFirst();
}

export async function movePhone(db: Db, conversationId: string, userId: string, seq: number): Promise<void> {
  await db
    .updateTable('participants')
    .set({ phone_seq: seq })
    .where('conversation_id', '=', conversationId)
    .where('user_id', '=', userId)
    .where('phone_seq', '<', seq)
    .execute();
}

/** The conversation is locked against new messages until the transaction ends: what is unread is told in their order. */
export async function readMark(db: Tx, conversationId: string, userId: string) {
  const row = await db
    .selectFrom('participants')
    .innerJoin('conversations', 'conversations.conversation_id', 'participants.conversation_id')
    .select(['participants.read_seq', 'conversations.last_seq'])
    .where('participants.conversation_id', '=', conversationId)
    .where('participants.user_id', '=', userId)
    .forShare('conversations')
    .executeTakeFirst();
  return row === undefined ? undefined : { readSeq: row.read_seq, lastSeq: row.last_seq };
}

export async function readPage(
  db: Db,
  conversationId: string,
  page: { beforeSeq?: number; afterSeq?: number; limit: number },
): Promise<Message[]> {
  let query = db.selectFrom('messages').selectAll().where('conversation_id', '=', conversationId);
  if (page.beforeSeq !== undefined) query = query.where('seq', '<', page.beforeSeq);
  if (page.afterSeq !== undefined) query = query.where('seq', '>', page.afterSeq);
  const rows = await query
    .orderBy('seq', page.afterSeq === undefined ? 'desc' : 'asc')
    .limit(page.limit)
    .execute();
  return rows.map(messageOf);
}

/** As much of a conversation's last message as a list shows. */
const PREVIEW_CHARS = 300;

/** The most recent conversations of one person; empty ones only when asked for by id. */
export async function listConversations(
  db: Db,
  userId: string,
  which: { conversationId: string } | { limit: number },
): Promise<Conversation[]> {
  let query = db
    .selectFrom('participants as mine')
    .innerJoin('conversations as c', 'c.conversation_id', 'mine.conversation_id')
    .leftJoin('messages as m', (join) =>
      join.onRef('m.conversation_id', '=', 'c.conversation_id').onRef('m.seq', '=', 'c.last_seq'),
    )
    .select([
      'c.conversation_id',
      'c.last_seq',
      'mine.read_seq',
      'm.message_id',
      'm.sender_id',
      'm.sent_at',
      'm.client_id',
    ])
    .select(sql<string | null>`left(m.text, ${PREVIEW_CHARS})`.as('text'))
    .select((select) =>
      select
        .selectFrom('participants as p')
        .select(sql<string[]>`array_agg(p.user_id order by p.user_id)`.as('ids'))
        .whereRef('p.conversation_id', '=', 'c.conversation_id')
        .as('participant_ids'),
    )
    .where('mine.user_id', '=', userId);
  query =
    'conversationId' in which
      ? query.where('c.conversation_id', '=', which.conversationId)
      : query.where('c.last_seq', '>', 0).orderBy('c.last_at', 'desc').limit(which.limit);
  const rows = await query.execute();
  return rows.map((row) => ({
    conversationId: row.conversation_id,
    participantIds: row.participant_ids ?? [],
    lastSeq: row.last_seq,
    readSeq: row.read_seq,
    unread: row.last_seq - row.read_seq,
    lastMessage:
      row.message_id === null
        ? null
        : {
            messageId: row.message_id,
            conversationId: row.conversation_id,
            seq: row.last_seq,
            senderId: row.sender_id ?? '',
            text: row.text ?? '',
            sentAt: row.sent_at ?? 0,
            clientId: row.client_id ?? '',
          },
  }));
}

/**
 * The next message for the recipient's phones: none has had it and nobody has read it. The lowest of its conversation,
 * whatever the clocks of the front ends say, because the phones' mark passes all that are below.
 */
export async function nextFor(db: Db, recipientId: string): Promise<Message | undefined> {
  const row = await db
    .selectFrom('participants as p')
    .innerJoinLateral(
      (lateral) =>
        lateral
          .selectFrom('messages as pending')
          .selectAll('pending')
          .whereRef('pending.conversation_id', '=', 'p.conversation_id')
          .where('pending.sender_id', '<>', recipientId)
          .where(sql<boolean>`pending.seq > greatest(p.read_seq, p.phone_seq)`)
          .orderBy('pending.seq')
          .limit(1)
          .as('m'),
      (join) => join.onTrue(),
    )
    .selectAll('m')
    .where('p.user_id', '=', recipientId)
    .orderBy('m.sent_at')
    .orderBy('m.conversation_id')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : messageOf(row);
}

/** Those of these people for whom messages wait that no phone has had and nobody has read. */
export async function withPending(db: Db, userIds: readonly string[], limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('participants as p')
    .innerJoin('conversations as c', 'c.conversation_id', 'p.conversation_id')
    .select('p.user_id')
    .distinct()
    .where('p.user_id', '=', sql<string>`any(${[...userIds]}::text[])`)
    .where(sql<boolean>`c.last_seq > greatest(p.read_seq, p.phone_seq)`)
    .limit(limit)
    .execute();
  return rows.map((row) => row.user_id);
}

/** Takes the recipient's deliveries for this node, unless another node has them. */
export async function claimDeliveries(
  db: Db,
  recipientId: string,
  nodeId: string,
  now: number,
  until: number,
): Promise<boolean> {
  const row = await db
    .insertInto('deliveries')
    .values({ recipient_id: recipientId, node_id: nodeId, until })
    .onConflict((conflict) =>
      conflict
        .column('recipient_id')
        .doUpdateSet({ node_id: nodeId, until })
        .where((where) =>
          where.or([where('deliveries.until', '<', now), where('deliveries.node_id', '=', nodeId)]),
        ),
    )
    .returning('recipient_id')
    .executeTakeFirst();
  return row !== undefined;
}

/** Prolongs what this node holds. */
export async function renewDeliveries(db: Db, nodeId: string, until: number): Promise<void> {
  await db.updateTable('deliveries').set({ until }).where('node_id', '=', nodeId).execute();
}

export async function releaseDeliveries(db: Db, recipientId: string, nodeId: string): Promise<void> {
  await db
    .deleteFrom('deliveries')
    .where('recipient_id', '=', recipientId)
    .where('node_id', '=', nodeId)
    .execute();
}
