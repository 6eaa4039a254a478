// The blocks in which messages are searched, and the marks of how far each conversation is in them.
import type { ServiceStore } from '@parley/platform/store';
import { sql } from 'kysely';
import type { Message } from './contract.ts';
import { type ImTables, messageOf } from './store.ts';

type Own = ServiceStore<ImTables>;
type Db = Pick<Own, 'db'>;
export type SearchBlock = ImTables['search_blocks'];

/** What a conversation is now, and what of it is in blocks. */
export interface Grown {
  readonly conversationId: string;
  readonly lastSeq: number;
  readonly searchedSeq: number;
  readonly revision: number;
  readonly searchedRevision: number;
}

/**
 * Conversations that have grown by so much, or have been at rest since then, or in which something was edited, deleted or
 * reacted to. Reads through all of them.
 */
export async function findGrown(
  { db }: Db,
  which: { readonly by: number; readonly restingSince: number; readonly limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ conversation_id: string }>`
    select conversation_id from im.conversations
    where last_seq - searched_seq >= ${which.by} or revision > searched_revision
      or (last_seq > searched_seq and last_at < ${which.restingSince})
    limit ${which.limit}`.execute(db);
  return rows.map((row) => row.conversation_id);
}

/** How far these conversations are now. */
export async function readGrown({ db }: Db, ids: readonly string[]): Promise<Grown[]> {
  const { rows } = await sql<Grown>`
    select conversation_id as "conversationId", last_seq as "lastSeq", searched_seq as "searchedSeq",
           revision, searched_revision as "searchedRevision"
    from im.conversations
    where conversation_id = any(${[...ids]}::text[])
      and (last_seq > searched_seq or revision > searched_revision)
    order by conversation_id collate "C"`.execute(db);
  return rows;
}

export interface Change {
  readonly conversationId: string;
  readonly seq: number;
  readonly revision: number;
}

/** Messages that were changed since they were put into blocks, by conversation and in the order of their changes. */
export async function readChanges(
  { db }: Db,
  grown: readonly Grown[],
  limit: number,
): Promise<readonly Change[]> {
  const changed = grown.filter(({ revision, searchedRevision }) => revision > searchedRevision);
  if (changed.length === 0) return [];
  const { rows } = await sql<Change>`
    select m.conversation_id as "conversationId", m.seq, m.revision
    from unnest(${changed.map(({ conversationId }) => conversationId)}::text[],
                ${changed.map(({ searchedRevision }) => searchedRevision)}::integer[],
                ${changed.map(({ revision }) => revision)}::integer[]) as given (id, after, until)
    join im.messages m on m.conversation_id = given.id and m.revision > given.after and m.revision <= given.until
    order by m.conversation_id collate "C", m.revision
    limit ${limit}`.execute(db);
  return rows;
}

/** A piece of a conversation. */
export interface Piece {
  readonly conversationId: string;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

export async function readPieces({ db }: Db, pieces: readonly Piece[]): Promise<Message[]> {
  const { rows } = await sql<ImTables['messages']>`
    select m.*
    from unnest(${pieces.map(({ conversationId }) => conversationId)}::text[],
                ${pieces.map(({ firstSeq }) => firstSeq)}::integer[],
                ${pieces.map(({ lastSeq }) => lastSeq)}::integer[]) as given (conversation_id, first_seq, last_seq)
    join im.messages m on m.conversation_id = given.conversation_id and m.seq between given.first_seq and given.last_seq
    order by m.conversation_id, m.seq`.execute(db);
  return rows.map(messageOf);
}

export async function putBlocks({ db }: Db, blocks: readonly SearchBlock[]): Promise<void> {
  if (blocks.length === 0) return;
  await sql`
    insert into im.search_blocks (conversation_id, block, first_at, last_at, words, sent_ats)
    select id, block, first_at, last_at, words, sent_ats::bigint[] from unnest(${blocks.map((one) => one.conversation_id)}::text[], ${blocks.map((one) => one.block)}::integer[],
      ${blocks.map((one) => one.first_at)}::bigint[], ${blocks.map((one) => one.last_at)}::bigint[],
      ${blocks.map((one) => one.words)}::text[], ${blocks.map((one) => `{${one.sent_ats.join(',')}}`)}::text[])
      as given (id, block, first_at, last_at, words, sent_ats)
    on conflict (conversation_id, block) do update set first_at = excluded.first_at, last_at = excluded.last_at,
      words = excluded.words, sent_ats = excluded.sent_ats`.execute(db);
}

/** How far a conversation is in blocks. */
export interface Mark {
  readonly conversationId: string;
  readonly seq: number;
  readonly revision: number;
}

/** The last statement of its transaction: it holds rows that whoever stores a message wants. */
export async function putMarks({ db }: Db, marks: readonly Mark[]): Promise<void> {
  // In the order in which messages are stored, so that neither waits for the other for long.
  const sorted = [...marks].sort((one, other) => (one.conversationId < other.conversationId ? -1 : 1));
  await sql`
    update im.conversations c
    set searched_seq = greatest(c.searched_seq, given.seq),
        searched_revision = greatest(c.searched_revision, given.revision)
    from unnest(${sorted.map(({ conversationId }) => conversationId)}::text[],
                ${sorted.map(({ seq }) => seq)}::integer[],
                ${sorted.map(({ revision }) => revision)}::integer[]) as given (id, seq, revision)
    where c.conversation_id = given.id`.execute(db);
}

/** Whether this transaction is the only one that makes blocks now. */
export async function isOnlyIndexer({ db }: Db): Promise<boolean> {
  const { rows } = await sql<{ held: boolean }>`
    select pg_try_advisory_xact_lock(hashtext('im.search')) as held`.execute(db);
  return rows[0]?.held === true;
}
