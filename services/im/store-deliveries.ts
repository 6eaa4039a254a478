// What phones are given of messages: how far each has got, what is next, and which front end delivers. Beside store.ts.
import type { ServiceStore } from '@parley/platform/store';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Message } from './contract.ts';
import { type ImTables, messageOf } from './store.ts';

type Db = Kysely<ImTables> | Transaction<ImTables>;
type Own = ServiceStore<ImTables>;

/** How far the phones of the participant at that place have been given a conversation. */
export interface PhoneMark {
  readonly conversationId: string;
  readonly place: number;
  readonly seq: number;
}

/** Moves the phones' marks forward, never back. Each conversation is named once. */
export async function movePhones(own: Own, marks: readonly PhoneMark[]): Promise<void> {
  const sorted = [...marks].sort((one, other) => (one.conversationId < other.conversationId ? -1 : 1));
  await own.statement(
    'move-phones',
    `update im.conversations c set phone_seqs[given.place] = given.seq
     from unnest($1::text[], $2::integer[], $3::integer[]) as given (id, place, seq)
     where c.conversation_id = given.id and c.phone_seqs[given.place] < given.seq`,
    [
      sorted.map(({ conversationId }) => conversationId),
      sorted.map(({ place }) => place),
      sorted.map(({ seq }) => seq),
    ],
  );
}

/** The same for one message that was found by `nextFor`. */
export async function movePhone(own: Own, { conversationId, seq }: Message, userId: string): Promise<void> {
  await own.statement(
    'move-phone',
    `update im.conversations c set phone_seqs[p.place] = $3
     from im.participants p
     where c.conversation_id = $1 and p.conversation_id = $1 and p.user_id = $2 and c.phone_seqs[p.place] < $3`,
    [conversationId, userId, seq],
  );
}

/**
 * The next message for the recipient's phones: none has had it and nobody has read it. The lowest of its conversation,
 * whatever the clocks of the front ends say, because the phones' mark passes all that are below.
 */
export async function nextFor(db: Db, recipientId: string): Promise<Message | undefined> {
  const row = await db
    .selectFrom('participants as p')
    .innerJoin('conversations as c', 'c.conversation_id', 'p.conversation_id')
    .innerJoinLateral(
      (lateral) =>
        lateral
          .selectFrom('messages as pending')
          .selectAll('pending')
          .whereRef('pending.conversation_id', '=', 'p.conversation_id')
          .where('pending.sender_id', '<>', recipientId)
          .where(sql<boolean>`pending.seq > greatest(c.read_seqs[p.place], c.phone_seqs[p.place])`)
          .where(sql<boolean>`(p.spans is null or pending.seq <@ p.spans)`)
          .orderBy('pending.seq')
          .limit(1)
          .as('m'),
      (join) => join.onTrue(),
    )
    .selectAll('m')
    .where('p.user_id', '=', recipientId)
    .where(
      sql<boolean>`least(c.last_seq, upper(p.spans) - 1) > greatest(c.read_seqs[p.place], c.phone_seqs[p.place])`,
    )
    .orderBy('m.sent_at')
    .orderBy('m.conversation_id')
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? undefined : messageOf(row);
}

/** Those of these people for whom messages wait that no phone has had and nobody has read. */
export async function withPending(own: Own, userIds: readonly string[], limit: number): Promise<string[]> {
  const rows = await own.statement<{ user_id: string }>(
    'with-pending',
    `select distinct p.user_id
     from im.participants p join im.conversations c on c.conversation_id = p.conversation_id
     where p.user_id = any($1::text[])
       and least(c.last_seq, upper(p.spans) - 1) > greatest(c.read_seqs[p.place], c.phone_seqs[p.place])
     limit $2`,
    [userIds, limit],
  );
  return rows.map((row) => row.user_id);
}

/** Takes the deliveries to these people for this node. @returns those whom no other node has. */
export async function claimDeliveries(
  own: Own,
  recipientIds: readonly string[],
  { nodeId, now, until }: { readonly nodeId: string; readonly now: number; readonly until: number },
): Promise<Set<string>> {
  const rows = await own.statement<{ recipient_id: string }>(
    'claim-deliveries',
    `insert into im.deliveries as held (recipient_id, node_id, until)
     select given.recipient_id, $2, $4 from unnest($1::text[]) as given (recipient_id)
     on conflict (recipient_id) do update set node_id = $2, until = $4
       where held.until < $3 or held.node_id = $2
     returning recipient_id`,
    [[...new Set(recipientIds)].sort(), nodeId, now, until],
  );
  return new Set(rows.map((row) => row.recipient_id));
}

/** Prolongs what this node holds. */
export async function renewDeliveries(own: Own, nodeId: string, until: number): Promise<void> {
  await own.statement('renew-deliveries', 'update im.deliveries set until = $2 where node_id = $1', [
    nodeId,
    until,
  ]);
}

export async function releaseDeliveries(
  own: Own,
  recipientIds: readonly string[],
  nodeId: string,
): Promise<void> {
  await own.statement(
    'release-deliveries',
    'delete from im.deliveries where recipient_id = any($1::text[]) and node_id = $2',
    [recipientIds, nodeId],
  );
}
